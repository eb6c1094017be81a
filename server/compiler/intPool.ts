// A growing row of 32-bit integers: the storage of block code and of everything else that is appended and read
// back by position. Positions stay valid; nothing is ever removed (compaction makes a new pool).

/** From here on (4 MB) what is left free costs more than copying a little more often. */
const LARGE = 1 << 20;

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

  /** Appends several at once, as the operations of block code are written. */
  push3(a: number, b: number, c: number): void {
    const end = this.length;
    if (end + 3 > this.at.length) this.reserve(3);
    const { at } = this;
    at[end] = a;
    at[end + 1] = b;
    at[end + 2] = c;
    this.length = end + 3;
  }

  push4(a: number, b: number, c: number, d: number): void {
    this.push3(a, b, c);
    this.push(d);
  }

  push5(a: number, b: number, c: number, d: number, e: number): void {
    this.push3(a, b, c);
    this.push(d);
    this.push(e);
  }

  /** Makes room for `more` further integers. */
  reserve(more: number): void {
    if (this.length + more <= this.at.length) return;
    const times = this.at.length < LARGE ? 2 : 1.5;
    const larger = new Int32Array(Math.max(this.length + more, Math.ceil(this.at.length * times)));
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
