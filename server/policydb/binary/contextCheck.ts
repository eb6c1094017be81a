// Is a context valid in a policy? (policydb_context_isvalid, mls_context_isvalid, mls_range_isvalid,
// mls_level_isvalid of security/selinux/ss). Only what loading a policy needs; the security server has its own,
// with tracing. Values are known to be declared when this is called.

import type { Context, MlsLevel, MlsRange } from "../context.ts";
import { OBJECT_R_VAL, type PolicyDb } from "../policydb.ts";

/** What is wrong with a context; undefined when nothing is. */
export function contextProblem(db: PolicyDb, context: Context): string | undefined {
  const user = db.users.at(context.user);
  const role = db.roles.at(context.role);
  const type = db.types.at(context.type);
  if (type?.isAttribute) return `${type.name} is an attribute`;
  const isObject = context.role === OBJECT_R_VAL;
  if (!isObject && role?.types.has(context.type - 1) !== true)
    return `role ${role?.name} is not authorized for type ${type?.name ?? context.type}`;
  if (!isObject && user?.roles.has(context.role - 1) !== true)
    return `user ${user?.name} is not authorized for role ${role?.name}`;
  if (!db.mls) return undefined;
  if (context.range === undefined) return "it has no range";
  const problem = rangeProblem(db, context.range);
  if (problem !== undefined || isObject) return problem;
  const allowed = user?.range;
  if (allowed === undefined) return `user ${user?.name} has no range`;
  if (!dominates(context.range.low, allowed.low) || !dominates(allowed.high, context.range.high))
    return `the range is outside that of user ${user?.name}`;
  return undefined;
}

/** What is wrong with a range by itself; undefined when nothing is. */
export function rangeProblem(db: PolicyDb, range: MlsRange): string | undefined {
  const low = levelProblem(db, range.low);
  if (low !== undefined || range.low === range.high) return low;
  const high = levelProblem(db, range.high);
  if (high !== undefined) return high;
  return dominates(range.high, range.low) ? undefined : "the high level does not dominate the low one";
}

function levelProblem(db: PolicyDb, level: MlsLevel): string | undefined {
  const declared = db.sens.at(level.sens);
  if (declared === undefined) return `sensitivity ${level.sens} does not exist`;
  if (!declared.level.cats.contains(level.cats))
    return `sensitivity ${declared.name} is not associated with all categories`;
  return undefined;
}

/** mls_level_dom */
export function dominates(a: MlsLevel, b: MlsLevel): boolean {
  return a.sens >= b.sens && a.cats.contains(b.cats);
}
