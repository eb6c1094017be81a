// The access decision made fast: for every source type that is asked about, one row with the rules of all its
// attributes merged, hashed by (target attribute or type, class). A decision then looks only at the target's
// attributes. Rows are made on first use and thrown away when the policy's generation changes or when they grow
// beyond a budget. Invariant (tested): the same numbers as computeAv for every question.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_XPERMS,
  type Avtab,
  UNCONDITIONAL,
} from "../policydb/avtab.ts";
import type { Context } from "../policydb/context.ts";
import type { ClassDatum, PolicyDb } from "../policydb/policydb.ts";
import {
  type AvDecision,
  BOUNDS_MAXDEPTH,
  boundingPair,
  createDecision,
  isEntryEnabled,
  roleAllowRemoves,
  startDecision,
} from "./computeAv.ts";
import { type ConstraintProgram, compileConstraint, runConstraint } from "./constraintProgram.ts";

/** Cells that all rows together may hold before they are dropped (16 bytes each and as much again for slack). */
const CELL_BUDGET = 4_000_000;
const CELL_WORDS = 4;
const HAS_XPERMS = 1;

/** Cells by (target << 16 | class): words are allowed, auditallow, auditdeny, HAS_XPERMS. */
interface AvRow {
  keys: Int32Array;
  cells: Int32Array;
  shift: number;
  count: number;
  /** bit = value of an attribute or type that occurs as target in this row */
  readonly targets: Int32Array;
}

/** Rows of one policy. Make it once and keep it with the policy. */
export interface AvRows {
  readonly policy: PolicyDb;
  generation: number;
  /** entries of the avtab in order of their source value */
  bySource: Uint32Array;
  sourceStart: Uint32Array;
  /** values (type and attributes) of every type, flattened */
  attributes: Uint16Array;
  attributeStart: Uint32Array;
  rows: (AvRow | undefined)[];
  cells: number;
  /** 1 for declared class values */
  isClass: Uint8Array;
  processClass: number;
  /** 1 for types with a parent */
  bounded: Uint8Array;
  /** constraints by class, compiled on first use */
  programs: (readonly ConstraintProgram[] | undefined)[];
}

export function createAvRows(policy: PolicyDb): AvRows {
  const rows: AvRows = {
    policy,
    generation: -1,
    bySource: new Uint32Array(0),
    sourceStart: new Uint32Array(0),
    attributes: new Uint16Array(0),
    attributeStart: new Uint32Array(0),
    rows: [],
    cells: 0,
    isClass: new Uint8Array(0),
    processClass: 0,
    bounded: new Uint8Array(0),
    programs: [],
  };
  refresh(rows);
  return rows;
}

/** The same decision as computeAv, written into `decision`. */
export function computeAvByRows(
  rows: AvRows,
  source: Context,
  target: Context,
  tclass: number,
  decision: AvDecision,
): void {
  if (rows.generation !== rows.policy.generation) refresh(rows);
  if (!startDecision(rows.policy, source, tclass, decision))
    decide(rows, source, target, tclass, decision, 0);
}

function decide(
  rows: AvRows,
  source: Context,
  target: Context,
  tclass: number,
  decision: AvDecision,
  depth: number,
): void {
  const { policy } = rows;
  if (tclass >= rows.isClass.length || rows.isClass[tclass] === 0) return;
  lookUp(rows, source.type, target.type, tclass, decision);
  if (decision.allowed === 0) return;
  const programs = rows.programs[tclass] ?? compileClass(rows, tclass);
  for (let i = 0; i < programs.length; i++) {
    const program = programs[i] as ConstraintProgram;
    if ((program.permissions & decision.allowed) !== 0 && !runConstraint(policy, program, source, target))
      decision.allowed &= ~program.permissions;
  }
  if (tclass === rows.processClass && source.role !== target.role) {
    const datum = policy.classes.at(tclass) as ClassDatum;
    decision.allowed &= ~roleAllowRemoves(policy, source, target, datum, decision.allowed);
  }
  if (rows.bounded[source.type] === 1) boundDecision(rows, source, target, tclass, decision, depth);
}

