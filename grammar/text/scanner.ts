// Text → tokens, by hand, over UTF-16 code units. Follows the patterns of checkpolicy's policy_scan.l (longest
// match; a name may hold `-` and `.`), and in the refpolicy dialect GNU m4's view of quotes and comments:
// outside quotes a comment hides everything; inside quotes a comment is text, so its quotes count. A comment's
// balanced quotes are harmless and make no tokens; an apostrophe too many closes the quote there, gives an RQUOTE
// token and the error `m4-comment-quote`. Invariants: one pass, linear, never throws; any unit belongs to a
// token, a blank or a comment; TokenBuffer.type has at least PADDING elements T_EOF after the last token.
// It does not expand anything and does not know statements.

import type { SyntaxError as Mistake } from "../syntax/tree.ts";
import {
  BLANK,
  CLASS,
  DIGIT,
  DOLLAR,
  HASH,
  HEX,
  LETTER,
  NAME,
  NEWLINE,
  OTHER,
  PUNCTUATION,
  PUNCTUATION_TYPE,
} from "./characters.ts";
import { endOfAddress, endOfNumber, numberType } from "./numbers.ts";
import type { TokenBuffer } from "./tokenBuffer.ts";
import {
  KEYWORDS,
  LANGUAGE_KEYWORDS,
  RESERVED,
  T_ADDRESS,
  T_AND,
  T_BAD,
  T_CALLEE,
  T_CIDR,
  T_COLON,
  T_DNL,
  T_DOT,
  T_EQ,
  T_INTERFACE,
  T_LQUOTE,
  T_NEQ,
  T_NOT,
  T_OR,
  T_PATH,
  T_RQUOTE,
  T_STRING,
  T_TEMPLATE,
  T_WORD,
} from "./tokens.ts";
import { HASH_SEED, hashEnd, hashUnit, type Words } from "./words.ts";

/** Which language a text is in: policy source for m4, or what checkpolicy and checkmodule read. */
export type Dialect = "refpolicy" | "kernel";

/** Tokens, and what is wrong with quotes in comments. */
export interface Scan {
  readonly tokens: TokenBuffer;
  readonly errors: readonly Mistake[];
  /** offsets of the RQUOTE tokens that come from comments, ascending */
  readonly commentQuotes: readonly number[];
}

/** Elements of type T_EOF behind the last token, so that looking ahead needs no bounds. */
const PADDING = 8;

/** Scans a whole text. The interner must come from `createWords`. */
export function scan(text: string, words: Words, dialect: Dialect): Scan {
  const scanner = new Scanner(text, words, dialect === "refpolicy");
  scanner.run();
  return scanner.result();
}

/** The state of one scan; it lives as long as the call of `scan`. */
class Scanner {
  private readonly text: string;
  private readonly words: Words;
  private readonly m4: boolean;
  private readonly errors: Mistake[] = [];
  private readonly commentQuotes: number[] = [];
  /** errors about quotes that comments opened */
  private readonly unclosed: number[] = [];
  private type: Uint8Array;
  private start: Uint32Array;
  private end: Uint32Array;
  private word: Uint32Array;
  private capacity: number;
  private count = 0;
  /** offsets of the open quotes of the code, and of those that comments opened */
  private quotes: number[] = [];
  private openInComments: number[] = [];

  constructor(text: string, words: Words, m4: boolean) {
    this.text = text;
    this.words = words;
    this.m4 = m4;
    this.capacity = (text.length >> 3) + 64;
    this.type = new Uint8Array(this.capacity);
    this.start = new Uint32Array(this.capacity);
    this.end = new Uint32Array(this.capacity);
    this.word = new Uint32Array(this.capacity);
  }

  result(): Scan {
    const { text, count } = this;
    const tight = count * 2 < this.capacity;
    const tokens: TokenBuffer = {
      text,
      count,
      type: tight ? this.type.slice(0, count + PADDING) : this.type,
      start: tight ? this.start.slice(0, count + PADDING) : this.start,
      end: tight ? this.end.slice(0, count + PADDING) : this.end,
      word: tight ? this.word.slice(0, count + PADDING) : this.word,
    };
    return { tokens, errors: this.errors, commentQuotes: this.commentQuotes };
  }

  /** The loop over the text. */
  run(): void {
    const { text } = this;
    const length = text.length;
    let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    while (at < length) {
      const unit = text.charCodeAt(at);
      switch (CLASS[unit]) {
        case BLANK:
        case NEWLINE:
          at++;
          break;
        case LETTER:
          at = this.name(at);
          break;
        case PUNCTUATION:
          this.push(PUNCTUATION_TYPE[unit] as number, at, ++at, 0);
          break;
        case HASH:
          at = this.comment(at);
          break;
        case DIGIT:
          at = this.number(at);
          break;
        case DOLLAR:
          at = this.m4 && this.isParameter(at) ? this.name(at) : this.bad(at);
          break;
        default:
          at = this.other(at, unit);
      }
    }
    for (const offset of this.openInComments) this.commentError(offset, "opens a quote that nothing closes");
    if (this.unclosed.length > 0) this.judgeUnclosed();
  }

