// `label`: which entry of the file contexts labels a path, and whether it is the label that was asserted. A type is
// compared as a type (aliases are one with their types), a context field by field, its range only when the assertion
// gives one. genhomedircon writes an entry for each user's home directory when the policy is installed: a path below
// /home asks the templates first, as their entries come later than all others; /root asks them when nothing else
// labels it.

import type { LabelAssertion } from "../../../grammar/policyTest/syntax.ts";
import type { MlsRange } from "../../policydb/context.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { rangesEqual } from "../../services/mls.ts";
import { parseRange } from "../../services/mlsText.ts";
import { type LabelAnswer, lookupLabel } from "../labelling/lookup.ts";
import type { LabelFailure, TestedLabels } from "./facts.ts";
import type { NameReader } from "./names.ts";

const NONE = "<<none>>";

/** Looks up what the label names: types, users, roles, ranges. */
export function checkLabel(
  db: PolicyDb,
  { label }: LabelAssertion,
  names: NameReader,
  isPartial: boolean,
): void {
  if (label.text === NONE) return;
  // Blanks between the parts of a context: then the places of the parts are not known.
  const isPlain = label.end - label.start === label.text.length;
  const { parts, starts } = fieldsOf(label.text);
  const part = (index: number) => {
    const text = parts[index] ?? "";
    const start = label.start + (starts[index] as number);
    return isPlain ? { text, start, end: start + text.length } : { ...label, text };
  };
  if (parts.length === 1) names.type(label);
  else if (parts.length === 2) names.problem("unknown", "user", part(0));
  else {
    names.type(part(2));
    const [user = "", role = "", , range] = parts;
    if (!isPartial && db.users.get(user) === undefined) names.problem("unknown", "user", part(0));
    if (!isPartial && role !== "object_r") names.role(part(1));
    if (range !== undefined && !isPartial && rangeOf(db, range) === undefined)
      names.problem("unknown", "range", part(3));
  }
}

/** user, role, type and range of a context with the places of each in it. */
function fieldsOf(text: string): { readonly parts: readonly string[]; readonly starts: readonly number[] } {
  const [user, role, type, ...range] = text.split(":");
  const parts = [user, role, type].filter((part) => part !== undefined);
  if (range.length > 0) parts.push(range.join(":"));
  let at = 0;
  const starts = parts.map((part) => {
    const start = at;
    at += part.length + 1;
    return start;
  });
  return { parts, starts };
}

/** What is wrong with the label of a path; undefined when it is as asserted. */
export function labelFailure(
  db: PolicyDb,
  assertion: LabelAssertion,
  labels: TestedLabels,
): LabelFailure | undefined {
  const { path, fileKind, label } = assertion;
  const kind = fileKind?.text.slice(1) ?? "";
  const { answer, isTemplated } = answerOf(labels, path.text, kind);
  if (isAsserted(db, answer, label.text)) return undefined;
  return { kind: "label", assertion, answer, isTemplated };
}

function answerOf(
  labels: TestedLabels,
  path: string,
  kind: string,
): { readonly answer: LabelAnswer; readonly isTemplated: boolean } {
  if (/^HOME_(DIR|ROOT)/.test(path))
    return { answer: lookupLabel(labels.templates, path, kind), isTemplated: true };
  const answer = lookupLabel(labels.plain, path, kind, labels.substitutions);
  const home = /^\/home(?:\/[^/]+(\/.*)?)?$/.exec(answer.path) ?? /^\/root(\/.*)?$/.exec(answer.path);
  if (home === null || (answer.path.startsWith("/root") && answer.winner !== undefined))
    return { answer, isTemplated: false };
  const template = answer.path === "/home" ? "HOME_ROOT" : `HOME_DIR${home[1] ?? ""}`;
  let templated = lookupLabel(labels.templates, template, kind);
  // HOME_ROOT/lost\+found and its like are below the roots, not in a home directory.
  const below = lookupLabel(labels.templates, answer.path.replace(/^\/home/, "HOME_ROOT"), kind);
  if (below.winner !== undefined) templated = below;
  if (templated.winner === undefined) return { answer, isTemplated: false };
  return { answer: { ...templated, path: answer.path }, isTemplated: true };
}

function isAsserted(db: PolicyDb, { winner }: LabelAnswer, expected: string): boolean {
  if (winner === undefined) return false;
  if (expected === NONE || winner.context === undefined)
    return expected === NONE && winner.context === undefined;
  const typeOf = (name: string | undefined) => db.types.get(name ?? "")?.value;
  if (!expected.includes(":"))
    return winner.type === expected || (typeOf(expected) ?? -1) === typeOf(winner.type);
  const wanted = fieldsOf(expected).parts;
  const found = fieldsOf(winner.context).parts;
  if (wanted[0] !== found[0] || wanted[1] !== found[1]) return false;
  if (wanted[2] !== found[2] && (typeOf(wanted[2]) ?? -1) !== typeOf(found[2])) return false;
  const range = wanted[3];
  if (range === undefined || range === found[3]) return true;
  const asked = rangeOf(db, range);
  const given = rangeOf(db, found[3] ?? "");
  return asked !== undefined && given !== undefined && rangesEqual(asked, given);
}

/** A range, with the names that the support macros give to levels. */
function rangeOf(db: PolicyDb, text: string): MlsRange | undefined {
  const last = db.cats.nprim;
  const categories = last === 0 ? "" : `${db.cats.nameOf(1)}.${db.cats.nameOf(last)}`;
  const levels = [...db.sens].sort((a, b) => a.level.sens - b.level.sens);
  const highest = levels.at(-1)?.name ?? "s0";
  const lowest = levels[0]?.name ?? "s0";
  const all = (name: string) => (categories === "" ? name : `${name}:${categories}`);
  const plain = text
    .replace(/\b(?:mls|mcs)_systemlow\b/g, lowest)
    .replace(/\bmls_systemhigh\b/g, all(highest))
    .replace(/\bmcs_systemhigh\b/g, all(lowest))
    .replace(/\b(?:mcs|mls)_allcats\b/g, categories);
  return parseRange(db, plain);
}
