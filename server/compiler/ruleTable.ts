// Contributions of rules to the avtab: (entry, mask) with the code that says it, linked by entry, so that taking one away is
// an exact un-OR and "why is this allowed" is a walk over a list. Rows that were taken away leave gaps, which are closed
// when they are many. Also what changed: entries touched since somebody asked,
// and a journal of what they said before. An entry lives as long as something contributes to it. A contribution can be
// suspended: it stays with its block but has no part in the policy (skippedTransitions.ts).

import { AVTAB_AUDITDENY, AVTAB_TYPE, AVTAB_XPERMS } from "../policydb/avtab.ts";
import { entryState } from "../policydb/entryState.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { ChangedRule } from "./face.ts";
import { IntPool } from "./intPool.ts";

/** A contribution that has no part in the policy for now. */
export interface Suspended {
  readonly contribution: number;
  readonly source: number;
  readonly target: number;
  readonly tclass: number;
  readonly specified: number;
  readonly branch: number;
  readonly block: number;
}

/** Rows without use that are kept however few others there are. */
const SPARE = 4096;

/** Contributions, by block and by entry. */
export class RuleTable {
  protected readonly db: PolicyDb;
  /** contributions */
  readonly entry = new IntPool(4096);
  readonly mask = new IntPool(4096);
  readonly at = new IntPool(4096);
  readonly block = new IntPool(4096);
  protected readonly next = new IntPool(4096);
  protected readonly previous = new IntPool(4096);
  /** first contribution of an avtab entry + 1 */
  protected readonly head = new IntPool(4096);
  protected readonly start = new IntPool(4096);
  protected readonly stop = new IntPool(4096);
  /** xperm bits of contributions, 8 words each; a contribution's mask is its row */
  protected xbits = new IntPool(64);
  /** rows that belong to no block any more */
  protected lost = 0;
  /** type-rule entries whose contributors disagree */
  readonly conflicts = new Set<number>();
  /** type-rule entries in branches of conditionals */
  readonly conditionalTypes = new Set<number>();
  /** type-rule entries to which several rules contribute */
  readonly shared = new Set<number>();
  /** grows when a type rule comes or goes */
  typeGeneration = 0;
  /** entries whose data changed since `takeTouched` */
  private touched = new Set<number>();
  /** while two states are compared: what each entry said when it was first touched, by its key */
  private journal: Map<string, ChangedRule> | undefined;
  /** nobody has asked for changes yet: the first asker looks at everything anyway */
  private watching = false;

  constructor(db: PolicyDb, expected: number) {
    this.db = db;
    for (const pool of [this.entry, this.mask, this.at, this.block, this.next, this.previous, this.head])
      pool.reserve(expected);
    for (const pool of [this.start, this.stop]) pool.reserve((expected >> 1) + (expected >> 2));
  }

  takeTouched(): Set<number> {
    const touched = this.touched;
    this.touched = new Set();
    this.watching = true;
    return touched;
  }

  /** From now on what entries said before their first change is written down. */
  startJournal(): void {
    this.journal = new Map();
  }

  /** What was written down, and an end to it. */
  takeJournal(): readonly ChangedRule[] {
    const states = [...(this.journal?.values() ?? [])];
    this.journal = undefined;
    return states;
  }

  private note(entry: number, isNew: boolean): void {
    const state = entryState(this.db.avtab, entry);
    const key = `${state.pair} ${state.tclass} ${state.specified} ${state.branch} ${state.slice}`;
    if (this.journal?.has(key) === false) this.journal.set(key, { ...state, isNew });
  }

  has(block: number): boolean {
    return block < this.start.length && (this.stop.at[block] as number) > 0;
  }

