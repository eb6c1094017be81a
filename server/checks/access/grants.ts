// Does the policy grant a pair of concrete types a permission, attributes on both sides included, for some setting of the
// booleans? It does not look at constraints or bounds. The types' own rules are asked first, because most grants are.

import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";

/** True when rules of any condition grant one of the permissions in `mask`. */
export function mayGrant(
  db: PolicyDb,
  source: number,
  target: number,
  tclass: number,
  mask: number,
): boolean {
  if (grantsOf(db, source, target, tclass, mask)) return true;
  const targets = membersOf(db, target);
  for (const s of membersOf(db, source))
    for (const t of targets) if (grantsOf(db, s, t, tclass, mask)) return true;
  return false;
}

function grantsOf(
  { avtab }: PolicyDb,
  source: number,
  target: number,
  tclass: number,
  mask: number,
): boolean {
  for (let entry = avtab.first(source, target, tclass); entry >= 0; entry = avtab.nextOf(entry))
    if (avtab.specified[entry] === AVTAB_ALLOWED && ((avtab.data[entry] as number) & mask) !== 0) return true;
  return false;
}

/** A type and its attributes. */
function membersOf(db: PolicyDb, type: number): readonly number[] {
  const found: number[] = [];
  db.typeAttrMap[type]?.forEach((bit) => {
    found.push(bit + 1);
  });
  return found;
}
