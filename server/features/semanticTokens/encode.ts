// Tokens in the protocol's encoding: five integers each, relative to the token before. What an edit left as it was is
// copied from the last answer: where the text around a token is the same, so are its line, its column and its length.

import type { SameStatements } from "../../../grammar/syntax/tree.ts";
import { commonPrefix, commonSuffix } from "../../../grammar/text/common.ts";
import type { TokenBuffer } from "../../../grammar/text/tokenBuffer.ts";
import { type Lines, type PositionEncoding, positionAt } from "../../workspace/lines.ts";
import type { ClassifiedTokens } from "./classify.ts";
import { TK_KEYWORD, TK_NUMBER } from "./legend.ts";

/** Tokens, what they are, and where they stand. */
export interface PlacedTokens {
  readonly tokens: TokenBuffer;
  readonly lines: Lines;
  readonly classified: ClassifiedTokens;
}

/** How a client wants to be told. */
export interface Telling {
  readonly encoding: PositionEncoding;
  /** it colours keywords itself */
  readonly augments: boolean;
}

/** Numbers `start` to before `stop` that give way to others. */
export interface TokenEdit {
  readonly start: number;
  readonly stop: number;
  readonly data: Uint32Array;
}

/** The numbers told about a file, with room to grow: an edit moves what stands behind it, and takes no new memory. */
export class ToldNumbers {
  private buffer: Uint32Array;
  private used: number;
  /** a token, and how many tokens before it are told: where the last edit was, because the next is near there */
  private token = 0;
  private before = 0;

  constructor(numbers: Uint32Array) {
    this.buffer = numbers;
    this.used = numbers.length;
  }

  get size(): number {
    return this.used;
  }

  get numbers(): Uint32Array {
    return this.buffer.subarray(0, this.used);
  }

  /** How many tokens before `token` are told, of the classified tokens that these numbers tell. */
  toldBefore(token: number, classified: ClassifiedTokens, telling: Telling): number {
    if (token >= this.token) this.before += countTold(classified, this.token, token, telling);
    else this.before -= countTold(classified, token, this.token, telling);
    this.token = token;
    return this.before;
  }

  replace({ start, stop, data }: TokenEdit): void {
    const size = this.used - (stop - start) + data.length;
    if (size > this.buffer.length) {
      const wider = new Uint32Array(size + ROOM);
      wider.set(this.numbers);
      this.buffer = wider;
    }
    this.buffer.copyWithin(start + data.length, stop, this.used);
    this.buffer.set(data, start);
    this.used = size;
  }
}

/** Room for some hundred tokens more. */
const ROOM = 2048;

/** All classified tokens. */
export function encode(placed: PlacedTokens, telling: Telling): Uint32Array {
  const { first, type } = placed.classified;
  return encodeRun(placed, telling, first, first, first + type.length);
}

/** The same as `encode(placed, telling)`, by what was told about the version before, which is written over. */
export function encodeAgain(
  placed: PlacedTokens,
  telling: Telling,
  before: PlacedTokens & { readonly told: ToldNumbers },
  same: SameStatements,
): TokenEdit {
  const { classified } = placed;
  const { told } = before;
  const stop = placed.tokens.count;
  const { head, tail: next } = samePlaces(before, placed, same);
  // The first token after what is new is told relative to that.
  let tail = next;
  while (tail < stop && !isTold(classified, tail, telling)) tail++;
  tail = Math.min(tail + 1, stop);
  const oldTail = tail - stop + before.tokens.count;
  const left = 5 * told.toldBefore(oldTail, before.classified, telling);
  const kept = 5 * told.toldBefore(head, before.classified, telling);
  const data = encodeRun(placed, telling, 0, head, tail);
  const edit = trim(told.numbers, { start: kept, stop: left, data });
  told.replace(edit);
  return edit;
}

/** Tokens before `head` and from `tail` on, which stand in the same text and are told alike but for where that begins. */
function samePlaces(
  before: PlacedTokens,
  { tokens }: PlacedTokens,
  same: SameStatements,
): { readonly head: number; readonly tail: number } {
  const was = before.tokens.text;
  const prefix = commonPrefix(was, tokens.text);
  const changed = tokens.text.length - commonSuffix(was, tokens.text, prefix);
  return {
    head: Math.min(firstIndex(tokens.end, 0, tokens.count, prefix + 1), same.head),
    tail: Math.max(same.tail, firstIndex(tokens.start, 0, tokens.count, changed)),
  };
}

/** The edit without what it leaves as it was at its start and its end. */
export function trim(numbers: Uint32Array, { start, stop, data }: TokenEdit): TokenEdit {
  const most = Math.min(stop - start, data.length);
  let same = 0;
  while (same < most && numbers[start + same] === data[same]) same++;
  let tail = 0;
  while (tail < most - same && numbers[stop - 1 - tail] === data[data.length - 1 - tail]) tail++;
  return { start: start + same, stop: stop - tail, data: data.subarray(same, data.length - tail) };
}

/** The first index whose value is at least `least`, in a column that ascends. */
function firstIndex(column: Uint32Array, from: number, to: number, least: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isTold({ first, type, modifiers }: ClassifiedTokens, token: number, { augments }: Telling): boolean {
  const kind = type[token - first];
  return kind !== 0 && (!augments || kind !== TK_KEYWORD + 1 || modifiers[token - first] !== 0);
}

function countTold(classified: ClassifiedTokens, from: number, to: number, telling: Telling): number {
  let count = 0;
  for (let token = from; token < to; token++) if (isTold(classified, token, telling)) count++;
  return count;
}

/**
 * The tokens `from` to before `to`, relative to the last one from `least` on that is told before them. A token that
 * stretches over lines (a string) is cut at the first line's end.
 */
function encodeRun(
  placed: PlacedTokens,
  telling: Telling,
  least: number,
  from: number,
  to: number,
): Uint32Array {
  const { tokens, lines, classified } = placed;
  const { encoding } = telling;
  let last = from - 1;
  while (last >= least && !isTold(classified, last, telling)) last--;
  const origin = last < least ? 0 : (tokens.start[last] as number);
  let { line: lastLine, character: lastCharacter } = positionAt(lines, origin, encoding);
  let line = lastLine;
  const data = new Uint32Array(5 * countTold(classified, from, to, telling));
  let size = 0;
  for (let token = from; token < to; token++) {
    if (!isTold(classified, token, telling)) continue;
    const kind = classified.type[token - classified.first] as number;
    const start = tokens.start[token] as number;
    let end = tokens.end[token] as number;
    while (line + 1 < lines.starts.length && (lines.starts[line + 1] as number) <= start) line++;
    if (kind > TK_NUMBER) end = firstLineEnd(tokens.text, start, end);
    let character = start - (lines.starts[line] as number);
    let length = end - start;
    if (encoding !== "utf-16") {
      character = positionAt(lines, start, encoding).character;
      length = positionAt(lines, end, encoding).character - character;
    }
    data[size++] = line - lastLine;
    data[size++] = line === lastLine ? character - lastCharacter : character;
    data[size++] = length;
    data[size++] = kind - 1;
    data[size++] = classified.modifiers[token - classified.first] as number;
    lastLine = line;
    lastCharacter = character;
  }
  return data;
}

function firstLineEnd(text: string, start: number, end: number): number {
  const feed = text.slice(start, end).indexOf("\n");
  return feed < 0 ? end : start + feed;
}
