// Bytes to text, with what is odd about them as findings. Policy is ASCII by its grammar; only comments, strings
// and paths may hold anything else, and the tools copy those bytes through. So bytes that are no UTF-8 are read as
// Latin-1 (every byte one character, columns right) with a warning instead of being refused. Nothing throws.

import type { Severity } from "../compiler/face.ts";
import type { Lines } from "./lines.ts";

/** A remark about a file's bytes. Offsets are into the decoded text. */
export interface DecodingRemark {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface DecodedText {
  readonly text: string;
  readonly remarks: readonly DecodingRemark[];
  /** of the text, where they are known already */
  readonly lines?: Lines;
}

/** Larger files are refused: no policy comes near it (the largest known policy.conf has 45 MB). */
export const LARGEST_FILE = 256 * 1024 * 1024;

const strict = new TextDecoder("utf-8", { fatal: true });
const latin1 = new TextDecoder("latin1");

/** Decodes the bytes of a source. */
export function decodeSource(bytes: Uint8Array): DecodedText {
  if (bytes.length > LARGEST_FILE) {
    const size = Math.round(bytes.length / (1024 * 1024));
    return refused("file-too-large", `file of ${size} MB is not read; the limit is 256 MB`);
  }
  const nul = bytes.subarray(0, 65536).indexOf(0);
  if (nul >= 0)
    return refused("file-binary", "file is binary: it holds a NUL byte and is not read as policy source");
  const remarks: DecodingRemark[] = [];
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (start > 0)
    remarks.push(
      remark(
        "warning",
        "encoding-bom",
        "file starts with a byte order mark, which m4 and checkpolicy do not understand",
      ),
    );
  const body = start === 0 ? bytes : bytes.subarray(start);
  try {
    return { text: strict.decode(body), remarks };
  } catch {
    // Latin-1 keeps one character a byte, so the first bad byte's index is its offset.
    const at = firstInvalid(body);
    remarks.push({
      severity: "warning",
      code: "encoding-not-utf8",
      message: "byte is not valid UTF-8; the file is read as Latin-1",
      start: at,
      end: at + 1,
    });
    return { text: latin1.decode(body), remarks };
  }
}

/**
 * The bytes of a changed text in the encoding of the file that it comes from: its byte order mark, UTF-8 or Latin-1,
 * and its line ends where they were all alike. Undefined when the encoding has no byte for a character.
 */
export function encodeLike(before: Uint8Array, text: string): Uint8Array | undefined {
  const { text: old, remarks } = decodeSource(before);
  const has = (code: string): boolean => remarks.some((one) => one.code === code);
  const usesCrlf = old.includes("\n") && !/(?:^|[^\r])\n/.test(old);
  const body = usesCrlf ? text.replace(/\r?\n/g, "\r\n") : text;
  const bytes = has("encoding-not-utf8") ? encodeLatin1(body) : new TextEncoder().encode(body);
  if (bytes === undefined || !has("encoding-bom")) return bytes;
  const marked = new Uint8Array(bytes.length + 3);
  marked.set([0xef, 0xbb, 0xbf]);
  marked.set(bytes, 3);
  return marked;
}

/** The inverse of what the decoder does, byte by byte: the platforms' “latin1” differ in 0x80 to 0x9f. */
function encodeLatin1(text: string): Uint8Array | undefined {
  const byteOf = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) byteOf.set(latin1.decode(new Uint8Array([byte])), byte);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = byteOf.get(text.charAt(i));
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** Index of the first byte that does not start or continue a well-formed UTF-8 sequence. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    if (length === 0) return at;
    for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return at;
    at += length;
  }
  return Math.max(0, bytes.length - 1);
}

function remark(severity: Severity, code: string, message: string): DecodingRemark {
  return { severity, code, message, start: 0, end: 0 };
}

function refused(code: string, message: string): DecodedText {
  return { text: "", remarks: [remark("error", code, message)] };
}
