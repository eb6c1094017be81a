// What a difference between two policies is made of, and how it is said: one change is one rule, one symbol or one
// line of a category, with what came and what went. Plain data, in the order in which people read it.

import { byCodeUnit } from "../../../grammar/text/order.ts";

/** Where a side of a change stands in the sources; lines from 1. */
export interface ChangePlace {
  readonly path: string;
  readonly line: number;
}

export interface PolicyChange {
  /** `allow`, `type_transition`, `type`, `attribute`, `boolean`, `port` … */
  readonly category: string;
  readonly sign: "added" | "removed" | "changed";
  /** the rule or line; of a change the new one, with `+` and `-` before what came and went */
  readonly text: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly places: readonly ChangePlace[];
}

export interface PolicyDiff {
  readonly changes: readonly PolicyChange[];
  /** allow rules that give something, and those that give less than before */
  readonly grants: number;
  readonly revokes: number;
}

/** Rules first, in the order of their weight; then what they are about. */
const ORDER: readonly string[] = [
  "allow",
  "allowxperm",
  "auditallow",
  "auditallowxperm",
  "dontaudit",
  "dontauditxperm",
  "type_transition",
  "type_member",
  "type_change",
  "range_transition",
  "role allow",
  "role_transition",
  "type",
  "attribute",
  "permissive",
  "boolean",
  "role",
  "user",
];

/** A difference from its changes: sorted, and counted. */
export function diffOf(changes: readonly PolicyChange[]): PolicyDiff {
  const rank = (change: PolicyChange): number => {
    const at = ORDER.indexOf(change.category);
    return at < 0 ? ORDER.length : at;
  };
  const sorted = [...changes].sort(
    (a, b) =>
      rank(a) - rank(b) || byCodeUnit(a.category, b.category) || byCodeUnit(plain(a.text), plain(b.text)),
  );
  const isGrant = ({ category }: PolicyChange) => category === "allow" || category === "allowxperm";
  const gives = (change: PolicyChange) => change.sign === "added" || change.added.length > 0;
  const takes = (change: PolicyChange) => change.sign === "removed" || change.removed.length > 0;
  const grants = sorted.filter(isGrant);
  return {
    changes: sorted,
    grants: grants.filter(gives).length,
    revokes: grants.filter(takes).length,
  };
}

/** Sets of lines by category, compared. */
export function compareFacts(before: Facts, after: Facts): PolicyChange[] {
  const changes: PolicyChange[] = [];
  for (const category of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(category) ?? NONE;
    const now = after.get(category) ?? NONE;
    for (const [key, value] of now) {
      const was = old.get(key);
      if (was === undefined) changes.push(change(category, "added", key, value, [], []));
      else if (was !== value) changes.push(changedFact(category, key, was, value));
    }
    for (const [key, value] of old)
      if (!now.has(key)) changes.push(change(category, "removed", key, value, [], []));
  }
  return changes;
}

/** By category: what there is, by name, with its value: a line, or names after `\n`. */
export type Facts = ReadonlyMap<string, ReadonlyMap<string, string>>;
const NONE: ReadonlyMap<string, string> = new Map();
/** Between the members of a set in a fact's value. */
export const MEMBER = "\n";

function changedFact(category: string, key: string, was: string, now: string): PolicyChange {
  if (!was.includes(MEMBER) && !now.includes(MEMBER))
    return change(category, "changed", key, `${was} → ${now}`, [now], [was]);
  const old = new Set(was.split(MEMBER));
  const fresh = new Set(now.split(MEMBER));
  const added = [...fresh].filter((name) => name !== "" && !old.has(name)).sort(byCodeUnit);
  const removed = [...old].filter((name) => name !== "" && !fresh.has(name)).sort(byCodeUnit);
  const marks = [...added.map((name) => `+${name}`), ...removed.map((name) => `-${name}`)];
  return change(category, "changed", key, `{ ${marks.join(" ")} }`, added, removed);
}

function change(
  category: string,
  sign: PolicyChange["sign"],
  key: string,
  value: string,
  added: readonly string[],
  removed: readonly string[],
): PolicyChange {
  const members = value.split(MEMBER).filter((name) => name !== "");
  const shown = value.includes(MEMBER) ? (members.length === 0 ? "" : `{ ${members.join(" ")} }`) : value;
  const text = shown === "" ? key : `${key} ${shown}`;
  return { category, sign, text: `${category} ${text};`, added, removed, places: [] };
}

function plain(text: string): string {
  return text.replace(/[+-]/g, "");
}
