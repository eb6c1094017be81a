// What of a decision is audited (avc_audit_required and avc_xperms_audit_required in
// security/selinux/include/avc.h and avc.c). Masks are signed 32-bit integers as in services. It formats nothing:
// see printRecord.ts.

import { AVD_NEVERAUDIT, type AvDecision } from "../services/computeAv.ts";
import type { XpermDecision } from "../services/xperms.ts";

/** What a record would show; no record when `audited` is 0. */
export interface AuditDecision {
  readonly denied: number;
  readonly audited: number;
}

/** An access(2)-style probe, or the extended permission that was checked. */
export interface AuditCircumstances {
  /** Bit of audit_access: a dontaudit for it silences the whole probe. */
  readonly auditAccess?: number;
  /** The extended permission (function number) and the sets of its driver. */
  readonly xperm?: { readonly value: number; readonly decision: XpermDecision };
}

/** The permissions to audit for a request that ended with `failed`. */
export function auditOf(
  requested: number,
  decision: Readonly<AvDecision>,
  failed: boolean,
  circumstances: AuditCircumstances = {},
): AuditDecision {
  const { auditAccess = 0, xperm } = circumstances;
  const denied = requested & ~decision.allowed;
  if ((decision.flags & AVD_NEVERAUDIT) !== 0) return { denied, audited: 0 };
  if (denied !== 0) {
    const silenced =
      (auditAccess !== 0 && (auditAccess & decision.auditdeny) === 0) || xpermIn(xperm, "dontaudit");
    return { denied, audited: silenced ? 0 : denied & decision.auditdeny };
  }
  if (failed) return { denied: requested, audited: requested };
  const audited = requested & decision.auditallow;
  return { denied, audited: xperm !== undefined && !xpermIn(xperm, "auditallow") ? 0 : audited };
}

function xpermIn(xperm: AuditCircumstances["xperm"], set: "auditallow" | "dontaudit"): boolean {
  return xperm?.decision[set].has(xperm.value) === true;
}
