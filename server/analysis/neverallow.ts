// Which allow rules a policy's neverallow rules forbid: libsepol's assertion.c. A rule violates an assertion when the
// types of its key (attributes stand for their members) and the assertion's share a pair, and their permissions
// overlap; rules of conditionals count in either branch, whatever the boolean says. With `self` among the targets
// libsepol reports pairs of a type with itself only, whatever other targets there are; what it so overlooks is
// found here too, marked `accepted`, because compilers let it pass. Extended permissions: assertionXperms.ts.
// Only access is judged: auditallow and dontaudit rules never violate anything.

import { AVTAB_ALLOWED } from "../policydb/avtab.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { type Assertion, type AssertionIndex, prepareAssertions, type ValueRange } from "./assertionIndex.ts";
import {
  addXpermNeighbours,
  judgeXperms,
  membersOf,
  type XpermCover,
  xpermCover,
} from "./assertionXperms.ts";
import { firstPair, PAIRS_ANY, PAIRS_OTHER, PAIRS_SELF, type PairKind } from "./typePairs.ts";

export type {
  Assertion,
  AssertionIndex,
  AssertionXperms,
  ClassPermissions,
  ValueRange,
} from "./assertionIndex.ts";
export { prepareAssertions, renumberAssertions } from "./assertionIndex.ts";

/** One allow rule against one assertion. The key of `entry` has the attributes through which it came about. */
export interface Violation {
  /** `Assertion.id` */
  readonly assertion: number;
  /** number of the allow rule in the avtab */
  readonly entry: number;
  readonly tclass: number;
  /** the permissions that are both allowed and forbidden */
  readonly mask: number;
  /** a pair of types (values) that the rule allows and the assertion forbids */
  readonly source: number;
  readonly target: number;
  /** what the avtab key says: the types themselves or the attributes that stand for them */
  readonly keySource: number;
  readonly keyTarget: number;
  /** true: libsepol overlooks it, so the compilers accept the policy */
  readonly accepted: boolean;
  /** neverallowxperm only */
  readonly xperms?: XpermViolation;
}

export interface XpermViolation {
  /** the allowxperm rule in the avtab; -1 when no allowxperm limits the allow rule, so that it grants every value */
  readonly entry: number;
  /** values both granted and forbidden */
  readonly ranges: readonly ValueRange[];
}

/** What `checkChanged` found, and for which entries that is the whole answer. */
export interface ChangedViolations {
  readonly checked: ReadonlySet<number>;
  readonly violations: readonly Violation[];
}

/** Checks a whole policy. To check again after edits, keep an index (`prepareAssertions`, `checkAll`). */
export function checkAssertions(db: PolicyDb, assertions: readonly Assertion[]): Violation[] {
  return checkAll(db, prepareAssertions(db, assertions));
}

/** Checks every rule against a prepared index; violations in order of entries. */
export function checkAll(db: PolicyDb, index: AssertionIndex): Violation[] {
  const run = startRun(db, index);
  const { specified, tclass, data, pair, length } = db.avtab;
  const { anyMask, sourceRows, targetRows, symbols, classStart, wordAt, wordMask } = index;
  for (let entry = 0; entry < length; entry++) {
    if (specified[entry] !== AVTAB_ALLOWED) continue;
    const cls = tclass[entry] as number;
    const mask = ((data[entry] as number) & (anyMask[cls] as number)) >>> 0;
    if (mask === 0) continue;
    const key = pair[entry] as number;
    const source = key >>> 16;
    const target = key & 0xffff;
    const end = classStart[cls + 1] as number;
    for (let k = classStart[cls] as number; k < end; k++) {
      const word = wordAt[k] as number;
      const stripe = word * symbols;
      const bits =
        (sourceRows[stripe + source] as number) &
        (targetRows[stripe + target] as number) &
        (wordMask[k] as number);
      if (bits !== 0) judgeWord(run, entry, cls, mask, word, bits);
    }
  }
  return run.found;
}

/**
 * Checks the rules that an edit touched (entries may be dead or reused by now). A touched allowxperm rule changes
 * the verdict on other rules of its class, which are then checked too: `checked` says which entries were.
 */
export function checkChanged(
  db: PolicyDb,
  index: AssertionIndex,
  touched: Iterable<number>,
): ChangedViolations {
  const run = startRun(db, index);
  const checked = new Set(touched);
  if (index.hasXperms) addXpermNeighbours(db, index, checked);
  for (const entry of checked) checkEntry(run, entry);
  return { checked, violations: run.found };
}

