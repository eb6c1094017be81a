// Labels of new objects (security_compute_sid and mls_compute_sid in security/selinux/ss/services.c and mls.c):
// transition, member and change. Every field of the result says which step decided it. The result need not be
// valid; who asks decides whether that is an error (it is when enforcing). Names of objects matter for transitions
// in the kernel only; attributes are never searched for type rules.

import {
  type AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  conditionalOfBranch,
  UNCONDITIONAL,
} from "../policydb/avtab.ts";
import type { Context, MlsRange } from "../policydb/context.ts";
import {
  type ClassDatum,
  DEFAULT_GLBLUB,
  DEFAULT_SOURCE,
  DEFAULT_SOURCE_HIGH,
  DEFAULT_SOURCE_LOW,
  DEFAULT_SOURCE_LOW_HIGH,
  DEFAULT_TARGET,
  DEFAULT_TARGET_HIGH,
  DEFAULT_TARGET_LOW,
  DEFAULT_TARGET_LOW_HIGH,
  OBJECT_R_VAL,
  type PolicyDb,
} from "../policydb/policydb.ts";
import { isEntryEnabled } from "./computeAv.ts";
import { type ContextFault, faultOf } from "./context.ts";
import { type Dialect, KERNEL } from "./dialect.ts";
import { glblub, highOf, lowOf, NO_RANGE } from "./mls.ts";
import { failure, type Result, success } from "./result.ts";
import { isSocketClass } from "./socketClass.ts";
import { findFilenameTransition, findRangeTransition, findRoleTransition } from "./transitions.ts";

/** What is computed; the values are those of the avtab kinds. */
export type SidKind = typeof AVTAB_TRANSITION | typeof AVTAB_MEMBER | typeof AVTAB_CHANGE;

/** The step that decided a field. Numbers are entries or indices in the policy's tables. */
export type FieldOrigin =
  | { readonly step: "source" | "target" | "object_r" | "source-low" }
  /** a default_user, default_role, default_type or default_range statement, with its code */
  | { readonly step: "default"; readonly code: number }
  | { readonly step: "type-rule"; readonly entry: number; readonly conditional: number | undefined }
  | { readonly step: "filename-transition"; readonly index: number; readonly alternative: number }
  | { readonly step: "role-transition"; readonly index: number }
  | { readonly step: "range-transition"; readonly index: number };

/** A computed context with its history. */
export interface ComputedSid {
  readonly context: Context;
  readonly user: FieldOrigin;
  readonly role: FieldOrigin;
  readonly type: FieldOrigin;
  readonly range: FieldOrigin;
  /** Why the context is not valid; undefined when it is. */
  readonly fault: ContextFault | undefined;
}

/** A question for a label. */
export interface SidQuestion {
  readonly kind: SidKind;
  readonly source: Context;
  readonly target: Context;
  readonly tclass: number;
  /** last component of the new object's name, for transitions */
  readonly name?: string;
}

interface Decided<T> {
  readonly value: T;
  readonly origin: FieldOrigin;
}

/** The computed context, EINVAL when there is none, EACCES when it is invalid and `enforcing`. */
export function computeSid(
  policy: PolicyDb,
  question: SidQuestion,
  enforcing: boolean,
  dialect: Dialect = KERNEL,
): Result<Context> {
  const traced = traceSid(policy, question, dialect);
  if (!traced.ok) return traced;
  if (traced.value.fault === undefined) return success(traced.value.context);
  return enforcing || dialect.family === "libsepol" ? failure("EACCES") : success(traced.value.context);
}

/** The computed context with the step that decided each field; EINVAL when no range can be computed. */
export function traceSid(
  policy: PolicyDb,
  question: SidQuestion,
  dialect: Dialect = KERNEL,
): Result<ComputedSid> {
  const datum = policy.classes.at(question.tclass);
  const likeProcess = datum?.name === "process" || isSocketClass(policy, question.tclass, dialect);
  const user = decideUser(question, datum);
  const role = decideRole(policy, question, datum, likeProcess);
  const type = decideType(policy, question, datum, likeProcess, dialect);
  const range = decideRange(policy, question, datum, likeProcess);
  if (range === undefined) return failure("EINVAL");
  const names = { user: user.value, role: role.value, type: type.value };
  const context: Context = policy.mls ? { ...names, range: range.value } : names;
  return success({
    context,
    user: user.origin,
    role: role.origin,
    type: type.origin,
    range: range.origin,
    fault: faultOf(policy, context),
  });
}

function decideUser(question: SidQuestion, datum: ClassDatum | undefined): Decided<number> {
  const { kind, source, target } = question;
  if (kind === AVTAB_MEMBER) return { value: target.user, origin: { step: "target" } };
  const code = datum?.defaultUser ?? 0;
  const value = code === DEFAULT_TARGET ? target.user : source.user;
  return { value, origin: code === 0 ? { step: "source" } : { step: "default", code } };
}

