// What a parser of line-oriented text needs: a place in the text, tokens, nodes and errors. Tokens are made while
// parsing, because what a unit means depends on the field it stands in. Invariant: tokens ascend; taking an entry
// back (`reset`) takes its tokens and nodes back, too.

import { N_ARG, N_NAME, N_UNKNOWN } from "../syntax/kinds.ts";
import type { SyntaxError as Mistake, SyntaxTree } from "../syntax/tree.ts";
import { TreeBuilder } from "../syntax/treeBuilder.ts";
import { T_WORD } from "../text/tokens.ts";
import type { Words } from "../text/words.ts";

/** Elements of type T_EOF behind the last token, as in grammar/text/scanner.ts. */
const PADDING = 8;

export class LineReader {
  protected readonly text: string;
  protected at = 0;
  private readonly words: Words;
  private readonly type: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly word: number[] = [];
  private readonly tree: TreeBuilder;
  private readonly errors: Mistake[] = [];

  constructor(text: string, words: Words) {
    this.text = text;
    this.words = words;
    // Three nodes an entry, and entries of about 60 characters.
    this.tree = new TreeBuilder(16 + (text.length >> 4));
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  protected finish(): SyntaxTree {
    const count = this.type.length;
    const tokens = {
      text: this.text,
      count,
      type: new Uint8Array(count + PADDING),
      start: new Uint32Array(count + PADDING),
      end: new Uint32Array(count + PADDING),
      word: new Uint32Array(count + PADDING),
    };
    tokens.type.set(this.type);
    tokens.start.set(this.starts);
    tokens.end.set(this.ends);
    tokens.word.set(this.word);
    return this.tree.finish(tokens, this.errors);
  }

  // ── text ──
  protected atEnd(): boolean {
    return this.at >= this.text.length;
  }

  protected startsWith(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** Skips blanks, line ends and comments. */
  protected skipBlank(quoted: boolean): void {
    for (;;) {
      this.skipSpace();
      if (this.text.charAt(this.at) !== "#" && !this.isDnl()) return;
      const start = this.at;
      this.wholeLine();
      if (quoted) this.checkComment(start, this.at);
    }
  }

  /** Skips blanks and line ends; always true. */
  protected skipSpace(): boolean {
    while (this.at < this.text.length && " \t\r\n\f\v".includes(this.text.charAt(this.at))) this.at++;
    return true;
  }

  protected skipInLine(): void {
    while (this.at < this.text.length && " \t\r\f\v".includes(this.text.charAt(this.at))) this.at++;
  }

  private isDnl(): boolean {
    return this.startsWith("dnl") && !/^\w/.test(this.text.charAt(this.at + 3));
  }

  private wholeLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  /** One token for all the rest. */
  protected wholeRest(): void {
    this.token(T_WORD, this.text.length - this.at);
  }

  /** Inside quotes, m4 sees the quotes of comments. */
  private checkComment(start: number, end: number): void {
    let open = 0;
    for (let at = start; at < end; at++) {
      const char = this.text.charAt(at);
      if (char === "`") open++;
      else if (char === "'" && --open < 0) {
        const message =
          "the apostrophe in this comment ends the quoted text here: m4 sees the quotes in comments";
        this.error("m4-comment-quote", message, at, at + 1);
        return;
      }
    }
  }

  /** Where the word here ends: before one of `stops`, or with the text. */
  protected wordEnd(stops: string): number {
    let end = this.at;
    while (end < this.text.length && !stops.includes(this.text.charAt(end))) end++;
    return end;
  }

  // ── tokens and nodes ──
  /** Makes a token of the next units. */
  protected token(type: number, length: number): void {
    this.type.push(type);
    this.starts.push(this.at);
    this.at += length;
    this.ends.push(this.at);
    this.word.push(0);
  }

  /** Makes a token and a leaf of the word here. */
  protected leaf(kind: number, type: number, end: number): void {
    if (end === this.at) return;
    const id = this.words.internRange(this.text, this.at, end);
    this.token(type, end - this.at);
    const token = this.type.length - 1;
    this.word[token] = id;
    this.tree.leaf(kind, token, token + 1, id);
  }

  /** A word as N_ARG. */
  protected argument(end: number): undefined {
    const node = this.open(N_ARG);
    this.leaf(N_NAME, T_WORD, end);
    this.close(node);
  }

  /** A leaf over the tokens from an offset on. */
  protected leafOver(kind: number, start: number): void {
    let first = this.type.length;
    while (first > 0 && (this.starts[first - 1] as number) >= start) first--;
    this.tree.leaf(kind, first, this.type.length, 0);
  }

  /** The last token as N_UNKNOWN, with an error when there is a message. */
  protected unknownToken(code?: string, message?: string): void {
    const token = this.type.length - 1;
    this.tree.leaf(N_UNKNOWN, token, token + 1, 0);
    if (code === undefined || message === undefined) return;
    const end = this.ends[token] as number;
    const start = this.starts[token] as number;
    this.error(code, message, start, start + this.text.slice(start, end).trimEnd().length);
  }

  protected open(kind: number): number {
    return this.tree.open(kind, this.type.length);
  }

  protected close(node: number): void {
    this.tree.close(node, this.type.length);
  }

  protected setData(node: number, data: number): void {
    this.tree.data[node] = data;
  }

  protected mark(): { readonly tokens: number; readonly nodes: number } {
    return { tokens: this.type.length, nodes: this.tree.count };
  }

  /** Goes back to an offset, forgetting what was made since. */
  protected reset(tokens: number, nodes: number, at: number): void {
    this.type.length = tokens;
    this.starts.length = tokens;
    this.ends.length = tokens;
    this.word.length = tokens;
    this.tree.truncate(nodes);
    this.at = at;
  }

  protected error(code: string, message: string, start: number, end: number): void {
    this.errors.push({ code, message, start, end });
  }
}
