// textDocument/semanticTokens/{full,full/delta,range}: tokens of a file in the protocol's encoding, five integers each,
// relative to the token before. The last answer about each file is kept with its project, so that the next one can be
// told as a difference: what is the same at the start and at the end stays. Where a grammar of the client's colours too
// (`augmentsSyntaxTokens`), keywords are its: it knows more kinds of them, and they are coloured before we answer.

import type { Range, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver-types";
import { tokenBefore } from "../../../grammar/syntax/find.ts";
import type { SameStatements } from "../../../grammar/syntax/tree.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { offsetOf, type View } from "../view.ts";
import { classifyTokens, droppedOptionals, noEvidence } from "./classify.ts";
import {
  encode,
  encodeAgain,
  type PlacedTokens,
  type Telling,
  type TokenEdit,
  ToldNumbers,
  trim,
} from "./encode.ts";
import { classifyFile, type KeptTokens } from "./kept.ts";

interface Answer extends PlacedTokens {
  readonly resultId: string;
  readonly generation: number;
  /** how many answers about the file there were, with this one */
  readonly serial: number;
  readonly telling: Telling;
  readonly classified: KeptTokens;
  readonly told: ToldNumbers;
  /** what the last edit made of the answer before; undefined when it was not made from one */
  readonly edit?: TokenEdit;
  readonly previousId?: string;
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
  const { resultId, told } = answerOf(view, file, augments);
  return { resultId, data: numbers(told.numbers) };
}

/** What differs from an earlier answer; everything when that is no longer known. */
export function semanticTokensDelta(
  view: View,
  file: SourceFile,
  previousResultId: string,
  augments = false,
): SemanticTokens | SemanticTokensDelta {
  const now = answerOf(view, file, augments);
  const { resultId, told, edit } = now;
  if (resultId === previousResultId) return { resultId, edits: [] };
  if (edit === undefined || now.previousId !== previousResultId)
    return { resultId, data: numbers(told.numbers) };
  const { start, stop, data } = edit;
  if (start === stop && data.length === 0) return { resultId, edits: [] };
  return { resultId, edits: [{ start, deleteCount: stop - start, data: numbers(data) }] };
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
  const before = known.get(file.path);
  const isToldSo = before !== undefined && isSameTelling(before.telling, telling);
  if (isToldSo && before.generation === generation && before.classified.tree === file.tree) return before;
  const serial = (before?.serial ?? 0) + 1;
  const resultId = `${generation}:${serial}`;
  const { classified, same } = classifyFile(view.snapshot, file, before?.classified);
  const placed = { tokens: file.tree.tokens, lines: file.lines, classified };
  const told = tellAfter(placed, telling, before, same);
  const answer: Answer = { ...placed, ...told, resultId, generation, serial, telling, classified };
  known.delete(file.path);
  known.set(file.path, answer);
  if (known.size > MOST_ANSWERS) known.delete(known.keys().next().value as string);
  return answer;
}

function isSameTelling(one: Telling, other: Telling): boolean {
  return one.encoding === other.encoding && one.augments === other.augments;
}

/** What is told now; as an edit of what was told before where that can be. */
function tellAfter(
  placed: PlacedTokens,
  telling: Telling,
  before: Answer | undefined,
  same: SameStatements | undefined,
): Pick<Answer, "told" | "edit" | "previousId"> {
  if (before === undefined || !isSameTelling(before.telling, telling))
    return { told: new ToldNumbers(encode(placed, telling)) };
  if (same !== undefined)
    return {
      told: before.told,
      edit: encodeAgain(placed, telling, before, same),
      previousId: before.resultId,
    };
  const told = new ToldNumbers(encode(placed, telling));
  const edit = trim(before.told.numbers, { start: 0, stop: before.told.size, data: told.numbers });
  return { told, edit, previousId: before.resultId };
}

/** As a plain list; `Array.from` asks an iterator for each number, which takes several times as long. */
function numbers(data: Uint32Array): number[] {
  const list = new Array<number>(data.length);
  for (let i = 0; i < data.length; i++) list[i] = data[i] as number;
  return list;
}
