// Search of rules in a policy, with the matching of setools' sesearch: a name matches indirectly when the rule's
// side, its attributes expanded, shares a type with it; `direct` compares the symbol itself; patterns search names.
// Pure and one pass over the avtab with a byte per type value, so a query costs what a scan costs. Results are
// entry numbers; whoever prints them asks the policydb (and the compiler, for origins).

import { conditionalOfBranch, UNCONDITIONAL } from "../policydb/avtab.ts";
import { COND_BOOL } from "../policydb/conditional.ts";
import { type PolicyDb, permissionValue } from "../policydb/policydb.ts";

/** How one side of a rule is asked for. */
export interface NameCriterion {
  readonly name: string;
  /** the symbol itself, not what it expands to */
  readonly direct?: boolean;
  /** the name is a regular expression */
  readonly pattern?: boolean;
}

/** How sets are compared: any in common, all wanted are there and nothing else, or no others than wanted. */
export type SetMatch = "any" | "equal" | "subset";

export interface RuleQuery {
  /** AVTAB_* kinds, or-ed */
  readonly kinds: number;
  readonly source?: NameCriterion | undefined;
  readonly target?: NameCriterion | undefined;
  readonly classes?: readonly NameCriterion[] | undefined;
  readonly permissions?: readonly string[] | undefined;
  readonly permissionMatch?: SetMatch | undefined;
  readonly booleans?: readonly NameCriterion[] | undefined;
  readonly booleanMatch?: SetMatch | undefined;
  /** result type of type rules */
  readonly defaultType?: NameCriterion | undefined;
}

/** Kinds whose data is an access vector. */
const AV_KINDS = 0x0007;
const AUDITDENY = 0x0004;
const TYPE_KINDS = 0x0070;
const XPERM_KINDS = 0x0700;

export type SearchResult =
  | { readonly entries: readonly number[]; readonly error: undefined }
  | { readonly entries: undefined; readonly error: string };

/** The entries of the avtab that match, in order of their numbers; an error names what the policy does not have. */
export function searchRules(db: PolicyDb, query: RuleQuery): SearchResult {
  const source = typeMask(db, query.source);
  const target = typeMask(db, query.target);
  const result = typeMask(db, query.defaultType);
  const classes = classMask(db, query.classes);
  const branches = branchMask(db, query.booleans, query.booleanMatch ?? "any");
  for (const mask of [source, target, result, classes, branches])
    if (typeof mask === "string") return { entries: undefined, error: mask };
  const permissions = query.permissions;
  const unknown = permissions?.find((name) => ![...db.classes].some((c) => permissionValue(c, name) > 0));
  if (unknown !== undefined) return { entries: undefined, error: `no class has a permission ‘${unknown}’` };
  const wanted = permissions === undefined ? undefined : permissionMasks(db, permissions);
  const { avtab } = db;
  const entries: number[] = [];
  for (let entry = 0; entry < avtab.length; entry++) {
    const kind = avtab.specified[entry] as number;
    if ((kind & query.kinds) === 0) continue;
    const pair = avtab.pair[entry] as number;
    if (source !== undefined && (source as Uint8Array)[pair >>> 16] !== 1) continue;
    if (target !== undefined && (target as Uint8Array)[pair & 0xffff] !== 1) continue;
    const tclass = avtab.tclass[entry] as number;
    if (classes !== undefined && (classes as Uint8Array)[tclass] !== 1) continue;
    if (branches !== undefined && (branches as Uint8Array)[avtab.branch[entry] as number] !== 1) continue;
    const data = avtab.data[entry] as number;
    if (result !== undefined && ((kind & TYPE_KINDS) === 0 || (result as Uint8Array)[data] !== 1)) continue;
    if (wanted !== undefined && !matchesPermissions(db, kind, tclass, data, wanted, query)) continue;
    entries.push(entry);
  }
  return { entries, error: undefined };
}

/** The permissions that an av entry speaks of: dontaudit rules are stored as a complement within the class. */
export function entryVector(db: PolicyDb, entry: number): number {
  const { avtab } = db;
  const data = avtab.data[entry] as number;
  if (((avtab.specified[entry] as number) & AUDITDENY) === 0) return data;
  const nperms = db.classes.at(avtab.tclass[entry] as number)?.nperms ?? 0;
  return ~data & allBits(nperms);
}

