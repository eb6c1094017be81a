// `allow` and `deny`: what the type enforcement rules grant between all types of two sets. Rules keep their attributes;
// a rule grants something to a pair when its source holds the one and its target the other, as the kernel finds out by
// looking up every pair of attributes. Constraints, role allow and bounds are not looked at here: they depend on
// contexts, and an assertion names types. Conditional rules count when their condition holds.

import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { isEntryEnabled } from "../../services/computeAv.ts";
import type { DeniedGrant, MissingGrant } from "./facts.ts";
import type { ClassPermissions, TypeSet } from "./names.ts";

/** Rules and pairs that are reported of one assertion. */
const MOST_REPORTED = 20;
/** Pairs that are looked up one by one; for more than these all rules are looked at once. */
const FEW_PAIRS = 32;

export interface Found<T> {
  readonly found: readonly T[];
  readonly hasMore: boolean;
}

/** Every enabled rule that grants some of the permissions to a pair, with such a pair. */
export function grantsAmong(
  db: PolicyDb,
  sources: TypeSet,
  targets: TypeSet,
  wanted: readonly ClassPermissions[],
): Found<DeniedGrant> {
  const { avtab } = db;
  const isFew = sources.values.length * (targets.values.length + 1) <= FEW_PAIRS;
  const found = isFew
    ? grantsOfPairs(db, sources, targets, wanted)
    : grantsOfRules(db, sources, targets, wanted);
  const nameOf = (value: number) => db.types.nameOf(value) ?? "";
  const key = ({ entry }: DeniedGrant) => `${nameOf(avtab.source(entry))} ${nameOf(avtab.target(entry))}`;
  const sorted = found
    .map((grant) => ({ grant, key: key(grant) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.grant.entry - b.grant.entry));
  return {
    found: sorted.slice(0, MOST_REPORTED).map(({ grant }) => grant),
    hasMore: found.length > MOST_REPORTED,
  };
}

/** Looks the rules of each pair up. */
function grantsOfPairs(
  db: PolicyDb,
  sources: TypeSet,
  targets: TypeSet,
  wanted: readonly ClassPermissions[],
): readonly DeniedGrant[] {
  const found = new Map<number, DeniedGrant>();
  for (const { datum, mask: asked } of wanted)
    for (const source of sources.values)
      for (const target of targetsOf(source, targets))
        for (const entry of rulesBetween(db, source, target, datum.value)) {
          const mask = asked & (db.avtab.data[entry] as number);
          if (mask !== 0 && !found.has(entry) && isEntryEnabled(db, entry))
            found.set(entry, { entry, tclass: datum.value, mask, source, target });
        }
  return [...found.values()];
}

/** Looks at all rules, and whether they are about one of the pairs. */
function grantsOfRules(
  db: PolicyDb,
  sources: TypeSet,
  targets: TypeSet,
  wanted: readonly ClassPermissions[],
): readonly DeniedGrant[] {
  const { avtab } = db;
  const masks = masksOf(db, wanted);
  const membersOf = memberTable(db);
  const found: DeniedGrant[] = [];
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    const tclass = avtab.tclass[entry] as number;
    const mask = (masks[tclass] as number) & (avtab.data[entry] as number);
    if (mask === 0 || !isEntryEnabled(db, entry)) continue;
    const from = membersOf(avtab.source(entry)).filter((value) => sources.has[value] === 1);
    if (from.length === 0) continue;
    const pair = pairOf(from, membersOf(avtab.target(entry)), targets);
    if (pair !== undefined) found.push({ entry, tclass, mask, ...pair });
  }
  return found;
}

/** The first pair of a rule's types that an assertion is about. */
function pairOf(
  from: readonly number[],
  to: readonly number[],
  targets: TypeSet,
): { readonly source: number; readonly target: number } | undefined {
  const among = to.filter((value) => targets.has[value] === 1);
  for (const source of from) {
    const target = among.find((value) => targets.self >= 0 || value !== source);
    if (target !== undefined) return { source, target };
    if (targets.self === 1 && to.includes(source)) return { source, target: source };
  }
  return undefined;
}