  /** Closes the gaps when most rows are gaps: contributions get other numbers, so nobody may remember any. */
  compact(): void {
    const { length } = this.entry;
    const live = length - this.lost;
    if (this.lost < 2 * live + SPARE) return;
    const blocks: number[] = [];
    for (let block = 0; block < this.start.length; block++) if (this.has(block)) blocks.push(block);
    blocks.sort((a, b) => (this.start.at[a] as number) - (this.start.at[b] as number));
    const room = live + (live >> 2);
    /** new number by old one */
    const number = new Int32Array(length);
    const rows = [this.entry, this.mask, this.at, this.block, this.next, this.previous];
    const fresh = rows.map(() => new Int32Array(room));
    let end = 0;
    for (const block of blocks) {
      const { start, stop } = this.range(block);
      for (const [i, { at }] of rows.entries()) fresh[i]?.set(at.subarray(start, stop), end);
      for (let c = start; c < stop; c++) number[c] = end + c - start;
      this.start.at[block] = end + 1;
      end += stop - start;
      this.stop.at[block] = end + 1;
    }
    for (const [i, pool] of rows.entries()) {
      pool.at = fresh[i] as Int32Array<ArrayBuffer>;
      pool.length = end;
    }
    for (const { at } of [this.next, this.previous])
      for (let c = 0; c < end; c++) if ((at[c] as number) >= 0) at[c] = number[at[c] as number] as number;
    const { head } = this;
    for (let entry = 0; entry < head.length; entry++)
      if ((head.at[entry] as number) > 0)
        head.at[entry] = (number[(head.at[entry] as number) - 1] as number) + 1;
    this.lost = 0;
    this.compactBits();
  }

  private compactBits(): void {
    const before = this.xbits;
    this.xbits = new IntPool(64);
    for (let c = 0; c < this.entry.length; c++) {
      const entry = this.entry.at[c] as number;
      if (((this.db.avtab.specified[entry] as number) & AVTAB_XPERMS) === 0) continue;
      const from = (this.mask.at[c] as number) * 8;
      this.mask.at[c] = this.xbits.length >> 3;
      for (let i = 0; i < 8; i++) this.xbits.push(before.at[from + i] as number);
    }
  }

  /** A new contribution; all its fields have room. */
  protected allocate(): number {
    const c = this.entry.length;
    if (c >= this.entry.at.length)
      for (const pool of [this.entry, this.mask, this.at, this.block, this.next, this.previous])
        pool.reserve(1);
    this.entry.length = c + 1;
    this.mask.length = c + 1;
    this.at.length = c + 1;
    this.block.length = c + 1;
    this.next.length = c + 1;
    this.previous.length = c + 1;
    return c;
  }

  /** The contributions of a block's own rules. */
  range(block: number): { readonly start: number; readonly stop: number } {
    return this.has(block)
      ? { start: (this.start.at[block] as number) - 1, stop: (this.stop.at[block] as number) - 1 }
      : { start: 0, stop: 0 };
  }

  /** Contributions to an entry. */
  *contributionsOf(entry: number): Iterable<number> {
    if (entry >= this.head.length) return;
    for (let c = (this.head.at[entry] as number) - 1; c >= 0; c = this.next.at[c] as number) yield c;
  }

  protected put(
    block: number,
    at: number,
    source: number,
    target: number,
    tclass: number,
    specified: number,
    branch: number,
    mask: number,
    slice = 0,
  ): void {
    if (branch < 0) return;
    const c = this.allocate();
    this.mask.at[c] = mask;
    this.at.at[c] = at;
    this.block.at[c] = block;
    this.link(c, this.db.avtab.ensure(source, target, tclass, specified, branch, slice), specified, branch);
  }

  /** Makes a contribution count for an entry. */
  private link(c: number, entry: number, specified: number, branch: number): void {
    const { avtab } = this.db;
    const mask = this.mask.at[c] as number;
    const first = entry < this.head.length ? (this.head.at[entry] as number) - 1 : -1;
    if (this.journal !== undefined) this.note(entry, first < 0);
    this.entry.at[c] = entry;
    this.next.at[c] = first;
    this.previous.at[c] = -1;
    if (first >= 0) this.previous.at[first] = c;
    this.head.set(entry, c + 1);
    if (this.watching) this.touched.add(entry);
    if ((specified & AVTAB_TYPE) !== 0) {
      this.typeGeneration++;
      if (first >= 0) this.shared.add(entry);
      if (first >= 0 && avtab.data[entry] !== mask) this.conflicts.add(entry);
      if (branch !== 0) this.conditionalTypes.add(entry);
      if (first < 0 || this.isBefore(mask, avtab.data[entry] as number)) avtab.data[entry] = mask;
    } else if ((specified & AVTAB_XPERMS) !== 0) {
      const row = (avtab.data[entry] as number) * 8;
      for (let i = 0; i < 8; i++)
        avtab.xperms[row + i] = (avtab.xperms[row + i] as number) | (this.xbits.at[mask * 8 + i] as number);
    } else if (specified === AVTAB_AUDITDENY)
      avtab.data[entry] = first < 0 ? ~mask : (avtab.data[entry] as number) & ~mask;
    else avtab.data[entry] = (avtab.data[entry] as number) | mask;
  }

