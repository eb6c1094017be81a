/*
 * Byte helpers of the m4 room.
 *
 * m4 works on bytes, so this room does too: text enters as UTF-8, is cut and rescanned as bytes, and leaves
 * as UTF-8. Inside the builtins a byte string is a JavaScript string with one char code per byte ("latin1").
 * Invariant: `toLatin1(fromLatin1(s)) === s` for every s whose codes are below 256.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text to the bytes m4 would read from a file. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Bytes to text; an ill-formed sequence becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A range of bytes as a string of byte values. */
export function toLatin1(bytes: Uint8Array, from: number, to: number): string {
  let out = "";
  for (let at = from; at < to; at += 8192) {
    out += String.fromCharCode(...bytes.subarray(at, Math.min(to, at + 8192)));
  }
  return out;
}

/** A string of byte values as bytes. */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A string of byte values as readable text, for messages. */
export function readable(latin1: string): string {
  return decodeText(fromLatin1(latin1));
}

/** Copies src[from, to) to dst at `at`. Short runs dominate in m4, and a plain loop beats `set` for those. */
export function copyBytes(dst: Uint8Array, at: number, src: Uint8Array, from: number, to: number): void {
  if (to - from > 64) {
    dst.set(src.subarray(from, to), at);
    return;
  }
  let write = at;
  for (let read = from; read < to; read++) dst[write++] = src[read] as number;
}

/** `buffer` or a larger copy of it that holds at least `need` bytes. */
export function withCapacity(buffer: Uint8Array, need: number): Uint8Array {
  if (need <= buffer.length) return buffer;
  const grown = new Uint8Array(Math.max(need, buffer.length * 2));
  grown.set(buffer);
  return grown;
}

/** Whether two byte ranges hold the same bytes. */
export function sameBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): boolean {
  if (aTo - aFrom !== bTo - bFrom) return false;
  for (let i = aFrom, j = bFrom; i < aTo; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}
