// Bytes of a binary policy while they are written: little endian integers and names into a growing array. The
// counterpart of cursor.ts.

import { encodeName } from "./cursor.ts";

/** A growing byte array. */
export class ByteWriter {
  private bytes: Uint8Array;
  private used = 0;

  constructor(expected = 0x10000) {
    this.bytes = new Uint8Array(Math.max(64, expected));
  }

  get length(): number {
    return this.used;
  }

  u8(value: number): void {
    this.room(1);
    this.bytes[this.used++] = value;
  }

  u16(value: number): void {
    this.room(2);
    this.bytes[this.used++] = value;
    this.bytes[this.used++] = value >>> 8;
  }

  u32(value: number): void {
    this.room(4);
    const at = this.used;
    this.bytes[at] = value;
    this.bytes[at + 1] = value >>> 8;
    this.bytes[at + 2] = value >>> 16;
    this.bytes[at + 3] = value >>> 24;
    this.used = at + 4;
  }

  /** Replaces a word that was written before. */
  patch(at: number, value: number): void {
    const end = this.used;
    this.used = at;
    this.u32(value);
    this.used = end;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** A length and the name of that length. */
  lengthAndName(name: string): void {
    const bytes = encodeName(name);
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** Everything written so far (a copy). */
  result(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  private room(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.used + more, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}
