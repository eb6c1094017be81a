// Look-ups in the three transition tables that are not in the avtab: roles, ranges and names (hashtabs in the
// kernel's policydb.c). The tables are plain lists in the policy; here they are searched as they stand, because a
// label is computed rarely next to access decisions. When several entries have one key the first wins, as the
// kernel never has more than one.

import type { PolicyDb } from "../policydb/policydb.ts";

/** Index in `roleTransitions`, or -1. */
export function findRoleTransition(policy: PolicyDb, role: number, type: number, tclass: number): number {
  const rules = policy.roleTransitions;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as (typeof rules)[number];
    if (rule.role === role && rule.type === type && rule.tclass === tclass) return i;
  }
  return -1;
}

/** Index in `rangeTransitions`, or -1. */
export function findRangeTransition(
  policy: PolicyDb,
  source: number,
  target: number,
  tclass: number,
): number {
  const rules = policy.rangeTransitions;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as (typeof rules)[number];
    if (rule.source === source && rule.target === target && rule.tclass === tclass) return i;
  }
  return -1;
}

/** A named transition that applies. */
export interface NamedTransition {
  readonly index: number;
  readonly alternative: number;
  readonly newType: number;
}

/** The named transition for a new object, if any. Names match exactly. */
export function findFilenameTransition(
  policy: PolicyDb,
  source: number,
  target: number,
  tclass: number,
  name: string,
): NamedTransition | undefined {
  const rules = policy.filenameTransitions;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index] as (typeof rules)[number];
    if (rule.targetType !== target || rule.tclass !== tclass || rule.name !== name) continue;
    const alternative = rule.data.findIndex((data) => data.sources.has(source - 1));
    const data = rule.data[alternative];
    if (data !== undefined) return { index, alternative, newType: data.newType };
  }
  return undefined;
}
