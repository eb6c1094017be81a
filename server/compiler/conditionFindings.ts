// What is wrong with the expressions of conditional blocks: booleans that nothing declares, more operands than the
// evaluation stack of libsepol holds (COND_EXPR_MAXDEPTH), booleans and tunables in one expression.

import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { COND_BOOL, COND_NOT } from "../policydb/conditional.ts";
import { BLOCK_COND } from "./blocks.ts";
import { firstCallerOf, relatedCallsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { ConditionNode } from "./conditions.ts";
import type { FindingSink } from "./findingSink.ts";
import { originNode } from "./origin.ts";
import { blame } from "./provenance.ts";

const MAX_DEPTH = 10;

interface Problem {
  readonly word: number;
  readonly code: string;
  readonly message: string;
}

interface Judged {
  readonly names: number;
  readonly tunables: ReadonlySet<number>;
  readonly count: number;
  /** by condition */
  readonly problems: ReadonlyMap<number, readonly Problem[]>;
}

/** What was found while no name came or went; expressions themselves never change. */
const judged = new WeakMap<CompiledPolicy, Judged>();

function problemsNow(compiled: CompiledPolicy): ReadonlyMap<number, readonly Problem[]> {
  const { activation, state } = compiled;
  const names = activation.namesGeneration;
  const tunables = activation.globals.tunables();
  const { all } = state.conditions;
  const known = judged.get(compiled);
  if (known?.names === names && known.tunables === tunables && known.count === all.length)
    return known.problems;
  const problems = new Map<number, readonly Problem[]>();
  for (const condition of all) {
    const found = problemsOf(compiled, condition.expr, tunables);
    if (found.length > 0) problems.set(condition.index, found);
  }
  judged.set(compiled, { names, tunables, count: all.length, problems });
  return problems;
}

/** Reports bad conditions at every block that stands under one. */
export function conditionFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { blocks } = compiled.state;
  const problems = problemsNow(compiled);
  if (problems.size === 0) return;
  for (const block of compiled.activation.appliedBlocks()) {
    if (blocks.kind.at[block] !== BLOCK_COND || compiled.state.rules.lenient.has(block)) continue;
    for (const { word, code, message } of problems.get(((blocks.branch.at[block] as number) - 1) >> 1) ??
      []) {
      const caller = firstCallerOf(compiled, block);
      if (caller === undefined) continue;
      const { node, tree, file } = originNode(compiled, caller.block, caller.at);
      const cond = node + 1 < (tree.end[node] as number) ? node + 1 : node;
      const whole = { file, start: startOf(tree, cond), end: endOf(tree, cond) };
      for (const place of word > 0 ? blame(compiled, caller.block, cond, word) : [whole])
        sink.add(place, "error", code, message, relatedCallsOf(compiled, block));
    }
  }
}

function problemsOf(
  compiled: CompiledPolicy,
  expr: readonly ConditionNode[],
  tunables: ReadonlySet<number>,
): readonly Problem[] {
  const { words, db } = compiled.state;
  const found: Problem[] = [];
  let depth = 0;
  let deepest = 0;
  let hasTunable = false;
  let hasBoolean = false;
  for (const { op, word } of expr) {
    if (op === COND_BOOL) {
      deepest = Math.max(deepest, ++depth);
      const name = words.text(word);
      if (db.bools.valueOf(name) === 0)
        found.push({ word, code: "cond-unknown", message: `boolean or tunable ${name} is not declared` });
      else if (tunables.has(word)) hasTunable = true;
      else hasBoolean = true;
    } else if (op !== COND_NOT) depth--;
  }
  if (deepest > MAX_DEPTH)
    found.push({
      word: 0,
      code: "cond-deep",
      message: `the expression needs a stack of ${deepest}; there is room for ${MAX_DEPTH}`,
    });
  if (hasTunable && hasBoolean)
    found.push({
      word: 0,
      code: "cond-mix-tunable",
      message: "booleans and tunables cannot be mixed in one condition",
    });
  return found;
}
