// Since when what leads to a block is as it is. Who calls a block, through which calls, and where an argument was written
// is a matter of all that leads to it, which an edit of one file leaves as it was for most blocks. Here edits mark the
// blocks for which it may be another now: those of the edited files and whatever these lead to, before and after. What is
// remembered of a block (callers.ts) holds until it is marked.

import type { Blocks } from "./blocks.ts";
import { LEADS_ON, OP_CALL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import { IntPool } from "./intPool.ts";
import type { CompilerState } from "./state.ts";
import { UNIT_DEFINE, type Unit } from "./units.ts";

export class Ancestry {
  private readonly state: CompilerState;
  /** by block: the edit that marked it last; marks are compared, so an edit is a number that grows */
  private readonly marked = new IntPool(1024);
  private edit = 0;
  /** blocks that were marked before `allAt` are so since then */
  private allAt = 0;

  constructor(state: CompilerState) {
    this.state = state;
  }

  /** The present moment, for `isSince`. */
  get now(): number {
    return this.edit;
  }

  /** True when what leads to a block is as it was at a moment. */
  isSince(block: number, moment: number): boolean {
    return (
      moment >= this.allAt && (block >= this.marked.length || (this.marked.at[block] as number) <= moment)
    );
  }

  /** An edit begins. With files that come or go, all places may come in another order. */
  begin(isOrderOther: boolean): void {
    this.edit++;
    if (isOrderOther) this.allAt = this.edit;
  }

  /** Marks what stands in these files and what is evaluated anew, with what both lead to: before and after the evaluation. */
  markText(files: Iterable<number>, units: Iterable<Unit>): void {
    const { blocks, units: all } = this.state;
    for (const file of files) {
      const unit = all.fileUnits.get(file);
      if (unit !== undefined) this.mark(blocks.applicationsOf(unit.id));
      for (const macro of all.macrosIn(file)) {
        // What such a macro stands for is part of rules, whose blocks are not those that it was called in.
        if (macro.kind === UNIT_DEFINE) this.allAt = this.edit;
        else this.mark(blocks.applicationsOf(macro.id));
      }
    }
    for (const unit of units) {
      if (unit.kind === UNIT_DEFINE) this.allAt = this.edit;
      this.mark(blocks.applicationsOf(unit.id));
    }
  }

  /** Marks these blocks and those that they lead to. */
  mark(from: Iterable<number>): void {
    const { blocks, code } = this.state;
    const { marked, edit } = this;
    if (blocks.count > 0 && marked.length < blocks.count) marked.set(blocks.count - 1, 0);
    const marks = marked.at;
    const stack: number[] = [];
    const enter = (block: number): void => {
      if (block < 0 || marks[block] === edit) return;
      marks[block] = edit;
      if (leadsOn(blocks, block)) stack.push(block);
    };
    for (const start of from) {
      // Its code may be another than when it was marked.
      marks[start] = edit;
      stack.push(start);
      for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
        const stop = blocks.codeEnd.at[block] as number;
        let at = blocks.codeStart.at[block] as number;
        while (at >= 0 && at < stop) {
          const op = code.at[at] as number;
          if (op === OP_CALL || op === OP_OPTIONAL) enter(code.at[at + 1] as number);
          if (op === OP_OPTIONAL) enter(code.at[at + 2] as number);
          at += OP_LENGTH[op] as number;
        }
      }
    }
  }
}

function leadsOn(blocks: Blocks, block: number): boolean {
  return ((blocks.contents.at[block] as number) & LEADS_ON) !== 0;
}
