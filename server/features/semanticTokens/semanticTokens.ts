// textDocument/semanticTokens/{full,full/delta,range}: tokens of a file in the protocol's encoding, five integers each,
// relative to the token before. The last answer about each file is kept with its project, so that the next one can be
// told as a difference: what is the same at the start and at the end stays. Where a grammar of the client's colours too
// (`augmentsSyntaxTokens`), keywords are its: it knows more kinds of them, and they are coloured before we answer.

import type { Range, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver-types";
import { tokenBefore } from "../../../grammar/syntax/find.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { offsetOf, type View } from "../view.ts";
import { classifyTokens, droppedOptionals, noEvidence } from "./classify.ts";
import { encode, encodeAgain, type PlacedTokens, type Telling } from "./encode.ts";
import { classifyFile, type KeptTokens } from "./kept.ts";

interface Answer extends PlacedTokens {
  readonly resultId: string;
  readonly telling: Telling;
  readonly classified: KeptTokens;
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
  return { resultId, data: numbers(data) };
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
    return { resultId: now.resultId, data: numbers(now.data) };
  return { resultId: now.resultId, edits: difference(before.data, now.data) };
}

/** The tokens of a part of a file. */
export function semanticTokensRange(
  view: View,
  file: SourceFile,
  range: Range,
  augments = false,
): SemanticTokens {
  const { tree } = file;
  const before = tokenBefore(tree.tokens, offsetOf(view, file, range.start));
  const last = Math.min(tree.tokens.count, tokenBefore(tree.tokens, offsetOf(view, file, range.end)) + 2);
  const first = Math.min(Math.max(0, before), last);
  const classified = { first, type: new Uint8Array(last - first), modifiers: new Uint8Array(last - first) };
  const { snapshot } = view;
  classifyTokens(
    snapshot.compiled,
    tree,
    [first, last],
    classified,
    droppedOptionals(snapshot, file),
    noEvidence(),
  );
  const { tokens } = tree;
  const { lines } = file;
  return { data: numbers(encode({ tokens, lines, classified }, { encoding: view.encoding, augments })) };
}

function answerOf(view: View, file: SourceFile, augments: boolean): Answer {
  const { project, generation } = view.snapshot;
  let known = answers.get(project);
  if (known === undefined) {
    known = new Map();
    answers.set(project, known);
  }
  const telling: Telling = { encoding: view.encoding, augments };
  const resultId = `${generation}:${view.encoding}${augments ? ":augments" : ""}`;
  const before = known.get(file.path);
  if (before?.resultId === resultId && before.classified.tree === file.tree) return before;
  const { classified, same } = classifyFile(view.snapshot, file, before?.classified);
  const placed = { tokens: file.tree.tokens, lines: file.lines, classified };
  const isToldSo = before?.telling.encoding === view.encoding && before.telling.augments === augments;
  const data =
    same === undefined || before === undefined || !isToldSo
      ? encode(placed, telling)
      : encodeAgain(placed, telling, before, same);
  const answer = { ...placed, resultId, telling, data };
  known.delete(file.path);
  known.set(file.path, answer);
  if (known.size > MOST_ANSWERS) known.delete(known.keys().next().value as string);
  return answer;
}

/** As a plain list; `Array.from` asks an iterator for each number, which takes several times as long. */
function numbers(data: Uint32Array): number[] {
  const list = new Array<number>(data.length);
  for (let i = 0; i < data.length; i++) list[i] = data[i] as number;
  return list;
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
      data: numbers(now.subarray(start, now.length - tail)),
    },
  ];
}
