// The memory behind avRows.ts: merged rows of the avtab, one for each source type, in one typed array. A row is a head
// (hash shift, which classes and which attributes occur in it) and cells hashed by (target value << 16 | class), each
// with the place of its masks; equal masks are stored once (accessVectors.ts), so a policy's rows stay small enough
// for the processor's caches; that is what makes it fast. It knows rules only: what takes access away is not its
// concern.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_XPERMS,
  UNCONDITIONAL,
} from "../policydb/avtab.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { createVectorPool, internVector, type VectorPool } from "./accessVectors.ts";
import { type AvDecision, isEntryEnabled } from "./computeAv.ts";

/** Words of all rows together before they are dropped and made anew (64 MB). */
const ARENA_BUDGET = 16_000_000;
/** key, place of its masks in the pool */
const CELL = 2;
/** While a row is made: key, then the masks as in the pool. */
const SCRATCH = 5;
const ROW_KINDS = AVTAB_ALLOWED | AVTAB_AUDITALLOW | AVTAB_AUDITDENY | AVTAB_XPERMS;

/** Rows of one state of a policy. */
export interface RowTable {
  readonly policy: PolicyDb;
  /** entries of the avtab in order of their source value, and where each source begins */
  readonly bySource: Uint32Array;
  readonly sourceStart: Uint32Array;
  /** for every type: its own value, then pairs of (attribute value, attribute index), flattened */
  readonly attributes: Uint16Array;
  readonly attributeStart: Uint32Array;
  /** index of an attribute among all attributes, by value; 0xffff for mere types */
  readonly attributeIndex: Uint16Array;
  readonly classWords: number;
  readonly headWords: number;
  /** where a source's row begins in the arena; 0 = not made yet */
  readonly rowStart: Int32Array;
  arena: Int32Array;
  used: number;
  /** what the cells of the row in the making hold */
  scratch: Int32Array;
  readonly vectors: VectorPool;
}

const MERE_TYPE = 0xffff;

export function createRowTable(policy: PolicyDb): RowTable {
  const types = policy.types.nprim;
  const attributeIndex = new Uint16Array(types + 1).fill(MERE_TYPE);
  let count = 0;
  for (let type = 1; type <= types; type++)
    policy.typeAttrMap[type]?.forEach((bit) => {
      if (bit + 1 !== type && attributeIndex[bit + 1] === MERE_TYPE) attributeIndex[bit + 1] = count++;
    });
  const classWords = (policy.classes.nprim >>> 5) + 1;
  return {
    policy,
    ...indexEntries(policy),
    ...flattenAttributes(policy, attributeIndex),
    attributeIndex,
    classWords,
    headWords: 1 + classWords + (count >>> 5) + 1,
    rowStart: new Int32Array(types + 1),
    arena: new Int32Array(1 << 16),
    used: 1,
    scratch: new Int32Array(0),
    vectors: createVectorPool(),
  };
}

function indexEntries(policy: PolicyDb): Pick<RowTable, "bySource" | "sourceStart"> {
  const { avtab } = policy;
  const start = new Uint32Array(0x10002);
  const counts = (entry: number): boolean => ((avtab.specified[entry] as number) & ROW_KINDS) !== 0;
  for (let entry = 0; entry < avtab.length; entry++)
    if (counts(entry)) start[avtab.source(entry) + 1] = (start[avtab.source(entry) + 1] as number) + 1;
  for (let i = 1; i < start.length; i++) start[i] = (start[i] as number) + (start[i - 1] as number);
  const bySource = new Uint32Array(start[start.length - 1] as number);
  const next = start.slice();
  for (let entry = 0; entry < avtab.length; entry++)
    if (counts(entry)) {
      const source = avtab.source(entry);
      bySource[next[source] as number] = entry;
      next[source] = (next[source] as number) + 1;
    }
  return { bySource, sourceStart: start };
}

function flattenAttributes(
  policy: PolicyDb,
  attributeIndex: Uint16Array,
): Pick<RowTable, "attributes" | "attributeStart"> {
  const types = policy.types.nprim;
  const attributeStart = new Uint32Array(types + 2);
  const values: number[] = [];
  for (let type = 0; type <= types; type++) {
    attributeStart[type] = values.length;
    const map = policy.typeAttrMap[type];
    if (map === undefined) continue;
    values.push(map.has(type - 1) ? type : 0);
    map.forEach((bit) => {
      if (bit + 1 !== type) values.push(bit + 1, attributeIndex[bit + 1] as number);
    });
  }
  attributeStart[types + 1] = values.length;
  return { attributes: Uint16Array.from(values), attributeStart };
}

/** Adds what all pairs of the attributes of two types say about a class. */
export function lookUpRules(
  table: RowTable,
  source: number,
  target: number,
  tclass: number,
  decision: AvDecision,
): void {
  let start = table.rowStart[source] as number;
  if (start === 0) start = makeRow(table, source);
  const { arena, attributes, attributeStart } = table;
  if (((arena[start + 1 + (tclass >>> 5)] as number) & (1 << (tclass & 31))) === 0) return;
  let at = attributeStart[target] as number;
  const end = attributeStart[target + 1] as number;
  if (at === end) return;
  const cells = start + table.headWords;
  addCell(table, cells, arena[start] as number, ((attributes[at++] as number) << 16) | tclass, decision);
  const attributeBits = start + 1 + table.classWords;
  for (; at < end; at += 2) {
    const index = attributes[at + 1] as number;
    if (((arena[attributeBits + (index >>> 5)] as number) & (1 << (index & 31))) === 0) continue;
    addCell(table, cells, arena[start] as number, ((attributes[at] as number) << 16) | tclass, decision);
  }
}

