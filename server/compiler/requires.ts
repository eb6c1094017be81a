// Require blocks → block code: `require { … }` and gen_require, with the macros that may stand in them
// (all_kernel_class_perms, decl_sens …). Which of them count is decided at activation.

import {
  N_BLOCK,
  N_CALL,
  N_GENREQUIRE,
  N_IFDEF,
  N_INTERFACE,
  N_NAME,
  N_REQUIREITEM,
  N_UNKNOWN,
  SYM_CLASS,
} from "../../grammar/syntax/kinds.ts";
import {
  OP_GENREQUIRE,
  OP_REQUIRE,
  PROBLEM_EMPTY_REQUIRE,
  PROBLEM_EXPANSION,
  PROBLEM_UNKNOWN_MACRO,
  PROBLEM_UNQUOTED_REQUIRE,
  SYM_PERMISSION,
} from "./code.ts";
import type { Context, Evaluator } from "./evaluator.ts";
import { chosenPart, UNIT_DEFINE } from "./units.ts";
import { isMark } from "./values.ts";

/** A macro of require blocks may name macros; this deep. */
const MAX_DEPTH = 8;

/** Evaluates an N_REQUIRE or N_GENREQUIRE. */
export function evaluateRequire(evaluator: Evaluator, ctx: Context, node: number): void {
  const op = ctx.tree.kind[node] === N_GENREQUIRE ? OP_GENREQUIRE : OP_REQUIRE;
  items(evaluator, ctx, node, op, 0);
  if (op === OP_GENREQUIRE && isUnquoted(evaluator, ctx))
    evaluator.problem(ctx, PROBLEM_UNQUOTED_REQUIRE, 0, node);
  if (op === OP_GENREQUIRE && isEmpty(evaluator, ctx, node))
    evaluator.problem(ctx, PROBLEM_EMPTY_REQUIRE, 0, node);
}

/** True in the body of an interface or template that stands unquoted, in a build of the whole policy. */
function isUnquoted({ parts }: Evaluator, { unit, tree, dynamic }: Context): boolean {
  if (parts.modular || dynamic !== 0 || unit.body < 0 || tree.kind[unit.node] !== N_INTERFACE) return false;
  const body = unit.node + unit.body;
  return tree.kind[body] === N_BLOCK && tree.data[body] === 0;
}

/** Does nothing at all come out of a require? */
function isEmpty(evaluator: Evaluator, ctx: Context, parent: number): boolean {
  const { tree } = ctx;
  for (let node = parent + 1; node < (tree.end[parent] as number); node = tree.end[node] as number) {
    if (tree.kind[node] !== N_IFDEF) return false;
    const part = chosenPart(tree, node, (word) => evaluator.parts.substitution.definedUnder(word, ctx.args));
    if (part >= 0 && !isEmpty(evaluator, ctx, part)) return false;
  }
  return true;
}

function items(evaluator: Evaluator, ctx: Context, parent: number, op: number, depth: number): void {
  const { tree } = ctx;
  const { substitution, units } = evaluator.parts;
  for (let node = parent + 1; node < (tree.end[parent] as number); node = tree.end[node] as number) {
    const kind = tree.kind[node];
    if (kind === N_REQUIREITEM) item(evaluator, ctx, node, op);
    else if (kind === N_IFDEF) {
      const part = chosenPart(tree, node, (word) => substitution.definedUnder(word, ctx.args));
      if (part >= 0) items(evaluator, ctx, part, op, depth);
    } else if (kind === N_CALL || kind === N_NAME) {
      const word = substitution.word(tree.data[node] as number, ctx.args);
      if (units.macro(word)?.kind === UNIT_DEFINE) expanded(evaluator, ctx, node, op, depth);
      else if (word > 0 && !units.isMacro(word) && !evaluator.parts.dynamic.isRequireMacro(word))
        evaluator.problem(ctx, PROBLEM_UNKNOWN_MACRO, word, node);
    } else if (kind === N_UNKNOWN && tree.data[node] === 2) {
      evaluator.problem(ctx, PROBLEM_EXPANSION, 0, node);
    } else if (kind === N_UNKNOWN && tree.data[node] === 1) expanded(evaluator, ctx, node, op, depth);
  }
}

/** What m4 makes of the text of a node within a require block. */
function expanded(evaluator: Evaluator, ctx: Context, node: number, op: number, depth: number): void {
  if (depth >= MAX_DEPTH) return;
  evaluator.expandingUnits.add(ctx.unit);
  const origin = evaluator.origin(ctx, node);
  const result = evaluator.parts.dynamic.expandRequire(ctx, node, origin);
  if (result === undefined) return;
  const inside = { ...ctx, tree: result.tree, base: 0, args: [], dynamic: result.number, origin };
  items(evaluator, inside, result.node, op, depth + 1);
}

function item(evaluator: Evaluator, ctx: Context, node: number, op: number): void {
  const { tree } = ctx;
  const { substitution, values } = evaluator.parts;
  const kind = tree.data[node] as number;
  let tclass = 0;
  let first = true;
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
    const value = substitution.set(tree, child, ctx.args);
    const isPermissions = kind === SYM_CLASS && !first;
    if (value > 0 && kind !== SYM_CLASS) {
      evaluator.emit5(op, kind, value, 0, evaluator.origin(ctx, child));
      continue;
    }
    for (const entry of values.items(value)) {
      if (isMark(entry)) continue;
      const word = entry >> 2;
      const symbol = isPermissions ? SYM_PERMISSION : kind;
      if (!isPermissions && kind === SYM_CLASS) tclass = word;
      evaluator.emit5(op, symbol, word, isPermissions ? tclass : 0, evaluator.origin(ctx, child));
    }
    first = false;
  }
}
