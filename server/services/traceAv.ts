// Why an access is allowed or not: the same steps as computeAv, but every rule that granted a bit and every step
// that took bits away is written down as plain data. Entries are named by their number in the avtab and the pair
// of attributes through which they applied, so that rooms above can point to source lines. Disabled conditional
// entries are listed too: they are the answer to "which boolean would allow this". Slow on purpose.

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
import { type ConstraintTrace, traceConstraint } from "./constraint.ts";
import { kindOfSlice, rowOf } from "./xperms.ts";

/** One rule of the avtab that speaks about the pair and class. */
export interface AvGrant {
  readonly entry: number;
  /** AVTAB_ALLOWED, AVTAB_AUDITALLOW or AVTAB_AUDITDENY */
  readonly kind: number;
  /** The mask as stored: for AVTAB_AUDITDENY the complement of the dontaudit permissions. */
  readonly mask: number;
  /** Type or attribute values through which the rule applies. */
  readonly viaSource: number;
  readonly viaTarget: number;
  /** Index of the conditional and its list; undefined for unconditional rules. */
  readonly conditional: { readonly index: number; readonly trueList: boolean } | undefined;
  readonly enabled: boolean;
}

/** An extended rule of the pair and class. */
export interface XpermGrant {
  readonly entry: number;
  /** AVTAB_XPERMS_* */
  readonly kind: number;
  /** XPERM_IOCTL or XPERM_NLMSG */
  readonly base: number;
  /** Whole drivers (bits are drivers) or functions of one driver. */
  readonly slice: number;
  readonly values: readonly number[];
  readonly viaSource: number;
  readonly viaTarget: number;
  readonly enabled: boolean;
}

/** A step that took bits away, in the order in which the kernel takes them. */
export type AvRemoval =
  | {
      readonly step: "constraint";
      readonly index: number;
      readonly constraint: ConstraintNode;
      readonly trace: ConstraintTrace;
      readonly removed: number;
    }
  | {
      readonly step: "role-allow";
      readonly role: number;
      readonly newRole: number;
      readonly removed: number;
    }
  | { readonly step: "bounds"; readonly bound: AvTrace; readonly removed: number };

/** A decision and its history. */
export interface AvTrace {
  readonly source: Context;
  readonly target: Context;
  readonly tclass: number;
  readonly decision: Readonly<AvDecision>;
  /** What the rules allowed before anything was taken away. */
  readonly granted: number;
  readonly grants: readonly AvGrant[];
  readonly xperms: readonly XpermGrant[];
  readonly removals: readonly AvRemoval[];
  /** Why there was nothing to decide: class 0, or a class that the policy does not have. */
  readonly unknownClass: boolean;
}

/** computeAv with its history. */
export function traceAv(policy: PolicyDb, source: Context, target: Context, tclass: number): AvTrace {
  return traceAtDepth(policy, source, target, tclass, 0);
}

function traceAtDepth(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
  depth: number,
): AvTrace {
  const decision = createDecision();
  const datum = policy.classes.at(tclass);
  const grants: AvGrant[] = [];
  const xperms: XpermGrant[] = [];
  if (startDecision(policy, source, tclass, decision) || datum === undefined) {
    const granted = decision.allowed;
    return { source, target, tclass, decision, granted, grants, xperms, removals: [], unknownClass: true };
  }
  collectGrants(policy, source, target, tclass, grants, xperms);
  for (const grant of grants) if (grant.enabled) apply(grant, decision);
  decision.xperms = xperms.some((grant) => grant.enabled);
  const granted = decision.allowed;
  const removals = collectRemovals(policy, source, target, datum, decision, depth);
  return { source, target, tclass, decision, granted, grants, xperms, removals, unknownClass: false };
}

function apply(grant: AvGrant, decision: AvDecision): void {
  if (grant.kind === AVTAB_ALLOWED) decision.allowed |= grant.mask;
  else if (grant.kind === AVTAB_AUDITALLOW) decision.auditallow |= grant.mask;
  else decision.auditdeny &= grant.mask;
}

function collectGrants(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
  grants: AvGrant[],
  xperms: XpermGrant[],
): void {
  const { avtab } = policy;
  for (const i of policy.typeAttrMap[source.type] ?? [])
    for (const j of policy.typeAttrMap[target.type] ?? [])
      for (let entry = avtab.first(i + 1, j + 1, tclass); entry >= 0; entry = avtab.nextOf(entry)) {
        const kind = avtab.specified[entry] as number;
        const via = { entry, kind, viaSource: i + 1, viaTarget: j + 1 };
        const enabled = isEntryEnabled(policy, entry);
        const slice = avtab.slice[entry] as number;
        if ((kind & (AVTAB_ALLOWED | AVTAB_AUDITALLOW | AVTAB_AUDITDENY)) !== 0) {
          const branch = avtab.branch[entry] as number;
          const conditional =
            branch === UNCONDITIONAL
              ? undefined
              : { index: conditionalOfBranch(branch), trueList: isTrueBranch(branch) };
          grants.push({ ...via, mask: (avtab.data[entry] as number) | 0, conditional, enabled });
        } else if ((kind & AVTAB_XPERMS) !== 0) {
          const values = rowOf(policy, entry).toArray();
          xperms.push({ ...via, base: kindOfSlice(slice), slice, values, enabled });
        }
      }
}

function collectRemovals(
  policy: PolicyDb,
  source: Context,
  target: Context,
  datum: ClassDatum,
  decision: AvDecision,
  depth: number,
): AvRemoval[] {
  const removals: AvRemoval[] = [];
  datum.constraints.forEach((constraint, index) => {
    const removed = constraint.permissions & decision.allowed;
    if (removed === 0) return;
    const trace = traceConstraint(policy, constraint.expr, source, target);
    if (trace.value) return;
    removals.push({ step: "constraint", index, constraint, trace, removed });
    decision.allowed &= ~removed;
  });
  if (datum.name === "process") {
    const removed = roleAllowRemoves(policy, source, target, datum, decision.allowed) & decision.allowed;
    if (removed !== 0)
      removals.push({ step: "role-allow", role: source.role, newRole: target.role, removed });
    decision.allowed &= ~removed;
  }
  const bounding = boundingPair(policy, source, target);
  if (bounding !== undefined && depth < BOUNDS_MAXDEPTH) {
    const bound = traceAtDepth(policy, bounding.source, bounding.target, datum.value, depth + 1);
    const removed = decision.allowed & ~bound.decision.allowed;
    if (removed !== 0) removals.push({ step: "bounds", bound, removed });
    decision.allowed &= ~removed;
  }
  return removals;
}
