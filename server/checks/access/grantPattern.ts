// Grants as people list them in `riskyGrants`: an allow rule without `allow`, such as `* shadow_t:file { read write }`
// or `{ domain -init_t } self:process execmem`. Names that the policy does not have are left out: one list serves many
// policies. Text with another form is no pattern.

import { Ebitmap } from "../../policydb/ebitmap.ts";
import { type PolicyDb, permissionValue } from "../../policydb/policydb.ts";

export interface GrantPattern {
  readonly text: string;
  /** concrete types, value - 1 */
  readonly sources: Ebitmap;
  readonly targets: Ebitmap;
  readonly self: boolean;
  /** permissions by class value */
  readonly masks: ReadonlyMap<number, number>;
}

const FORM =
  /^\s*(?:allow\s+)?(\{[^{}]*\}|[\w.$*-]+)\s+(\{[^{}]*\}|[\w.$*-]+)\s*:\s*(\{[^{}]*\}|[\w*]+)\s+(\{[^{}]*\}|[\w*]+)\s*;?\s*$/;

/** Has a text the form of a rule? */
export function isGrantPattern(text: string): boolean {
  return FORM.test(text);
}

/** Reads a pattern against a policy; undefined when it has not the form of a rule. */
export function parseGrant(db: PolicyDb, text: string): GrantPattern | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [source = [], target = [], classes = [], permissions = []] = match.slice(1).map(wordsOf);
  const masks = new Map<number, number>();
  for (const datum of db.classes) {
    if (!classes.includes("*") && !classes.includes(datum.name)) continue;
    let mask = 0;
    for (const name of permissions) {
      const value = permissionValue(datum, name);
      if (name === "*") mask = -1;
      else if (value !== 0) mask |= 1 << (value - 1);
    }
    if (mask !== 0) masks.set(datum.value, mask);
  }
  const self = target.includes("self");
  return { text: text.trim(), sources: typesOf(db, source), targets: typesOf(db, target), self, masks };
}

function wordsOf(text: string): readonly string[] {
  return text.replace(/[{}]/g, " ").trim().split(/\s+/);
}

/** The concrete types of a set: names, `*`, and `-name` for what is left out. */
function typesOf(db: PolicyDb, words: readonly string[]): Ebitmap {
  const types = new Ebitmap(db.types.nprim);
  for (const word of words) {
    if (word === "*") {
      for (const datum of db.types) if (!datum.isAttribute) types.add(datum.value - 1);
    } else if (!word.startsWith("-")) {
      const members = db.attrTypeMap[db.types.valueOf(word)];
      if (members !== undefined) types.addAll(members);
    }
  }
  for (const word of words) {
    const members = word.startsWith("-") ? db.attrTypeMap[db.types.valueOf(word.slice(1))] : undefined;
    if (members !== undefined) types.deleteAll(members);
  }
  return types;
}
