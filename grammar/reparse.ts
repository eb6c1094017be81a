// The tree of an edited source out of the tree before: only the statements around the edit are scanned and parsed; the
// rest is copied, its numbers shifted. Between statements of the top level the parser remembers nothing, so who comes to
// statements that are as they were goes on as before. Whether it did come there is checked on statements on both sides;
// in source for m4, where quotes reach far, so is that no quote is open there. Anything else is no answer, and the whole
// text is parsed. Invariant: equal to `parsePolicy(text, words, dialect)`.

import { parsePolicy } from "./parse.ts";
import type { SyntaxError as Mistake, SyntaxTree } from "./syntax/tree.ts";
import { endOf, startOf } from "./syntax/tree.ts";
import { commonPrefix, commonSuffix } from "./text/common.ts";
import type { Dialect } from "./text/scanner.ts";
import type { TokenBuffer } from "./text/tokenBuffer.ts";
import { T_INTERFACE, T_LQUOTE, T_RQUOTE, T_TEMPLATE } from "./text/tokens.ts";
import type { Words } from "./text/words.ts";

/** Statements before and behind the edit that are parsed, too; the first and the last three but one are compared. */
const BEFORE = 2;
const BEHIND = 4;
const COMPARED = BEHIND - 1;
/** The parser stops counting mistakes some time; before that, they can be put together. */
const MOST_MISTAKES = 200;
/** Tokens behind the last one, so that looking ahead needs no bounds (scanner.ts). */
const PADDING = 8;

