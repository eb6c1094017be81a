// Walks over block code: the graph of blocks from the file roots, each block once, in the order in which m4 would
// have written the policy. Which branch of an optional is followed is the caller's choice. Also what blocks lead to
// (`Blocks.leads`): with that known, a walk for something rare passes by everything that does not lead to it.

import type { Blocks } from "./blocks.ts";
import { LEADS_KNOWN, LEADS_ON, OP_AV, OP_CALL, OP_LENGTH, OP_OPTIONAL, OP_XPERM } from "./code.ts";
import type { IntPool } from "./intPool.ts";

/** Chooses the block that an OP_OPTIONAL at code position `at` leads to; -1 for none. */
export type ChooseOptional = (at: number) => number;

/**
 * Visits every operation of every block reachable from `roots`, calls and optionals followed in place; a block is
 * entered once, at its first use. `seen` (one byte a block, zeroed by the caller) tells afterwards what was reached.
 * Blocks not yet evaluated are passed over. With `wanted` (bits of `Blocks.contents`) blocks that lead to none of
 * these may be left out.
 */
export function walkBlocks(
  roots: readonly number[],
  blocks: Blocks,
  code: IntPool,
  seen: Uint8Array,
  choose: ChooseOptional,
  visit: ((op: number, at: number, block: number) => void) | undefined,
  wanted = -1,
): void {
  const stackBlock: number[] = [];
  const stackAt: number[] = [];
  const useful = blocks.leadsKnown ? wanted : -1;
  const enter = (block: number): void => {
    if (block < 0 || seen[block] !== 0) return;
    seen[block] = 1;
    const leads = blocks.leads.at[block] as number;
    if (useful !== -1 && (leads & LEADS_KNOWN) !== 0 && (leads & useful) === 0) return;
    stackBlock.push(block);
    stackAt.push(blocks.codeStart.at[block] as number);
  };
  for (let i = 0; i < roots.length; i++) {
    enter(roots[i] as number);
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
      if (op === OP_CALL) enter(code.at[at + 1] as number);
      else if (op === OP_OPTIONAL) enter(choose(at));
    }
  }
}

/** Of these nobody asks what leads to them. */
const COMMON = (1 << OP_AV) | (1 << OP_XPERM) | (1 << OP_CALL) | (1 << OP_OPTIONAL);

/** Brings `Blocks.leads` up to date for the blocks evaluated since, and for all where one of these leads to more than before. */
export function coverFresh(blocks: Blocks, code: IntPool): void {
  const { leads, fresh } = blocks;
  if (!blocks.leadsKnown) return;
  const before = fresh.map((block) => leads.at[block] as number);
  for (const block of fresh) leads.at[block] = 0;
  for (const block of fresh) cover(blocks, code, block, 0);
  // Callers of a block that leads to more than before lead to more as well.
  const isMore = fresh.some((block, i) => {
    const old = before[i] as number;
    return old !== 0 && ((leads.at[block] as number) & ~old & ~COMMON) !== 0;
  });
  if (isMore) {
    blocks.leadsGeneration++;
    leads.at.fill(0, 0, blocks.count);
    for (let block = 0; block < blocks.count; block++) cover(blocks, code, block, 0);
  }
  blocks.fresh = [];
}

function cover(blocks: Blocks, code: IntPool, block: number, depth: number): number {
  const { leads } = blocks;
  const known = leads.at[block] as number;
  if ((known & LEADS_KNOWN) !== 0) return known;
  // Until its children are known, a block that leads to itself leads to everything.
  leads.at[block] = -1;
  if (depth > 1000) return -1;
  let found = (blocks.contents.at[block] as number) | LEADS_KNOWN;
  const stop = blocks.codeEnd.at[block] as number;
  let at = blocks.codeStart.at[block] as number;
  // Most blocks of a policy hold rules only.
  if ((found & LEADS_ON) === 0) at = stop;
  while (at >= 0 && at < stop) {
    const op = code.at[at] as number;
    if (op === OP_CALL || op === OP_OPTIONAL)
      found |= cover(blocks, code, code.at[at + 1] as number, depth + 1);
    const otherwise = op === OP_OPTIONAL ? (code.at[at + 2] as number) : -1;
    if (otherwise >= 0) found |= cover(blocks, code, otherwise, depth + 1);
    at += OP_LENGTH[op] as number;
  }
  leads.at[block] = found;
  return found;
}

/** True when a block may lead to one of these (bits of `Blocks.contents`), as far as is known. */
export function mayLeadTo({ leads, leadsKnown }: Blocks, block: number, wanted: number): boolean {
  const found = leads.at[block] as number;
  return !leadsKnown || (found & LEADS_KNOWN) === 0 || (found & wanted) !== 0;
}
