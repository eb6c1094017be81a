// Which violations of neverallow rules are told, and with which types, whatever was edited before: the numbers of types
// and of avtab entries are a matter of history, so names decide.

import { byCodeUnit } from "../../grammar/text/order.ts";
import type { Violation } from "../analysis/neverallow.ts";
import type { AssertionRule } from "../compiler/face.ts";
import type { ReadonlyEbitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";

/** More violations than this are not spelled out: one wrong rule can break hundreds of pairs. */
const MOST_TOLD = 400;

/** Those to tell: by assertion, then by the names in the rule; each with the first pair of types in the alphabet. */
export function firstViolations(
  db: PolicyDb,
  rules: readonly AssertionRule[],
  violations: readonly Violation[],
): Violation[] {
  const nameOf = (type: number): string => db.types.nameOf(type) ?? "";
  const order = (a: Violation, b: Violation): number =>
    a.assertion - b.assertion ||
    byCodeUnit(nameOf(a.keySource), nameOf(b.keySource)) ||
    byCodeUnit(nameOf(a.keyTarget), nameOf(b.keyTarget)) ||
    a.tclass - b.tclass ||
    a.mask - b.mask;
  const first = firstTypes(db);
  return violations
    .filter(({ accepted }) => !accepted)
    .sort(order)
    .slice(0, MOST_TOLD)
    .map((violation) => {
      const rule = rules[violation.assertion];
      if (rule === undefined || violation.xperms !== undefined) return violation;
      const pair = firstPairOf(db, rule, violation, first);
      return pair === undefined ? violation : { ...violation, source: pair[0], target: pair[1] };
    });
}

type FirstType = (key: number, within: ReadonlyEbitmap | undefined, but: number) => number;

/** Finds the first type in the alphabet of what a type or attribute stands for and a set has, but one; 0 when there is none. */
function firstTypes(db: PolicyDb): FirstType {
  const known = new Map<ReadonlyEbitmap | undefined, Map<string, number>>();
  return (key, within, but) => {
    let ofSet = known.get(within);
    if (ofSet === undefined) {
      ofSet = new Map();
      known.set(within, ofSet);
    }
    const before = ofSet.get(`${key} ${but}`);
    if (before !== undefined) return before;
    let first = 0;
    let name = "";
    db.attrTypeMap[key]?.forEach((bit) => {
      if (bit + 1 === but || within?.has(bit) === false) return;
      const other = db.types.nameOf(bit + 1) ?? "";
      if (first !== 0 && other >= name) return;
      first = bit + 1;
      name = other;
    });
    ofSet.set(`${key} ${but}`, first);
    return first;
  };
}

function firstPairOf(
  db: PolicyDb,
  { sources, targets, self, minusSelf }: AssertionRule,
  { keySource, keyTarget }: Violation,
  first: FirstType,
): readonly [source: number, target: number] | undefined {
  if (self && !minusSelf) {
    const both = sources.clone();
    const members = db.attrTypeMap[keyTarget];
    if (members === undefined) return undefined;
    const type = first(keySource, both.keepAll(members), 0);
    return type === 0 ? undefined : [type, type];
  }
  const within = minusSelf && targets.isEmpty() ? undefined : targets;
  const source = first(keySource, sources, 0);
  if (!minusSelf) {
    const target = first(keyTarget, within, 0);
    return source === 0 || target === 0 ? undefined : [source, target];
  }
  const target = first(keyTarget, within, source);
  if (target !== 0) return [source, target];
  // The only target is this source, so another source has it.
  const only = first(keyTarget, within, 0);
  const other = first(keySource, sources, only);
  return only === 0 || other === 0 ? undefined : [other, only];
}
