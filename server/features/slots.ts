// What kind of symbol may stand at each place of each statement: the one table behind hover, definition, references
// and highlighting. Keyed by the kind of the parent node; the value lists the slots of its children in order, the
// last one repeating. It follows the shapes in grammar/syntax/kinds.ts.

import * as kinds from "../../grammar/syntax/kinds.ts";
import type { SymbolKind } from "../compiler/face.ts";

/** A set of symbol kinds, and whether a name there declares. */
export interface Slot {
  readonly kinds: readonly SymbolKind[];
  readonly declares: boolean;
  /** numbers of allowxperm and friends */
  readonly xperm?: boolean;
}

const uses = (...symbolKinds: SymbolKind[]): Slot => ({ kinds: symbolKinds, declares: false });
const declares = (...symbolKinds: SymbolKind[]): Slot => ({ kinds: symbolKinds, declares: true });

const TYPES = uses("type", "attribute", "alias", "macro");
const TYPE = uses("type", "alias");
const ATTRIBUTE = uses("attribute");
const CLASSES = uses("class", "macro");
const PERMISSIONS = uses("permission", "macro");
const ROLES = uses("role", "attribute_role");
const USERS = uses("user");
const BOOLS = uses("bool", "tunable");
const XPERMS: Slot = { kinds: ["macro"], declares: false, xperm: true };
/** Places of what is no symbol: file names, filesystem types, ports, versions. */
export const NOTHING = uses();
/** Words of a macro's body: only where it is called shows what they are. */
const BODY = uses("permission", "class", "macro", "type", "attribute");
const CLASS = uses("class");
const ROLE = uses("role");
const ROLE_ATTRIBUTE = uses("attribute_role");
const SENSITIVITY = uses("sensitivity");
const CATEGORY = uses("category");
/** Macro arguments: what they are shows only where they are used. */
export const ANY: Slot = uses();

/** Slots by kind of the parent. */
export const SLOTS: ReadonlyMap<number, readonly Slot[]> = new Map([
  [kinds.N_TYPE, [declares("type")]],
  [kinds.N_TYPEALIAS, [TYPE]],
  [kinds.N_ALIAS, [declares("alias")]],
  [kinds.N_ATTRIBUTE, [declares("attribute")]],
  [kinds.N_EXPANDATTRIBUTE, [ATTRIBUTE, NOTHING]],
  [kinds.N_TYPEATTRIBUTE, [TYPE]],
  [kinds.N_TYPEBOUNDS, [TYPE]],
  [kinds.N_PERMISSIVE, [TYPE]],
  [kinds.N_NEVERAUDIT, [TYPE]],
  [kinds.N_AVRULE, [TYPES, TYPES, CLASSES, PERMISSIONS]],
  [kinds.N_XPERMRULE, [TYPES, TYPES, CLASSES, uses("permission"), XPERMS]],
  [kinds.N_TYPERULE, [TYPES, TYPES, CLASSES, TYPE, NOTHING]],
  [kinds.N_RANGETRANSITION, [TYPES, TYPES, CLASSES]],
  [kinds.N_ATTRIBUTEROLE, [declares("attribute_role")]],
  [kinds.N_ROLE, [declares("role")]],
  [kinds.N_ROLETYPES, [ROLES, TYPES]],
  [kinds.N_ROLEATTRIBUTE, [ROLES]],
  [kinds.N_ROLEALLOW, [ROLES]],
  [kinds.N_ROLETRANSITION, [ROLES, TYPES, CLASSES, ROLES]],
  [kinds.N_ROLEDOMINANCE, [ROLES]],
  [kinds.N_BOOL, [declares("bool"), NOTHING]],
  [kinds.N_GENBOOL, [declares("bool", "tunable"), NOTHING]],
  [kinds.N_COND, [BOOLS]],
  [kinds.N_MODULE, [declares("module"), NOTHING]],
  [kinds.N_POLICYMODULE, [declares("module"), NOTHING]],
  [kinds.N_CLASS, [declares("class")]],
  [kinds.N_SID, [declares("sid")]],
  [kinds.N_COMMON, [declares("common"), declares("permission")]],
  [kinds.N_ACCESSVECTOR, [uses("class"), declares("permission")]],
  [kinds.N_INHERITS, [uses("common")]],
  [kinds.N_DEFAULT, [CLASSES, NOTHING]],
  [kinds.N_SENSITIVITY, [declares("sensitivity")]],
  [kinds.N_DOMINANCE, [uses("sensitivity")]],
  [kinds.N_CATEGORY, [declares("category")]],
  [kinds.N_LEVEL, [uses("sensitivity", "macro"), uses("category", "macro")]],
  [kinds.N_CONSTRAIN, [CLASSES, PERMISSIONS]],
  [kinds.N_VALIDATETRANS, [CLASSES]],
  [kinds.N_USER, [declares("user"), ROLES]],
  [kinds.N_CONTEXT, [USERS, ROLES, TYPE]],
  [kinds.N_SIDCONTEXT, [uses("sid")]],
  [kinds.N_INTERFACE, [declares("interface", "template")]],
  [kinds.N_DEFINE, [declares("macro"), BODY]],
  [kinds.N_IFDEF, [uses("macro")]],
  [kinds.N_WORDS, [BODY]],
  [kinds.N_FSUSE, [NOTHING]],
  [kinds.N_GENFSCON, [NOTHING]],
  [kinds.N_PORTCON, [NOTHING]],
]);

/** The slot of the attribute list of a statement. */
export function attributeListSlot(statement: number): Slot {
  if (statement === kinds.N_ROLE || statement === kinds.N_ROLEATTRIBUTE) return ROLE_ATTRIBUTE;
  return statement === kinds.N_TYPEBOUNDS ? TYPE : ATTRIBUTE;
}

/** The slot of names in a require, by its SYM_* data. */
export function requireSlot(data: number): Slot {
  switch (data) {
    case kinds.SYM_CLASS:
      return CLASS;
    case kinds.SYM_ROLE:
      return ROLE;
    case kinds.SYM_TYPE:
      return TYPE;
    case kinds.SYM_ATTRIBUTE:
      return ATTRIBUTE;
    case kinds.SYM_ATTRIBUTEROLE:
      return ROLE_ATTRIBUTE;
    case kinds.SYM_USER:
      return USERS;
    case kinds.SYM_BOOL:
    case kinds.SYM_TUNABLE:
      return BOOLS;
    case kinds.SYM_SENSITIVITY:
      return SENSITIVITY;
    case kinds.SYM_CATEGORY:
      return CATEGORY;
    default:
      return NOTHING;
  }
}

/** The slot of the right side of a constraint term, by its left side (`u1`, `r2`, `t3`, …). */
export function constraintSlot(left: string): Slot {
  if (left.startsWith("u")) return USERS;
  if (left.startsWith("r")) return ROLES;
  return left.startsWith("t") ? TYPES : NOTHING;
}

export const PERMISSION_SLOT = PERMISSIONS;
