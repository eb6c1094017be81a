// What a kernel will say while it runs with a policy: permissions that bounds take away, transitions whose new context
// can never be valid, relabelling that no validatetrans rule lets through, and numbers of classes that nobody has. Each
// follows from the policy alone, under every setting of the booleans.

import { checkBounds, type TypeBoundsViolation } from "../../analysis/bounds.ts";
import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import { Ebitmap } from "../../policydb/ebitmap.ts";
import {
  type ClassDatum,
  OBJECT_R_VAL,
  type PolicyDb,
  permissionNames,
  permissionValue,
} from "../../policydb/policydb.ts";
import { canRefuse, mayHold, type Side, sideOf } from "../access/constraints.ts";
import { createJudge, EXECUTE, ROLE, ROLE_ALLOW, rolesText } from "../access/transitions.ts";
import type { InSection } from "./binary.ts";

/** Findings of one code; the last of them tells how many there are more. */
const MOST = 100;

/** Everything that a kernel will complain of. */
export function runtimeFindings(db: PolicyDb): readonly InSection[] {
  return [unusedClassNumbers(db), maskedByBounds(db), invalidTransitions(db), refusedRelabelling(db)].flatMap(
    (list) => {
      const more = list.length - MOST;
      const last = list[MOST - 1];
      if (last === undefined || more <= 0) return list;
      return [
        ...list.slice(0, MOST - 1),
        { ...last, message: `${last.message}; and ${more} more like this` },
      ];
    },
  );
}

function unusedClassNumbers({ classes }: PolicyDb): InSection[] {
  const found: InSection[] = [];
  for (let value = 1; value <= classes.nprim; value++)
    if (classes.at(value) === undefined)
      found.push({
        section: "classes",
        code: "kern-class",
        severity: "information",
        message: `no class has number ${value}: who asks about it gets “Invalid class ${value}”`,
      });
  return found;
}

/** type_attribute_bounds_av: what a bounded type has and its parent lacks is taken away. */
function maskedByBounds(db: PolicyDb): InSection[] {
  const excess = checkBounds(db).filter((one): one is TypeBoundsViolation => one.kind === "type");
  return excess.map(({ child, parent, target, tclass, mask, entry }) => {
    const datum = db.classes.at(tclass) as ClassDatum;
    const perms = permissionNames(datum, mask).join(" ");
    const { types } = db;
    const rule = `${types.nameOf(child)} ${types.nameOf(target)}:${datum.name} { ${perms} }`;
    return {
      section: db.avtab.branch[entry] === 0 ? "avtab" : "conditionals",
      code: "kern-bounds",
      severity: "warning",
      message: `the rules allow ${rule}, and the bounds take it away: ${types.nameOf(parent)} has no such access`,
    };
  });
}

/** compute_sid_handle_invalid_context: the context that execution leads to is valid for no role. */
function invalidTransitions(db: PolicyDb): InSection[] {
  const judge = createJudge(db);
  if (judge === undefined) return [];
  const found: InSection[] = [];
  const { avtab, types } = db;
  for (const entry of judge.transitions) {
    const source = avtab.source(entry);
    const target = avtab.target(entry);
    const domain = avtab.data[entry] as number;
    const missing = judge.missing(source, target, domain);
    if ((missing & (ROLE | ROLE_ALLOW)) === 0 || (missing & EXECUTE) !== 0) continue;
    const run = `${types.nameOf(source)} runs ${types.nameOf(target)}`;
    found.push({
      section: avtab.branch[entry] === 0 ? "avtab" : "conditionals",
      code: "kern-compute-sid",
      severity: "information",
      message: `when ${run}, the new context is invalid: no role of it${rolesText(db, source)} may have ${types.nameOf(domain)}`,
    });
  }
  return found;
}

/** Types that one source may relabel from, and to. */
interface Relabelled {
  readonly from: Ebitmap;
  readonly to: Ebitmap;
}

/** security_validate_transition: a source may relabel from and to types of a class, and no pair of them passes. */
function refusedRelabelling(db: PolicyDb): InSection[] {
  const found: InSection[] = [];
  const sides = new Map<number, Side>();
  for (const datum of db.classes) {
    const rules = datum.validatetrans.filter(({ expr }) => canRefuse(expr));
    if (rules.length === 0) continue;
    for (const [source, { from, to }] of relabelledBy(db, datum)) {
      if (from.isEmpty() || to.isEmpty()) continue;
      const process = sideOf(db, sides, source);
      if (process.types.isEmpty()) continue;
      const before = objectSide(from);
      const after = objectSide(to);
      if (rules.every(({ expr }) => mayHold(expr, before, after, process))) continue;
      found.push({
        section: "classes",
        code: "kern-validatetrans",
        severity: "warning",
        message: `${db.types.nameOf(source)} may relabel ${datum.name}, and a validatetrans rule refuses every change of its labels`,
      });
    }
  }
  return found;
}

/** Objects have the role object_r. */
function objectSide(types: Ebitmap): Side {
  return { types, roles: Ebitmap.of([OBJECT_R_VAL - 1]) };
}

function relabelledBy(db: PolicyDb, datum: ClassDatum): ReadonlyMap<number, Relabelled> {
  const bit = (name: string): number => {
    const value = permissionValue(datum, name);
    return value === 0 ? 0 : 1 << (value - 1);
  };
  const [fromBit, toBit] = [bit("relabelfrom"), bit("relabelto")];
  const { avtab } = db;
  const found = new Map<number, Relabelled>();
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.tclass[entry] !== datum.value || avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    const data = avtab.data[entry] as number;
    if ((data & (fromBit | toBit)) === 0) continue;
    const targets = db.attrTypeMap[avtab.target(entry)] ?? new Ebitmap();
    for (const source of db.attrTypeMap[avtab.source(entry)] ?? []) {
      const own = found.get(source + 1) ?? { from: new Ebitmap(), to: new Ebitmap() };
      found.set(source + 1, own);
      if ((data & fromBit) !== 0) own.from.addAll(targets);
      if ((data & toBit) !== 0) own.to.addAll(targets);
    }
  }
  return found;
}
