// Differences of rules in the avtab, as they are written: attributes stay symbolic, conditions are part of a rule. Two
// databases are compared entry by entry with the numbers of one translated to the other's, so that only what differs
// costs text; a rule's two states in one database that is being edited are compared the same way. It does not expand
// attributes: what a change of membership brings stands in the facts.

import {
  AVTAB_ALLOWED,
  AVTAB_AV,
  AVTAB_TYPE,
  AVTAB_XPERMS,
  conditionalOfBranch,
  isTrueBranch,
  UNCONDITIONAL,
} from "../../policydb/avtab.ts";
import type { EntryState } from "../../policydb/entryState.ts";
import { type PolicyDb, permissionNames, permissionsOf } from "../../policydb/policydb.ts";
import { conditionText, ruleKeyword, setText, xpermName, xpermRanges } from "../ruleText.ts";
import type { PolicyChange } from "./changes.ts";

/** What a rule says, in words that do not depend on the database. */
export interface RuleWords {
  readonly category: string;
  /** source target:class */
  readonly head: string;
  readonly condition: string;
  /** permissions, or the one type that results, or values of extended permissions */
  readonly items: readonly string[];
  /** for extended permissions: the slice */
  readonly slice: number;
}

/** A state in words; the database must still know the names. */
export function wordsOf(db: PolicyDb, state: EntryState): RuleWords {
  const { pair, tclass, specified, branch, slice } = state;
  const name = (value: number) => db.types.nameOf(value) ?? `#${value}`;
  const condition = db.conditionals[conditionalOfBranch(branch)];
  const datum = db.classes.at(tclass);
  let items: string[];
  if ((specified & AVTAB_TYPE) !== 0) items = [name(state.data)];
  else if (state.bits !== undefined) {
    const { bits } = state;
    items = [];
    for (let value = 0; value < 256; value++)
      if (((bits[value >>> 5] as number) & (1 << (value & 31))) !== 0) items.push(String(value));
  } else items = datum === undefined ? [] : permissionNames(datum, vectorOf(db, state));
  return {
    category: ruleKeyword(specified),
    head: `${name(pair >>> 16)} ${name(pair & 0xffff)}:${datum?.name ?? `#${tclass}`}`,
    condition:
      branch === UNCONDITIONAL || condition === undefined
        ? ""
        : ` [ ${conditionText(db, condition.expr)} ]:${isTrueBranch(branch) ? "True" : "False"}`,
    items,
    slice: state.bits === undefined ? -1 : slice,
  };
}

/** Dontaudit rules are kept as a complement within the class. */
function vectorOf(db: PolicyDb, { specified, tclass, data }: EntryState): number {
  if ((specified & AVTAB_AV) === AVTAB_ALLOWED || (specified & 4) === 0) return data;
  const nperms = db.classes.at(tclass)?.nperms ?? 0;
  return ~data & (nperms >= 32 ? -1 : (1 << nperms) - 1);
}

/** The change from one state of a rule to another; undefined when it says the same. */
export function ruleChange(
  before: RuleWords | undefined,
  after: RuleWords | undefined,
): PolicyChange | undefined {
  const words = after ?? before;
  if (words === undefined) return undefined;
  const was = new Set(before?.items);
  const is = new Set(after?.items);
  const added = [...is].filter((item) => !was.has(item));
  const removed = [...was].filter((item) => !is.has(item));
  if (added.length === 0 && removed.length === 0) return undefined;
  const sign =
    before === undefined || was.size === 0
      ? "added"
      : after === undefined || is.size === 0
        ? "removed"
        : "changed";
  const shownAdded = shown(words, added);
  const shownRemoved = shown(words, removed);
  const kept =
    sign === "changed"
      ? shown(
          words,
          [...is].filter((item) => was.has(item)),
        )
      : [];
  const tail =
    sign === "changed"
      ? setText([...kept, ...shownAdded.map((item) => `+${item}`), ...shownRemoved.map((item) => `-${item}`)])
      : setText(sign === "added" ? shownAdded : shownRemoved);
  const name = words.slice < 0 ? "" : `${xpermName(words.slice)} `;
  return {
    category: words.category,
    sign,
    text: `${words.category} ${words.head} ${name}${tail};${words.condition}`,
    added: shownAdded,
    removed: shownRemoved,
    places: [],
  };
}