  /** Quotes that comments opened: where m4 reads to the end of the file for it, no build gets through. */
  private judgeUnclosed(): void {
    const open = openQuoteAtEnd(this.text);
    for (const index of this.unclosed) {
      const error = this.errors[index] as Mistake;
      if (open >= 0 && error.start > open) this.errors[index] = { ...error, code: "parse-quote" };
    }
  }

  private push(type: number, start: number, end: number, word: number): void {
    const index = this.count++;
    if (index + PADDING >= this.capacity) this.grow();
    this.type[index] = type;
    this.start[index] = start;
    this.end[index] = end;
    this.word[index] = word;
  }

  private grow(): void {
    this.capacity = Math.ceil(this.capacity * 1.6);
    const type = new Uint8Array(this.capacity);
    type.set(this.type);
    this.type = type;
    this.start = enlarged(this.start, this.capacity);
    this.end = enlarged(this.end, this.capacity);
    this.word = enlarged(this.word, this.capacity);
  }

  /** `$1`, `$*`, `$@` or `$#` */
  private isParameter(at: number): boolean {
    const next = this.text.charCodeAt(at + 1);
    return CLASS[next] === DIGIT || next === 42 || next === 64 || next === 35;
  }

  /** A name: letters, digits, `_`, `-`, dots inside it, and parameters of macros. */
  private name(start: number): number {
    const { text } = this;
    const length = text.length;
    let at = start;
    let hash = HASH_SEED;
    while (at < length) {
      const unit = text.charCodeAt(at);
      if (NAME[unit] === 1 || (unit === 46 && at + 1 < length && this.continuesName(at + 1))) at++;
      else if (unit === 36 && this.m4 && this.isParameter(at)) {
        hash = hashUnit(hash, unit);
        hash = hashUnit(hash, text.charCodeAt(at + 1));
        at += 2;
        continue;
      } else break;
      hash = hashUnit(hash, unit);
    }
    const next = at < length ? text.charCodeAt(at) : 0;
    if (next === 58 && at - start <= 4) {
      const end = endOfAddress(text, start);
      if (end > at) return this.address(start, end);
    }
    const id = this.words.internHashed(text, start, at, hashEnd(hash));
    if (id > RESERVED) {
      this.push(this.m4 && next === 40 ? T_CALLEE : T_WORD, start, at, id);
    } else if (id <= LANGUAGE_KEYWORDS) this.push(id, start, at, id);
    else if (id > KEYWORDS) this.push(id - KEYWORDS, start, at, id - KEYWORDS);
    else return this.macroKeyword(id, start, at, next);
    return at;
  }

  /** May the unit at this place follow a dot inside a name? */
  private continuesName(at: number): boolean {
    const unit = this.text.charCodeAt(at);
    return NAME[unit] === 1 || (unit === 36 && this.m4 && this.isParameter(at));
  }

  /** A macro with a syntax of its own; only a call is one. */
  private macroKeyword(id: number, start: number, end: number, next: number): number {
    if (this.m4 && id === T_DNL) return this.comment(start);
    const called = this.m4 && next === 40;
    // Nobody indents the interfaces of a file: in the first column one begins anew, whatever was left open.
    if (
      called &&
      (id === T_INTERFACE || id === T_TEMPLATE) &&
      this.isColumnZero(start) &&
      this.quotes.length > 1
    ) {
      this.quotes.length = 1;
    }
    this.push(called ? id : T_WORD, start, end, id);
    return end;
  }

  private isColumnZero(at: number): boolean {
    return at === 0 || this.text.charCodeAt(at - 1) === 10;
  }

  private number(start: number): number {
    const { text } = this;
    const end = endOfNumber(text, start);
    if (end - start <= 4 && text.charCodeAt(end) === 58) {
      const address = endOfAddress(text, start);
      if (address > end) return this.address(start, address);
    }
    const type = numberType(text, start, end);
    this.push(type, start, end, this.words.internRange(text, start, end));
    return end;
  }

  private address(start: number, end: number): number {
    const slash = this.text.lastIndexOf("/", end - 1) >= start;
    this.push(slash ? T_CIDR : T_ADDRESS, start, end, this.words.internRange(this.text, start, end));
    return end;
  }

