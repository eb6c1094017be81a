// Does the policy grant a permission whatever the booleans are? Concrete types, attributes on both sides included, and no
// look at constraints. Unlike ../access/grants.ts, which asks whether some setting grants it: what a repair adds must
// not be hidden by a rule that is off today.

import { AVTAB_ALLOWED, UNCONDITIONAL } from "../../policydb/avtab.ts";
import { type PolicyDb, permissionValue, withAttributes } from "../../policydb/policydb.ts";

/** True when an unconditional rule grants it; false for names that the policy does not know. */
export function isGranted(
  db: PolicyDb,
  source: string,
  target: string,
  tclass: string,
  permission: string,
): boolean {
  const datum = db.classes.get(tclass);
  const from = db.types.valueOf(source);
  const to = db.types.valueOf(target);
  const value = datum === undefined ? 0 : permissionValue(datum, permission);
  if (datum === undefined || from === 0 || to === 0 || value === 0) return false;
  const mask = 1 << (value - 1);
  const { avtab } = db;
  const targets = withAttributes(db, to);
  for (const s of withAttributes(db, from))
    for (const t of targets)
      for (let entry = avtab.first(s, t, datum.value); entry >= 0; entry = avtab.nextOf(entry))
        if (
          avtab.specified[entry] === AVTAB_ALLOWED &&
          avtab.branch[entry] === UNCONDITIONAL &&
          ((avtab.data[entry] as number) & mask) !== 0
        )
          return true;
  return false;
}
