// When libsepol expands a role's types it does so declaration by declaration: the global part first, then every optional
// block in text order, and an attribute has by then only the members that were assigned so far (expand_module). So a
// type that joins an attribute inside an optional is missing from `role r types attribute;` outside of it. This file
// numbers the declarations (rank 0 is global, each use of an optional is one more) and says from which rank on a
// membership holds, and up to which rank a role statement is read.

import { HAS_ROLETYPES, LEADS_KNOWN, OP_ATTR, OP_CALL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import { chosen } from "./optionals.ts";
import type { CompilerState } from "./state.ts";

/** Least and greatest rank at which a block is used. */
export interface Ranks {
  readonly least: Int32Array;
  readonly greatest: Int32Array;
}

const LEADS_TO_ATTR = 1 << OP_ATTR;
const LEADS_TO_ROLE = HAS_ROLETYPES;

/** Ranks of all blocks that lead to memberships or role statements; others keep -1. */
export function rankBlocks(state: CompilerState, roots: readonly number[]): Ranks {
  const { blocks, code } = state;
  const least = new Int32Array(blocks.count).fill(-1);
  const greatest = new Int32Array(blocks.count).fill(-1);
  const leads = new Int32Array(blocks.count);
  let declarations = 0;

  const leadsTo = (block: number): number => {
    // More than what is on may be known: then some blocks are ranked in vain.
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

  const visit = (block: number, rank: number, depth: number): void => {
    const what = leadsTo(block);
    const first = least[block] === -1;
    const lower = rank < (least[block] as number) && (what & LEADS_TO_ATTR) !== 0;
    const higher = rank > (greatest[block] as number) && (what & LEADS_TO_ROLE) !== 0;
    if ((what & (LEADS_TO_ATTR | LEADS_TO_ROLE)) === 0 || !(first || lower || higher) || depth > 1000) return;
    if (first || rank < (least[block] as number)) least[block] = rank;
    if (rank > (greatest[block] as number)) greatest[block] = rank;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at];
      if (op === OP_CALL) visit(code.at[at + 1] as number, rank, depth + 1);
      else if (op === OP_OPTIONAL) {
        const child = chosen(blocks, code, at);
        const own = ++declarations;
        if (child >= 0) visit(child, own, depth + 1);
      }
    }
  };
  for (const root of roots) visit(root, 0, 0);
  return { least, greatest };
}