function compileClass(rows: AvRows, tclass: number): readonly ConstraintProgram[] {
  const programs = (rows.policy.classes.at(tclass)?.constraints ?? []).map(compileConstraint);
  rows.programs[tclass] = programs;
  return programs;
}

function boundDecision(
  rows: AvRows,
  source: Context,
  target: Context,
  tclass: number,
  decision: AvDecision,
  depth: number,
): void {
  const bounding = boundingPair(rows.policy, source, target);
  if (bounding === undefined || decision.allowed === 0 || depth >= BOUNDS_MAXDEPTH) return;
  const bound = createDecision();
  decide(rows, bounding.source, bounding.target, tclass, bound, depth + 1);
  decision.allowed &= bound.allowed;
}

/** Rules only: what all pairs of attributes say together. */
function lookUp(rows: AvRows, source: number, target: number, tclass: number, decision: AvDecision): void {
  const row = rows.rows[source] ?? makeRow(rows, source);
  const { keys, cells, shift, targets } = row;
  const { attributes } = rows;
  const mask = keys.length - 1;
  const end = rows.attributeStart[target + 1] as number;
  for (let i = rows.attributeStart[target] as number; i < end; i++) {
    const value = attributes[i] as number;
    if (((targets[value >>> 5] as number) & (1 << (value & 31))) === 0) continue;
    const key = (value << 16) | tclass;
    let slot = Math.imul(key, 0x9e3779b1) >>> shift;
    let found = keys[slot] as number;
    while (found !== key && found !== 0) {
      slot = (slot + 1) & mask;
      found = keys[slot] as number;
    }
    if (found === 0) continue;
    const cell = slot * CELL_WORDS;
    decision.allowed |= cells[cell] as number;
    decision.auditallow |= cells[cell + 1] as number;
    decision.auditdeny &= cells[cell + 2] as number;
    if (cells[cell + 3] === HAS_XPERMS) decision.xperms = true;
  }
}

function makeRow(rows: AvRows, source: number): AvRow {
  if (rows.cells > CELL_BUDGET) {
    rows.rows = [];
    rows.cells = 0;
  }
  const { policy, bySource, sourceStart } = rows;
  const start = rows.attributeStart[source] ?? 0;
  const end = rows.attributeStart[source + 1] ?? 0;
  let expected = 0;
  for (let i = start; i < end; i++) {
    const value = rows.attributes[i] as number;
    expected += (sourceStart[value + 1] ?? 0) - (sourceStart[value] ?? 0);
  }
  const row = emptyRow(Math.min(expected, 64), policy.types.nprim);
  for (let i = start; i < end; i++) {
    const value = rows.attributes[i] as number;
    const last = sourceStart[value + 1] ?? 0;
    for (let at = sourceStart[value] ?? 0; at < last; at++) addEntry(row, policy, bySource[at] as number);
  }
  rows.rows[source] = row;
  rows.cells += row.keys.length;
  return row;
}

function emptyRow(expected: number, types: number): AvRow {
  let bits = 3;
  while (1 << bits < expected * 2) bits++;
  return {
    keys: new Int32Array(1 << bits),
    cells: new Int32Array(CELL_WORDS << bits),
    shift: 32 - bits,
    count: 0,
    targets: new Int32Array((types >>> 5) + 1),
  };
}

function addEntry(row: AvRow, policy: PolicyDb, entry: number): void {
  const { avtab } = policy;
  if (avtab.branch[entry] !== UNCONDITIONAL && !isEntryEnabled(policy, entry)) return;
  const target = avtab.target(entry);
  const cell = cellOf(row, (target << 16) | (avtab.tclass[entry] as number)) * CELL_WORDS;
  row.targets[target >>> 5] = (row.targets[target >>> 5] as number) | (1 << (target & 31));
  const { cells } = row;
  const kind = avtab.specified[entry] as number;
  const data = avtab.data[entry] as number;
  if (kind === AVTAB_ALLOWED) cells[cell] = (cells[cell] as number) | data;
  else if (kind === AVTAB_AUDITALLOW) cells[cell + 1] = (cells[cell + 1] as number) | data;
  else if (kind === AVTAB_AUDITDENY) cells[cell + 2] = (cells[cell + 2] as number) & data;
  else cells[cell + 3] = HAS_XPERMS;
}

