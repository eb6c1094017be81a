// The orders in which libsepol writes things that it keeps in hash tables (hashtab.c, symtab.c, avtab.c and the
// tables of policydb.c): by bucket, and within a bucket sorted. Tables start with a fixed number of buckets and
// double when they have more elements than buckets. A policy written in these orders is byte for byte what checkpolicy
// and secilc write. Kernels write other orders.

import type { Avtab } from "../avtab.ts";
import { UNCONDITIONAL } from "../avtab.ts";
import type { FilenameTransition, RangeTransition } from "../policydb.ts";
import { encodeName } from "./cursor.ts";

/** Buckets of the symbol tables, in their order in the file. */
export const SYMBOL_BUCKETS: readonly number[] = [2, 32, 16, 512, 128, 16, 16, 16];
/** Buckets of a table of permissions. */
export const PERM_BUCKETS = 32;
const FILENAME_BUCKETS = 1 << 10;
const RANGE_BUCKETS = 1 << 8;
/** Compilers give the rule table as many buckets as it may have. */
const AVTAB_MASK = (1 << 20) - 1;

/** How many buckets a table of `count` elements has when all were inserted one after the other. */
export function bucketsFor(initial: number, count: number): number {
  let size = initial;
  while (size < count) size *= 2;
  return size;
}

/** symhash: four bits a character, which count as signed. */
export function symbolHash(bytes: Uint8Array): number {
  let h = 0;
  for (const byte of bytes) h = ((h << 4) | (h >>> 28)) ^ ((byte << 24) >> 24);
  return h >>> 0;
}

/** strcmp */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}

/** Names in the order of a symbol table; `count` is the number of its elements (also of those not given). */
export function symbolOrder(names: Iterable<string>, initial: number, count: number): string[] {
  const mask = bucketsFor(initial, count) - 1;
  const rows: { name: string; bytes: Uint8Array; bucket: number }[] = [];
  for (const name of names) {
    const bytes = encodeName(name);
    rows.push({ name, bytes, bucket: symbolHash(bytes) & mask });
  }
  rows.sort((a, b) => a.bucket - b.bucket || compareBytes(a.bytes, b.bytes));
  return rows.map((row) => row.name);
}

/** The unconditional rules in the order of libsepol's table: entries of one key in order of their numbers. */
export function avtabOrder(avtab: Avtab): Uint32Array {
  const entries = unconditional(avtab);
  const buckets = new Uint32Array(avtab.length);
  for (const e of entries)
    buckets[e] = avtabHash(avtab.source(e), avtab.target(e), avtab.tclass[e] as number) & AVTAB_MASK;
  const { pair, tclass } = avtab;
  return entries.sort(
    (a, b) =>
      (buckets[a] as number) - (buckets[b] as number) ||
      (pair[a] as number) - (pair[b] as number) ||
      (tclass[a] as number) - (tclass[b] as number) ||
      a - b,
  );
}

/** The unconditional rules in order of their numbers. */
export function unconditional(avtab: Avtab): Uint32Array {
  const entries = new Uint32Array(avtab.count);
  let n = 0;
  for (let e = 0; e < avtab.length; e++)
    if (avtab.specified[e] !== 0 && avtab.branch[e] === UNCONDITIONAL) entries[n++] = e;
  return entries.subarray(0, n);
}

/** MurmurHash3 of class, target and source. */
function avtabHash(source: number, target: number, tclass: number): number {
  let h = murmurStep(murmurStep(murmurStep(0, tclass), target), source);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function murmurStep(hash: number, input: number): number {
  let v = Math.imul(input, 0xcc9e2d51);
  v = (v << 15) | (v >>> 17);
  const h = hash ^ Math.imul(v, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Filename transitions in the order of their table. */
export function filenameOrder(list: readonly FilenameTransition[]): FilenameTransition[] {
  const mask = bucketsFor(FILENAME_BUCKETS, list.length) - 1;
  const rows = list.map((item) => {
    const bytes = encodeName(item.name);
    let h = item.targetType ^ item.tclass;
    for (const byte of bytes) h = Math.imul(h + (byte << 4) + (byte >> 4), 11);
    return { item, bytes, bucket: h & mask };
  });
  rows.sort(
    (a, b) =>
      a.bucket - b.bucket ||
      a.item.targetType - b.item.targetType ||
      a.item.tclass - b.item.tclass ||
      compareBytes(a.bytes, b.bytes),
  );
  return rows.map((row) => row.item);
}

/** Range transitions in the order of their table. */
export function rangeOrder(list: readonly RangeTransition[]): RangeTransition[] {
  const mask = bucketsFor(RANGE_BUCKETS, list.length) - 1;
  const bucket = (r: RangeTransition): number => (r.source + (r.target << 3) + (r.tclass << 5)) & mask;
  return [...list].sort(
    (a, b) => bucket(a) - bucket(b) || a.source - b.source || a.target - b.target || a.tclass - b.tclass,
  );
}
