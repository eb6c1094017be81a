// How SELint's checks are written: which kinds of statements they look at, and what they do with one. This file makes
// checks of that: one pass over a file's outline. It also knows when the compiler has already said the same, because
// two findings for one mistake help nobody.

import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { FileRole } from "../../compiler/face.ts";
import type { CheckContext, CheckFile, PolicyCheck, Report, TextCheck } from "../check.ts";
import { type Names, namesOf } from "./names.ts";
import { type Outline, outlineOf, type Range } from "./outline.ts";

/** A statement in its file; good until the visit is over. */
export interface Place {
  readonly file: CheckFile;
  readonly tree: SyntaxTree;
  readonly outline: Outline;
  readonly entry: number;
  readonly node: number;
}

/** What a check says about a range. */
/** `isWhole`: see InWhole. */
export type Say = (range: Range, message: string, isWhole?: boolean) => void;

export type Option = CheckContext["option"];

export const TE: readonly FileRole[] = ["te"];
export const IF: readonly FileRole[] = ["if"];
export const TE_IF: readonly FileRole[] = ["te", "if"];
export const FC: readonly FileRole[] = ["fc"];

/** A check that needs the statement and its file only. */
export function textCheck(
  id: string,
  roles: readonly FileRole[],
  kinds: readonly number[],
  visit: (place: Place, say: Say, option: Option) => void,
): TextCheck {
  return {
    scope: "text",
    ids: [id],
    roles,
    run(file, option, report) {
      const say = sayer(id, report);
      eachPlace(file, kinds, (place) => visit(place, say, option));
    },
  };
}

/** A check that looks names up in the policy. */
export function policyCheck(
  id: string,
  roles: readonly FileRole[],
  kinds: readonly number[],
  visit: (place: Place, say: Say, names: Names, context: CheckContext) => void,
): PolicyCheck {
  return {
    scope: "policy",
    ids: [id],
    roles,
    run(context, file, report) {
      const names = namesOf(context);
      const say = sayer(id, report);
      eachPlace(file, kinds, (place) => visit(place, say, names, context));
    },
  };
}

function sayer(code: string, report: Report): Say {
  return (range, message, isWhole = false) =>
    report({ start: range.start, end: range.end, code, message, isWhole });
}

/** Entries of an outline by the kind of their statements: forty checks ask for a few kinds each. */
const buckets = new WeakMap<Outline, ReadonlyMap<number, readonly number[]>>();

function entriesByKind(tree: SyntaxTree, outline: Outline): ReadonlyMap<number, readonly number[]> {
  const known = buckets.get(outline);
  if (known !== undefined) return known;
  const made = new Map<number, number[]>();
  for (let entry = 0; entry < outline.count; entry++) {
    const kind = tree.kind[outline.node[entry] as number] as number;
    const list = made.get(kind);
    if (list === undefined) made.set(kind, [entry]);
    else list.push(entry);
  }
  buckets.set(outline, made);
  return made;
}

/** Entries of the wanted kinds, in the order of the text. */
function entriesOf(tree: SyntaxTree, outline: Outline, wanted: readonly number[]): readonly number[] {
  const byKind = entriesByKind(tree, outline);
  let found: readonly number[] = NO_ENTRIES;
  let isMixed = false;
  for (const kind of wanted) {
    const list = byKind.get(kind);
    if (list === undefined) continue;
    isMixed = found.length > 0;
    found = isMixed ? found.concat(list) : list;
  }
  return isMixed ? [...found].sort((a, b) => a - b) : found;
}

const NO_ENTRIES: readonly number[] = [];

/** Visits the statements of the wanted kinds, in the order of the text. */
export function eachPlace(file: CheckFile, wanted: readonly number[], visit: (place: Place) => void): void {
  const { tree } = file;
  const outline = outlineOf(tree);
  const entries = entriesOf(tree, outline, wanted);
  // One object for all: forty checks pass here with hundreds of thousands of statements, and none keeps a place.
  const place = { file, tree, outline, entry: -1, node: -1 };
  for (let i = 0; i < entries.length; i++) {
    place.entry = entries[i] as number;
    place.node = outline.node[place.entry] as number;
    visit(place);
  }
}

/** Does the compiler report something at this very place? */
export function isReported(context: CheckContext, file: CheckFile, range: Range): boolean {
  const findings = context.compiled.findings().get(file.id);
  if (findings === undefined) return false;
  return findings.some(({ start, end }) => start < range.end && end > range.start);
}

/** A list of words from the settings, or what counts when nobody set it. */
export function wordsOption(
  option: Option,
  id: string,
  key: string,
  otherwise: readonly string[],
): readonly string[] {
  const value = option(id, key);
  return Array.isArray(value) ? value.map(String) : otherwise;
}