function decideRole(
  policy: PolicyDb,
  question: SidQuestion,
  datum: ClassDatum | undefined,
  likeProcess: boolean,
): Decided<number> {
  const { kind, source, target, tclass } = question;
  if (kind === AVTAB_TRANSITION) {
    const index = findRoleTransition(policy, source.role, target.type, tclass);
    const rule = policy.roleTransitions[index];
    if (rule !== undefined) return { value: rule.newRole, origin: { step: "role-transition", index } };
  }
  const code = datum?.defaultRole ?? 0;
  if (code === DEFAULT_SOURCE) return { value: source.role, origin: { step: "default", code } };
  if (code === DEFAULT_TARGET) return { value: target.role, origin: { step: "default", code } };
  if (likeProcess) return { value: source.role, origin: { step: "source" } };
  return { value: OBJECT_R_VAL, origin: { step: "object_r" } };
}

function decideType(
  policy: PolicyDb,
  question: SidQuestion,
  datum: ClassDatum | undefined,
  likeProcess: boolean,
  dialect: Dialect,
): Decided<number> {
  const { source, target, tclass, name } = question;
  if (name !== undefined && dialect.family === "kernel") {
    const named = findFilenameTransition(policy, source.type, target.type, tclass, name);
    if (named !== undefined) {
      const { index, alternative, newType } = named;
      return { value: newType, origin: { step: "filename-transition", index, alternative } };
    }
  }
  const entry = findTypeRule(policy, question);
  if (entry >= 0) {
    const branch = policy.avtab.branch[entry] as number;
    const conditional = branch === UNCONDITIONAL ? undefined : conditionalOfBranch(branch);
    return { value: policy.avtab.data[entry] as number, origin: { step: "type-rule", entry, conditional } };
  }
  const code = datum?.defaultType ?? 0;
  if (code === DEFAULT_SOURCE) return { value: source.type, origin: { step: "default", code } };
  if (code === DEFAULT_TARGET) return { value: target.type, origin: { step: "default", code } };
  if (likeProcess) return { value: source.type, origin: { step: "source" } };
  return { value: target.type, origin: { step: "target" } };
}

/** The unconditional rule, else the first enabled conditional one; -1 when there is none. */
function findTypeRule(policy: PolicyDb, question: SidQuestion): number {
  const { avtab } = policy;
  const { kind, source, target, tclass } = question;
  let conditional = -1;
  for (let entry = avtab.first(source.type, target.type, tclass); entry >= 0; entry = avtab.nextOf(entry)) {
    if (avtab.specified[entry] !== kind) continue;
    if (avtab.branch[entry] === UNCONDITIONAL) return entry;
    // A loadable policy has at most one enabled; while sources are edited, the first `if` wins.
    const earlier =
      conditional < 0 || (avtab.branch[entry] as number) < (avtab.branch[conditional] as number);
    if (earlier && isEntryEnabled(policy, entry)) conditional = entry;
  }
  return conditional;
}

function decideRange(
  policy: PolicyDb,
  question: SidQuestion,
  datum: ClassDatum | undefined,
  likeProcess: boolean,
): Decided<MlsRange> | undefined {
  const { kind, tclass } = question;
  const source = question.source.range ?? NO_RANGE;
  const target = question.target.range ?? NO_RANGE;
  if (kind === AVTAB_TRANSITION) {
    const index = findRangeTransition(policy, question.source.type, question.target.type, tclass);
    const rule = policy.rangeTransitions[index];
    if (rule !== undefined) return { value: rule.range, origin: { step: "range-transition", index } };
    const code = datum?.defaultRange ?? 0;
    if (code !== 0) {
      const value = defaultRange(code, source, target);
      return value === undefined ? undefined : { value, origin: { step: "default", code } };
    }
  }
  if (kind !== AVTAB_MEMBER && likeProcess) return { value: source, origin: { step: "source" } };
  return { value: lowOf(source), origin: { step: "source-low" } };
}

function defaultRange(code: number, source: MlsRange, target: MlsRange): MlsRange | undefined {
  switch (code) {
    case DEFAULT_SOURCE_LOW:
      return lowOf(source);
    case DEFAULT_SOURCE_HIGH:
      return highOf(source);
    case DEFAULT_SOURCE_LOW_HIGH:
      return source;
    case DEFAULT_TARGET_LOW:
      return lowOf(target);
    case DEFAULT_TARGET_HIGH:
      return highOf(target);
    case DEFAULT_TARGET_LOW_HIGH:
      return target;
    case DEFAULT_GLBLUB:
      return glblub(source, target);
    default:
      return undefined;
  }
}
