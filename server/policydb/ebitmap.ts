// Extensible bitmap: the set type of the policy database (security/selinux/ss/ebitmap.c). Bits are numbered
// from 0, as in the kernel: a symbol with value v is bit v - 1. Unlike the kernel's sparse nodes this is one
// dense Uint32Array, because policies have thousands of symbols, not millions, and dense words make union,
// intersection and iteration a plain loop. Invariant: `words` may be longer than needed; trailing zeroes carry
// no meaning. It does not know the on-disk form (policydb/binary does).

/** A set of small non-negative integers. */
export interface ReadonlyEbitmap {
  readonly words: Uint32Array;
  has(bit: number): boolean;
  isEmpty(): boolean;
  size(): number;
  /** One more than the highest set bit; 0 for the empty set. */
  length(): number;
  equals(other: ReadonlyEbitmap): boolean;
  /** True when every bit of `other` is set here (ebitmap_contains without its last-bit argument). */
  contains(other: ReadonlyEbitmap): boolean;
  intersects(other: ReadonlyEbitmap): boolean;
  clone(): Ebitmap;
  forEach(visit: (bit: number) => void): void;
  toArray(): number[];
  [Symbol.iterator](): Iterator<number>;
}

/** The writable form. */
export class Ebitmap implements ReadonlyEbitmap {
  words: Uint32Array;

  constructor(bits = 0) {
    this.words = new Uint32Array((bits + 31) >>> 5);
  }

  static of(bits: Iterable<number>): Ebitmap {
    const result = new Ebitmap();
    for (const bit of bits) result.add(bit);
    return result;
  }

  has(bit: number): boolean {
    const word = bit >>> 5;
    return word < this.words.length && ((this.words[word] as number) & (1 << (bit & 31))) !== 0;
  }

  add(bit: number): void {
    const word = bit >>> 5;
    if (word >= this.words.length) this.grow(word + 1);
    this.words[word] = (this.words[word] as number) | (1 << (bit & 31));
  }

  delete(bit: number): void {
    const word = bit >>> 5;
    if (word < this.words.length) this.words[word] = (this.words[word] as number) & ~(1 << (bit & 31));
  }

  clear(): void {
    this.words.fill(0);
  }

  /** In place union. */
  addAll(other: ReadonlyEbitmap): this {
    const theirs = other.words;
    if (theirs.length > this.words.length) this.grow(theirs.length);
    const mine = this.words;
    for (let i = 0; i < theirs.length; i++) mine[i] = (mine[i] as number) | (theirs[i] as number);
    return this;
  }

  /** In place difference. */
  deleteAll(other: ReadonlyEbitmap): this {
    const theirs = other.words;
    const mine = this.words;
    const n = Math.min(mine.length, theirs.length);
    for (let i = 0; i < n; i++) mine[i] = (mine[i] as number) & ~(theirs[i] as number);
    return this;
  }

  /** In place intersection. */
  keepAll(other: ReadonlyEbitmap): this {
    const theirs = other.words;
    const mine = this.words;
    for (let i = 0; i < mine.length; i++)
      mine[i] = i < theirs.length ? (mine[i] as number) & (theirs[i] as number) : 0;
    return this;
  }

  isEmpty(): boolean {
    const words = this.words;
    for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
    return true;
  }

  size(): number {
    let count = 0;
    const words = this.words;
    for (let i = 0; i < words.length; i++) count += popcount(words[i] as number);
    return count;
  }

  length(): number {
    const words = this.words;
    for (let i = words.length - 1; i >= 0; i--) {
      const word = words[i] as number;
      if (word !== 0) return i * 32 + 32 - Math.clz32(word);
    }
    return 0;
  }

  equals(other: ReadonlyEbitmap): boolean {
    const a = this.words;
    const b = other.words;
    const n = Math.max(a.length, b.length);
    for (let i = 0; i < n; i++) if (((a[i] ?? 0) ^ (b[i] ?? 0)) !== 0) return false;
    return true;
  }

  contains(other: ReadonlyEbitmap): boolean {
    const a = this.words;
    const b = other.words;
    for (let i = 0; i < b.length; i++) if (((b[i] as number) & ~(a[i] ?? 0)) !== 0) return false;
    return true;
  }

  intersects(other: ReadonlyEbitmap): boolean {
    const a = this.words;
    const b = other.words;
    const n = Math.min(a.length, b.length);
    for (let i = 0; i < n; i++) if (((a[i] as number) & (b[i] as number)) !== 0) return true;
    return false;
  }

  clone(): Ebitmap {
    const copy = new Ebitmap();
    copy.words = this.words.slice();
    return copy;
  }

  forEach(visit: (bit: number) => void): void {
    const words = this.words;
    for (let i = 0; i < words.length; i++) {
      let word = words[i] as number;
      while (word !== 0) {
        const low = word & -word;
        visit(i * 32 + 31 - Math.clz32(low));
        word ^= low;
      }
    }
  }

  toArray(): number[] {
    const result: number[] = [];
    this.forEach((bit) => {
      result.push(bit);
    });
    return result;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.toArray()[Symbol.iterator]();
  }

  private grow(words: number): void {
    const larger = new Uint32Array(Math.max(words, this.words.length * 2));
    larger.set(this.words);
    this.words = larger;
  }
}

function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
