// Pairs of types in the product of four sets: what a rule's key stands for, and what an assertion speaks of. Pairs
// are numbers (source value × 65536 + target value, 0 for none), so that asking costs no memory. It does not know
// rules; neverallow.ts asks it.

import type { ReadonlyEbitmap } from "../policydb/ebitmap.ts";

/** Any source with any target. */
export const PAIRS_ANY = 0;
/** Each source with itself; the targets do not matter. */
export const PAIRS_SELF = 1;
/** Any source with any target but itself. */
export const PAIRS_OTHER = 2;
export type PairKind = typeof PAIRS_ANY | typeof PAIRS_SELF | typeof PAIRS_OTHER;

/** A product of types: source in both of the first two sets, target in both others. */
export interface PairSpace {
  readonly keySources: ReadonlyEbitmap;
  readonly keyTargets: ReadonlyEbitmap;
  readonly sources: ReadonlyEbitmap;
  /** undefined: every type */
  readonly targets: ReadonlyEbitmap | undefined;
}

/** The first pair of a kind, 0 when there is none. */
export function firstPair(
  kind: PairKind,
  keySources: ReadonlyEbitmap,
  keyTargets: ReadonlyEbitmap,
  sources: ReadonlyEbitmap,
  targets: ReadonlyEbitmap | undefined,
): number {
  if (kind === PAIRS_SELF) {
    const both = nextCommon(keySources, sources, keyTargets, undefined, -1);
    return both < 0 ? 0 : pairOf(both, both);
  }
  const source = nextCommon(keySources, sources, undefined, undefined, -1);
  if (source < 0) return 0;
  const target = nextCommon(keyTargets, targets, undefined, undefined, -1);
  if (target < 0) return 0;
  if (kind === PAIRS_ANY || source !== target) return pairOf(source, target);
  const otherTarget = nextCommon(keyTargets, targets, undefined, undefined, target);
  if (otherTarget >= 0) return pairOf(source, otherTarget);
  const otherSource = nextCommon(keySources, sources, undefined, undefined, source);
  return otherSource < 0 ? 0 : pairOf(otherSource, target);
}

/** Packs a pair of bits (value - 1). */
export function pairOf(source: number, target: number): number {
  return (source + 1) * 0x10000 + target + 1;
}

/** The lowest bit above `after` that is in `a`, `b` and `c` but not in `not`; -1 when there is none. */
export function nextCommon(
  a: ReadonlyEbitmap,
  b: ReadonlyEbitmap | undefined,
  c: ReadonlyEbitmap | undefined,
  not: ReadonlyEbitmap | undefined,
  after: number,
): number {
  const start = after + 1;
  let words = a.words.length;
  if (b !== undefined && b.words.length < words) words = b.words.length;
  if (c !== undefined && c.words.length < words) words = c.words.length;
  for (let i = start >>> 5; i < words; i++) {
    let word = a.words[i] as number;
    if (b !== undefined) word &= b.words[i] as number;
    if (c !== undefined) word &= c.words[i] as number;
    if (not !== undefined && i < not.words.length) word &= ~(not.words[i] as number);
    if (i === start >>> 5) word &= -1 << (start & 31);
    if (word !== 0) return i * 32 + 31 - Math.clz32(word & -word);
  }
  return -1;
}
