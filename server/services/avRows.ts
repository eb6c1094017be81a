// The access decision made fast: rules come from merged rows (avRowTable.ts), constraints from compiled programs
// (constraintProgram.ts). Rows and programs are made on first use and thrown away when the policy's generation
// changes. Invariant (tested): the same numbers as computeAv for every question.

import type { Context } from "../policydb/context.ts";
import type { ClassDatum, PolicyDb } from "../policydb/policydb.ts";
import { createRowTable, lookUpRules, type RowTable } from "./avRowTable.ts";
import {
  type AvDecision,
  BOUNDS_MAXDEPTH,
  boundingPair,
  createDecision,
  roleAllowRemoves,
  sourceFlags,
  startDecision,
} from "./computeAv.ts";
import { type ConstraintProgram, compileConstraint, runConstraint } from "./constraintProgram.ts";

/** Beside the AVD_* flags in `typeFlags`: the type has a parent. */
const BOUNDED = 0x80;

/** Everything prepared for one policy. Make it once and keep it with the policy. */
export interface AvRows {
  readonly policy: PolicyDb;
  generation: number;
  table: RowTable;
  /** 1 for declared class values */
  isClass: Uint8Array;
  processClass: number;
  /** by type: AVD_* flags of its decisions, and BOUNDED */
  typeFlags: Uint8Array;
  /** constraints by class, compiled on first use */
  programs: (readonly ConstraintProgram[] | undefined)[];
}

export function createAvRows(policy: PolicyDb): AvRows {
  const { generation } = policy;
  return { policy, generation, table: createRowTable(policy), programs: [], ...flagsOf(policy) };
}

function flagsOf(policy: PolicyDb): Pick<AvRows, "isClass" | "processClass" | "typeFlags"> {
  const isClass = new Uint8Array(policy.classes.nprim + 1);
  for (const datum of policy.classes) isClass[datum.value] = 1;
  const typeFlags = new Uint8Array(policy.types.nprim + 1);
  for (const { value, bounds } of policy.types)
    typeFlags[value] = sourceFlags(policy, value) | (bounds === 0 ? 0 : BOUNDED);
  return { isClass, processClass: policy.classes.valueOf("process"), typeFlags };
}

function refresh(rows: AvRows): void {
  rows.generation = rows.policy.generation;
  rows.table = createRowTable(rows.policy);
  rows.programs = [];
  Object.assign(rows, flagsOf(rows.policy));
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
  lookUpRules(rows.table, source.type, target.type, tclass, decision);
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
  if (((rows.typeFlags[source.type] as number) & BOUNDED) !== 0)
    boundDecision(rows, source, target, tclass, decision, depth);
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
