// Two vetoes on changes of labels: validatetrans and mlsvalidatetrans constraints on relabelling an object
// (security_validate_transition), and the bounded transition that a thread or a no_new_privs process must keep to
// (security_bounded_transition), both in security/selinux/ss/services.c. Neither knows permissive mode: the
// selinuxfs query reports the failure always, and hooks decide for themselves.

import type { ConstraintNode } from "../policydb/constraint.ts";
import type { Context } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { type ConstraintTrace, evaluateConstraint, traceConstraint } from "./constraint.ts";
import { failure, type Result, success } from "./result.ts";

/** A validatetrans constraint that refused, with the truth of its nodes. */
export interface ValidatetransFailure {
  readonly index: number;
  readonly constraint: ConstraintNode;
  readonly trace: ConstraintTrace;
}

/** EPERM when a constraint refuses, EINVAL for an unknown class. */
export function validateTransition(
  policy: PolicyDb,
  oldContext: Context,
  newContext: Context,
  tclass: number,
  task: Context,
): Result<true> {
  const datum = policy.classes.at(tclass);
  if (datum === undefined) return failure("EINVAL");
  const holds = datum.validatetrans.every(({ expr }) =>
    evaluateConstraint(policy, expr, oldContext, newContext, task),
  );
  return holds ? success(true) : failure("EPERM");
}

/** Every constraint that refuses (the kernel stops at the first). */
export function traceValidateTransition(
  policy: PolicyDb,
  oldContext: Context,
  newContext: Context,
  tclass: number,
  task: Context,
): ValidatetransFailure[] {
  const failures: ValidatetransFailure[] = [];
  policy.classes.at(tclass)?.validatetrans.forEach((constraint, index) => {
    const trace = traceConstraint(policy, constraint.expr, oldContext, newContext, task);
    if (!trace.value) failures.push({ index, constraint, trace });
  });
  return failures;
}

/** Whether the new type is the old one or bounded by it, with the types that were passed on the way up. */
export function boundedTransition(
  policy: PolicyDb,
  oldContext: Context,
  newContext: Context,
): { readonly allowed: boolean; readonly chain: readonly number[] } {
  const chain = [newContext.type];
  let type = newContext.type;
  while (type !== oldContext.type) {
    type = policy.types.at(type)?.bounds ?? 0;
    if (type === 0 || chain.includes(type)) return { allowed: false, chain };
    chain.push(type);
  }
  return { allowed: true, chain };
}
