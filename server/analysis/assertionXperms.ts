// neverallowxperm (libsepol's assertion.c, check_assertion_extended_permissions): a pair of types that may use the
// permission violates the rule when an allowxperm grants a forbidden value, or when no allowxperm speaks of the
// pair, because then every value is granted. As there, any allowxperm counts for the latter, of ioctl and nlmsg
// alike. A rule in a conditional is limited only by an allowxperm with the same key in the same branch; a rule
// outside also by one that stands in both branches of a conditional. It does not look for the rules: neverallow.ts.

import {
  AVTAB_ALLOWED,
  AVTAB_XPERMS_ALLOWED,
  type Avtab,
  branchOf,
  conditionalOfBranch,
  isTrueBranch,
  UNCONDITIONAL,
  XPERMS_IOCTLDRIVER,
  XPERMS_NLMSG,
} from "../policydb/avtab.ts";
import { Ebitmap, type ReadonlyEbitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import {
  type AssertionIndex,
  type AssertionXperms,
  rememberXperms,
  type ValueRange,
} from "./assertionIndex.ts";
import {
  firstPair,
  nextCommon,
  PAIRS_OTHER,
  PAIRS_SELF,
  type PairKind,
  type PairSpace,
  pairOf,
} from "./typePairs.ts";

/** What allowxperm rules say, looked up as it is needed; holds as long as the rules stay. */
export interface XpermCover {
  readonly db: PolicyDb;
  /** allowxperm entries by class; filled at the first question */
  byClass: ReadonlyMap<number, readonly number[]> | undefined;
  /** by class and source type: targets for which an allowxperm exists */
  readonly covered: Map<number, Ebitmap>;
  readonly ranges: Map<number, readonly ValueRange[]>;
}

/** A violation by one allowxperm (or, entry -1, by the lack of any). */
export interface XpermFind {
  /** as typePairs.ts packs it */
  readonly pair: number;
  readonly entry: number;
  readonly ranges: readonly ValueRange[];
}

export function xpermCover(db: PolicyDb): XpermCover {
  return { db, byClass: undefined, covered: new Map(), ranges: new Map() };
}

/** How an allow rule breaks a neverallowxperm in the given space of pairs. */
export function judgeXperms(
  cover: XpermCover,
  entry: number,
  { kind: xpermKind, ranges: forbidden }: AssertionXperms,
  space: PairSpace,
  kind: PairKind,
): XpermFind[] {
  const { db } = cover;
  const { avtab } = db;
  const finds: XpermFind[] = [];
  const branch = avtab.branch[entry] as number;
  const free =
    branch === UNCONDITIONAL
      ? firstUncovered(cover, entry, space, kind)
      : freeInBranch(db, entry, space, kind);
  if (free > 0) finds.push({ pair: free, entry: -1, ranges: forbidden });
  if (free > 0 && branch !== UNCONDITIONAL) return finds;
  for (const xperm of entriesOf(cover, avtab.tclass[entry] as number)) {
    if (((avtab.slice[xperm] as number) >> 8 === XPERMS_NLMSG) !== (xpermKind === "nlmsg")) continue;
    const common = intersect(rangesOf(cover, xperm), forbidden);
    if (common.length === 0) continue;
    const sources = new Ebitmap().addAll(space.keySources).keepAll(membersOf(db, avtab.source(xperm)));
    const targets = new Ebitmap().addAll(space.keyTargets).keepAll(membersOf(db, avtab.target(xperm)));
    const pair = firstPair(kind, sources, targets, space.sources, space.targets);
    if (pair > 0) finds.push({ pair, entry: xperm, ranges: common });
  }
  return finds;
}

const NOTHING: ReadonlyEbitmap = new Ebitmap();

/** The types that a symbol of a rule's key stands for. */
export function membersOf(db: PolicyDb, value: number): ReadonlyEbitmap {
  return db.attrTypeMap[value] ?? NOTHING;
}

/**
 * Adds the allow rules whose verdict depends on allowxperm rules that were touched; the index remembers which
 * entries used to be allowxperm rules, because a dead or reused entry does not tell.
 */
export function addXpermNeighbours(db: PolicyDb, index: AssertionIndex, checked: Set<number>): void {
  const { avtab } = db;
  const before = index.xpermClassOf;
  const classes = new Set<number>();
  for (const entry of checked) {
    const old = entry < before.length ? (before[entry] as number) : 0;
    if (old !== 0) classes.add(old);
    const tclass = avtab.tclass[entry] as number;
    if (avtab.specified[entry] === AVTAB_XPERMS_ALLOWED && index.xpermClasses[tclass] === 1)
      classes.add(tclass);
  }
  if (classes.size === 0) return;
  rememberXperms(db, index);
  for (let entry = 0; entry < avtab.length; entry++)
    if (avtab.specified[entry] === AVTAB_ALLOWED && classes.has(avtab.tclass[entry] as number))
      checked.add(entry);
}

/** A pair that an unconditional allow rule grants without any allowxperm for it; 0 when there is none. */
function firstUncovered(cover: XpermCover, entry: number, space: PairSpace, kind: PairKind): number {
  const { keySources, keyTargets, sources, targets } = space;
  const tclass = cover.db.avtab.tclass[entry] as number;
  if (entriesOf(cover, tclass).length === 0) return firstPair(kind, keySources, keyTargets, sources, targets);
  let source = nextCommon(keySources, sources, undefined, undefined, -1);
  for (; source >= 0; source = nextCommon(keySources, sources, undefined, undefined, source)) {
    const covered = coveredTargets(cover, tclass, source);
    if (kind === PAIRS_SELF) {
      if (keyTargets.has(source) && !covered.has(source)) return pairOf(source, source);
      continue;
    }
    let target = nextCommon(keyTargets, targets, undefined, covered, -1);
    if (kind === PAIRS_OTHER && target === source)
      target = nextCommon(keyTargets, targets, undefined, covered, target);
    if (target >= 0) return pairOf(source, target);
  }
  return 0;
}

/** The same for a conditional rule. */
function freeInBranch(db: PolicyDb, entry: number, space: PairSpace, kind: PairKind): number {
  const { avtab } = db;
  if (hasXpermIn(avtab, entry, avtab.branch[entry] as number)) return 0;
  return firstPair(kind, space.keySources, space.keyTargets, space.sources, space.targets);
}

/** True when an allowxperm with the key of `like` stands in `branch`. */
function hasXpermIn(avtab: Avtab, like: number, branch: number): boolean {
  let entry = avtab.first(avtab.source(like), avtab.target(like), avtab.tclass[like] as number);
  while (entry >= 0 && !(avtab.specified[entry] === AVTAB_XPERMS_ALLOWED && avtab.branch[entry] === branch))
    entry = avtab.nextOf(entry);
  return entry >= 0;
}

function entriesOf(cover: XpermCover, tclass: number): readonly number[] {
  cover.byClass ??= xpermsByClass(cover.db.avtab);
  return cover.byClass.get(tclass) ?? [];
}

function xpermsByClass(avtab: Avtab): Map<number, number[]> {
  const byClass = new Map<number, number[]>();
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_XPERMS_ALLOWED) continue;
    const tclass = avtab.tclass[entry] as number;
    const list = byClass.get(tclass);
    if (list === undefined) byClass.set(tclass, [entry]);
    else list.push(entry);
  }
  return byClass;
}

