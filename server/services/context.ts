// Security contexts as text and as values (string_to_context_struct and context_struct_to_string in
// security/selinux/ss/services.c, policydb_context_isvalid in policydb.c). Reading fails with EINVAL unless the
// whole context is valid in the policy; printing gives the one canonical spelling. Type attributes are no types
// here, aliases are. It keeps nothing: interning is sidtab.ts.

import type { Context, MlsRange } from "../policydb/context.ts";
import { OBJECT_R_VAL, type PolicyDb } from "../policydb/policydb.ts";
import type { Dialect } from "./dialect.ts";
import { isRangeValid, NO_RANGE, rangeContains, rangesEqual } from "./mls.ts";
import { parseRange, printRange } from "./mlsText.ts";
import { failure, type Result, success } from "./result.ts";

/** What makes a context invalid, in the order in which the kernel looks. */
export type ContextFault = "role" | "user" | "type" | "role-type" | "user-role" | "range" | "user-range";

/** Reads a context. `fallback` is the range of one that has none (the kernel's default SID). */
export function parseContext(policy: PolicyDb, text: string, fallback?: MlsRange): Result<Context> {
  const userEnd = text.indexOf(":");
  const roleEnd = text.indexOf(":", userEnd + 1);
  if (userEnd < 0 || roleEnd < 0) return failure("EINVAL");
  const typeEnd = text.indexOf(":", roleEnd + 1);
  const user = policy.users.get(text.slice(0, userEnd));
  const role = policy.roles.get(text.slice(userEnd + 1, roleEnd));
  const type = policy.types.get(text.slice(roleEnd + 1, typeEnd < 0 ? undefined : typeEnd));
  if (user === undefined || role === undefined || role.isAttribute === true) return failure("EINVAL");
  if (type === undefined || type.isAttribute) return failure("EINVAL");
  const range = rangeOf(policy, typeEnd < 0 ? undefined : text.slice(typeEnd + 1), fallback);
  if (!range.ok) return range;
  const names = { user: user.value, role: role.value, type: type.value };
  const context: Context = range.value === undefined ? names : { ...names, range: range.value };
  return faultOf(policy, context) === undefined ? success(context) : failure("EINVAL");
}

/** mls_context_to_sid: the range of a context that is being read. */
function rangeOf(
  policy: PolicyDb,
  text: string | undefined,
  fallback: MlsRange | undefined,
): Result<MlsRange | undefined> {
  if (!policy.mls)
    return text !== undefined && fallback === undefined ? failure("EINVAL") : success(undefined);
  const range = text === undefined ? fallback : parseRange(policy, text);
  return range === undefined ? failure("EINVAL") : success(range);
}

/** policydb_context_isvalid, telling what is wrong; undefined for a valid context. */
export function faultOf(policy: PolicyDb, context: Context): ContextFault | undefined {
  const role = policy.roles.at(context.role);
  const user = policy.users.at(context.user);
  if (context.role === 0 || context.role > policy.roles.nprim) return "role";
  if (context.user === 0 || context.user > policy.users.nprim) return "user";
  if (context.type === 0 || context.type > policy.types.nprim) return "type";
  if (context.role !== OBJECT_R_VAL) {
    if (role?.types.has(context.type - 1) !== true) return "role-type";
    if (user?.roles.has(context.role - 1) !== true) return "user-role";
  }
  if (!policy.mls) return undefined;
  const range = context.range ?? NO_RANGE;
  if (!isRangeValid(policy, range)) return "range";
  if (context.role === OBJECT_R_VAL) return undefined;
  return user?.range !== undefined && rangeContains(user.range, range) ? undefined : "user-range";
}

export function isContextValid(policy: PolicyDb, context: Context): boolean {
  return faultOf(policy, context) === undefined;
}

/** The canonical text of a context, valid or not. */
export function printContext(policy: PolicyDb, context: Context, dialect?: Dialect): string {
  const user = policy.users.nameOf(context.user) ?? `#${context.user}`;
  const role = policy.roles.nameOf(context.role) ?? `#${context.role}`;
  const type = policy.types.nameOf(context.type) ?? `#${context.type}`;
  if (!policy.mls) return `${user}:${role}:${type}`;
  return `${user}:${role}:${type}:${printRange(policy, context.range ?? NO_RANGE, dialect)}`;
}

export function contextsEqual(a: Context, b: Context): boolean {
  if (a === b) return true;
  if (a.user !== b.user || a.role !== b.role || a.type !== b.type) return false;
  return rangesEqual(a.range ?? NO_RANGE, b.range ?? NO_RANGE);
}