/** The violations after an edit, from those before it. */
export function updateViolations(
  db: PolicyDb,
  index: AssertionIndex,
  previous: readonly Violation[],
  touched: Iterable<number>,
): Violation[] {
  const { checked, violations } = checkChanged(db, index, touched);
  const kept = previous.filter(({ entry }) => !checked.has(entry));
  return [...kept, ...violations];
}

/** Violations found with an index, as those of what `renumberAssertions` made of it. */
export function renumberViolations(
  violations: readonly Violation[],
  before: AssertionIndex,
  now: AssertionIndex,
): Violation[] {
  const numbers = new Map(
    before.assertions.map(({ id }, column) => [id, (now.assertions[column] as Assertion).id]),
  );
  return violations.map((violation) => ({
    ...violation,
    assertion: numbers.get(violation.assertion) ?? violation.assertion,
  }));
}

/** State of one check. */
interface Run {
  readonly db: PolicyDb;
  readonly index: AssertionIndex;
  readonly cover: XpermCover | undefined;
  readonly found: Violation[];
}

function startRun(db: PolicyDb, index: AssertionIndex): Run {
  return { db, index, cover: index.hasXperms ? xpermCover(db) : undefined, found: [] };
}

function checkEntry(run: Run, entry: number): void {
  const { avtab } = run.db;
  const { anyMask, sourceRows, targetRows, symbols, classStart, wordAt, wordMask } = run.index;
  if (avtab.specified[entry] !== AVTAB_ALLOWED) return;
  const cls = avtab.tclass[entry] as number;
  const mask = ((avtab.data[entry] as number) & (anyMask[cls] as number)) >>> 0;
  if (mask === 0) return;
  const source = avtab.source(entry);
  const target = avtab.target(entry);
  const end = classStart[cls + 1] as number;
  for (let k = classStart[cls] as number; k < end; k++) {
    const word = wordAt[k] as number;
    const stripe = word * symbols;
    const bits =
      (sourceRows[stripe + source] as number) &
      (targetRows[stripe + target] as number) &
      (wordMask[k] as number);
    if (bits !== 0) judgeWord(run, entry, cls, mask, word, bits);
  }
}

/** Judges an entry against the assertions whose bits are set in one word of its rows. */
function judgeWord(run: Run, entry: number, tclass: number, mask: number, word: number, bits: number): void {
  const { assertions, masks } = run.index;
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    const column = word * 32 + 31 - Math.clz32(rest & -rest);
    const bad = (mask & (masks[tclass * assertions.length + column] as number)) >>> 0;
    if (bad !== 0) judge(run, entry, tclass, bad, assertions[column] as Assertion);
  }
}

/** The exact verdict on a candidate: `-self` leaves pairs of a type with itself out, `self` leaves only those. */
function judge(run: Run, entry: number, tclass: number, mask: number, assertion: Assertion): void {
  if (assertion.minusSelf) {
    if (!assertion.self) judgePairs(run, entry, tclass, mask, assertion, PAIRS_OTHER, false);
  } else if (!assertion.self) judgePairs(run, entry, tclass, mask, assertion, PAIRS_ANY, false);
  else if (!judgePairs(run, entry, tclass, mask, assertion, PAIRS_SELF, false))
    judgePairs(run, entry, tclass, mask, assertion, PAIRS_ANY, true);
}

/** Notes a violation in pairs of one kind; false when there is none. */
function judgePairs(
  run: Run,
  entry: number,
  tclass: number,
  mask: number,
  assertion: Assertion,
  kind: PairKind,
  accepted: boolean,
): boolean {
  const { db, found, cover } = run;
  const keySource = db.avtab.source(entry);
  const keyTarget = db.avtab.target(entry);
  const keySources = membersOf(db, keySource);
  const keyTargets = membersOf(db, keyTarget);
  const { sources, id } = assertion;
  const targets = assertion.minusSelf && assertion.targets.isEmpty() ? undefined : assertion.targets;
  const pair = firstPair(kind, keySources, keyTargets, sources, targets);
  if (pair === 0) return false;
  const base = { assertion: id, entry, tclass, mask, keySource, keyTarget, accepted };
  if (assertion.xperms === undefined || cover === undefined) {
    found.push({ ...base, source: pair >>> 16, target: pair & 0xffff });
    return true;
  }
  const space = { keySources, keyTargets, sources, targets };
  const finds = judgeXperms(cover, entry, assertion.xperms, space, kind);
  for (const find of finds)
    found.push({
      ...base,
      source: find.pair >>> 16,
      target: find.pair & 0xffff,
      xperms: { entry: find.entry, ranges: find.ranges },
    });
  return finds.length > 0;
}
