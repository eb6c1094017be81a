// One entry of the access vector table at one moment, taken out of the table: its whole key and what it gives. Entry
// numbers are used again after an entry is gone; a key is for ever.

import { AVTAB_XPERMS, type Avtab } from "./avtab.ts";

/** One rule at one moment: the key of its entry, and what it gives. */
export interface EntryState {
  /** source value << 16 | target value */
  readonly pair: number;
  readonly tclass: number;
  readonly specified: number;
  readonly branch: number;
  readonly slice: number;
  readonly data: number;
  /** the eight words of extended permissions */
  readonly bits?: readonly number[];
}

/** The state of an entry that is alive. */
export function entryState(avtab: Avtab, entry: number): EntryState {
  const specified = avtab.specified[entry] as number;
  const data = avtab.data[entry] as number;
  const state = {
    pair: avtab.pair[entry] as number,
    tclass: avtab.tclass[entry] as number,
    specified,
    branch: avtab.branch[entry] as number,
    slice: avtab.slice[entry] as number,
    data,
  };
  if ((specified & AVTAB_XPERMS) === 0) return state;
  return { ...state, bits: [...avtab.xperms.subarray(data * 8, data * 8 + 8)] };
}

/** The entry of a state's key, -1 when there is none. */
export function entryOf(avtab: Avtab, state: EntryState): number {
  const { pair, tclass, specified, branch, slice } = state;
  return avtab.find(pair >>> 16, pair & 0xffff, tclass, specified, branch, slice);
}
