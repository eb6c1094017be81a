// E-006, E-007, E-008 and E-010: names that are none, or that are something else. The compiler says most of this where
// a rule is compiled; these checks say it also in interfaces that nobody calls and branches that are off, and keep
// silent where the compiler has spoken.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_AVRULE,
  N_BOOL,
  N_CALL,
  N_GENBOOL,
  N_REQUIREITEM,
  N_ROLE,
  N_ROLETRANSITION,
  N_TYPE,
  N_TYPERULE,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { permissionNames } from "../../policydb/policydb.ts";
import type { CheckContext } from "../check.ts";
import { calleeOf, childCount, childOf, keywordRange, tokenRange, wordTokens } from "./outline.ts";
import { wordsOf } from "./permissionMacros.ts";
import { isBareWord, namesIn } from "./statement.ts";
import { isReported, policyCheck, TE_IF, wordsOption } from "./visit.ts";

const DECLARING = [N_TYPE, N_ATTRIBUTE, N_ATTRIBUTEROLE, N_ROLE, N_BOOL, N_GENBOOL, N_REQUIREITEM];

export const nameClash = policyCheck("E-006", TE_IF, DECLARING, ({ tree, node }, say, names) => {
  for (const token of namesIn(tree, node)) {
    const name = names.nameAt(tree, token);
    if (names.interfaceModule(name) !== undefined)
      say(tokenRange(tree, token), `${name} is also the name of an interface, which m4 puts in its place`);
    if (tree.kind[node] !== N_REQUIREITEM) return;
  }
});

export const unknownPermission = policyCheck("E-007", TE_IF, [N_AVRULE], (place, say, names, context) => {
  const { tree, node, file } = place;
  const known = permissionsOf(context);
  if (known.size === 0 || names.macros.size === 0) return;
  const tokens: number[] = [];
  wordTokens(tree, childOf(tree, node, 3), tokens);
  const classes = wordsOf(tree, childOf(tree, node, 2));
  const only = classes.length === 1 ? known.get(classes[0] as string) : undefined;
  for (const token of tokens) {
    const name = names.nameAt(tree, token);
    if (only === undefined ? isAnyPermission(context, known, name) : only.has(name)) continue;
    if (name.includes("$") || (name.startsWith("all_") && name.endsWith("_perms"))) continue;
    if (names.macros.has(name) || context.compiled.macro(name) !== undefined) continue;
    const range = tokenRange(tree, token);
    if (isReported(context, file, range)) return;
    const what =
      only === undefined
        ? `no class has a permission ${name}`
        : `class ${classes[0]} has no permission ${name}`;
    say(range, what);
    return;
  }
});

type Permissions = ReadonlyMap<string, ReadonlySet<string>>;

/** Permissions by class; empty where the classes of the policy are not known (modules built against headers). */
function permissionsOf(context: CheckContext): Permissions {
  return context.shared("selint.permissions", () => {
    const known = new Map<string, ReadonlySet<string>>();
    if (!context.compiled.sources().some(({ role }) => role === "access_vectors")) return known;
    for (const datum of context.compiled.db.classes)
      known.set(datum.name, new Set(permissionNames(datum, -1)));
    return known;
  });
}

function isAnyPermission(context: CheckContext, known: Permissions, name: string): boolean {
  return context
    .shared("selint.anyPermission", () => new Set([...known.values()].flatMap((one) => [...one])))
    .has(name);
}

const WITH_CLASS = [N_AVRULE, N_TYPERULE, N_ROLETRANSITION];

export const unknownClass = policyCheck(
  "E-008",
  TE_IF,
  WITH_CLASS,
  ({ tree, node, file }, say, names, context) => {
    const known = permissionsOf(context);
    const set = classSet(tree, node);
    if (known.size === 0 || set < 0) return;
    const tokens: number[] = [];
    wordTokens(tree, set, tokens);
    for (const token of tokens) {
      const name = names.nameAt(tree, token);
      if (known.has(name) || name.includes("$") || name.endsWith("_class_set")) continue;
      if (context.compiled.macro(name) !== undefined) continue;
      const range = tokenRange(tree, token);
      if (!isReported(context, file, range)) say(range, `no class is called ${name}`);
      return;
    }
  },
);

function classSet(tree: SyntaxTree, node: number): number {
  if (tree.kind[node] !== N_ROLETRANSITION) return childOf(tree, node, 2);
  return childCount(tree, node) === 4 ? childOf(tree, node, 2) : -1;
}

export const strayWord = policyCheck(
  "E-010",
  TE_IF,
  [N_CALL],
  ({ tree, node, file }, say, _names, context) => {
    if (!isBareWord(tree, node)) return;
    const name = calleeOf(tree, node);
    if (context.compiled.macro(name) !== undefined || context.compiled.options.defines.has(name)) return;
    const allowed = wordsOption((id, key) => context.option(id, key), "E-010", "custom_te_simple_macros", []);
    const range = keywordRange(tree, node);
    if (allowed.includes(name) || isReported(context, file, range)) return;
    say(range, `${name} stands alone here, and no macro has this name`);
  },
);
