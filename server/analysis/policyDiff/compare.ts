// Two whole policies compared: from sources or from binaries, whatever numbers their symbols have. Rules as they are
// written, attributes symbolic; the facts beside them.

import { AVTAB_AV } from "../../policydb/avtab.ts";
import { entryState } from "../../policydb/entryState.ts";
import { type PolicyDb, permissionValue } from "../../policydb/policydb.ts";
import { type ChangePlace, compareFacts, diffOf, type PolicyChange, type PolicyDiff } from "./changes.ts";
import { factsOf } from "./facts.ts";
import { differentRules, ruleChange, wordsOf } from "./rules.ts";

/** Where a rule or a symbol of one side comes from; nobody knows for a binary. */
export interface Places {
  /** who gives the bits of `mask`; undefined: anything */
  ofEntry(entry: number, mask: number | undefined): readonly ChangePlace[];
  ofSymbol(name: string): readonly ChangePlace[];
}

const SYMBOLS: ReadonlySet<string> = new Set(["type", "attribute", "boolean", "role", "user", "typealias"]);

/** The difference from one policy to another. */
export function comparePolicies(
  before: PolicyDb,
  after: PolicyDb,
  placesBefore?: Places,
  placesAfter?: Places,
): PolicyDiff {
  const changes: PolicyChange[] = [];
  for (const rule of differentRules(before, after)) {
    const was = rule.before < 0 ? undefined : wordsOf(before, entryState(before.avtab, rule.before));
    const is = rule.after < 0 ? undefined : wordsOf(after, entryState(after.avtab, rule.after));
    const change = ruleChange(was, is);
    if (change === undefined) continue;
    // What a rule only loses stood in the old sources.
    const isLoss = change.added.length === 0;
    const [db, entry, names] = isLoss
      ? ([before, rule.before, change.removed] as const)
      : ([after, rule.after, change.added] as const);
    const mask = change.sign === "changed" ? maskOf(db, entry, names) : undefined;
    const places = (isLoss ? placesBefore : placesAfter)?.ofEntry(entry, mask);
    changes.push({ ...change, places: places ?? [] });
  }
  for (const change of compareFacts(factsOf(before), factsOf(after))) {
    const [, name = ""] = SYMBOLS.has(change.category) ? change.text.split(/[ ;]/) : [];
    const places = change.sign === "removed" ? placesBefore : placesAfter;
    changes.push(name === "" ? change : { ...change, places: places?.ofSymbol(name) ?? [] });
  }
  return diffOf(changes);
}

/** The bits of some permissions of a rule; undefined for rules that have none. */
function maskOf({ avtab, classes }: PolicyDb, entry: number, names: readonly string[]): number | undefined {
  const datum = classes.at(avtab.tclass[entry] as number);
  if (datum === undefined || ((avtab.specified[entry] as number) & AVTAB_AV) === 0) return undefined;
  return names.reduce((mask, name) => mask | (1 << (permissionValue(datum, name) - 1)), 0);
}