  protected unlink(c: number): void {
    const { avtab } = this.db;
    const entry = this.entry.at[c] as number;
    if (entry < 0) return; // suspended
    if (this.journal !== undefined) this.note(entry, false);
    const next = this.next.at[c] as number;
    const previous = this.previous.at[c] as number;
    if (next >= 0) this.previous.at[next] = previous;
    if (previous >= 0) this.next.at[previous] = next;
    else this.head.at[entry] = next + 1;
    this.entry.at[c] = -1;
    if (this.watching) this.touched.add(entry);
    if (((avtab.specified[entry] as number) & AVTAB_TYPE) !== 0) {
      this.typeGeneration++;
      const only = (this.head.at[entry] as number) - 1;
      if (only < 0 || (this.next.at[only] as number) < 0) this.shared.delete(entry);
    }
    if (this.head.at[entry] === 0) {
      this.conflicts.delete(entry);
      this.conditionalTypes.delete(entry);
      avtab.remove(entry);
      return;
    }
    this.recompute(entry);
  }

  /** Takes the contributions to a type-rule entry out of the policy, and so the entry. */
  suspend(entry: number): readonly Suspended[] {
    const { avtab } = this.db;
    const list = [...this.contributionsOf(entry)].map((contribution) => ({
      contribution,
      source: avtab.source(entry),
      target: avtab.target(entry),
      tclass: avtab.tclass[entry] as number,
      specified: avtab.specified[entry] as number,
      branch: avtab.branch[entry] as number,
      block: this.block.at[contribution] as number,
    }));
    for (const { contribution } of list) this.unlink(contribution);
    return list;
  }

  /** Lets contributions count again, except those whose block has left. */
  resume(list: readonly Suspended[]): void {
    for (const { contribution, block, source, target, tclass, specified, branch } of list) {
      const { start, stop } = this.range(block);
      if (contribution < start || contribution >= stop) continue;
      const entry = this.db.avtab.ensure(source, target, tclass, specified, branch, 0);
      this.link(contribution, entry, specified, branch);
    }
  }

  /** Of conflicting type rules the one with the first name counts: no policy can be built, but history must not show. */
  private isBefore(type: number, other: number): boolean {
    const { types } = this.db;
    return (types.nameOf(type) ?? "") < (types.nameOf(other) ?? "");
  }

  /** Rebuilds an entry's data from the contributions that are left. */
  private recompute(entry: number): void {
    const { avtab } = this.db;
    const specified = avtab.specified[entry] as number;
    let c = (this.head.at[entry] as number) - 1;
    if ((specified & AVTAB_TYPE) !== 0) {
      // All of them say the same: the rest does, too.
      if (!this.conflicts.has(entry)) return;
      let conflict = false;
      let result = this.mask.at[c] as number;
      for (; c >= 0; c = this.next.at[c] as number) {
        const other = this.mask.at[c] as number;
        if (other === result) continue;
        conflict = true;
        if (this.isBefore(other, result)) result = other;
      }
      avtab.data[entry] = result;
      if (conflict) this.conflicts.add(entry);
      else this.conflicts.delete(entry);
      return;
    }
    if ((specified & AVTAB_XPERMS) !== 0) {
      const row = (avtab.data[entry] as number) * 8;
      avtab.xperms.fill(0, row, row + 8);
      for (; c >= 0; c = this.next.at[c] as number)
        for (let i = 0; i < 8; i++)
          avtab.xperms[row + i] =
            (avtab.xperms[row + i] as number) |
            (this.xbits.at[(this.mask.at[c] as number) * 8 + i] as number);
      return;
    }
    const data = avtab.data[entry] as number;
    const before = specified === AVTAB_AUDITDENY ? ~data : data | 0;
    let union = 0;
    // Once everything that was granted is granted still, the rest of a list (maybe of thousands) adds nothing.
    for (; c >= 0 && union !== before; c = this.next.at[c] as number) union |= this.mask.at[c] as number;
    avtab.data[entry] = specified === AVTAB_AUDITDENY ? ~union : union;
  }
}
