// Two whole policies compared: from sources or from binaries, whatever numbers their symbols have. Rules as they are
// written, attributes symbolic; the facts beside them.

import { entryState } from "../../policydb/entryState.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { type ChangePlace, compareFacts, diffOf, type PolicyChange, type PolicyDiff } from "./changes.ts";
import { factsOf } from "./facts.ts";
import { differentRules, ruleChange, wordsOf } from "./rules.ts";

/** Where a rule or a symbol of one side comes from; nobody knows for a binary. */
export interface Places {
  ofEntry(entry: number): readonly ChangePlace[];
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
    const places =
      change.sign === "removed" ? placesBefore?.ofEntry(rule.before) : placesAfter?.ofEntry(rule.after);
    changes.push({ ...change, places: places ?? [] });
  }
  for (const change of compareFacts(factsOf(before), factsOf(after))) {
    const [, name = ""] = SYMBOLS.has(change.category) ? change.text.split(/[ ;]/) : [];
    const places = change.sign === "removed" ? placesBefore : placesAfter;
    changes.push(name === "" ? change : { ...change, places: places?.ofSymbol(name) ?? [] });
  }
  return diffOf(changes);
}