/** A stretch of the old text that is parsed again: its nodes and tokens, and where it begins and ends. */
interface Stretch {
  /** the statements before the edit, BEFORE of them; none: from the start of the text */
  readonly before: readonly number[];
  /** the statements behind the edit, BEHIND of them; none: to the end of the text */
  readonly behind: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** The tree of `text`; undefined when the statements around the edit do not tell. */
export function reparsePolicy(
  old: SyntaxTree,
  text: string,
  words: Words,
  dialect: Dialect,
): SyntaxTree | undefined {
  const was = old.tokens.text;
  const prefix = commonPrefix(was, text);
  const suffix = commonSuffix(was, text, prefix);
  const stretch = stretchAround(old, prefix, was.length - suffix);
  if (stretch === undefined || old.errors.length > MOST_MISTAKES) return undefined;
  const shift = text.length - was.length;
  const part = parsePolicy(text.slice(stretch.start, stretch.end + shift), words, dialect);
  if (part.errors.length > MOST_MISTAKES) return undefined;
  if (dialect === "refpolicy" && !areQuotesClosed(old, stretch, part)) return undefined;
  const [first] = stretch.before;
  if (first !== undefined && !isSameStatement(old, first, part, 1)) return undefined;
  const joint = jointOf(old, stretch, part);
  return joint < 0 ? undefined : joined(old, stretch, part, joint, text);
}

/** The statements around an edit of the old text from `from` to `to`. */
function stretchAround(old: SyntaxTree, from: number, to: number): Stretch | undefined {
  let before: number[] = [];
  const behind: number[] = [];
  for (let child = 1; child < old.count && behind.length < BEHIND; child = old.end[child] as number) {
    if (endOf(old, child) < from) before = [...before.slice(1 - BEFORE), child];
    else if (startOf(old, child) > to) behind.push(child);
  }
  if (before.length < BEFORE) before = [];
  if (behind.length < BEHIND) behind.length = 0;
  const [first] = before;
  const last = behind[BEHIND - 1];
  if (first === undefined && last === undefined) return undefined;
  const start = first === undefined ? 0 : startOf(old, first);
  return { before, behind, start, end: last === undefined ? old.tokens.text.length : endOf(old, last) };
}

/** Mistakes of quotes, which reach as far as the text does. */
const QUOTE_MISTAKES = new Set(["parse-quote", "m4-comment-quote"]);

/** Is no quote open where the stretch begins, where it ended, and where it ends now? */
function areQuotesClosed(old: SyntaxTree, { before, behind }: Stretch, part: SyntaxTree): boolean {
  if (old.errors.some(({ code }) => QUOTE_MISTAKES.has(code))) return false;
  if (part.errors.some(({ code }) => QUOTE_MISTAKES.has(code))) return false;
  const [first] = before;
  const last = behind.at(-1);
  const from = first === undefined ? 0 : (old.first[first] as number);
  const to = last === undefined ? old.tokens.count : (old.last[last] as number);
  return (
    openQuotes(old.tokens, 0, from) === 0 &&
    openQuotes(old.tokens, from, to) === 0 &&
    openQuotes(part.tokens, 0, part.tokens.count) === 0
  );
}

/** Quotes that are open behind some tokens, as the scanner counts them. */
function openQuotes({ text, type, start }: TokenBuffer, from: number, to: number): number {
  let open = 0;
  for (let token = from; token < to; token++) {
    const kind = type[token] as number;
    if (kind === T_LQUOTE) open++;
    else if (kind === T_RQUOTE) open = Math.max(0, open - 1);
    else if (open > 1 && (kind === T_INTERFACE || kind === T_TEMPLATE)) {
      const at = start[token] as number;
      if (at === 0 || text.charCodeAt(at - 1) === 10) open = 1;
    }
  }
  return open;
}

/** The node of the part at which the statements behind the edit begin; -1 when they are not found as they were. */
function jointOf(old: SyntaxTree, { before, behind }: Stretch, part: SyntaxTree): number {
  if (behind.length === 0) return part.count;
  const children: number[] = [];
  for (let child = 1; child < part.count; child = part.end[child] as number) children.push(child);
  const from = children.length - BEHIND;
  if (from < before.length) return -1;
  for (let i = 0; i < COMPARED; i++)
    if (!isSameStatement(old, behind[i] as number, part, children[from + i] as number)) return -1;
  return children[from] as number;
}

/** Statements with the same tokens and the same nodes. */
function isSameStatement(old: SyntaxTree, before: number, part: SyntaxTree, now: number): boolean {
  const nodes = (old.end[before] as number) - before;
  const token = part.first[now] as number;
  const shift = token - (old.first[before] as number);
  if ((part.end[now] as number) - now !== nodes) return false;
  for (let i = 0; i < nodes; i++)
    if (
      old.kind[before + i] !== part.kind[now + i] ||
      old.data[before + i] !== part.data[now + i] ||
      (old.end[before + i] as number) - before !== (part.end[now + i] as number) - now ||
      (old.first[before + i] as number) + shift !== part.first[now + i] ||
      (old.last[before + i] as number) + shift !== part.last[now + i]
    )
      return false;
  for (let at = token; at < (part.last[now] as number); at++)
    if (
      old.tokens.type[at - shift] !== part.tokens.type[at] ||
      old.tokens.word[at - shift] !== part.tokens.word[at]
    )
      return false;
  return true;
}

/** Columns of the old tree, of the part in the middle, and of the old tree again. */
class Splice {
  private readonly head: number;
  private readonly middle: number;
  private readonly tail: number;
  private readonly padding: number;
  readonly count: number;

  /** Elements before `head`, `middle` elements of the part, and those from `tail` to before `stop`. */
  constructor(head: number, middle: number, tail: number, stop: number, padding: number) {
    this.head = head;
    this.middle = middle;
    this.tail = tail;
    this.padding = padding;
    this.count = head + middle + stop - tail;
  }

  bytes(old: Uint8Array, part: Uint8Array, first: number): Uint8Array {
    const made = new Uint8Array(this.count + this.padding);
    made.set(old.subarray(0, this.head));
    made.set(part.subarray(first, first + this.middle), this.head);
    made.set(
      old.subarray(this.tail, this.tail + this.count - this.head - this.middle),
      this.head + this.middle,
    );
    return made;
  }

