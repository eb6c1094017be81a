// What the kernel takes away although rules grant it: constraints, role allow and bounds. They depend on contexts, which
// assertions do not name, so they decide nothing; they are told about for example contexts of a single pair of types.

import type { Verdict } from "../../analysis/policyTest/facts.ts";
import { permissionNames } from "../../policydb/policydb.ts";
import { traceAv } from "../../services/traceAv.ts";
import { contextOfType } from "../access/contextOf.ts";
import { type AskedPolicy, explainAccess, removalLines } from "../access/explain.ts";

/** Lines about what is taken from a pair of types; empty when nothing of `mask` is. */
export function removalNotes(
  policy: AskedPolicy,
  sourceType: number,
  targetType: number,
  tclass: number,
  mask: number,
): readonly string[] {
  const { db } = policy;
  const datum = db.classes.at(tclass);
  const source = contextOfType(db, sourceType);
  const target = contextOfType(db, targetType);
  if (datum === undefined || source === undefined || target === undefined) return [];
  const trace = traceAv(db, source, target, tclass);
  if ((trace.granted & mask & ~trace.decision.allowed) === 0) return [];
  const access = explainAccess(policy, source, target, datum);
  const asked = permissionNames(datum, mask);
  const lines = access.removals.flatMap((removal) => {
    const names = removal.permissions.filter((name) => asked.includes(name));
    return names.length === 0 ? [] : removalLines(removal, names, () => "").slice(0, 2);
  });
  return lines.length === 0 ? [] : [`for ${access.source} and ${access.target}:`, ...lines];
}

/** What is taken from a pair of an assertion that holds. */
export function takenFrom(policy: AskedPolicy, { db, pairs }: Verdict): readonly string[] {
  return pairs.flatMap(({ source, target, tclass, mask }) =>
    removalNotes({ ...policy, db }, source, target, tclass, mask),
  );
}
