// What the unsaved edits of a project change in its policy. The live policy is taken back to the saved texts and then
// forward again, and what its entries said on the way is compared: an edit costs nothing until somebody asks, and then
// what two edits cost. The policy is the same afterwards, under the same numbers; only those who wait for changed
// entries hear of some that are as before.

import {
  type ChangePlace,
  compareFacts,
  diffOf,
  type PolicyChange,
  type PolicyDiff,
} from "../analysis/policyDiff/changes.ts";
import { factsOf } from "../analysis/policyDiff/facts.ts";
import { type RuleWords, ruleChange, wordsOf } from "../analysis/policyDiff/rules.ts";
import type { ChangedRule, Compiled, Site, Source } from "../compiler/face.ts";
import { AVTAB_AV } from "../policydb/avtab.ts";
import { entryOf, entryState } from "../policydb/entryState.ts";
import { type PolicyDb, permissionsOf } from "../policydb/policydb.ts";

/** A file with unsaved changes: what it is, and what it was when it was saved (undefined: not there). */
export interface UnsavedFile {
  readonly id: number;
  readonly now: Source | undefined;
  readonly saved: Source | undefined;
}

/** Where a site stands, in the text of the moment. */
export type PlaceOf = (site: Site) => ChangePlace | undefined;

/** Origins of a change that are named. */
const MOST_PLACES = 3;
/** Changes whose origins are looked up. */
const MOST_PLACED = 500;

interface Row {
  readonly now: ChangedRule;
  readonly before: RuleWords | undefined;
  readonly placesBefore: readonly ChangePlace[];
  /** permissions that differ */
  readonly mask: number | undefined;
}

/** Compares the policy of the saved texts with the present one. */
export function unsavedDiff(
  compiled: Compiled,
  files: readonly UnsavedFile[],
  savedPlace: PlaceOf,
  nowPlace: PlaceOf,
): PolicyDiff {
  const { db } = compiled;
  const factsNow = factsOf(db);
  const layouts = layoutsOf(db);
  compiled.watchRules();
  compiled.update(files.map(({ id, saved }) => ({ id, source: saved })));
  const touched = compiled.changedRules();
  const savedLayouts = layoutsOf(db);
  const rows = touched.flatMap((now, i) => {
    const sameBits = layouts[now.tclass] === savedLayouts[now.tclass];
    const row = rowOf(compiled, now, sameBits, i < MOST_PLACED ? savedPlace : undefined);
    return row === undefined ? [] : [row];
  });
  const facts = compareFacts(factsOf(db), factsNow).map((change) =>
    change.sign === "removed" ? declared(compiled, change, savedPlace) : change,
  );
  compiled.update(files.map(({ id, now }) => ({ id, source: now })));
  // By what rules say, not by their numbers: a class that moved has the number of another.
  const saved = new Map(
    rows.flatMap((row) => (row.before === undefined ? [] : [[keyOf(row.before), row] as const])),
  );
  const rules: PolicyChange[] = [];
  for (const [i, row] of rows.entries()) {
    if (row.now.isNew) continue;
    const words = wordsOf(db, row.now);
    const before = saved.get(keyOf(words));
    saved.delete(keyOf(words));
    const change = ruleChange(before?.before, words);
    if (change === undefined) continue;
    if (change.sign === "removed") rules.push({ ...change, places: before?.placesBefore ?? [] });
    else {
      const entry = i < MOST_PLACED ? entryOf(db.avtab, row.now) : -1;
      rules.push({
        ...change,
        places: entry < 0 ? [] : originPlaces(compiled, entry, row.mask, nowPlace),
      });
    }
  }
  for (const { before, placesBefore } of saved.values()) {
    const change = ruleChange(before, undefined);
    if (change !== undefined) rules.push({ ...change, places: placesBefore });
  }
  return diffOf([
    ...rules,
    ...facts.map((change) => (change.sign === "removed" ? change : declared(compiled, change, nowPlace))),
  ]);
}

/** What an entry says in the saved state; undefined when it says the same in both. */
function rowOf(
  compiled: Compiled,
  now: ChangedRule,
  sameBits: boolean,
  place: PlaceOf | undefined,
): Row | undefined {
  const { db } = compiled;
  const entry = entryOf(db.avtab, now);
  if (entry < 0) return now.isNew ? undefined : { now, before: undefined, placesBefore: [], mask: undefined };
  const saved = entryState(db.avtab, entry);
  const same =
    sameBits &&
    !now.isNew &&
    (saved.bits === undefined
      ? saved.data === now.data
      : saved.bits.every((word, i) => word === now.bits?.[i]));
  if (same) return undefined;
  const mask = (now.specified & AVTAB_AV) === 0 || now.isNew || !sameBits ? undefined : now.data ^ saved.data;
  const placesBefore =
    now.isNew && place !== undefined ? originPlaces(compiled, entry, undefined, place) : [];
  return { now, before: wordsOf(db, saved), placesBefore, mask };
}

/** What makes two rules the same rule. */
function keyOf({ category, head, condition, slice }: RuleWords): string {
  return `${category} ${head} ${slice}${condition}`;
}

/** The permissions of each class in order of their bits: a vector means the same while they do. */
function layoutsOf(db: PolicyDb): readonly string[] {
  const layouts: string[] = [];
  for (const datum of db.classes) layouts[datum.value] = [datum.name, ...permissionsOf(datum)].join();
  return layouts;
}

function originPlaces(
  compiled: Compiled,
  entry: number,
  mask: number | undefined,
  placeOf: PlaceOf,
): readonly ChangePlace[] {
  const found = new Map<string, ChangePlace>();
  for (const origin of compiled.originsOf(entry, mask)) {
    // The line that a person wrote in a module: the outermost call, if there is one.
    const place = placeOf(origin.calls[0] ?? origin);
    if (place !== undefined) found.set(`${place.path}:${place.line}`, place);
    if (found.size === MOST_PLACES) break;
  }
  return [...found.values()];
}

const DECLARED: ReadonlySet<string> = new Set(["type", "attribute", "boolean", "role", "user", "typealias"]);

/** A change of a symbol, with where it is declared. */
function declared(compiled: Compiled, change: PolicyChange, placeOf: PlaceOf): PolicyChange {
  if (!DECLARED.has(change.category) || change.places.length > 0) return change;
  const [, name = ""] = change.text.split(/[ ;]/);
  const places = compiled.declarations(name).flatMap((site) => {
    const place = placeOf(site);
    return place === undefined ? [] : [place];
  });
  return { ...change, places: places.slice(0, MOST_PLACES) };
}
