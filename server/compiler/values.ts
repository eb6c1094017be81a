// Values: what a macro argument or a set of names is, as one integer. A value ≥ 0 is a word id; a value < 0 is an
// interned list of items (`~value` is its number), so equal arguments are equal integers and a macro application
// is a short row of integers. An item is a word (maybe with a minus before it) or one of a few punctuation marks.
// Invariant: a list that is one plain word is never made; it is that word.

import type { Words } from "../../grammar/text/words.ts";

/** Punctuation items; all others are `word << 2` plus ITEM_MINUS or 0. */
export const ITEM_MINUS = 1;
const MARK = 2;
export const ITEM_OPEN = (1 << 2) | MARK;
export const ITEM_CLOSE = (2 << 2) | MARK;
export const ITEM_STAR = (3 << 2) | MARK;
export const ITEM_TILDE = (4 << 2) | MARK;
const MARKS = ["", "{", "}", "*", "~"];

export function isMark(item: number): boolean {
  return (item & 3) === MARK;
}
export function itemWord(item: number): number {
  return item >> 2;
}
export function isMinus(item: number): boolean {
  return (item & 3) === ITEM_MINUS;
}
export function plainItem(word: number): number {
  return word << 2;
}

/** Interner of item lists. */
export class Values {
  private pool = new Int32Array(4096);
  private poolLength = 0;
  private starts = new Int32Array(1024);
  private hashes = new Int32Array(1024);
  private table = new Int32Array(4096).fill(-1);
  private count = 0;
  private readonly words: Words;

  constructor(words: Words) {
    this.words = words;
  }

  /** How many lists there are; list values are ~0 … ~(lists - 1). */
  get lists(): number {
    return this.count;
  }

  /** The value of these items: a word when they are one plain word, 0 when there are none. */
  of(items: readonly number[]): number {
    if (items.length === 0) return 0;
    if (items.length === 1 && ((items[0] as number) & 3) === 0) return (items[0] as number) >> 2;
    let hash = 17;
    for (const item of items) hash = (Math.imul(hash, 31) + item) | 0;
    hash ^= hash >>> 15;
    let mask = this.table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const list = this.table[at] as number;
      if (list < 0) break;
      if (this.hashes[list] === hash && this.same(list, items)) return ~list;
    }
    if ((this.count + 1) * 2 > this.table.length) this.rehash();
    mask = this.table.length - 1;
    return ~this.add(items, hash, mask);
  }

  /** How much a value holds: characters of a word, four for each item of a list. */
  size(value: number): number {
    if (value >= 0) return this.words.text(value).length;
    return 4 * ((this.starts[~value + 1] as number) - (this.starts[~value] as number));
  }

  /** The items of a value. */
  items(value: number): readonly number[] {
    if (value === 0) return [];
    if (value > 0) return [value << 2];
    const list = ~value;
    const result: number[] = [];
    for (let i = this.starts[list] as number; i < (this.starts[list + 1] as number); i++)
      result.push(this.pool[i] as number);
    return result;
  }

  /** Appends the items of a value to `out`. */
  pushItems(value: number, out: number[]): void {
    if (value === 0) return;
    if (value > 0) {
      out.push(value << 2);
      return;
    }
    const list = ~value;
    for (let i = this.starts[list] as number; i < (this.starts[list + 1] as number); i++)
      out.push(this.pool[i] as number);
  }

  /** The value as policy text. */
  text(value: number): string {
    if (value >= 0) return this.words.text(value);
    return this.items(value)
      .map((item) =>
        isMark(item)
          ? (MARKS[item >> 2] as string)
          : (isMinus(item) ? "-" : "") + this.words.text(itemWord(item)),
      )
      .join(" ");
  }

  private same(list: number, items: readonly number[]): boolean {
    const start = this.starts[list] as number;
    if ((this.starts[list + 1] as number) - start !== items.length) return false;
    for (let i = 0; i < items.length; i++) if (this.pool[start + i] !== items[i]) return false;
    return true;
  }

  private add(items: readonly number[], hash: number, mask: number): number {
    const list = this.count++;
    if (list + 2 > this.starts.length) {
      this.starts = enlarged(this.starts, list + 2);
      this.hashes = enlarged(this.hashes, list + 2);
    }
    if (this.poolLength + items.length > this.pool.length)
      this.pool = enlarged(this.pool, this.poolLength + items.length);
    for (const item of items) this.pool[this.poolLength++] = item;
    this.starts[list + 1] = this.poolLength;
    this.hashes[list] = hash;
    let at = hash & mask;
    while ((this.table[at] as number) >= 0) at = (at + 1) & mask;
    this.table[at] = list;
    return list;
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 2).fill(-1);
    const mask = this.table.length - 1;
    for (let list = 0; list < this.count; list++) {
      let at = (this.hashes[list] as number) & mask;
      while ((this.table[at] as number) >= 0) at = (at + 1) & mask;
      this.table[at] = list;
    }
  }
}

/** A copy with room for at least `needed` elements. */
export function enlarged(from: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(Math.max(needed, from.length * 2));
  to.set(from);
  return to;
}