/** Pairs that lack some of the permissions. Stops when there are enough to show. */
export function gapsAmong(
  db: PolicyDb,
  sources: TypeSet,
  targets: TypeSet,
  wanted: readonly ClassPermissions[],
): Found<MissingGrant> {
  const found: MissingGrant[] = [];
  const isFew = sources.values.length * (targets.values.length + 1) <= FEW_PAIRS;
  for (const one of wanted) {
    if (isFew) {
      for (const source of sources.values)
        for (const target of targetsOf(source, targets))
          addDefined(found, gapBetween(db, source, target, one));
      continue;
    }
    const rules = rulesBySource(db, one);
    for (const source of sources.values) {
      const row = rowOf(db, rules, source);
      for (const target of targetsOf(source, targets)) {
        const granted = (row[target] as number) & one.mask;
        if (granted === one.mask) continue;
        if (found.length >= MOST_REPORTED) return { found, hasMore: true };
        found.push(gapOf(db, source, target, one, granted));
      }
    }
  }
  return { found: found.slice(0, MOST_REPORTED), hasMore: found.length > MOST_REPORTED };
}

function addDefined<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

/** What a pair lacks; undefined when nothing. */
export function gapBetween(
  db: PolicyDb,
  source: number,
  target: number,
  wanted: ClassPermissions,
): MissingGrant | undefined {
  let granted = 0;
  for (const entry of rulesBetween(db, source, target, wanted.datum.value))
    if (isEntryEnabled(db, entry)) granted |= db.avtab.data[entry] as number;
  granted &= wanted.mask;
  return granted === wanted.mask ? undefined : gapOf(db, source, target, wanted, granted);
}

function gapOf(
  db: PolicyDb,
  source: number,
  target: number,
  { datum, mask }: ClassPermissions,
  granted: number,
): MissingGrant {
  const missing = mask & ~granted;
  const off = rulesBetween(db, source, target, datum.value).filter(
    (entry) => ((db.avtab.data[entry] as number) & missing) !== 0 && !isEntryEnabled(db, entry),
  );
  return { source, target, tclass: datum.value, missing, granted, off };
}

/** Allow rules between two types, through any of their attributes, enabled or not. */
export function rulesBetween(db: PolicyDb, source: number, target: number, tclass: number): number[] {
  const { avtab } = db;
  const found: number[] = [];
  db.typeAttrMap[source]?.forEach((i) => {
    db.typeAttrMap[target]?.forEach((j) => {
      for (let entry = avtab.first(i + 1, j + 1, tclass); entry >= 0; entry = avtab.nextOf(entry))
        if (avtab.specified[entry] === AVTAB_ALLOWED) found.push(entry);
    });
  });
  return found;
}

function* targetsOf(source: number, targets: TypeSet): Generator<number> {
  for (const target of targets.values) if (targets.self >= 0 || target !== source) yield target;
  if (targets.self === 1 && targets.has[source] !== 1) yield source;
}

interface SourceRules {
  readonly of: ReadonlyMap<number, readonly number[]>;
  readonly membersOf: (value: number) => readonly number[];
}

/** Enabled allow rules of a class that grant some of the permissions, by their source. */
function rulesBySource(db: PolicyDb, { datum, mask }: ClassPermissions): SourceRules {
  const { avtab } = db;
  const of = new Map<number, number[]>();
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED || avtab.tclass[entry] !== datum.value) continue;
    if (((avtab.data[entry] as number) & mask) === 0 || !isEntryEnabled(db, entry)) continue;
    const source = avtab.source(entry);
    const list = of.get(source);
    if (list === undefined) of.set(source, [entry]);
    else list.push(entry);
  }
  return { of, membersOf: memberTable(db) };
}

/** What a type may do to each other type, by the other's value. */
function rowOf(db: PolicyDb, { of, membersOf }: SourceRules, source: number): Int32Array {
  const row = new Int32Array(db.types.nprim + 1);
  db.typeAttrMap[source]?.forEach((i) => {
    for (const entry of of.get(i + 1) ?? []) {
      const data = db.avtab.data[entry] as number;
      for (const target of membersOf(db.avtab.target(entry))) row[target] = (row[target] as number) | data;
    }
  });
  return row;
}

/** The types of a type or attribute, each looked up once. */
function memberTable(db: PolicyDb): (value: number) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  return (value) => {
    let members = known.get(value);
    if (members === undefined) {
      members =
        db.types.at(value)?.isAttribute === true
          ? (db.attrTypeMap[value]?.toArray() ?? []).map((bit) => bit + 1)
          : [value];
      known.set(value, members);
    }
    return members;
  };
}

function masksOf(db: PolicyDb, wanted: readonly ClassPermissions[]): Int32Array {
  const masks = new Int32Array(db.classes.nprim + 1);
  for (const { datum, mask } of wanted) masks[datum.value] = mask;
  return masks;
}
