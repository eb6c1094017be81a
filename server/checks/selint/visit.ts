// How SELint's checks are written: which kinds of statements they look at, and what they do with one. This file makes
// checks of that: one pass over a file's outline. It also knows when the compiler has already said the same, because
// two findings for one mistake help nobody.

import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { FileRole } from "../../compiler/face.ts";
import type { CheckContext, CheckFile, PolicyCheck, Report, TextCheck } from "../check.ts";
import { type Names, namesOf } from "./names.ts";
import { type Outline, outlineOf, type Range } from "./outline.ts";

/** A statement in its file. */
export interface Place {
  readonly file: CheckFile;
  readonly tree: SyntaxTree;
  readonly outline: Outline;
  readonly entry: number;
  readonly node: number;
}

/** What a check says about a range. */
export type Say = (range: Range, message: string) => void;

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
  return (range, message) => report({ start: range.start, end: range.end, code, message });
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

/** Visits the statements of the wanted kinds, in the order of the text. */
export function eachPlace(file: CheckFile, wanted: readonly number[], visit: (place: Place) => void): void {
  const { tree } = file;
  const outline = outlineOf(tree);
  const byKind = entriesByKind(tree, outline);
  const lists = wanted.flatMap((kind) => byKind.get(kind) ?? []);
  if (wanted.length > 1) lists.sort((a, b) => a - b);
  for (const entry of lists) visit({ file, tree, outline, entry, node: outline.node[entry] as number });
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
