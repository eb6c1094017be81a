// Counts problems by statement: in a macro that doubles itself one statement can have a million.

import { OP_LENGTH } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";

/** Problems of one statement that are given a place. */
const MAX_PER_STATEMENT = 20_000;

/** Tells of each problem, at a code position of a block, whether it is one too many of its statement's. */
export function statementCounter(compiled: CompiledPolicy): (block: number, at: number) => boolean {
  const { blocks, code } = compiled.state;
  const counts = new Map<number, number>();
  return (block, at) => {
    const origin = code.at[at + (OP_LENGTH[code.at[at] as number] as number) - 1] as number;
    const key = (blocks.unit.at[block] as number) * 0x4000000 + origin;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count > MAX_PER_STATEMENT;
  };
}
