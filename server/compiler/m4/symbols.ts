/*
 * The symbol table of the m4 room: macro names to stacks of definitions.
 *
 * Looked up for every word of every rescanned text, so it is open addressing over integer hashes that the
 * scanner computes while it reads the word; a miss costs one probe and no allocation. Names are never
 * removed, only their definitions are. Follows GNU m4's symtab.c in meaning (pushdef stacks), not in form.
 */

import { sameBytes } from "./bytes.ts";

/** One definition of a macro. `builtin` ≥ 0 names a builtin; else `body` is its text. */
export interface Definition {
  readonly builtin: number;
  readonly body: Uint8Array;
  /** The definition that `popdef` brings back. */
  readonly previous: Definition | undefined;
  /** Where it was defined: file number and byte offset; file −1 when outside any input. */
  readonly file: number;
  readonly offset: number;
  /** Where `$…` stand in the body, see call.ts; a cache filled at the first call. */
  plan: Int32Array | undefined;
}

/** The table; `definitions[i]` is undefined while name i has no definition. */
export interface SymbolTable {
  slots: Int32Array;
  hashes: Int32Array;
  shift: number;
  count: number;
  readonly names: Uint8Array[];
  readonly definitions: (Definition | undefined)[];
}

/** An empty table. */
export function createSymbols(): SymbolTable {
  return {
    slots: new Int32Array(4096),
    hashes: new Int32Array(1024),
    shift: 20,
    count: 0,
    names: [],
    definitions: [],
  };
}

/** One step of the hash of a name, also open-coded in the scanner's inner loop. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  return hash;
}

function probe(t: SymbolTable, hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> t.shift;
}

/** The number of the name bytes[from, to) with this hash, or −1. */
export function findSymbol(
  t: SymbolTable,
  bytes: Uint8Array,
  from: number,
  to: number,
  hash: number,
): number {
  const mask = t.slots.length - 1;
  let slot = probe(t, hash);
  for (;;) {
    const entry = (t.slots[slot] as number) - 1;
    if (entry < 0) return -1;
    if (t.hashes[entry] === hash) {
      const name = t.names[entry] as Uint8Array;
      if (sameBytes(name, 0, name.length, bytes, from, to)) return entry;
    }
    slot = (slot + 1) & mask;
  }
}

function place(t: SymbolTable, entry: number): void {
  const mask = t.slots.length - 1;
  let slot = probe(t, t.hashes[entry] as number);
  while (t.slots[slot] !== 0) slot = (slot + 1) & mask;
  t.slots[slot] = entry + 1;
}

function grow(t: SymbolTable): void {
  const hashes = new Int32Array(t.hashes.length * 2);
  hashes.set(t.hashes);
  t.hashes = hashes;
  t.slots = new Int32Array(t.slots.length * 2);
  t.shift--;
  for (let entry = 0; entry < t.count; entry++) place(t, entry);
}

/** The number of the name, entered when it is new. */
export function internSymbol(t: SymbolTable, bytes: Uint8Array, from: number, to: number): number {
  const hash = hashBytes(bytes, from, to);
  const found = findSymbol(t, bytes, from, to, hash);
  if (found >= 0) return found;
  if (t.count === t.hashes.length) grow(t);
  const entry = t.count++;
  t.hashes[entry] = hash;
  t.names.push(bytes.slice(from, to));
  t.definitions.push(undefined);
  place(t, entry);
  return entry;
}