  /** `inPart` and `behind` are added to the numbers of the part and of what stands behind it. */
  numbers(old: Uint32Array, part: Uint32Array, first: number, inPart: number, behind: number): Uint32Array {
    const { head, middle, tail, count } = this;
    const made = new Uint32Array(count + this.padding);
    made.set(old.subarray(0, head));
    for (let i = 0; i < middle; i++) made[head + i] = (part[first + i] as number) + inPart;
    const from = head + middle;
    if (behind === 0) made.set(old.subarray(tail, tail + count - from), from);
    else for (let i = from, at = tail; i < count; i++, at++) made[i] = (old[at] as number) + behind;
    return made;
  }
}

function joined(
  old: SyntaxTree,
  stretch: Stretch,
  part: SyntaxTree,
  joint: number,
  text: string,
): SyntaxTree {
  const first = stretch.before[0] ?? 1;
  const behind = stretch.behind[0] ?? old.count;
  const { tokens } = old;
  const firstToken = stretch.before.length === 0 ? 0 : (old.first[first] as number);
  const tailToken = tokenOf(old, behind);
  const inTokens = new Splice(firstToken, tokenOf(part, joint), tailToken, tokens.count, PADDING);
  const shift = text.length - tokens.text.length;
  const inNodes = new Splice(first, joint - 1, behind, old.count, 0);
  const tokenShift = inTokens.count - tokens.count;
  const nodeShift = inNodes.count - old.count;
  const firsts = inNodes.numbers(old.first, part.first, 1, firstToken, tokenShift);
  const lasts = inNodes.numbers(old.last, part.last, 1, firstToken, tokenShift);
  const ends = inNodes.numbers(old.end, part.end, 1, first - 1, nodeShift);
  lasts[0] = inTokens.count;
  ends[0] = inNodes.count;
  return {
    tokens: {
      text,
      count: inTokens.count,
      type: inTokens.bytes(tokens.type, part.tokens.type, 0),
      start: inTokens.numbers(tokens.start, part.tokens.start, 0, stretch.start, shift),
      end: inTokens.numbers(tokens.end, part.tokens.end, 0, stretch.start, shift),
      word: inTokens.numbers(tokens.word, part.tokens.word, 0, 0, 0),
    },
    count: inNodes.count,
    kind: inNodes.bytes(old.kind, part.kind, 1),
    first: firsts,
    last: lasts,
    end: ends,
    data: inNodes.numbers(old.data, part.data, 1, 0, 0),
    errors: mistakes(old, stretch, part, shift),
    reparsed: {
      old: new WeakRef(old),
      head: firstToken,
      tail: firstToken + tokenOf(part, joint),
      oldTail: tailToken,
      headNode: first,
      tailNode: first + joint - 1,
      oldTailNode: behind,
    },
  };
}

/** The first token of a node, or of what is behind the last node. */
function tokenOf({ count, first, tokens }: SyntaxTree, node: number): number {
  return node < count ? (first[node] as number) : tokens.count;
}

/** A statement's mistakes may be told at the next one's first token: each list is asked where it has seen both. */
function mistakes(
  old: SyntaxTree,
  { before, behind, start }: Stretch,
  part: SyntaxTree,
  shift: number,
): Mistake[] {
  const from = before[1] === undefined ? 0 : startOf(old, before[1]);
  const to = behind[1] === undefined ? Number.POSITIVE_INFINITY : startOf(old, behind[1]);
  return [
    ...old.errors.filter((one) => one.start < from),
    ...part.errors
      .map((one) => moved(one, start))
      .filter((one) => one.start >= from && one.start < to + shift),
    ...old.errors.filter((one) => one.start >= to).map((one) => moved(one, shift)),
  ];
}

function moved(mistake: Mistake, by: number): Mistake {
  return { ...mistake, start: mistake.start + by, end: mistake.end + by };
}
