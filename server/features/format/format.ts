// The formatter: a text's tree in, changes of white space out. Its promise is checked here and not believed: the
// changed text is parsed again, and changes after which tokens, nodes or mistakes differ are dropped, statement by
// statement. Pure, so that editors and the command line share it.

import { parseFileContexts, parsePolicy } from "../../../grammar/parse.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { Words } from "../../../grammar/text/words.ts";
import { applyChanges, type FormatOptions, type TextChange } from "./change.ts";
import { fileContextChanges } from "./fileContexts.ts";
import { type PolicyStyle, policyChanges, statementsAt } from "./policy.ts";

/** The kinds of files that can be formatted. */
export type FormatKind = "policy" | "support" | "contexts" | "conf";

const KINDS: readonly (readonly [RegExp, FormatKind])[] = [
  [/\.(?:te|if)$/, "policy"],
  [/\.spt$|\.(?:te|if)\.in$/, "support"],
  [/\.fc(?:\.in)?$|(?:^|\/)file_contexts(?:\.homedirs|\.local)?$/, "contexts"],
  [/(?:^|\/)policy\.conf$/, "conf"],
];

/** Statements times changes; beyond, a text that fights back is left as it is. */
const MOST_TRIALS = 10_000_000;

/** How a file is formatted, by its name; undefined: not at all. */
export function formatKindOf(path: string): FormatKind | undefined {
  return KINDS.find(([name]) => name.test(path))?.[1];
}

/** A part of a text, the end exclusive. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** Parses a text as the formatter reads it. */
export function parseForFormat(text: string, kind: FormatKind, words: Words): SyntaxTree {
  if (kind === "contexts") return parseFileContexts(text, words);
  return parsePolicy(text, words, kind === "conf" ? "kernel" : "refpolicy");
}

/** The changes that format a text, or those that lie in a part of it. */
export function formatChanges(
  tree: SyntaxTree,
  kind: FormatKind,
  words: Words,
  options: FormatOptions,
  part?: Part,
): readonly TextChange[] {
  const { text } = tree.tokens;
  const check: Check = { kind, words, tree };
  if (kind === "contexts") {
    const changes = within(fileContextChanges(tree), part);
    return keepsAll(check, 0, text.length, changes) ? changes : [];
  }
  const style: PolicyStyle = { ...options, m4: kind !== "conf", looseCommas: kind === "support" };
  const top = statementsAt(tree, part?.start ?? 0, part?.end ?? text.length);
  const changes = within(policyChanges(tree, top, style), part);
  if (changes.length === 0) return changes;
  const [from, to] = part === undefined ? [0, text.length] : spanOf(tree, top);
  if (keepsAll(check, from, to, changes)) return changes;
  if (top.length * changes.length > MOST_TRIALS) return [];
  const kept = top.flatMap((node) => {
    const [start, end] = spanOf(tree, [node]);
    const own = changes.filter((change) => change.start >= start && change.end <= end);
    return keepsAll(check, start, end, own) ? own : [];
  });
  // What is open in one statement may reach into the next: only the whole text tells.
  return keepsAll(check, from, to, kept) ? kept : [];
}

/** From the first token of some statements to the first token behind them; the file's edges count too. */
function spanOf(tree: SyntaxTree, top: readonly number[]): readonly [number, number] {
  const { start, count, text } = tree.tokens;
  const first = tree.first[top[0] ?? 0] as number;
  const last = tree.last[top.at(-1) ?? 0] as number;
  return [first === 0 ? 0 : (start[first] as number), last < count ? (start[last] as number) : text.length];
}

function within(changes: readonly TextChange[], part: Part | undefined): readonly TextChange[] {
  if (part === undefined) return changes;
  return changes.filter((change) => change.start >= part.start && change.end <= part.end);
}

interface Check {
  readonly kind: FormatKind;
  readonly words: Words;
  readonly tree: SyntaxTree;
}

/** Does a part of a text mean the same to the parser after some changes? */
function keepsAll(
  { kind, words, tree }: Check,
  from: number,
  to: number,
  changes: readonly TextChange[],
): boolean {
  if (changes.length === 0) return true;
  const { text } = tree.tokens;
  const part = text.slice(from, to);
  const moved = changes.map((change) => ({
    ...change,
    start: change.start - from,
    end: change.end - from,
  }));
  const before = part.length === text.length ? tree : parseForFormat(part, kind, words);
  return areAlike(before, parseForFormat(applyChanges(part, moved), kind, words));
}

/** Are two trees the same but for white space and comments' places? */
export function areAlike(one: SyntaxTree, other: SyntaxTree): boolean {
  if (one.tokens.count !== other.tokens.count || one.count !== other.count) return false;
  if (one.errors.length !== other.errors.length) return false;
  if (one.errors.some((error, i) => error.code !== other.errors[i]?.code)) return false;
  for (let token = 0; token < one.tokens.count; token++) {
    if (one.tokens.type[token] !== other.tokens.type[token]) return false;
    const from = one.tokens.start[token] as number;
    const to = one.tokens.end[token] as number;
    const otherFrom = other.tokens.start[token] as number;
    if (other.tokens.end[token] !== otherFrom + to - from) return false;
    if (one.tokens.text.slice(from, to) !== other.tokens.text.slice(otherFrom, otherFrom + to - from))
      return false;
  }
  for (let node = 0; node < one.count; node++) {
    if (one.kind[node] !== other.kind[node] || one.data[node] !== other.data[node]) return false;
    if (one.first[node] !== other.first[node] || one.last[node] !== other.last[node]) return false;
    if (one.end[node] !== other.end[node]) return false;
  }
  return true;
}
