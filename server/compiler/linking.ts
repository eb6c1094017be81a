// What semodule_link says of modules and their base: requirements that nothing declares, names declared twice, names
// that are of another kind than the module thinks. Asked only where the base policy is at hand (a base.conf).
// Requirements of an optional block that are not met drop the block in silence, so they are left alone.

import {
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_ROLE,
  SYM_TUNABLE,
  SYM_TYPE,
} from "../../grammar/syntax/kinds.ts";
import { relatedCallsOf } from "./callers.ts";
import { OP_CALL, OP_DECL, OP_GENREQUIRE, OP_REQUIRE, SYM_ALIAS, SYM_PERMISSION } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { hasBase } from "./modules.ts";
import {
  GROUP_BOOL,
  GROUP_CAT,
  GROUP_CLASS,
  GROUP_ROLE,
  GROUP_SENS,
  GROUP_TYPE,
  GROUP_USER,
  groupOf,
} from "./optionals.ts";
import { originNode } from "./origin.ts";
import { blame } from "./provenance.ts";

const GROUPS = 8;

/** Requirements at the top of modules that the other sources do not meet. */
export function linkFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  if (!hasBase(compiled)) return;
  const { code } = compiled.state;
  /** name → the kinds that it is declared as */
  const declared = new Map<number, Set<number>>();
  for (const block of compiled.activation.appliedBlocks())
    for (const at of compiled.operations(block)) {
      if (code.at[at] !== OP_DECL) continue;
      const symbol = code.at[at + 1] as number;
      const key = (code.at[at + 2] as number) * GROUPS + groupOf(symbol);
      const kinds = declared.get(key);
      if (kinds === undefined) declared.set(key, new Set([symbol]));
      else kinds.add(symbol);
    }
  for (const root of compiled.roots()) requirements(compiled, sink, declared, root);
}

function requirements(
  compiled: CompiledPolicy,
  sink: FindingSink,
  declared: ReadonlyMap<number, ReadonlySet<number>>,
  root: number,
): void {
  const { code, words } = compiled.state;
  const blocks = new Set([root]);
  for (const block of blocks)
    for (const at of compiled.operations(block)) {
      const op = code.at[at];
      if (op === OP_CALL) blocks.add(code.at[at + 1] as number);
      if (op !== OP_REQUIRE && op !== OP_GENREQUIRE) continue;
      const symbol = code.at[at + 1] as number;
      const word = code.at[at + 2] as number;
      const kinds = declared.get(word * GROUPS + groupOf(symbol));
      const problem =
        symbol === SYM_PERMISSION
          ? permissionProblem(
              compiled,
              words.text(code.at[at + 3] as number),
              words.text(word),
              declared,
              code.at[at + 3] as number,
            )
          : problemOf(symbol, words.text(word), kinds);
      if (problem === undefined) continue;
      const { node } = originNode(compiled, block, at);
      for (const place of blame(compiled, block, node, word))
        sink.add(place, "error", problem[0], problem[1], relatedCallsOf(compiled, block));
    }
}

type Problem = readonly [code: string, message: string];

function permissionProblem(
  compiled: CompiledPolicy,
  className: string,
  permission: string,
  declared: ReadonlyMap<number, ReadonlySet<number>>,
  classWord: number,
): Problem | undefined {
  if (!declared.has(classWord * GROUPS + GROUP_CLASS)) return undefined;
  if (compiled.activation.globals.declaresPermission(className, permission)) return undefined;
  return ["link-missing-perm", `class ${className} of the base policy has no permission ${permission}`];
}

const MISSING = new Map([
  [GROUP_TYPE, ["link-missing-type", "type or attribute"]],
  [GROUP_CLASS, ["link-missing-class", "class"]],
  [GROUP_SENS, ["link-sens", "sensitivity"]],
  [GROUP_ROLE, ["link-missing-type", "role"]],
  [GROUP_USER, ["link-missing-type", "user"]],
  [GROUP_BOOL, ["link-missing-type", "boolean or tunable"]],
  [GROUP_CAT, ["link-sens", "category"]],
] as const);

function problemOf(
  symbol: number,
  name: string,
  kinds: ReadonlySet<number> | undefined,
): Problem | undefined {
  if (kinds === undefined) {
    const [code, noun] = MISSING.get(groupOf(symbol) as 0) ?? ["", ""];
    return code === "" ? undefined : [code, `no module declares the ${noun} ${name} that this one requires`];
  }
  if (symbol === SYM_TYPE && kinds.has(SYM_ATTRIBUTE) && !kinds.has(SYM_TYPE))
    return ["link-type-vs-attr", `${name} is declared as an attribute, and required as a type`];
  if (symbol === SYM_ATTRIBUTE && !kinds.has(SYM_ATTRIBUTE) && (kinds.has(SYM_TYPE) || kinds.has(SYM_ALIAS)))
    return ["link-attr-vs-type", `${name} is declared as a type, and required as an attribute`];
  if ((symbol === SYM_ATTRIBUTEROLE && !kinds.has(symbol)) || (symbol === SYM_ROLE && !kinds.has(symbol)))
    return [
      "link-role-vs-attr",
      `${name} is declared as a role or role attribute, and required as the other`,
    ];
  if ((symbol === SYM_TUNABLE || symbol === SYM_BOOL) && !kinds.has(symbol))
    return ["link-tunable", `${name} is declared as a boolean or tunable, and required as the other`];
  return undefined;
}
