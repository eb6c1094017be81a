// Levels and ranges (security/selinux/ss/mls.c, mls_types.h, context.h): dominance, validity, greatest lower and
// least upper bound, and what a user's clearance makes of a range. Everything is a pure function of levels;
// reading and printing them is in mlsText.ts. A level's sensitivity value is its place in the dominance order.

import type { MlsLevel, MlsRange } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb, UserDatum } from "../policydb/policydb.ts";

const NO_LEVEL: MlsLevel = { sens: 0, cats: new Ebitmap() };
/** What contexts of a policy without MLS are taken to have. */
export const NO_RANGE: MlsRange = { low: NO_LEVEL, high: NO_LEVEL };

export function levelsEqual(a: MlsLevel, b: MlsLevel): boolean {
  return a === b || (a.sens === b.sens && a.cats.equals(b.cats));
}

/** True when `a` dominates `b`: not lower, and with at least its categories. */
export function dominates(a: MlsLevel, b: MlsLevel): boolean {
  return a === b || (a.sens >= b.sens && a.cats.contains(b.cats));
}

export function incomparable(a: MlsLevel, b: MlsLevel): boolean {
  return !dominates(a, b) && !dominates(b, a);
}

/** True when `value` lies between `low` and `high`. */
export function isBetween(value: MlsLevel, low: MlsLevel, high: MlsLevel): boolean {
  return dominates(value, low) && dominates(high, value);
}

export function rangesEqual(a: MlsRange, b: MlsRange): boolean {
  return levelsEqual(a.low, b.low) && levelsEqual(a.high, b.high);
}

/** True when `outer` contains `inner`. */
export function rangeContains(outer: MlsRange, inner: MlsRange): boolean {
  return dominates(inner.low, outer.low) && dominates(outer.high, inner.high);
}

/** mls_level_isvalid: a known sensitivity with categories declared for it. */
export function isLevelValid(policy: PolicyDb, level: MlsLevel): boolean {
  const sens = policy.sens.at(level.sens);
  return sens?.level.cats.contains(level.cats) === true && level.cats.length() <= policy.cats.nprim;
}

/** mls_range_isvalid. */
export function isRangeValid(policy: PolicyDb, range: MlsRange): boolean {
  return (
    isLevelValid(policy, range.low) && isLevelValid(policy, range.high) && dominates(range.high, range.low)
  );
}

export function lowOf(range: MlsRange): MlsRange {
  return { low: range.low, high: range.low };
}

export function highOf(range: MlsRange): MlsRange {
  return { low: range.high, high: range.high };
}

/** mls_context_glblub; undefined when the ranges have no sensitivity in common. */
export function glblub(a: MlsRange, b: MlsRange): MlsRange | undefined {
  if (a.high.sens < b.low.sens || b.high.sens < a.low.sens) return undefined;
  return {
    low: { sens: Math.max(a.low.sens, b.low.sens), cats: a.low.cats.clone().keepAll(b.low.cats) },
    high: { sens: Math.min(a.high.sens, b.high.sens), cats: a.high.cats.clone().keepAll(b.high.cats) },
  };
}

/** mls_setup_user_range: what a user gets when reached from a range; undefined when nothing fits. */
export function userRange(policy: PolicyDb, from: MlsRange, user: UserDatum): MlsRange | undefined {
  if (!policy.mls) return NO_RANGE;
  const own = user.range;
  const preferred = user.defaultLevel;
  if (own === undefined || preferred === undefined) return undefined;
  let low: MlsLevel;
  if (isBetween(preferred, from.low, from.high)) low = preferred;
  else if (isBetween(from.low, preferred, own.high)) low = from.low;
  else if (isBetween(from.high, own.low, preferred)) low = own.low;
  else return undefined;
  if (dominates(own.high, from.high)) return { low, high: from.high };
  if (dominates(from.high, own.high)) return { low, high: own.high };
  return undefined;
}
