// Who is said to be in which attribute: every active `typeattribute` and `type x, attribute`, counted, so that a membership
// ends with the last statement of it. Statements that name something undeclared have no effect and are errors; they are
// looked for only when there are any.

import type { AppliedCode } from "./affected.ts";
import { OP_ATTR, OP_LENGTH } from "./code.ts";
import type { CompilerState } from "./state.ts";

/** A typeattribute (or `type x, attr`) that cannot be done. */
export interface MembershipError {
  readonly block: number;
  readonly at: number;
  /** 1 type, 2 attribute */
  readonly operand: number;
  readonly word: number;
  readonly code: string;
}

const WORD_RANGE = 0x200000;

/** One number for a set of types (value) and an attribute (word). */
export function membershipKey(types: number, attribute: number): number {
  return types * WORD_RANGE + attribute;
}

/** The memberships of active blocks. */
export class Memberships {
  private readonly state: CompilerState;
  private counts = new Map<number, number>();
  readonly errors: MembershipError[] = [];

  constructor(state: CompilerState) {
    this.state = state;
  }

  /** Counts differences by key; true when a membership began or ended. */
  change(differences: Map<number, number>): boolean {
    if (this.counts.size === 0) {
      this.counts = differences;
      for (const [key, delta] of differences) if (delta === 0) differences.delete(key);
      return differences.size > 0;
    }
    let moved = false;
    for (const [key, delta] of differences) {
      if (delta === 0) continue;
      const count = (this.counts.get(key) ?? 0) + delta;
      if (count === 0 || count === delta) moved = true;
      if (count === 0) this.counts.delete(key);
      else this.counts.set(key, count);
    }
    return moved;
  }

  /** True when a membership names one of these words. */
  names(words: ReadonlySet<number>): boolean {
    if (words.size === 0) return false;
    const { resolver } = this.state;
    for (const key of this.counts.keys()) {
      const types = Math.floor(key / WORD_RANGE);
      if (words.has(key - types * WORD_RANGE)) return true;
      if (resolver.flat(types).items.some((item) => words.has(item >> 2))) return true;
    }
    return false;
  }

  /** All memberships: a type and its attribute in turn, as values of the database. Renews the errors. */
  pairs(applied: AppliedCode): number[] {
    const { types, resolver, db } = this.state;
    const pairs: number[] = [];
    let bad = false;
    for (const key of this.counts.keys()) {
      const value = Math.floor(key / WORD_RANGE);
      const attribute = types.valueOf(key - value * WORD_RANGE);
      const names = resolver.types(value);
      if (attribute === 0 || names.unknown.length > 0 || db.types.at(attribute)?.isAttribute !== true)
        bad = true;
      if (attribute === 0) continue;
      for (const type of names.plain) pairs.push(type, attribute);
    }
    this.findErrors(bad, applied);
    return pairs;
  }

  /** Finds the errors anew when there are any: they stand elsewhere after an edit, or have come or gone with a block. */
  renewErrors(applied: AppliedCode): void {
    this.findErrors(this.errors.length > 0, applied);
  }

  /** Finds the code behind memberships that cannot be; a look at all blocks, so only when there are any. */
  private findErrors(any: boolean, { start, stop }: AppliedCode): void {
    const { blocks, code, types, resolver, db, rules } = this.state;
    const { errors } = this;
    errors.length = 0;
    if (!any) return;
    const { at: contents } = blocks.contents;
    for (let block = 0; block < start.length; block++) {
      if (((contents[block] as number) & (1 << OP_ATTR)) === 0) continue;
      const end = stop.at[block] as number;
      for (
        let at = start.at[block] as number;
        at >= 0 && at < end;
        at += OP_LENGTH[code.at[at] as number] as number
      ) {
        if (code.at[at] !== OP_ATTR || rules.lenient.has(block)) continue;
        const word = code.at[at + 2] as number;
        const attribute = types.valueOf(word);
        if (attribute === 0) errors.push({ block, at, operand: 2, word, code: "type-attr-undecl" });
        else if (db.types.at(attribute)?.isAttribute !== true)
          errors.push({ block, at, operand: 2, word, code: "type-attr-istype" });
        for (const unknown of resolver.types(code.at[at + 1] as number).unknown)
          errors.push({ block, at, operand: 1, word: unknown, code: "typeattr-unknown" });
      }
    }
  }
}
