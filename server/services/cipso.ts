// CIPSO options in IPv4 packets (net/ipv4/cipso_ipv4.c): a level and categories as tags 1 (bitmap), 2 (list) and
// 5 (ranges), and the local tag 128 with a SID. Numbers are those on the wire, from 0; what a policy makes of them
// is in netlabel.ts. Reading refuses malformed tags; it neither knows domains of interpretation nor translates.

/** A security attribute as it travels. */
export interface CipsoLabel {
  readonly level: number;
  /** Ascending, from 0. */
  readonly categories: readonly number[];
}

export const CIPSO_TAG_BITMAP = 1;
export const CIPSO_TAG_LIST = 2;
export const CIPSO_TAG_RANGES = 5;
export const CIPSO_TAG_LOCAL = 128;
/** IP option number of CIPSO. */
export const CIPSO_OPTION = 134;
/** An IP option has 40 bytes; 6 are option header and DOI, 4 the head of a tag. */
const TAG_BYTES = 34;
const TAG_HEAD = 4;
/** Categories that fit into a bitmap tag. */
export const CIPSO_BITMAP_CATEGORIES = (TAG_BYTES - TAG_HEAD) * 8;

/** One tag, or undefined when the label does not fit into a tag of that kind. */
export function writeCipsoTag(tag: number, label: CipsoLabel): Uint8Array | undefined {
  if (label.level > 255) return undefined;
  let body: number[] | undefined;
  if (tag === CIPSO_TAG_BITMAP) body = bitmapBody(label.categories);
  else if (tag === CIPSO_TAG_LIST) body = label.categories.flatMap(bigEndian16);
  else if (tag === CIPSO_TAG_RANGES) body = rangesBody(label.categories);
  if (body === undefined || body.length + TAG_HEAD > TAG_BYTES) return undefined;
  return Uint8Array.from([tag, body.length + TAG_HEAD, 0, label.level, ...body]);
}

function bigEndian16(value: number): number[] {
  return [value >>> 8, value & 0xff];
}

function bitmapBody(categories: readonly number[]): number[] | undefined {
  const highest = categories[categories.length - 1] ?? -1;
  if (highest >= CIPSO_BITMAP_CATEGORIES) return undefined;
  const bytes = new Array<number>((highest + 8) >>> 3).fill(0);
  for (const category of categories)
    bytes[category >>> 3] = (bytes[category >>> 3] as number) | (0x80 >>> (category & 7));
  return bytes;
}

/** High and low bounds from the highest range down; a last low bound of 0 is left out. */
function rangesBody(categories: readonly number[]): number[] {
  const bytes: number[] = [];
  let at = categories.length - 1;
  while (at >= 0) {
    const high = categories[at] as number;
    while (at > 0 && categories[at - 1] === (categories[at] as number) - 1) at--;
    const low = categories[at] as number;
    bytes.push(...bigEndian16(high));
    if (low !== 0) bytes.push(...bigEndian16(low));
    at--;
  }
  return bytes;
}

/** Reads one tag; undefined when it is malformed or of another kind. */
export function readCipsoTag(bytes: Uint8Array): CipsoLabel | undefined {
  const [tag, length = 0, , level = 0] = bytes;
  if (length < TAG_HEAD || length > bytes.length) return undefined;
  const body = bytes.subarray(TAG_HEAD, length);
  if (tag === CIPSO_TAG_BITMAP) return { level, categories: readBitmap(body) };
  if (body.length % 2 !== 0) return undefined;
  const words = Array.from({ length: body.length / 2 }, (_, i) => {
    return ((body[i * 2] as number) << 8) | (body[i * 2 + 1] as number);
  });
  if (tag === CIPSO_TAG_LIST) return { level, categories: [...new Set(words)].sort((a, b) => a - b) };
  return tag === CIPSO_TAG_RANGES ? readRanges(level, words) : undefined;
}

function readBitmap(body: Uint8Array): number[] {
  const categories: number[] = [];
  for (let category = 0; category < body.length * 8; category++)
    if (((body[category >>> 3] as number) & (0x80 >>> (category & 7))) !== 0) categories.push(category);
  return categories;
}

function readRanges(level: number, words: readonly number[]): CipsoLabel | undefined {
  const categories: number[] = [];
  let above = 0x10000;
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i] as number;
    const low = words[i + 1] ?? 0;
    if (high >= above || low > high) return undefined;
    for (let category = high; category >= low; category--) categories.push(category);
    above = low;
  }
  return { level, categories: categories.reverse() };
}
