// The access vector between a source and a target, permission by permission: which entries of the avtab grant it,
// audit it or silence it, whether their conditional is on now, and from which statements they come. The same walk
// over attribute pairs as the kernel's (services/computeAv.ts), but keeping who said so.

import { byCodeUnit } from "../../grammar/text/order.ts";
import type { Origin } from "../compiler/face.ts";
import { AVTAB_ALLOWED, AVTAB_AUDITALLOW, AVTAB_AUDITDENY, UNCONDITIONAL } from "../policydb/avtab.ts";
import { type PolicyDb, permissionsOf, withAttributes } from "../policydb/policydb.ts";
import { isEntryEnabled } from "../services/computeAv.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** One statement's contribution to a permission. */
export interface Grant {
  readonly entry: number;
  readonly origin: Origin;
  /** text of the condition; undefined for unconditional rules */
  readonly condition: string | undefined;
  /** false when the condition does not hold with the booleans' defaults */
  readonly enabled: boolean;
}

export interface PermissionGrants {
  readonly permission: string;
  readonly bit: number;
  readonly allowed: readonly Grant[];
  readonly auditallow: readonly Grant[];
  readonly dontaudit: readonly Grant[];
}

/** Every permission of the class between two types or attributes, in the order of the class. */
export function grantsBetween(
  snapshot: Snapshot,
  source: string,
  target: string,
  className: string,
): PermissionGrants[] {
  const { db } = snapshot.compiled;
  const datum = db.classes.get(className);
  const sourceValue = db.types.valueOf(source);
  const targetValue = db.types.valueOf(target);
  if (datum === undefined || sourceValue === 0 || targetValue === 0) return [];
  const entries = entriesBetween(db, sourceValue, targetValue, datum.value);
  return [...permissionsOf(datum)].map(([permission, value]) => {
    const bit = 1 << (value - 1);
    const of = (kind: number, inverted = false) =>
      entries
        .filter((entry) => db.avtab.specified[entry] === kind)
        .filter(
          (entry) =>
            ((inverted ? ~(db.avtab.data[entry] as number) : (db.avtab.data[entry] as number)) & bit) !== 0,
        )
        .flatMap((entry) => grantsOf(snapshot, entry, bit))
        .sort((a, b) => compareGrants(snapshot, a, b));
    return {
      permission,
      bit,
      allowed: of(AVTAB_ALLOWED),
      auditallow: of(AVTAB_AUDITALLOW),
      dontaudit: of(AVTAB_AUDITDENY, true),
    };
  });
}

/** What holds without a condition first, then what holds now, in the order of the build. */
function compareGrants({ compiled }: Snapshot, a: Grant, b: Grant): number {
  const rank = ({ condition, enabled }: Grant): number => (condition === undefined ? 0 : enabled ? 1 : 2);
  return (
    rank(a) - rank(b) ||
    compiled.compareOrigins(a.origin, b.origin) ||
    byCodeUnit(a.condition ?? "", b.condition ?? "")
  );
}

/** Entries of all pairs of a symbol or one of its attributes with the other or one of its attributes. */
function entriesBetween(db: PolicyDb, source: number, target: number, tclass: number): number[] {
  const entries: number[] = [];
  const targets = withAttributes(db, target);
  for (const i of withAttributes(db, source))
    for (const j of targets)
      for (let entry = db.avtab.first(i, j, tclass); entry >= 0; entry = db.avtab.nextOf(entry))
        entries.push(entry);
  return entries;
}

function grantsOf(snapshot: Snapshot, entry: number, bit: number): Grant[] {
  const { compiled } = snapshot;
  const branch = compiled.db.avtab.branch[entry] as number;
  const condition = branch === UNCONDITIONAL ? undefined : compiled.conditionText(branch);
  const enabled = isEntryEnabled(compiled.db, entry);
  return compiled.originsOf(entry, bit).map((origin) => ({ entry, origin, condition, enabled }));
}