/** The slot of a key, made when it does not exist. */
function cellOf(row: AvRow, key: number): number {
  if (row.count * 2 >= row.keys.length) grow(row);
  const mask = row.keys.length - 1;
  let slot = Math.imul(key, 0x9e3779b1) >>> row.shift;
  while (row.keys[slot] !== key && row.keys[slot] !== 0) slot = (slot + 1) & mask;
  if (row.keys[slot] === 0) {
    row.keys[slot] = key;
    row.cells[slot * CELL_WORDS + 2] = -1;
    row.count++;
  }
  return slot;
}

function grow(row: AvRow): void {
  const { keys, cells } = row;
  row.keys = new Int32Array(keys.length * 2);
  row.cells = new Int32Array(cells.length * 2);
  row.shift--;
  const mask = row.keys.length - 1;
  for (let from = 0; from < keys.length; from++) {
    const key = keys[from] as number;
    if (key === 0) continue;
    let slot = Math.imul(key, 0x9e3779b1) >>> row.shift;
    while (row.keys[slot] !== 0) slot = (slot + 1) & mask;
    row.keys[slot] = key;
    row.cells.set(cells.subarray(from * CELL_WORDS, from * CELL_WORDS + CELL_WORDS), slot * CELL_WORDS);
  }
}

const ROW_KINDS = AVTAB_ALLOWED | AVTAB_AUDITALLOW | AVTAB_AUDITDENY | AVTAB_XPERMS;

function refresh(rows: AvRows): void {
  const { policy } = rows;
  rows.generation = policy.generation;
  rows.rows = [];
  rows.cells = 0;
  indexEntries(rows, policy.avtab, policy.types.nprim);
  rows.programs = [];
  rows.processClass = policy.classes.valueOf("process");
  rows.isClass = new Uint8Array(policy.classes.nprim + 1);
  for (const datum of policy.classes) rows.isClass[datum.value] = 1;
  rows.bounded = new Uint8Array(policy.types.nprim + 1);
  for (const datum of policy.types) rows.bounded[datum.value] = datum.bounds === 0 ? 0 : 1;
  const types = policy.types.nprim;
  rows.attributeStart = new Uint32Array(types + 2);
  const values: number[] = [];
  for (let type = 0; type <= types; type++) {
    rows.attributeStart[type] = values.length;
    policy.typeAttrMap[type]?.forEach((bit) => {
      values.push(bit + 1);
    });
  }
  rows.attributeStart[types + 1] = values.length;
  rows.attributes = Uint16Array.from(values);
}

function indexEntries(rows: AvRows, avtab: Avtab, types: number): void {
  const start = new Uint32Array(Math.max(types, 0xffff) + 2);
  for (let entry = 0; entry < avtab.length; entry++)
    if (((avtab.specified[entry] as number) & ROW_KINDS) !== 0) {
      const after = avtab.source(entry) + 1;
      start[after] = (start[after] as number) + 1;
    }
  for (let i = 1; i < start.length; i++) start[i] = (start[i] as number) + (start[i - 1] as number);
  rows.bySource = new Uint32Array(start[start.length - 1] as number);
  const next = start.slice();
  for (let entry = 0; entry < avtab.length; entry++)
    if (((avtab.specified[entry] as number) & ROW_KINDS) !== 0) {
      const source = avtab.source(entry);
      rows.bySource[next[source] as number] = entry;
      next[source] = (next[source] as number) + 1;
    }
  rows.sourceStart = start;
}