function shown({ slice }: RuleWords, items: readonly string[]): string[] {
  if (slice < 0) return [...items].sort();
  const values = new Set(items.map(Number));
  return xpermRanges(slice, (value) => values.has(value));
}

/** A rule that differs: its entry in each database, -1 where there is none. */
export interface DifferentRule {
  readonly before: number;
  readonly after: number;
}

/** The entries that differ between two databases. */
export function differentRules(before: PolicyDb, after: PolicyDb): DifferentRule[] {
  const types = translation(before.types.nprim, (value) =>
    after.types.valueOf(before.types.nameOf(value) ?? ""),
  );
  const classes = translation(before.classes.nprim, (value) =>
    after.classes.valueOf(before.classes.nameOf(value) ?? ""),
  );
  const branches = branchTranslation(before, after);
  const sameBits = translation(before.classes.nprim, (value) => (haveSameBits(before, after, value) ? 1 : 0));
  const seen = new Uint8Array(after.avtab.length);
  const found: DifferentRule[] = [];
  const { avtab } = before;
  for (let entry = 0; entry < avtab.length; entry++) {
    const specified = avtab.specified[entry] as number;
    if (specified === 0) continue;
    const pair = avtab.pair[entry] as number;
    const tclass = avtab.tclass[entry] as number;
    const source = types[pair >>> 16] as number;
    const target = types[pair & 0xffff] as number;
    const branch = branches.get(avtab.branch[entry] as number) ?? -1;
    const other =
      source === 0 || target === 0 || classes[tclass] === 0 || branch < 0
        ? -1
        : after.avtab.find(source, target, classes[tclass] as number, specified, branch, avtab.slice[entry]);
    if (other >= 0) seen[other] = 1;
    if (other < 0 || !saySame(before, after, entry, other, types, sameBits[tclass] === 1))
      found.push({ before: entry, after: other });
  }
  for (let entry = 0; entry < after.avtab.length; entry++)
    if (seen[entry] === 0 && after.avtab.specified[entry] !== 0) found.push({ before: -1, after: entry });
  return found;
}

function saySame(
  before: PolicyDb,
  after: PolicyDb,
  entry: number,
  other: number,
  types: Uint32Array,
  sameBits: boolean,
): boolean {
  const specified = before.avtab.specified[entry] as number;
  const data = before.avtab.data[entry] as number;
  const now = after.avtab.data[other] as number;
  if ((specified & AVTAB_TYPE) !== 0) return types[data] === now;
  if ((specified & AVTAB_XPERMS) !== 0) {
    for (let i = 0; i < 8; i++)
      if (before.avtab.xperms[data * 8 + i] !== after.avtab.xperms[now * 8 + i]) return false;
    return true;
  }
  return sameBits && data === now;
}

function translation(count: number, to: (value: number) => number): Uint32Array {
  const table = new Uint32Array(count + 1);
  for (let value = 1; value <= count; value++) table[value] = to(value);
  return table;
}

function haveSameBits(before: PolicyDb, after: PolicyDb, value: number): boolean {
  const old = before.classes.at(value);
  const now = old === undefined ? undefined : after.classes.get(old.name);
  if (old === undefined || now === undefined || old.nperms !== now.nperms) return false;
  const bits = permissionsOf(now);
  return [...permissionsOf(old)].every(([name, bit]) => bits.get(name) === bit);
}

/** Branches by the text of their conditions. */
function branchTranslation(before: PolicyDb, after: PolicyDb): ReadonlyMap<number, number> {
  const known = new Map(after.conditionals.map((one, i) => [conditionText(after, one.expr), i]));
  const table = new Map([[UNCONDITIONAL, UNCONDITIONAL]]);
  before.conditionals.forEach((one, i) => {
    const other = known.get(conditionText(before, one.expr));
    if (other === undefined) return;
    table.set(i * 2 + 1, other * 2 + 1);
    table.set(i * 2 + 2, other * 2 + 2);
  });
  return table;
}
