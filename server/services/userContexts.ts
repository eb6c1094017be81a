// The contexts that a user can be reached in from a context (security_get_user_sids in
// security/selinux/ss/services.c, selinuxfs `user`): every role of the user with every type of the role, with the
// range that the user's clearance makes of the caller's, as far as a process transition there is allowed. That
// check is strict: permissive domains gain nothing. libsepol leaves the caller's own type out.

import type { Context } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { type AvRows, computeAvByRows } from "./avRows.ts";
import { createDecision, permissionBit } from "./computeAv.ts";
import type { Dialect } from "./dialect.ts";
import { NO_RANGE, userRange } from "./mls.ts";
import { failure, type Result, success } from "./result.ts";

/** Reachable contexts in the kernel's order: by role, then by type. EINVAL for an unknown user. */
export function reachableContexts(
  rows: AvRows,
  from: Context,
  userName: string,
  dialect: Dialect,
): Result<Context[]> {
  const { policy } = rows;
  const user = policy.users.get(userName);
  const process = policy.classes.get("process");
  if (user === undefined || process === undefined) return failure("EINVAL");
  const range = userRange(policy, from.range ?? NO_RANGE, user);
  if (range === undefined) return success([]);
  const transition = permissionBit(process, "transition");
  const decision = createDecision();
  const found: Context[] = [];
  user.roles.forEach((roleBit) => {
    policy.roles.at(roleBit + 1)?.types.forEach((typeBit) => {
      if (dialect.family === "libsepol" && typeBit + 1 === from.type) return;
      const context = makeContext(policy, user.value, roleBit + 1, typeBit + 1, range);
      computeAvByRows(rows, from, context, process.value, decision);
      if ((decision.allowed & transition) !== 0) found.push(context);
    });
  });
  return success(found);
}

function makeContext(
  policy: PolicyDb,
  user: number,
  role: number,
  type: number,
  range: NonNullable<Context["range"]>,
): Context {
  return policy.mls ? { user, role, type, range } : { user, role, type };
}
