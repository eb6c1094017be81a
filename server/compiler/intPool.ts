// A growing row of 32-bit integers: the storage of block code and of everything else that is appended and read
// back by position. Positions stay valid; nothing is ever removed (compaction makes a new pool).

/** Append-only integers. Read `at[i]` only for i < length. */
export class IntPool {
  at: Int32Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 1024) {
    this.at = new Int32Array(capacity);
  }

  push(value: number): number {
    if (this.length === this.at.length) this.reserve(1);
    this.at[this.length] = value;
    return this.length++;
  }

  /** Makes room for `more` further integers. */
  reserve(more: number): void {
    if (this.length + more <= this.at.length) return;
    const larger = new Int32Array(Math.max(this.length + more, this.at.length * 2));
    larger.set(this.at);
    this.at = larger;
  }

  /** Sets position `index`, growing with `fill` up to it. */
  set(index: number, value: number, fill = 0): void {
    if (index >= this.length) {
      this.reserve(index + 1 - this.length);
      if (fill !== 0) this.at.fill(fill, this.length, index + 1);
      this.length = index + 1;
    }
    this.at[index] = value;
  }
}
