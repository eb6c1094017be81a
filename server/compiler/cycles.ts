// Recursion: a macro that calls itself with the arguments it was given would keep m4 busy for ever; here it is a
// circle in the graph of blocks, which memoising makes harmless to evaluate but which reference counts could never
// let go of. So circles are cut as soon as evaluation is over: the call that closes one becomes a problem with the
// name of the macro. Invariant: after `cutCycles` no block reached from the given ones leads to itself. Blocks that
// were cut are noted as bounded, so that an edit of any macro evaluates them anew. Ordinary policies have no circle.

import type { Blocks } from "./blocks.ts";
import { LEADS_ON, OP_CALL, OP_LENGTH, OP_OPTIONAL, OP_PROBLEM, PROBLEM_RECURSION } from "./code.ts";
import type { Evaluator } from "./evaluator.ts";
import type { IntPool } from "./intPool.ts";
import type { Units } from "./units.ts";

/** What cutting needs. */
export interface CycleInput {
  readonly blocks: Blocks;
  readonly code: IntPool;
  readonly units: Units;
  readonly evaluator: Evaluator;
}

const OPEN = 1;
const DONE = 2;

/** Cuts every circle that can be reached from these blocks; gives the blocks whose code is new. */
export function cutCycles(input: CycleInput, from: Iterable<number>): ReadonlySet<number> {
  const { blocks, code } = input;
  const { marks } = blocks;
  if (marks.length < blocks.count) marks.set(blocks.count - 1, 0);
  // Marks of earlier calls are lower: an edit reaches few of a hundred thousand blocks, and clears none.
  blocks.lastMark += DONE;
  const base = blocks.lastMark;
  const closing = new Map<number, Set<number>>();
  const stackBlock: number[] = [];
  const stackAt: number[] = [];
  /** the branch of the operation at the top that is looked at next */
  const stackBranch: number[] = [];
  const open = (block: number): void => {
    if (((blocks.contents.at[block] as number) & LEADS_ON) === 0) {
      marks.at[block] = base + DONE;
      return;
    }
    marks.at[block] = base + OPEN;
    stackBlock.push(block);
    stackAt.push(blocks.codeStart.at[block] as number);
    stackBranch.push(1);
  };
  for (const start of from) {
    if ((marks.at[start] as number) > base) continue;
    open(start);
    while (stackBlock.length > 0) {
      const top = stackBlock.length - 1;
      const block = stackBlock[top] as number;
      const at = stackAt[top] as number;
      if (at < 0 || at >= (blocks.codeEnd.at[block] as number)) {
        marks.at[block] = base + DONE;
        stackBlock.pop();
        stackAt.pop();
        stackBranch.pop();
        continue;
      }
      const op = code.at[at] as number;
      const branch = stackBranch[top] as number;
      const last = op === OP_OPTIONAL ? 2 : 1;
      if (branch >= last || op !== OP_OPTIONAL) {
        stackAt[top] = at + (OP_LENGTH[op] as number);
        stackBranch[top] = 1;
      } else stackBranch[top] = branch + 1;
      if (op !== OP_CALL && op !== OP_OPTIONAL) continue;
      const next = code.at[at + branch] as number;
      if (next < 0) continue;
      const mark = marks.at[next] as number;
      if (mark <= base) open(next);
      else if (mark === base + OPEN && op === OP_CALL) {
        const cuts = closing.get(block);
        if (cuts === undefined) closing.set(block, new Set([at]));
        else cuts.add(at);
      }
    }
  }
  for (const [block, cuts] of closing) cut(input, block, cuts);
  return new Set(closing.keys());
}

/** Writes a block's code anew with some of its calls as problems. */
function cut(input: CycleInput, block: number, calls: ReadonlySet<number>): void {
  const { blocks, code, units, evaluator } = input;
  const stop = blocks.codeEnd.at[block] as number;
  const start = code.length;
  for (let at = blocks.codeStart.at[block] as number; at < stop; ) {
    const length = OP_LENGTH[code.at[at] as number] as number;
    code.reserve(length + 1);
    if (calls.has(at)) {
      const child = code.at[at + 1] as number;
      code.push(OP_PROBLEM);
      code.push(PROBLEM_RECURSION);
      code.push(units.all[blocks.unit.at[child] as number]?.name ?? 0);
      code.push(code.at[at + 2] as number);
    } else for (let i = 0; i < length; i++) code.push(code.at[at + i] as number);
    at += length;
  }
  blocks.codeStart.at[block] = start;
  blocks.codeEnd.at[block] = code.length;
  blocks.contents.at[block] = (blocks.contents.at[block] as number) | (1 << OP_PROBLEM);
  blocks.recut.push(block);
  evaluator.problemBlocks.add(block);
  evaluator.bounded.add(block);
}
