// When libsepol expands a role's types it does so declaration by declaration: the global part first, then every optional
// block in text order, and an attribute has by then only the members that were assigned so far (expand_module). So a
// type that joins an attribute inside an optional is missing from `role r types attribute;` outside of it. This file
// numbers the declarations (rank 0 is global, each use of an optional is one more) and says from which rank on a
// membership holds, and up to which rank a role statement is read.

import { BLOCK_ROOT } from "./blocks.ts";
import { HAS_ROLETYPES, LEADS_KNOWN, OP_ATTR, OP_CALL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import { chosen, STATE_ON } from "./optionals.ts";
import type { CompilerState } from "./state.ts";

/** Least and greatest rank at which a block is used. */
export interface Ranks {
  readonly least: Int32Array;
  readonly greatest: Int32Array;
  /** every rank at which a block that leads to role statements is used */
  readonly every: (block: number) => Iterable<number>;
}

const LEADS_TO_ATTR = 1 << OP_ATTR;
const LEADS_TO_ROLE = HAS_ROLETYPES;

/**
 * Ranks of all blocks that lead to memberships or role statements; others keep -1. Roots that are no files are blocks that
 * are on inside of blocks that are off (nestedElse.ts): then these are passed through.
 */
export function rankBlocks(state: CompilerState, roots: readonly number[]): Ranks {
  const { blocks } = state;
  const files = roots.filter((root) => blocks.kind.at[root] === BLOCK_ROOT);
  const least = new Int32Array(blocks.count).fill(-1);
  const greatest = new Int32Array(blocks.count).fill(-1);
  const hasOrphans = files.length < roots.length;
  walk(state, files, hasOrphans, (block, rank, what) => {
    const first = least[block] === -1;
    const lower = rank < (least[block] as number) && (what & LEADS_TO_ATTR) !== 0;
    const higher = rank > (greatest[block] as number) && (what & LEADS_TO_ROLE) !== 0;
    if (!(first || lower || higher)) return false;
    if (first || rank < (least[block] as number)) least[block] = rank;
    if (rank > (greatest[block] as number)) greatest[block] = rank;
    return true;
  });
  let all: Map<number, Set<number>> | undefined;
  const every = (block: number): Iterable<number> => {
    if (all === undefined) {
      const known = new Map<number, Set<number>>();
      walk(state, files, hasOrphans, (one, rank, what) => {
        if ((what & LEADS_TO_ROLE) === 0 || known.get(one)?.has(rank) === true) return false;
        known.set(one, (known.get(one) ?? new Set()).add(rank));
        return true;
      });
      all = known;
    }
    return all.get(block) ?? [];
  };
  return { least, greatest, every };
}

/** Walks in the order of libsepol's declarations; `enter` tells whether to go on into a block at a rank. */
function walk(
  state: CompilerState,
  roots: readonly number[],
  hasOrphans: boolean,
  enter: (block: number, rank: number, what: number) => boolean,
): void {
  const { blocks, code } = state;
  const leadsTo = leadsToOf(state);
  const passed = new Set<number>();
  let declarations = 0;
  const visit = (block: number, rank: number, depth: number): void => {
    const what = hasOrphans ? LEADS_TO_ATTR | LEADS_TO_ROLE : leadsTo(block);
    if ((what & (LEADS_TO_ATTR | LEADS_TO_ROLE)) === 0 || depth > 1000 || !enter(block, rank, what)) return;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at];
      if (op === OP_CALL) visit(code.at[at + 1] as number, rank, depth + 1);
      else if (op === OP_OPTIONAL) optional(at, depth);
    }
  };
  const optional = (at: number, depth: number): void => {
    const own = ++declarations;
    for (const branch of [code.at[at + 1] as number, code.at[at + 2] as number]) {
      if (branch < 0) continue;
      if (((blocks.state.at[branch] as number) & STATE_ON) !== 0) visit(branch, own, depth + 1);
      else if (hasOrphans) passBy(branch, depth + 1);
    }
  };
  /** what is off leaves only the optionals inside of it */
  const passBy = (block: number, depth: number): void => {
    if (passed.has(block) || depth > 1000) return;
    passed.add(block);
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      if (code.at[at] === OP_CALL) passBy(code.at[at + 1] as number, depth + 1);
      else if (code.at[at] === OP_OPTIONAL) optional(at, depth);
    }
  };
  for (const root of roots) visit(root, 0, 0);
}

/** What a block leads to by what is on; more than that may be known, then some blocks are ranked in vain. */
function leadsToOf({ blocks, code }: CompilerState): (block: number) => number {
  const leads = new Int32Array(blocks.count);
  const leadsTo = (block: number): number => {
    if (blocks.leadsKnown && ((blocks.leads.at[block] as number) & LEADS_KNOWN) !== 0)
      return blocks.leads.at[block] as number;
    const known = leads[block] as number;
    if ((known & LEADS_KNOWN) !== 0) return known;
    leads[block] = LEADS_KNOWN;
    let found = (blocks.contents.at[block] as number) | LEADS_KNOWN;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at];
      if (op === OP_CALL) found |= leadsTo(code.at[at + 1] as number);
      else if (op === OP_OPTIONAL) {
        const child = chosen(blocks, code, at);
        if (child >= 0) found |= leadsTo(child);
      }
    }
    leads[block] = found;
    return found;
  };
  return leadsTo;
}
