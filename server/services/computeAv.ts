// The access decision (context_struct_compute_av in security/selinux/ss/services.c), step for step as the kernel
// takes it: every pair of source and target attributes is looked up in the avtab, then constraints, role allow and
// bounds take away. This is the reference; avRows.ts finds the same numbers faster and traceAv.ts tells why.
// Masks are signed 32-bit integers (no heap numbers on the hot path): print them with `>>> 0`.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_XPERMS,
  conditionalOfBranch,
  isTrueBranch,
  UNCONDITIONAL,
} from "../policydb/avtab.ts";
import type { ConstraintNode } from "../policydb/constraint.ts";
import type { Context } from "../policydb/context.ts";
import {
  type ClassDatum,
  HANDLE_UNKNOWN_ALLOW,
  type PolicyDb,
  permissionValue,
} from "../policydb/policydb.ts";
import { evaluateConstraint } from "./constraint.ts";

/** AvDecision.flags: the source is a permissive domain (AVD_FLAGS_PERMISSIVE). */
export const AVD_PERMISSIVE = 1;
/** AvDecision.flags: nothing about the source is ever audited (policy version 35). */
export const AVD_NEVERAUDIT = 2;

/** Longest chain of bounds that is followed; loading refuses longer ones, policies under edit may have loops. */
export const BOUNDS_MAXDEPTH = 4;

/** Filled in by the compute functions; callers on hot paths reuse one. */
export interface AvDecision {
  allowed: number;
  auditallow: number;
  auditdeny: number;
  flags: number;
  /** True when extended permissions of any kind exist for the pair and class: the filter of xperms.ts is on. */
  xperms: boolean;
}

export function createDecision(): AvDecision {
  return { allowed: 0, auditallow: 0, auditdeny: -1, flags: 0, xperms: false };
}

/** The decision for two contexts and a class, as selinuxfs `access` gives it (security_compute_av_user). */
export function computeAv(policy: PolicyDb, source: Context, target: Context, tclass: number): AvDecision {
  const decision = createDecision();
  if (!startDecision(policy, source, tclass, decision)) pairwise(policy, source, target, tclass, decision, 0);
  return decision;
}

/** What needs no rules: the flags of the source and class 0. True when nothing is left to do. */
export function startDecision(
  policy: PolicyDb,
  source: Context,
  tclass: number,
  decision: AvDecision,
): boolean {
  decision.allowed = 0;
  decision.auditallow = 0;
  decision.auditdeny = -1;
  decision.xperms = false;
  decision.flags = sourceFlags(policy, source.type);
  if (tclass !== 0) return false;
  if (policy.handleUnknown === HANDLE_UNKNOWN_ALLOW) decision.allowed = -1;
  return true;
}

/** The flags of every decision about a source type. */
export function sourceFlags(policy: PolicyDb, type: number): number {
  return (
    (policy.permissive.has(type) ? AVD_PERMISSIVE : 0) | (policy.neveraudit.has(type) ? AVD_NEVERAUDIT : 0)
  );
}

function pairwise(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
  decision: AvDecision,
  depth: number,
): void {
  const datum = policy.classes.at(tclass);
  if (datum === undefined) return;
  const targetBits = policy.typeAttrMap[target.type];
  policy.typeAttrMap[source.type]?.forEach((i) => {
    targetBits?.forEach((j) => {
      addEntries(policy, policy.avtab.first(i + 1, j + 1, tclass), decision);
    });
  });
  restrict(policy, source, target, datum, decision, (boundedSource, boundedTarget) => {
    if (depth >= BOUNDS_MAXDEPTH) return -1;
    const bound = createDecision();
    pairwise(policy, boundedSource, boundedTarget, tclass, bound, depth + 1);
    return bound.allowed;
  });
}

function addEntries(policy: PolicyDb, first: number, decision: AvDecision): void {
  const { avtab } = policy;
  for (let entry = first; entry >= 0; entry = avtab.nextOf(entry)) {
    if (!isEntryEnabled(policy, entry)) continue;
    const kind = avtab.specified[entry] as number;
    const data = avtab.data[entry] as number;
    if (kind === AVTAB_ALLOWED) decision.allowed |= data;
    else if (kind === AVTAB_AUDITALLOW) decision.auditallow |= data;
    else if (kind === AVTAB_AUDITDENY) decision.auditdeny &= data;
    else if ((kind & AVTAB_XPERMS) !== 0) decision.xperms = true;
  }
}

/** True for unconditional entries and those of the list that their conditional's state selects. */
export function isEntryEnabled(policy: PolicyDb, entry: number): boolean {
  const branch = policy.avtab.branch[entry] as number;
  if (branch === UNCONDITIONAL) return true;
  return policy.conditionals[conditionalOfBranch(branch)]?.state === (isTrueBranch(branch) ? 1 : 0);
}

/** The steps that take away: constraints, role allow, bounds. `boundAllowed` computes for the bounding types. */
export function restrict(
  policy: PolicyDb,
  source: Context,
  target: Context,
  datum: ClassDatum,
  decision: AvDecision,
  boundAllowed: (source: Context, target: Context) => number,
): void {
  const constraints = datum.constraints;
  for (let i = 0; i < constraints.length; i++) {
    const constraint = constraints[i] as ConstraintNode;
    if ((constraint.permissions & decision.allowed) === 0) continue;
    if (!evaluateConstraint(policy, constraint.expr, source, target))
      decision.allowed &= ~constraint.permissions;
  }
  if (datum.name === "process")
    decision.allowed &= ~roleAllowRemoves(policy, source, target, datum, decision.allowed);
  const bounding = boundingPair(policy, source, target);
  if (bounding !== undefined && decision.allowed !== 0)
    decision.allowed &= boundAllowed(bounding.source, bounding.target);
}

/** Bits of transition and dyntransition that fall because no role_allow leads from one role to the other. */
export function roleAllowRemoves(
  policy: PolicyDb,
  source: Context,
  target: Context,
  process: ClassDatum,
  allowed: number,
): number {
  if (source.role === target.role) return 0;
  const bits = permissionBit(process, "transition") | permissionBit(process, "dyntransition");
  if ((allowed & bits) === 0) return 0;
  const rules = policy.roleAllows;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as (typeof rules)[number];
    if (rule.role === source.role && rule.newRole === target.role) return 0;
  }
  return bits;
}

/** The mask of one permission of a class; 0 when it has none of that name. */
export function permissionBit(datum: ClassDatum, name: string): number {
  const value = permissionValue(datum, name);
  return value === 0 ? 0 : 1 << (value - 1);
}

/** The contexts whose decision bounds this one; undefined when the source type is not bounded. */
export function boundingPair(
  policy: PolicyDb,
  source: Context,
  target: Context,
): { readonly source: Context; readonly target: Context } | undefined {
  const sourceBounds = policy.types.at(source.type)?.bounds ?? 0;
  if (sourceBounds === 0) return undefined;
  const targetBounds = policy.types.at(target.type)?.bounds ?? 0;
  return {
    source: { ...source, type: sourceBounds },
    target: targetBounds === 0 ? target : { ...target, type: targetBounds },
  };
}
