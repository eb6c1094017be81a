// What edits leave behind: code and blocks are only ever appended, and values are not given twice. When it is too much, the
// policy is to be compiled anew, which is for whoever holds it to do.

import type { CompilerState } from "./state.ts";
import { MAX_TYPES } from "./symbols.ts";

/** What may be there beyond a multiple of what was there at first, where that was less: words of code, and blocks. */
const SPARE_CODE = 1 << 20;
const SPARE_BLOCKS = 1 << 17;
/** Type values, of 65,535, that may be given to names that are gone. */
const SPARE_TYPES = 8192;

/** The sizes of a policy when all of it was new, and now. */
export class Waste {
  private readonly state: CompilerState;
  /** code, blocks, type values */
  private readonly fresh: readonly number[];

  constructor(state: CompilerState) {
    this.state = state;
    this.fresh = this.sizes();
  }

  private sizes(): readonly number[] {
    const { code, blocks, types } = this.state;
    return [code.length, blocks.count, types.valuesGiven];
  }

  /** True when there is more than so many times what was there at first. */
  isTooMuch(times: number): boolean {
    const { db, rules, types: typeTable } = this.state;
    // Values are not given twice: names for which there was none left may have one when all is counted anew.
    if (typeTable.tooMany.size > 0 && db.types.count < MAX_TYPES) return true;
    if (rules.hasRoomAgain) return true;
    const [code = 0, blocks = 0, types = 0] = this.sizes();
    const [freshCode = 0, freshBlocks = 0, freshTypes = 0] = this.fresh;
    return (
      code > times * freshCode + Math.max(0, SPARE_CODE - freshCode) ||
      blocks > times * freshBlocks + Math.max(0, SPARE_BLOCKS - freshBlocks) ||
      types > freshTypes + SPARE_TYPES
    );
  }
}
