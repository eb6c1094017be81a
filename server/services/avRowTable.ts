// The memory behind avRows.ts: merged rows of the avtab, one for each source type, in one typed array. A row is a head
// (hash shift, which classes and which attributes occur in it) and cells hashed by (target value << 16 | class).
// Everything that one decision touches of a row lies in a few neighbouring cache lines; that is what makes it fast.
// It knows rules only: what takes access away is not its concern.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_XPERMS,
  UNCONDITIONAL,
} from "../policydb/avtab.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { type AvDecision, isEntryEnabled } from "./computeAv.ts";

/** Words of all rows together before they are dropped and made anew (64 MB). */
const ARENA_BUDGET = 16_000_000;
/** key, allowed, auditdeny, rare (index of an auditallow mask << 1 | has xperms) */
const CELL = 4;
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
  /** auditallow masks of the few cells that have one; index 0 is unused */
  readonly auditallow: number[];
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
    auditallow: [0],
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
  decision.allowed |= arena[at + 1] as number;
  decision.auditdeny &= arena[at + 2] as number;
  const rare = arena[at + 3] as number;
  if (rare === 0) return;
  decision.auditallow |= table.auditallow[rare >>> 1] as number;
  if ((rare & 1) !== 0) decision.xperms = true;
}

/** Merges the rules of a source's attributes; returns where the row begins. */
function makeRow(table: RowTable, source: number): number {
  const start0 = table.attributeStart[source] ?? 0;
  const end0 = table.attributeStart[source + 1] ?? 0;
  const values: number[] = [];
  if (end0 > start0) values.push(table.attributes[start0] as number);
  for (let i = start0 + 1; i < end0; i += 2) values.push(table.attributes[i] as number);
  const keys = collectKeys(table, values);
  let bits = 2;
  while (1 << bits < keys.size * 1.5 + 1) bits++;
  const words = table.headWords + (CELL << bits);
  reserve(table, words);
  const start = table.used;
  table.used += words;
  table.arena.fill(0, start, start + words);
  table.arena[start] = 32 - bits;
  forEachEntry(table, values, (entry) => addEntry(table, start, entry));
  table.rowStart[source] = start;
  return start;
}

function forEachEntry(table: RowTable, values: readonly number[], visit: (entry: number) => void): void {
  const { policy, bySource, sourceStart } = table;
  for (const value of values) {
    const last = sourceStart[value + 1] ?? 0;
    for (let at = sourceStart[value] ?? 0; at < last; at++) {
      const entry = bySource[at] as number;
      if (policy.avtab.branch[entry] === UNCONDITIONAL || isEntryEnabled(policy, entry)) visit(entry);
    }
  }
}

function collectKeys(table: RowTable, values: readonly number[]): Set<number> {
  const { avtab } = table.policy;
  const keys = new Set<number>();
  forEachEntry(table, values, (entry) => {
    keys.add((avtab.target(entry) << 16) | (avtab.tclass[entry] as number));
  });
  return keys;
}

function reserve(table: RowTable, words: number): void {
  if (table.used + words > ARENA_BUDGET) {
    table.used = 1;
    table.rowStart.fill(0);
    table.auditallow.length = 1;
  }
  if (table.used + words <= table.arena.length) return;
  const larger = new Int32Array(Math.max(table.used + words, table.arena.length * 2));
  larger.set(table.arena.subarray(0, table.used));
  table.arena = larger;
}

function addEntry(table: RowTable, start: number, entry: number): void {
  const { arena, policy } = table;
  const { avtab } = policy;
  const target = avtab.target(entry);
  const tclass = avtab.tclass[entry] as number;
  if (tclass > policy.classes.nprim) return;
  setBit(arena, start + 1, tclass);
  const index = table.attributeIndex[target] ?? MERE_TYPE;
  if (index !== MERE_TYPE) setBit(arena, start + 1 + table.classWords, index);
  const at = cellOf(table, start, (target << 16) | tclass);
  const kind = avtab.specified[entry] as number;
  const data = avtab.data[entry] as number;
  if (kind === AVTAB_ALLOWED) arena[at + 1] = (arena[at + 1] as number) | data;
  else if (kind === AVTAB_AUDITDENY) arena[at + 2] = (arena[at + 2] as number) & data;
  else if (kind === AVTAB_AUDITALLOW) addAuditallow(table, at, data);
  else arena[at + 3] = (arena[at + 3] as number) | 1;
}

function setBit(arena: Int32Array, at: number, bit: number): void {
  arena[at + (bit >>> 5)] = (arena[at + (bit >>> 5)] as number) | (1 << (bit & 31));
}

function addAuditallow(table: RowTable, at: number, data: number): void {
  const { arena, auditallow } = table;
  const rare = arena[at + 3] as number;
  const known = rare >>> 1;
  if (known !== 0) auditallow[known] = (auditallow[known] as number) | data;
  else arena[at + 3] = rare | ((auditallow.push(data | 0) - 1) << 1);
}

function cellOf(table: RowTable, start: number, key: number): number {
  const { arena } = table;
  const cells = start + table.headWords;
  const shift = arena[start] as number;
  const mask = -1 >>> shift;
  let slot = Math.imul(key, 0x9e3779b1) >>> shift;
  while (arena[cells + slot * CELL] !== key && arena[cells + slot * CELL] !== 0) slot = (slot + 1) & mask;
  const at = cells + slot * CELL;
  if (arena[at] === 0) {
    arena[at] = key;
    arena[at + 2] = -1;
  }
  return at;
}
