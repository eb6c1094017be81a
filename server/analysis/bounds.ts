// Bounds of types, roles and users (libsepol's hierarchy.c): what a child may do its parent must be allowed too. For
// types that is judged rule by rule, with attributes expanded: the child's permissions on a target need the same
// permissions of the parent on the target's own parent, or on the target when it has none. A rule in a conditional
// may lean on the parent's rules of the same branch; what the parent has in both branches of a conditional counts
// as unconditional. Names with a period imply a parent. It reports excess, and knows nothing of where it was written.

import { AVTAB_ALLOWED, AVTAB_AV, AVTAB_TYPE, branchOf, UNCONDITIONAL } from "../policydb/avtab.ts";
import type { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { Symtab } from "../policydb/symtab.ts";

/** A child type's permissions on one target that its parent lacks. */
export interface TypeBoundsViolation {
  readonly kind: "type";
  readonly child: number;
  readonly parent: number;
  /** concrete type in the child's rule */
  readonly target: number;
  /** the type on which the parent would need them: the target's parent, or the target */
  readonly parentTarget: number;
  readonly tclass: number;
  readonly mask: number;
  /** the child's rule in the avtab */
  readonly entry: number;
}

/** Types of a child role, or roles of a child user, that the parent lacks (value - 1). */
export interface SetBoundsViolation {
  readonly kind: "role" | "user";
  readonly child: number;
  readonly parent: number;
  readonly excess: Ebitmap;
}

/** A name with a period before which stands nothing declared. */
export interface OrphanViolation {
  readonly kind: "orphan";
  readonly symbol: "type" | "role" | "user";
  readonly child: number;
  readonly parentName: string;
}

export type BoundsViolation = TypeBoundsViolation | SetBoundsViolation | OrphanViolation;

/** Everything that exceeds its bounds. Costs a look at each name where nothing is bounded. */
export function checkBounds(db: PolicyDb): BoundsViolation[] {
  const found: BoundsViolation[] = [];
  const typeParents = parentsOf(db.types, "type", found);
  const roleParents = parentsOf(db.roles, "role", found);
  const userParents = parentsOf(db.users, "user", found);
  for (const [child, parent] of typeParents)
    if (db.types.at(child)?.isAttribute !== true) checkType(db, typeParents, child, parent, found);
  for (const [child, parent] of roleParents)
    checkSet("role", child, parent, db.roles.at(child)?.types, db.roles.at(parent)?.types, found);
  for (const [child, parent] of userParents)
    checkSet("user", child, parent, db.users.at(child)?.roles, db.users.at(parent)?.roles, found);
  return found;
}

interface Bounded {
  readonly name: string;
  readonly value: number;
  readonly bounds: number;
}

/** Parents by child, as declared or implied by a name. */
function parentsOf<T extends Bounded>(
  table: Symtab<T>,
  symbol: OrphanViolation["symbol"],
  found: BoundsViolation[],
): Map<number, number> {
  const parents = new Map<number, number>();
  for (const { name, value, bounds } of table) {
    if (bounds !== 0) {
      parents.set(value, bounds);
      continue;
    }
    const period = name.lastIndexOf(".");
    if (period < 0) continue;
    const parentName = name.slice(0, period);
    const parent = table.valueOf(parentName);
    if (parent !== 0) parents.set(value, parent);
    else found.push({ kind: "orphan", symbol, child: value, parentName });
  }
  return parents;
}

function checkSet(
  kind: "role" | "user",
  child: number,
  parent: number,
  own: Ebitmap | undefined,
  bound: Ebitmap | undefined,
  found: BoundsViolation[],
): void {
  if (own === undefined || bound === undefined || bound.contains(own)) return;
  found.push({ kind, child, parent, excess: own.clone().deleteAll(bound) });
}

function checkType(
  db: PolicyDb,
  parents: ReadonlyMap<number, number>,
  child: number,
  parent: number,
  found: BoundsViolation[],
): void {
  const { avtab } = db;
  const granted = grantsOf(db, parent);
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    if (db.attrTypeMap[avtab.source(entry)]?.has(child - 1) !== true) continue;
    const tclass = avtab.tclass[entry] as number;
    const branch = avtab.branch[entry] as number;
    const always = granted.get(grantKey(UNCONDITIONAL, tclass));
    const here = branch === UNCONDITIONAL ? undefined : granted.get(grantKey(branch, tclass));
    const data = avtab.data[entry] as number;
    db.attrTypeMap[avtab.target(entry)]?.forEach((bit) => {
      const parentTarget = parents.get(bit + 1) ?? bit + 1;
      const mask = (data & ~((always?.[parentTarget] ?? 0) | (here?.[parentTarget] ?? 0))) >>> 0;
      if (mask === 0) return;
      found.push({ kind: "type", child, parent, target: bit + 1, parentTarget, tclass, mask, entry });
    });
  }
}

/** Permissions of one source by concrete target; keyed by branch and class. */
type Grants = Map<number, Uint32Array>;

function grantKey(branch: number, tclass: number): number {
  return branch * 0x10000 + tclass;
}

/**
 * What a parent is granted. As in libsepol, every access vector or type rule of a conditional counts as a grant,
 * not only allow: a policy that the compilers accept must not fail here.
 */
function grantsOf(db: PolicyDb, parent: number): Grants {
  const { avtab } = db;
  const grants: Grants = new Map();
  const size = db.types.nprim + 1;
  for (let entry = 0; entry < avtab.length; entry++) {
    const branch = avtab.branch[entry] as number;
    const kinds = branch === UNCONDITIONAL ? AVTAB_ALLOWED : AVTAB_AV | AVTAB_TYPE;
    if (((avtab.specified[entry] as number) & kinds) === 0) continue;
    if (db.attrTypeMap[avtab.source(entry)]?.has(parent - 1) !== true) continue;
    const targets = grantRow(grants, grantKey(branch, avtab.tclass[entry] as number), size);
    const data = avtab.data[entry] as number;
    db.attrTypeMap[avtab.target(entry)]?.forEach((bit) => {
      targets[bit + 1] = (targets[bit + 1] as number) | data;
    });
  }
  addCommonOfBranches(db, grants, size);
  return grants;
}

/** What stands in both branches of a conditional is granted always. */
function addCommonOfBranches(db: PolicyDb, grants: Grants, size: number): void {
  for (let conditional = 0; conditional < db.conditionals.length; conditional++)
    for (let tclass = 1; tclass <= db.classes.nprim; tclass++) {
      const whenTrue = grants.get(grantKey(branchOf(conditional, true), tclass));
      const whenFalse = grants.get(grantKey(branchOf(conditional, false), tclass));
      if (whenTrue === undefined || whenFalse === undefined) continue;
      const always = grantRow(grants, grantKey(UNCONDITIONAL, tclass), size);
      for (let value = 1; value < size; value++)
        always[value] =
          (always[value] as number) | ((whenTrue[value] as number) & (whenFalse[value] as number));
    }
}

function grantRow(grants: Grants, key: number, size: number): Uint32Array {
  let row = grants.get(key);
  if (row === undefined) {
    row = new Uint32Array(size);
    grants.set(key, row);
  }
  return row;
}