  /** Everything that is rare. */
  private other(at: number, unit: number): number {
    const next = this.text.charCodeAt(at + 1);
    switch (unit) {
      case 58: {
        const end = next === 58 || HEX[next] === 1 ? endOfAddress(this.text, at) : -1;
        if (end > at) return this.address(at, end);
        return this.single(T_COLON, at);
      }
      case 96:
        if (!this.m4) return this.bad(at);
        this.quotes.push(at);
        return this.single(T_LQUOTE, at);
      case 39:
        return this.m4 ? this.closingQuote(at) : this.bad(at);
      case 34:
        return this.string(at);
      case 47:
        return this.path(at);
      case 46:
        return this.single(T_DOT, at);
      case 33:
        return next === 61 ? this.double(T_NEQ, at) : this.single(T_NOT, at);
      case 61:
        return next === 61 ? this.double(T_EQ, at) : this.bad(at);
      case 38:
        return next === 38 ? this.double(T_AND, at) : this.bad(at);
      case 124:
        return next === 124 ? this.double(T_OR, at) : this.bad(at);
      default:
        return this.bad(at);
    }
  }

  private single(type: number, at: number): number {
    this.push(type, at, at + 1, 0);
    return at + 1;
  }

  private double(type: number, at: number): number {
    this.push(type, at, at + 2, 0);
    return at + 2;
  }

  /** A run of units that belong to nothing is one token. */
  private bad(start: number): number {
    let at = start + 1;
    while (at < this.text.length && CLASS[this.text.charCodeAt(at)] === OTHER) at++;
    this.push(T_BAD, start, at, 0);
    return at;
  }

  private closingQuote(at: number): number {
    this.quotes.pop();
    if (this.quotes.length === 0 && this.openInComments.length > 0) {
      for (const offset of this.openInComments)
        this.commentError(offset, "opens a quote that nothing closes");
      this.openInComments = [];
    }
    return this.single(T_RQUOTE, at);
  }

  /** `"…"` on one line; m4 sees the quotes in it, so in its dialect there are none. */
  private string(start: number): number {
    const { text } = this;
    for (let at = start + 1; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 34) {
        this.push(T_STRING, start, at + 1, this.words.internRange(text, start, at + 1));
        return at + 1;
      }
      if (unit === 10 || (this.m4 && (unit === 39 || unit === 96))) break;
    }
    this.push(T_BAD, start, start + 1, 0);
    return start + 1;
  }

  private path(start: number): number {
    const { text } = this;
    let at = start + 1;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = CLASS[unit];
      if (kind === BLANK || kind === NEWLINE) break;
      if (this.m4 && (unit === 39 || unit === 96 || unit === 44 || unit === 40 || unit === 41)) break;
    }
    this.push(T_PATH, start, at, this.words.internRange(text, start, at));
    return at;
  }

  /** From `#` or `dnl` to the end of the line. */
  private comment(start: number): number {
    const { text } = this;
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    return this.m4 && this.quotes.length > 0 ? this.quotesOfComment(start, end) : end;
  }

  /** Inside quotes m4 reads on in comments. Returns where the code goes on. */
  private quotesOfComment(start: number, end: number): number {
    const { text } = this;
    // A documentation comment in the first column stands between interfaces: a quote was left open before it.
    if (this.isColumnZero(start) && text.charCodeAt(start + 1) === 35) return end;
    const line = text.lastIndexOf("\n", start);
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 96) this.openInComments.push(at);
      else if (unit === 39 && this.quotes.length > 0 && this.openInComments.pop() === undefined) {
        // The comment stands in a quote of its own line, `# like this': that is meant.
        if ((this.quotes.at(-1) as number) > line) return at;
        this.quotes.pop();
        this.commentQuotes.push(at);
        this.push(T_RQUOTE, at, at + 1, 0);
        this.commentError(at, "ends the quoted text here: m4 sees the quotes in comments");
      }
    }
    return end;
  }

  private commentError(at: number, what: string): void {
    if (this.errors.length >= 1000) return;
    const quote = this.text.charAt(at);
    if (quote === "`") this.unclosed.push(this.errors.length);
    const message = `the ${quote === "'" ? "apostrophe" : "backquote"} in this comment ${what}`;
    this.errors.push({ code: "m4-comment-quote", message, start: at, end: at + 1 });
  }
}

/** The quote that is open for m4 at the end of a text, by the outermost one's offset; -1 when none is. */
function openQuoteAtEnd(text: string): number {
  let depth = 0;
  let outermost = -1;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 96 && depth++ === 0) outermost = at;
    else if (unit === 39 && depth > 0) depth--;
    else if (unit === 35 && depth === 0) {
      const end = text.indexOf("\n", at);
      if (end < 0) break;
      at = end;
    }
  }
  return depth > 0 ? outermost : -1;
}

function enlarged(array: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
