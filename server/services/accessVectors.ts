// Quadruples of masks (allowed, auditallow, auditdeny, has extended permissions), each stored once and known by its
// place. A policy has a few thousand different ones among its hundred thousand rules. It only grows; whoever owns the
// pool drops it as a whole.

/** Words of a quadruple. */
const WORDS = 4;

export interface VectorPool {
  masks: Int32Array;
  used: number;
  /** places + 1 by hash; 0 is free */
  buckets: Int32Array;
}

export function createVectorPool(): VectorPool {
  return { masks: new Int32Array(256 * WORDS), used: 0, buckets: new Int32Array(512) };
}

/** The place of the quadruple that stands at `from` in `words`. */
export function internVector(pool: VectorPool, words: Int32Array, from: number): number {
  const mask = pool.buckets.length - 1;
  let bucket = hashOf(words, from) & mask;
  for (;;) {
    const place = (pool.buckets[bucket] as number) - 1;
    if (place < 0) break;
    if (equals(pool.masks, place, words, from)) return place;
    bucket = (bucket + 1) & mask;
  }
  if (pool.used === pool.masks.length) return internVector(grow(pool), words, from);
  const place = pool.used;
  for (let i = 0; i < WORDS; i++) pool.masks[place + i] = words[from + i] as number;
  pool.used += WORDS;
  pool.buckets[bucket] = place + 1;
  return place;
}

/** Doubles a full pool; there are always at least twice as many buckets as quadruples. */
function grow(pool: VectorPool): VectorPool {
  const masks = new Int32Array(pool.masks.length * 2);
  masks.set(pool.masks);
  pool.masks = masks;
  pool.buckets = new Int32Array(pool.buckets.length * 2);
  const mask = pool.buckets.length - 1;
  for (let place = 0; place < pool.used; place += WORDS) {
    let bucket = hashOf(masks, place) & mask;
    while (pool.buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    pool.buckets[bucket] = place + 1;
  }
  return pool;
}

function hashOf(words: Int32Array, from: number): number {
  let hash = 0;
  for (let i = 0; i < WORDS; i++) {
    hash = Math.imul(hash ^ (words[from + i] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function equals(a: Int32Array, at: number, b: Int32Array, from: number): boolean {
  for (let i = 0; i < WORDS; i++) if (a[at + i] !== b[from + i]) return false;
  return true;
}
