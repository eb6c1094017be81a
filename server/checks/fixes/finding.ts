// What a finding of the compiler says, as data: which name it is about, what that name should have been, and whether
// didYouMean.ts knew better. Messages are written by server/compiler and read here only; a message that no pattern
// takes gives nothing, and then there is no repair. It looks nothing up.

import type { Declaration, Finding, SymbolKind } from "../../compiler/face.ts";
import type { CheckContext, CheckFile } from "../check.ts";
import { editDistance } from "../didYouMean.ts";

/** What a finding about a name says. */
export interface NameFinding {
  readonly name: string;
  /** kinds that the name may have; empty: it is called like a macro */
  readonly kinds: readonly SymbolKind[];
  /** the class of a permission */
  readonly tclass: string;
  /** the declared name that was probably meant */
  readonly meant: string | undefined;
  /** the name exists, as something else */
  readonly isOther: boolean;
}

const NAME = "([\\w.-]+)";
const PATTERNS: readonly (readonly [RegExp, readonly SymbolKind[]])[] = [
  [new RegExp(`^there is no interface, template or macro called ${NAME}`), []],
  [new RegExp(`^type or attribute ${NAME} is not declared`), ["type", "attribute"]],
  [new RegExp(`^type or attribute ${NAME} is required in an optional block only`), ["type", "attribute"]],
  [new RegExp(`^type ${NAME} is not declared`), ["type"]],
  [new RegExp(`^attribute ${NAME} is not declared`), ["attribute"]],
  [new RegExp(`^class ${NAME} has no permission ${NAME}`), ["permission"]],
  [new RegExp(`^class ${NAME} is (?:not declared|required in an optional block only)`), ["class"]],
  [new RegExp(`^role attribute ${NAME} is not declared`), ["attribute_role"]],
  [
    new RegExp(`^role ${NAME} is (?:not declared|required in an optional block only)`),
    ["role", "attribute_role"],
  ],
  [new RegExp(`^user ${NAME} is not declared`), ["user"]],
  [new RegExp(`^boolean or tunable ${NAME} is not declared`), ["bool", "tunable"]],
  [new RegExp(`^no module declares a boolean or tunable ${NAME}`), ["bool", "tunable"]],
  [new RegExp(`^no module declares the type or attribute ${NAME} that`), ["type", "attribute"]],
  [new RegExp(`^no module declares type ${NAME}`), ["type"]],
];
const MEANT = new RegExp(`\\(did you mean ${NAME}\\?\\)$`);
const OTHER = new RegExp(`\\(${NAME} is an? [a-z ]+\\)$`);

/** The name that a finding is about; undefined when it is about no name. */
export function readFinding({ message }: Finding): NameFinding | undefined {
  for (const [pattern, kinds] of PATTERNS) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const name = match.at(-1) as string;
    return {
      name,
      kinds,
      tclass: kinds[0] === "permission" ? (match[1] as string) : "",
      meant: MEANT.exec(message)?.[1],
      isOther: OTHER.test(message),
    };
  }
  return undefined;
}

/** Where a name is declared. What a loadable module itself merely requires is listed as well and is no declaration. */
export function declaredElsewhere(
  { compiled, file }: CheckContext,
  { module }: CheckFile,
  name: string,
): readonly Declaration[] {
  const found = compiled.declarations(name);
  if (compiled.options.mode !== "modular") return found;
  return found.filter((one) => file(one.file)?.module !== module);
}

/**
 * Is a name a slip of the hand for another? Long names that share their beginning are near each other by letters and
 * still two words, as `web_conf_t` and `web_log_t`: the part that differs, up to its underscores, has to be alike.
 */
export function isSlip(name: string, meant: string): boolean {
  const [left, right] = [name.split("_"), meant.split("_")];
  while (left.length > 0 && right.length > 0 && left[0] === right[0]) {
    left.shift();
    right.shift();
  }
  while (left.length > 0 && right.length > 0 && left.at(-1) === right.at(-1)) {
    left.pop();
    right.pop();
  }
  const [own, other] = [left.join("_"), right.join("_")];
  const bound = Math.floor(Math.max(own.length, other.length) / 3);
  return editDistance(own, other, bound) <= bound;
}

/** Codes of findings about names that nothing declares, or that a module does not require. */
export const NAME_CODES: readonly string[] = [
  "interface-unknown",
  "type-unknown",
  "typeattr-unknown",
  "typeattr-undecl",
  "type-attr-undecl",
  "alias-unknown",
  "class-unknown",
  "perm-unknown",
  "perm-partial-classes",
  "cond-unknown",
  "role-unknown",
  "roleattr-undecl",
  "roleallow-unknown",
  "roletrans-unknown",
  "user-unknown-role",
  "permissive-unknown",
  "ttrans-unknown-new",
  "ftrans-unknown",
  "expandattr-undecl",
  "tbounds-undecl",
  "ctx-user",
  "ctx-role",
  "ctx-type",
  "req-type",
  "req-class",
  "req-perm",
  "req-bool",
  "req-scope-optional",
  "req-class-scope",
  "req-role-scope",
];
