// The interner: every word of every source (identifier, number, path, quoted string, `$1_exec_t`) is an integer.
// Open addressing over UTF-16 code units that are hashed straight out of the source text, so that scanning a word
// that is already known allocates nothing. Invariants: ids are dense, never reused, and 0 is the empty word; the
// words given to the constructor get the ids 1…n in order (keywords, so a token's type is a comparison). One
// instance serves a whole workspace. It does not know what a word means.

/** Interner of words. */
export class Words {
  private readonly texts: string[] = [""];
  private hashes: Uint32Array;
  private table: Int32Array;

  constructor(reserved: readonly string[] = []) {
    this.hashes = new Uint32Array(1024);
    this.table = new Int32Array(4096).fill(-1);
    this.insert(hashRange("", 0, 0), 0);
    for (const word of reserved) this.intern(word);
  }

  /** Number of ids given so far; ids are smaller than it. */
  get size(): number {
    return this.texts.length;
  }

  text(id: number): string {
    return this.texts[id] as string;
  }

  intern(text: string): number {
    return this.internRange(text, 0, text.length);
  }

  /** The id of a word, or -1 when it was never seen. */
  find(text: string): number {
    const hash = hashRange(text, 0, text.length);
    return this.lookUp(text, 0, text.length, hash);
  }

  /** Interns `text.slice(start, end)` without making the substring when the word is known. */
  internRange(text: string, start: number, end: number): number {
    return this.internHashed(text, start, end, hashRange(text, start, end));
  }

  /** The same with the hash that a scanner has worked out on its way: HASH_SEED, `hashUnit`, at last `hashEnd`. */
  internHashed(text: string, start: number, end: number, hash: number): number {
    const known = this.lookUp(text, start, end, hash);
    if (known >= 0) return known;
    const id = this.texts.length;
    // A slice of a large source would keep the whole source alive; joining with "" flattens nothing, so copy.
    this.texts.push(start === 0 && end === text.length ? text : copyOf(text, start, end));
    this.insert(hash, id);
    return id;
  }

  private lookUp(text: string, start: number, end: number, hash: number): number {
    const mask = this.table.length - 1;
    const length = end - start;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const id = this.table[at] as number;
      if (id < 0) return -1;
      if (this.hashes[id] !== hash) continue;
      const candidate = this.texts[id] as string;
      if (candidate.length !== length) continue;
      let i = 0;
      while (i < length && candidate.charCodeAt(i) === text.charCodeAt(start + i)) i++;
      if (i === length) return id;
    }
  }

  private insert(hash: number, id: number): void {
    if (id >= this.hashes.length) {
      const larger = new Uint32Array(this.hashes.length * 2);
      larger.set(this.hashes);
      this.hashes = larger;
    }
    this.hashes[id] = hash;
    if ((id + 1) * 2 > this.table.length) this.rehash(id);
    this.place(hash, id);
  }

  private place(hash: number, id: number): void {
    const mask = this.table.length - 1;
    let at = hash & mask;
    while ((this.table[at] as number) >= 0) at = (at + 1) & mask;
    this.table[at] = id;
  }

  private rehash(count: number): void {
    this.table = new Int32Array(this.table.length * 2).fill(-1);
    for (let id = 0; id < count; id++) this.place(this.hashes[id] as number, id);
  }
}

export const HASH_SEED = 0x811c9dc5 | 0;

/** FNV-1a: the hash with one more code unit. */
export function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

export function hashEnd(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}

function hashRange(text: string, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = hashUnit(hash, text.charCodeAt(i));
  return hashEnd(hash);
}

/** A copy of a part of a text that does not keep the text alive (V8 makes sliced strings of 13 and more units). */
function copyOf(text: string, start: number, end: number): string {
  if (end - start < 13) return text.slice(start, end);
  const units: number[] = [];
  for (let i = start; i < end; i++) units.push(text.charCodeAt(i));
  let result = "";
  for (let i = 0; i < units.length; i += 4096) result += String.fromCharCode(...units.slice(i, i + 4096));
  return result;
}
