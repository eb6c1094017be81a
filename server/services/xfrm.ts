// The checks of labelled IPsec (security/selinux/xfrm.c) as explanations: which permission of class association
// each step asks for between which labels, and whether the policy grants it. Packets and keys do not exist here;
// the caller says what the labels are.

import type { Context } from "../policydb/context.ts";
import { type AvRows, computeAvByRows } from "./avRows.ts";
import { createDecision, permissionBit } from "./computeAv.ts";
import { contextsEqual } from "./context.ts";

/** One access check with its outcome. */
export interface AssociationCheck {
  readonly permission: "setcontext" | "polmatch" | "sendto" | "recvfrom";
  readonly source: Context;
  readonly target: Context;
  readonly allowed: boolean;
}

/** Why a security association may or may not carry a flow. */
export interface AssociationVerdict {
  readonly usable: boolean;
  readonly reason:
    | "both-unlabeled"
    | "policy-unlabeled-association-labeled"
    | "association-unlabeled-policy-labeled"
    | "flow-differs-from-association"
    | "policy-does-not-match"
    | "may-not-send"
    | "granted";
  readonly checks: readonly AssociationCheck[];
}

/** Labels that meet when a flow leaves. */
export interface AssociationLabels {
  readonly flow: Context;
  /** The label of the policy (SPD) entry; undefined when it has none. */
  readonly policy: Context | undefined;
  /** The label of the association (SA); undefined when it has none. */
  readonly association: Context | undefined;
}

export function checkAssociation(
  rows: AvRows,
  permission: AssociationCheck["permission"],
  source: Context,
  target: Context,
): AssociationCheck {
  const datum = rows.policy.classes.get("association");
  if (datum === undefined) return { permission, source, target, allowed: false };
  const decision = createDecision();
  computeAvByRows(rows, source, target, datum.value, decision);
  return { permission, source, target, allowed: (decision.allowed & permissionBit(datum, permission)) !== 0 };
}

/** selinux_xfrm_policy_lookup, then selinux_xfrm_state_pol_flow_match. */
export function explainAssociation(rows: AvRows, labels: AssociationLabels): AssociationVerdict {
  const { flow, policy, association } = labels;
  const checks: AssociationCheck[] = [];
  if (policy === undefined) {
    const reason = association === undefined ? "both-unlabeled" : "policy-unlabeled-association-labeled";
    return { usable: association === undefined, reason, checks };
  }
  checks.push(checkAssociation(rows, "polmatch", flow, policy));
  if (checks[0]?.allowed !== true) return { usable: false, reason: "policy-does-not-match", checks };
  if (association === undefined)
    return { usable: false, reason: "association-unlabeled-policy-labeled", checks };
  if (!contextsEqual(flow, association))
    return { usable: false, reason: "flow-differs-from-association", checks };
  const send = checkAssociation(rows, "sendto", flow, association);
  checks.push(send);
  return { usable: send.allowed, reason: send.allowed ? "granted" : "may-not-send", checks };
}