function addCell(table: RowTable, cells: number, shift: number, key: number, decision: AvDecision): void {
  const { arena } = table;
  const mask = -1 >>> shift;
  let slot = Math.imul(key, 0x9e3779b1) >>> shift;
  let at = cells + slot * CELL;
  while (arena[at] !== key) {
    if (arena[at] === 0) return;
    slot = (slot + 1) & mask;
    at = cells + slot * CELL;
  }
  const { masks } = table.vectors;
  const place = arena[at + 1] as number;
  decision.allowed |= masks[place] as number;
  decision.auditallow |= masks[place + 1] as number;
  decision.auditdeny &= masks[place + 2] as number;
  if (masks[place + 3] !== 0) decision.xperms = true;
}

/** Merges the rules of a source's attributes; returns where the row begins. */
function makeRow(table: RowTable, source: number): number {
  const start0 = table.attributeStart[source] ?? 0;
  const end0 = table.attributeStart[source + 1] ?? 0;
  const values: number[] = [];
  if (end0 > start0) values.push(table.attributes[start0] as number);
  for (let i = start0 + 1; i < end0; i += 2) values.push(table.attributes[i] as number);
  const scratchBits = clearScratch(table, values);
  const keys = gather(table, values, 32 - scratchBits);
  let bits = 2;
  while (1 << bits < keys * 1.5 + 1) bits++;
  const start = reserve(table, table.headWords + (CELL << bits));
  table.arena[start] = 32 - bits;
  for (let at = 0; at < SCRATCH << scratchBits; at += SCRATCH)
    if (table.scratch[at] !== 0) addKey(table, start, at);
  table.rowStart[source] = start;
  return start;
}

/** Makes room for all entries of these sources; gives the bits of a hash. */
function clearScratch(table: RowTable, values: readonly number[]): number {
  let entries = 0;
  for (const value of values)
    entries += (table.sourceStart[value + 1] ?? 0) - (table.sourceStart[value] ?? 0);
  let bits = 2;
  while (1 << bits < entries * 1.5 + 1) bits++;
  if (SCRATCH << bits > table.scratch.length) table.scratch = new Int32Array(SCRATCH << bits);
  else table.scratch.fill(0, 0, SCRATCH << bits);
  return bits;
}

/** Merges the enabled entries of these sources in the scratch; gives the number of keys. */
function gather(table: RowTable, values: readonly number[], shift: number): number {
  const { policy, bySource, sourceStart } = table;
  const { avtab } = policy;
  let keys = 0;
  for (const value of values) {
    const last = sourceStart[value + 1] ?? 0;
    for (let i = sourceStart[value] ?? 0; i < last; i++) {
      const entry = bySource[i] as number;
      if (avtab.branch[entry] !== UNCONDITIONAL && !isEntryEnabled(policy, entry)) continue;
      const tclass = avtab.tclass[entry] as number;
      if (tclass > policy.classes.nprim) continue;
      keys += mergeEntry(table, shift, (avtab.target(entry) << 16) | tclass, entry);
    }
  }
  return keys;
}

/** Merges an entry into its cell; 1 when that is new. */
function mergeEntry(table: RowTable, shift: number, key: number, entry: number): number {
  const { scratch } = table;
  const { avtab } = table.policy;
  const mask = -1 >>> shift;
  let slot = Math.imul(key, 0x9e3779b1) >>> shift;
  while (scratch[slot * SCRATCH] !== key && scratch[slot * SCRATCH] !== 0) slot = (slot + 1) & mask;
  const at = slot * SCRATCH;
  const isNew = scratch[at] === 0;
  if (isNew) {
    scratch[at] = key;
    scratch[at + 3] = -1;
  }
  const kind = avtab.specified[entry] as number;
  const data = avtab.data[entry] as number;
  if (kind === AVTAB_ALLOWED) scratch[at + 1] = (scratch[at + 1] as number) | data;
  else if (kind === AVTAB_AUDITALLOW) scratch[at + 2] = (scratch[at + 2] as number) | data;
  else if (kind === AVTAB_AUDITDENY) scratch[at + 3] = (scratch[at + 3] as number) & data;
  else scratch[at + 4] = 1;
  return isNew ? 1 : 0;
}

/** Takes words for a row, cleared; all earlier rows go when the budget is spent. */
function reserve(table: RowTable, words: number): number {
  if (table.used + words > ARENA_BUDGET) {
    table.used = 1;
    table.rowStart.fill(0);
  }
  if (table.used + words > table.arena.length) {
    const larger = new Int32Array(Math.max(table.used + words, table.arena.length * 2));
    larger.set(table.arena.subarray(0, table.used));
    table.arena = larger;
  }
  const start = table.used;
  table.used += words;
  table.arena.fill(0, start, start + words);
  return start;
}

/** Enters a cell of the scratch into a row. */
function addKey(table: RowTable, start: number, from: number): void {
  const { arena, scratch } = table;
  const key = scratch[from] as number;
  setBit(arena, start + 1, key & 0xffff);
  const index = table.attributeIndex[key >>> 16] ?? MERE_TYPE;
  if (index !== MERE_TYPE) setBit(arena, start + 1 + table.classWords, index);
  const cells = start + table.headWords;
  const shift = arena[start] as number;
  const mask = -1 >>> shift;
  let slot = Math.imul(key, 0x9e3779b1) >>> shift;
  while (arena[cells + slot * CELL] !== 0) slot = (slot + 1) & mask;
  arena[cells + slot * CELL] = key;
  arena[cells + slot * CELL + 1] = internVector(table.vectors, scratch, from + 1);
}

function setBit(arena: Int32Array, at: number, bit: number): void {
  arena[at + (bit >>> 5)] = (arena[at + (bit >>> 5)] as number) | (1 << (bit & 31));
}
