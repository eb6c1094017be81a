// The access decision made fast: rules come from merged rows (avRowTable.ts), constraints from compiled programs
// (constraintProgram.ts), contexts from a table of integers (contextTable.ts). Rows and programs are made on first
// use and thrown away when the policy's generation changes; decisions are not kept. Invariant (tested): the same
// numbers as computeAv for every question.

import type { Context } from "../policydb/context.ts";
import { HANDLE_UNKNOWN_ALLOW, type PolicyDb } from "../policydb/policydb.ts";
import { createRowTable, lookUpRules, type RowTable } from "./avRowTable.ts";
import { type AvDecision, BOUNDS_MAXDEPTH, createDecision, permissionBit, sourceFlags } from "./computeAv.ts";
import {
  type ConstraintCode,
  compileClass,
  createConstraintCode,
  runConstraint,
} from "./constraintProgram.ts";
import {
  type ContextTable,
  createContextTable,
  FIELD_ROLE,
  FIELD_TYPE,
  PASSING_SOURCE,
  PASSING_TARGET,
  passContexts,
} from "./contextTable.ts";

/** Everything prepared for one policy. Make it once and keep it with the policy. */
export interface AvRows {
  readonly policy: PolicyDb;
  /** contexts by number, for `computeAvByNumbers` (addContext gives numbers) */
  readonly contexts: ContextTable;
  generation: number;
  prepared: Prepared;
}

/** What one state of the policy gives. */
interface Prepared {
  readonly table: RowTable;
  readonly code: ConstraintCode;
  /** 1 for declared class values */
  readonly isClass: Uint8Array;
  readonly processClass: number;
  /** transition and dyntransition of class process */
  readonly transitions: number;
  /** role << 16 | new role */
  readonly roleAllows: ReadonlySet<number>;
  /** by type: AVD_* flags of its decisions */
  readonly typeFlags: Uint8Array;
  /** by type: its parent, 0 when none */
  readonly typeBounds: Uint16Array;
}

export function createAvRows(policy: PolicyDb): AvRows {
  const { generation } = policy;
  return { policy, contexts: createContextTable(), generation, prepared: prepare(policy) };
}

function prepare(policy: PolicyDb): Prepared {
  const isClass = new Uint8Array(policy.classes.nprim + 1);
  for (const datum of policy.classes) isClass[datum.value] = 1;
  const typeFlags = new Uint8Array(policy.types.nprim + 1);
  const typeBounds = new Uint16Array(policy.types.nprim + 1);
  for (const { value, bounds } of policy.types) typeBounds[value] = bounds;
  for (let type = 0; type < typeFlags.length; type++) typeFlags[type] = sourceFlags(policy, type);
  const process = policy.classes.get("process");
  return {
    table: createRowTable(policy),
    code: createConstraintCode(policy),
    isClass,
    processClass: process?.value ?? 0,
    transitions:
      process === undefined
        ? 0
        : permissionBit(process, "transition") | permissionBit(process, "dyntransition"),
    roleAllows: new Set(policy.roleAllows.map(({ role, newRole }) => (role << 16) | newRole)),
    typeFlags,
    typeBounds,
  };
}

/** The same decision as computeAv, written into `decision`. */
export function computeAvByRows(
  rows: AvRows,
  source: Context,
  target: Context,
  tclass: number,
  decision: AvDecision,
): void {
  passContexts(rows.contexts, source, target);
  computeAvByNumbers(rows, PASSING_SOURCE, PASSING_TARGET, tclass, decision);
}

/** The same for contexts that have numbers in `rows.contexts`. */
export function computeAvByNumbers(
  rows: AvRows,
  source: number,
  target: number,
  tclass: number,
  decision: AvDecision,
): void {
  if (rows.generation !== rows.policy.generation) {
    rows.generation = rows.policy.generation;
    rows.prepared = prepare(rows.policy);
  }
  const { fields } = rows.contexts;
  const sourceType = fields[source + FIELD_TYPE] as number;
  decision.allowed = 0;
  decision.auditallow = 0;
  decision.auditdeny = -1;
  decision.xperms = false;
  decision.flags = (rows.prepared.typeFlags[sourceType] ?? 0) | 0;
  if (tclass !== 0)
    decide(rows, source, target, sourceType, fields[target + FIELD_TYPE] as number, tclass, decision, 0);
  else if (rows.policy.handleUnknown === HANDLE_UNKNOWN_ALLOW) decision.allowed = -1;
}

function decide(
  rows: AvRows,
  source: number,
  target: number,
  sourceType: number,
  targetType: number,
  tclass: number,
  decision: AvDecision,
  depth: number,
): void {
  const { prepared } = rows;
  if (tclass >= prepared.isClass.length || prepared.isClass[tclass] === 0) return;
  lookUpRules(prepared.table, sourceType, targetType, tclass, decision);
  if (decision.allowed === 0) return;
  constrain(rows, source, target, sourceType, targetType, tclass, decision);
  if (tclass === prepared.processClass && (decision.allowed & prepared.transitions) !== 0) {
    const { fields } = rows.contexts;
    const role = fields[source + FIELD_ROLE] as number;
    const newRole = fields[target + FIELD_ROLE] as number;
    if (role !== newRole && !prepared.roleAllows.has((role << 16) | newRole))
      decision.allowed &= ~prepared.transitions;
  }
  const parent = prepared.typeBounds[sourceType] as number;
  if (parent === 0 || decision.allowed === 0 || depth >= BOUNDS_MAXDEPTH) return;
  const bound = createDecision();
  const targetParent = prepared.typeBounds[targetType] ?? 0;
  decide(
    rows,
    source,
    target,
    parent,
    targetParent === 0 ? targetType : targetParent,
    tclass,
    bound,
    depth + 1,
  );
  decision.allowed &= bound.allowed;
}

function constrain(
  rows: AvRows,
  source: number,
  target: number,
  sourceType: number,
  targetType: number,
  tclass: number,
  decision: AvDecision,
): void {
  const { code } = rows.prepared;
  let place = code.classes[tclass] as number;
  if (place === 0) place = compileClass(code, rows.policy, tclass);
  if ((decision.allowed & (code.restricted[tclass] as number)) === 0) return;
  const { words } = code;
  const end = place + 1 + (words[place] as number) * 2;
  for (let at = place + 1; at < end; at += 2) {
    const permissions = words[at] as number;
    if ((permissions & decision.allowed) === 0) continue;
    const start = words[at + 1] as number;
    if (!runConstraint(words, start, rows.policy, rows.contexts, source, target, sourceType, targetType))
      decision.allowed &= ~permissions;
  }
}
