// Walks over block code: the graph of blocks from the file roots, each block once, in the order in which m4 would
// have written the policy. Which branch of an optional is followed is the caller's choice.

import type { Blocks } from "./blocks.ts";
import { OP_CALL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import type { IntPool } from "./intPool.ts";

/** Chooses the block that an OP_OPTIONAL at code position `at` leads to; -1 for none. */
export type ChooseOptional = (at: number) => number;

/**
 * Visits every operation of every block reachable from `roots`, calls and optionals followed in place; a block is
 * entered once, at its first use. `seen` (one byte a block, zeroed by the caller) tells afterwards what was reached.
 * Blocks not yet evaluated are passed over. True when a block leads to itself (cycles.ts).
 */
export function walkBlocks(
  roots: readonly number[],
  blocks: Blocks,
  code: IntPool,
  seen: Uint8Array,
  choose: ChooseOptional,
  visit: ((op: number, at: number, block: number) => void) | undefined,
  order?: number[],
): boolean {
  let circular = false;
  const stackBlock: number[] = [];
  const stackAt: number[] = [];
  for (const root of roots) {
    if (seen[root] !== 0) continue;
    seen[root] = 1;
    order?.push(root);
    stackBlock.push(root);
    stackAt.push(blocks.codeStart.at[root] as number);
    while (stackBlock.length > 0) {
      const top = stackBlock.length - 1;
      const block = stackBlock[top] as number;
      const at = stackAt[top] as number;
      if (at < 0 || at >= (blocks.codeEnd.at[block] as number)) {
        seen[block] = 2;
        stackBlock.pop();
        stackAt.pop();
        continue;
      }
      const op = code.at[at] as number;
      stackAt[top] = at + (OP_LENGTH[op] as number);
      visit?.(op, at, block);
      let next = -1;
      if (op === OP_CALL) next = code.at[at + 1] as number;
      else if (op === OP_OPTIONAL) next = choose(at);
      if (next < 0) continue;
      if (seen[next] === 0) {
        seen[next] = 1;
        order?.push(next);
        stackBlock.push(next);
        stackAt.push(blocks.codeStart.at[next] as number);
      } else if (seen[next] === 1) circular = true;
    }
  }
  return circular;
}