function coveredTargets(cover: XpermCover, tclass: number, source: number): Ebitmap {
  const key = tclass * 0x10000 + source;
  const known = cover.covered.get(key);
  if (known !== undefined) return known;
  const { db } = cover;
  const { avtab } = db;
  const covered = new Ebitmap();
  for (const xperm of entriesOf(cover, tclass)) {
    if (!membersOf(db, avtab.source(xperm)).has(source)) continue;
    const branch = avtab.branch[xperm] as number;
    if (branch !== UNCONDITIONAL) {
      const other = branchOf(conditionalOfBranch(branch), !isTrueBranch(branch));
      if (!hasXpermIn(avtab, xperm, other)) continue;
    }
    covered.addAll(membersOf(db, avtab.target(xperm)));
  }
  cover.covered.set(key, covered);
  return covered;
}

/** The values that an allowxperm entry grants, ascending. */
function rangesOf(cover: XpermCover, xperm: number): readonly ValueRange[] {
  const known = cover.ranges.get(xperm);
  if (known !== undefined) return known;
  const { avtab } = cover.db;
  const slice = avtab.slice[xperm] as number;
  const drivers = slice >> 8 === XPERMS_IOCTLDRIVER;
  const ranges: [number, number][] = [];
  for (let value = 0; value < 256; value++) {
    if (!avtab.xpermHas(xperm, value)) continue;
    const low = drivers ? value << 8 : ((slice & 0xff) << 8) | value;
    const high = drivers ? low | 0xff : low;
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last[1] === low - 1) last[1] = high;
    else ranges.push([low, high]);
  }
  cover.ranges.set(xperm, ranges);
  return ranges;
}

function intersect(granted: readonly ValueRange[], forbidden: readonly ValueRange[]): ValueRange[] {
  const common: ValueRange[] = [];
  for (const [low, high] of granted)
    for (const [from, to] of forbidden)
      if (Math.max(low, from) <= Math.min(high, to)) common.push([Math.max(low, from), Math.min(high, to)]);
  return common;
}
