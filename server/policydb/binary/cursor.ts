// A place in a binary policy, with everything that is read from it (security/selinux/ss/policydb.h, next_entry and
// str_read). All integers are little endian. Invariant: the first failure is kept, and from then on the cursor
// stands at the end of the file and every read gives zero, so callers may check `ok` once a loop instead of once a
// read. It never throws and never reads past the end.

import { type BinaryCondition, conditionOf } from "./conditions.ts";

/** Something about a file, and where it is. */
export interface BinaryNote {
  /** Byte offset in the file. */
  readonly offset: number;
  /** Part of the file: "header", "classes", "avtab", … */
  readonly section: string;
  readonly message: string;
}

/** What is wrong with a file (or worth a warning). */
export interface BinaryError extends BinaryNote {
  readonly condition: BinaryCondition;
  /** a warning about what kernels load and libsepol's validation refuses */
  readonly refusedByLibsepol?: boolean;
}

/** Names can have any bytes: those that are not UTF-8 become lone surrogates U+DC80…U+DCFF, one a byte. */
const RAW_BYTE = 0xdc00;

/** Sequential reader with a sticky first error. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  pos = 0;
  section = "header";
  error: BinaryError | undefined;
  readonly warnings: BinaryError[] = [];
  /** Where each section begins. */
  readonly starts = new Map<string, number>([["header", 0]]);

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** A section begins here. */
  enter(section: string): void {
    this.section = section;
    this.starts.set(section, this.pos);
  }

  get ok(): boolean {
    return this.error === undefined;
  }

  remaining(): number {
    return this.end - this.pos;
  }

  /** Keeps the first failure and moves to the end of the file. */
  fail(message: string, at: number = this.pos, condition: BinaryCondition = conditionOf(this.section)): void {
    this.error ??= { offset: at, section: this.section, condition, message };
    this.pos = this.end;
  }

  warn(message: string, at: number = this.pos, condition?: BinaryCondition): void {
    const { section } = this;
    this.warnings.push({ offset: at, section, condition: condition ?? conditionOf(section), message });
  }

  /** A warning about what kernels load and libsepol refuses. */
  doubt(message: string, at: number, condition: BinaryCondition = conditionOf(this.section)): void {
    this.warnings.push({ offset: at, section: this.section, condition, message, refusedByLibsepol: true });
  }

  u8(what: string): number {
    if (this.pos >= this.end) return this.short(1, what);
    return this.bytes[this.pos++] as number;
  }

  u16(what: string): number {
    const at = this.pos;
    if (at + 2 > this.end) return this.short(2, what);
    this.pos = at + 2;
    return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8);
  }

  u32(what: string): number {
    const at = this.pos;
    if (at + 4 > this.end) return this.short(4, what);
    const b = this.bytes;
    this.pos = at + 4;
    return (
      ((b[at] as number) |
        ((b[at + 1] as number) << 8) |
        ((b[at + 2] as number) << 16) |
        ((b[at + 3] as number) << 24)) >>>
      0
    );
  }

  /** A count of elements that need at least `each` bytes; fails when the rest of the file cannot hold them. */
  count(what: string, each: number): number {
    const at = this.pos;
    const n = this.u32(`number of ${what}`);
    return this.fits(n, what, each, at) ? n : 0;
  }

  /** True when `n` elements of at least `each` bytes can still follow. */
  fits(n: number, what: string, each: number, at: number): boolean {
    if (n * each <= this.remaining()) return true;
    this.fail(`${n} ${what} announced, but only ${this.remaining()} bytes follow`, at, "trunc");
    return false;
  }

  /** Raw bytes (a copy). */
  take(length: number, what: string): Uint8Array {
    const at = this.pos;
    if (length > this.end - at) {
      this.short(length, what);
      return new Uint8Array(length < 64 ? length : 0);
    }
    this.pos = at + length;
    return this.bytes.slice(at, at + length);
  }

  /** A name of a length that was read at `lengthAt`. Empty names are refused, as everywhere in the kernel. */
  name(length: number, what: string, lengthAt: number = this.pos): string {
    if (length === 0) {
      this.fail(`${what} is empty`, lengthAt);
      return "";
    }
    const at = this.pos;
    const stop = at + length;
    if (stop > this.end) {
      this.short(length, what);
      return "";
    }
    this.pos = stop;
    return decodeName(this.bytes, at, stop);
  }

  /** A length and the name of that length. */
  lengthAndName(what: string): string {
    const at = this.pos;
    return this.name(this.u32(`length of ${what}`), what, at);
  }

  private short(needed: number, what: string): number {
    if (this.error === undefined)
      this.fail(
        `the file ends inside ${what}: ${needed} bytes expected, ${this.remaining()} left`,
        this.pos,
        "trunc",
      );
    return 0;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a name; the inverse of `encodeName`. */
export function decodeName(bytes: Uint8Array, start: number, stop: number): string {
  let text = "";
  for (let i = start; i < stop; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return decodeForeign(bytes, start, stop);
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeForeign(bytes: Uint8Array, start: number, stop: number): string {
  try {
    return utf8.decode(bytes.subarray(start, stop));
  } catch {
    let text = "";
    for (let i = start; i < stop; i++) {
      const byte = bytes[i] as number;
      text += String.fromCharCode(byte < 0x80 ? byte : RAW_BYTE + byte);
    }
    return text;
  }
}

const utf8Encoder = new TextEncoder();

/** The bytes of a name: UTF-8, except that U+DC80…U+DCFF stand for single raw bytes. */
export function encodeName(name: string): Uint8Array {
  let plain = true;
  let raw = false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 0x80) plain = false;
    if (code >= RAW_BYTE + 0x80 && code <= RAW_BYTE + 0xff) {
      const before = i === 0 ? 0 : name.charCodeAt(i - 1);
      if (before < 0xd800 || before > 0xdbff) raw = true;
    }
  }
  if (plain || raw) {
    const bytes = new Uint8Array(name.length);
    for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i) & 0xff;
    return bytes;
  }
  return utf8Encoder.encode(name);
}