/** A byte per type value: 1 where a rule that names that symbol matches. undefined: everything; string: error. */
export function typeMask(
  db: PolicyDb,
  criterion: NameCriterion | undefined,
): Uint8Array | string | undefined {
  if (criterion === undefined) return undefined;
  const mask = new Uint8Array(db.types.nprim + 1);
  const named = namedValues(db.types.names(), criterion);
  if (typeof named === "string") return named;
  if (named.length === 0 && criterion.pattern !== true) return `no type or attribute ‘${criterion.name}’`;
  for (const value of named) {
    if (criterion.direct === true) {
      mask[value] = 1;
      continue;
    }
    // A pattern searches types' names, as sesearch does: an attribute matches through its members only.
    const datum = db.types.at(value);
    if (criterion.pattern === true && datum?.isAttribute === true) continue;
    const members = datum?.isAttribute === true ? (db.attrTypeMap[value]?.toArray() ?? []) : [value - 1];
    for (const bit of members) {
      mask[bit + 1] = 1;
      db.typeAttrMap[bit + 1]?.forEach((attribute) => {
        mask[attribute + 1] = 1;
      });
    }
  }
  return mask;
}

/** Values of the names that match: the one name, or all that a pattern finds. */
function namedValues(names: Iterable<[string, number]>, criterion: NameCriterion): number[] | string {
  const values = new Set<number>();
  if (criterion.pattern !== true) {
    for (const [name, value] of names) if (name === criterion.name) values.add(value);
    return [...values];
  }
  const pattern = compilePattern(criterion.name);
  if (typeof pattern === "string") return pattern;
  for (const [name, value] of names) if (pattern.test(name)) values.add(value);
  return [...values];
}

function compilePattern(text: string): RegExp | string {
  try {
    return new RegExp(text);
  } catch {
    return `‘${text}’ is not a regular expression`;
  }
}

function classMask(
  db: PolicyDb,
  criteria: readonly NameCriterion[] | undefined,
): Uint8Array | string | undefined {
  if (criteria === undefined) return undefined;
  const mask = new Uint8Array(db.classes.nprim + 1);
  for (const criterion of criteria) {
    const values = namedValues(db.classes.names(), criterion);
    if (typeof values === "string") return values;
    if (values.length === 0) return `no class ‘${criterion.name}’`;
    for (const value of values) mask[value] = 1;
  }
  return mask;
}

/** A byte per branch: 1 where its condition uses the wanted booleans. */
function branchMask(
  db: PolicyDb,
  criteria: readonly NameCriterion[] | undefined,
  match: SetMatch,
): Uint8Array | string | undefined {
  if (criteria === undefined) return undefined;
  const wanted = new Set<number>();
  for (const criterion of criteria) {
    const values = namedValues(db.bools.names(), criterion);
    if (typeof values === "string") return values;
    if (values.length === 0) return `no boolean ‘${criterion.name}’`;
    for (const value of values) wanted.add(value);
  }
  const mask = new Uint8Array(db.conditionals.length * 2 + 3);
  for (let branch = 1; branch < mask.length; branch++) {
    const condition = db.conditionals[conditionalOfBranch(branch)];
    const used = new Set(condition?.expr.filter((node) => node.op === COND_BOOL).map((node) => node.bool));
    if (used.size > 0 && matchesSet(used, wanted, match)) mask[branch] = 1;
  }
  mask[UNCONDITIONAL] = 0;
  return mask;
}

function matchesSet(has: ReadonlySet<number>, wanted: ReadonlySet<number>, match: SetMatch): boolean {
  if (match === "any") return [...has].some((value) => wanted.has(value));
  if (match === "subset") return [...wanted].every((value) => has.has(value));
  return has.size === wanted.size && [...has].every((value) => wanted.has(value));
}

/** For each class value, the bits of the wanted permissions that it has. */
function permissionMasks(db: PolicyDb, names: readonly string[]): Uint32Array {
  const masks = new Uint32Array(db.classes.nprim + 1);
  for (const datum of db.classes)
    for (const name of names) {
      const value = permissionValue(datum, name);
      if (value > 0) masks[datum.value] = (masks[datum.value] as number) | (1 << (value - 1));
    }
  return masks;
}

function matchesPermissions(
  db: PolicyDb,
  kind: number,
  tclass: number,
  data: number,
  wanted: Uint32Array,
  query: RuleQuery,
): boolean {
  const mask = wanted[tclass] as number;
  if ((kind & XPERM_KINDS) !== 0)
    return query.permissions?.some((n) => n === "ioctl" || n === "nlmsg") === true;
  if ((kind & AV_KINDS) === 0) return false;
  const all = allBits(db.classes.at(tclass)?.nperms ?? 0);
  const vector = (kind & AUDITDENY) === 0 ? data : ~data & all;
  const match = query.permissionMatch ?? "any";
  if (match === "any") return (vector & mask) !== 0;
  const count = popcount(mask);
  if (count !== query.permissions?.length) return false;
  return match === "equal" ? vector >>> 0 === mask >>> 0 : (vector & mask) >>> 0 === mask >>> 0;
}

function allBits(count: number): number {
  return count >= 32 ? -1 : (1 << count) - 1;
}

function popcount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
