// textDocument/semanticTokens/{full,full/delta,range}: tokens of a file in the protocol's encoding, five integers each,
// relative to the token before. The last answer about each file is kept with its project, so that the next one can be
// told as a difference: what is the same at the start and at the end stays. Where a grammar of the client's colours too
// (`augmentsSyntaxTokens`), keywords are its: it knows more kinds of them, and they are coloured before we answer.

import type { Range, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver-types";
import { tokenBefore } from "../../../grammar/syntax/find.ts";
import { positionAt } from "../../workspace/lines.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { offsetOf, type View } from "../view.ts";
import { classifyTokens } from "./classify.ts";
import { TK_KEYWORD } from "./legend.ts";

interface Answer {
  readonly resultId: string;
  readonly file: SourceFile["tree"];
  readonly data: Uint32Array;
}

/** Files whose last answer is kept for each project. */
const MOST_ANSWERS = 64;

const answers = new WeakMap<Snapshot["project"], Map<string, Answer>>();

/** Tokens of a file that are told at once; a policy.conf of 45 MB has ten times as many, which is 18 MB of numbers. */
const MOST_TOKENS = 250_000;

/** True for files whose tokens are told by range only, as they are shown. */
export function isLarge({ tree }: SourceFile): boolean {
  return tree.tokens.count > MOST_TOKENS;
}

/** All tokens of a file. */
export function semanticTokensFull(view: View, file: SourceFile, augments = false): SemanticTokens {
  const { resultId, data } = answerOf(view, file, augments);
  return { resultId, data: Array.from(data) };
}

/** What differs from an earlier answer; everything when that is no longer known. */
export function semanticTokensDelta(
  view: View,
  file: SourceFile,
  previousResultId: string,
  augments = false,
): SemanticTokens | SemanticTokensDelta {
  const before = answers.get(view.snapshot.project)?.get(file.path);
  const now = answerOf(view, file, augments);
  if (before === undefined || before.resultId !== previousResultId)
    return { resultId: now.resultId, data: Array.from(now.data) };
  return { resultId: now.resultId, edits: difference(before.data, now.data) };
}

/** The tokens of a part of a file. */
export function semanticTokensRange(
  view: View,
  file: SourceFile,
  range: Range,
  augments = false,
): SemanticTokens {
  const { tokens } = file.tree;
  const first = Math.max(0, tokenBefore(tokens, offsetOf(view, file, range.start)));
  const last = tokenBefore(tokens, offsetOf(view, file, range.end)) + 2;
  return { data: Array.from(encode(view, file, first, Math.min(tokens.count, last), augments)) };
}

function answerOf(view: View, file: SourceFile, augments: boolean): Answer {
  const { project, generation } = view.snapshot;
  let kept = answers.get(project);
  if (kept === undefined) {
    kept = new Map();
    answers.set(project, kept);
  }
  const resultId = `${generation}:${view.encoding}${augments ? ":augments" : ""}`;
  const known = kept.get(file.path);
  if (known?.resultId === resultId && known.file === file.tree) return known;
  const answer = { resultId, file: file.tree, data: encode(view, file, 0, file.tree.tokens.count, augments) };
  kept.delete(file.path);
  kept.set(file.path, answer);
  if (kept.size > MOST_ANSWERS) kept.delete(kept.keys().next().value as string);
  return answer;
}

/** Five integers a token. A token that stretches over lines (a string) is cut at the first line's end. */
function encode(view: View, file: SourceFile, first: number, last: number, augments: boolean): Uint32Array {
  const { type, modifiers } = classifyTokens(view.snapshot, file, first, last);
  const { start, end, text } = file.tree.tokens;
  const { lines } = file;
  const plain = view.encoding === "utf-16";
  const data = new Uint32Array(type.length * 5);
  let size = 0;
  let line = 0;
  let lastLine = 0;
  let lastCharacter = 0;
  for (let i = 0; i < type.length; i++) {
    const kind = type[i] as number;
    if (kind === 0 || (augments && kind === TK_KEYWORD + 1 && modifiers[i] === 0)) continue;
    const from = start[first + i] as number;
    let to = end[first + i] as number;
    while (line + 1 < lines.starts.length && (lines.starts[line + 1] as number) <= from) line++;
    if (kind > 13 && text.slice(from, to).includes("\n")) to = text.indexOf("\n", from);
    let character = from - (lines.starts[line] as number);
    let length = to - from;
    if (!plain) {
      character = positionAt(lines, from, view.encoding).character;
      length = positionAt(lines, to, view.encoding).character - character;
    }
    data[size] = line - lastLine;
    data[size + 1] = line === lastLine ? character - lastCharacter : character;
    data[size + 2] = length;
    data[size + 3] = kind - 1;
    data[size + 4] = modifiers[i] as number;
    size += 5;
    lastLine = line;
    lastCharacter = character;
  }
  return data.slice(0, size);
}

/** One edit that turns one answer into another. */
export function difference(before: Uint32Array, now: Uint32Array): SemanticTokensDelta["edits"] {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before[start] === now[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  if (start === before.length && start === now.length) return [];
  return [
    {
      start,
      deleteCount: before.length - start - tail,
      data: Array.from(now.subarray(start, now.length - tail)),
    },
  ];
}
