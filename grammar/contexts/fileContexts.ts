// File contexts: the reference policy's `.fc` files (entries with `gen_context`, m4's ifdef and ifndef around
// lines) and the installed file_contexts, file_contexts.homedirs and Android's (plain contexts). One entry a line:
// path pattern, file kind or none, context or `<<none>>`. Follows libselinux's label_file and file_contexts(5).
// Regular expressions in paths, HOME_DIR, ROLE and USER are left to the checks. Never throws; a bad line gives one
// error and an N_UNKNOWN.

import {
  N_BLOCK,
  N_CONTEXT,
  N_FCENTRY,
  N_FILE,
  N_GENCONTEXT,
  N_IFDEF,
  N_LEVEL,
  N_NAME,
  N_RANGE,
  N_UNKNOWN,
} from "../syntax/kinds.ts";
import type { SyntaxTree } from "../syntax/tree.ts";
import {
  T_BAD,
  T_COLON,
  T_COMMA,
  T_GEN_CONTEXT,
  T_IFDEF,
  T_IFNDEF,
  T_LPAREN,
  T_LQUOTE,
  T_MINUS,
  T_PATH,
  T_RPAREN,
  T_RQUOTE,
  T_WORD,
} from "../text/tokens.ts";
import type { Words } from "../text/words.ts";
import { LineReader } from "./lineReader.ts";

const MAX_DEPTH = 200;
/** `--`, `-d` … as in file_contexts(5) */
const KINDS = "-bcdpls";
/** Ends a word of a context. */
const CONTEXT_STOPS = " \t\r\n,():`'";
const RANGE_STOPS = " \t\r\n,():`'-";

/** Parses file contexts. The interner must come from `createWords`. */
export function parseFileContexts(text: string, words: Words): SyntaxTree {
  const parser = new FileContexts(text, words);
  return parser.parse();
}

class FileContexts extends LineReader {
  private depth = 0;

  parse(): SyntaxTree {
    const file = this.open(N_FILE);
    for (;;) {
      this.lines();
      if (this.atEnd()) break;
      const start = this.at;
      while (!this.atEnd() && "',)`".includes(this.text.charAt(this.at))) this.token(T_BAD, 1);
      this.unknown(start, "parse-unmatched", `\`${this.text.slice(start, this.at)}\` closes nothing`);
    }
    this.close(file);
    return this.finish();
  }

  /** Entries up to the end of the text or of the quote. */
  private lines(): void {
    for (;;) {
      this.skipBlank(this.depth > 0);
      if (this.atEnd()) return;
      const char = this.text.charAt(this.at);
      if (char === "'" || ((char === "," || char === ")" || char === "`") && this.isAlone())) return;
      if (this.startsWith("ifdef(")) this.ifdef(T_IFDEF, 5);
      else if (this.startsWith("ifndef(")) this.ifdef(T_IFNDEF, 6);
      else this.entry();
    }
  }

  /** Is there nothing but quotes and parentheses on this line? */
  private isAlone(): boolean {
    let at = this.at;
    while (at < this.text.length && "'`,() \t\r".includes(this.text.charAt(at))) at++;
    return at >= this.text.length || this.text.charAt(at) === "\n";
  }

  private ifdef(type: number, length: number): void {
    if (this.depth >= MAX_DEPTH) {
      const start = this.at;
      this.wholeRest();
      this.unknown(start, "parse-depth", `nesting deeper than ${MAX_DEPTH} levels is not read`);
      return;
    }
    this.depth++;
    const node = this.open(N_IFDEF);
    if (type === T_IFNDEF) this.setData(node, 1);
    this.token(type, length);
    const paren = this.at;
    this.token(T_LPAREN, 1);
    this.symbol();
    let closed = true;
    while (this.skipSpace() && this.text.charAt(this.at) === ",") {
      this.token(T_COMMA, 1);
      closed = this.block();
    }
    if (this.text.charAt(this.at) === ")") this.token(T_RPAREN, 1);
    else if (closed) this.error("parse-paren", "this parenthesis is not closed", paren, paren + 1);
    this.close(node);
    this.depth--;
  }

  /** The name that an ifdef asks for, in quotes or not. */
  private symbol(): void {
    this.skipSpace();
    const quote = this.at;
    const quoted = this.text.charAt(this.at) === "`";
    if (quoted) this.token(T_LQUOTE, 1);
    this.leaf(N_NAME, T_WORD, this.wordEnd(CONTEXT_STOPS));
    if (!quoted) return;
    if (this.text.charAt(this.at) === "'") this.token(T_RQUOTE, 1);
    else this.error("parse-quote", "this quote is not closed", quote, quote + 1);
  }

  /** A branch of an ifdef; false when its quote is not closed, which was reported. */
  private block(): boolean {
    this.skipSpace();
    const node = this.open(N_BLOCK);
    const quote = this.at;
    const quoted = this.text.charAt(this.at) === "`";
    if (quoted) {
      this.setData(node, 1);
      this.token(T_LQUOTE, 1);
    }
    this.lines();
    const closed = !quoted || this.text.charAt(this.at) === "'";
    if (!closed) this.error("parse-quote", "this quote is not closed", quote, quote + 1);
    else if (quoted) this.token(T_RQUOTE, 1);
    this.close(node);
    return closed;
  }

  /** A line: path, kind, context. */
  private entry(): void {
    const start = this.at;
    const { tokens, nodes } = this.mark();
    const node = this.open(N_FCENTRY);
    this.leaf(N_NAME, T_PATH, this.wordEnd(this.depth > 0 ? " \t\r\n'" : " \t\r\n"));
    if (this.at === start) {
      this.token(T_BAD, 1);
      this.abandon(tokens, nodes, start, "a path is missing");
      return;
    }
    this.skipInLine();
    if (this.text.charAt(this.at) === "-") {
      const end = this.wordEnd(" \t\r\n");
      const known = end - this.at === 2 && KINDS.includes(this.text.charAt(this.at + 1));
      if (!known) {
        const kind = this.at;
        this.abandon(tokens, nodes, start, `unknown file kind \`${this.text.slice(kind, end)}\``, kind, end);
        return;
      }
      this.leaf(N_NAME, T_WORD, end);
      this.skipInLine();
    }
    const problem = this.contextOrNone();
    if (problem !== undefined) {
      this.abandon(tokens, nodes, start, problem);
      return;
    }
    this.close(node);
    this.endOfEntry();
  }

  private contextOrNone(): string | undefined {
    if (this.startsWith("<<none>>")) {
      this.token(T_WORD, 8);
      return undefined;
    }
    if (this.startsWith("gen_context(")) return this.genContext();
    const char = this.text.charAt(this.at);
    if (this.atEnd() || char === "\n" || char === "'") return "the context is missing";
    return this.context(true);
  }

  private genContext(): string | undefined {
    const node = this.open(N_GENCONTEXT);
    this.token(T_GEN_CONTEXT, 11);
    this.token(T_LPAREN, 1);
    this.skipInLine();
    const problem = this.context(false);
    if (problem !== undefined) return problem;
    this.skipInLine();
    for (let argument = 1; argument < 3 && this.text.charAt(this.at) === ","; argument++) {
      this.token(T_COMMA, 1);
      this.skipInLine();
      const next = this.text.charAt(this.at);
      if (next === "," || next === ")") continue;
      const failed = argument === 1 ? this.range() : this.categories();
      if (failed !== undefined) return failed;
      this.skipInLine();
    }
    if (this.text.charAt(this.at) !== ")") return "the parenthesis of `gen_context` is not closed";
    this.token(T_RPAREN, 1);
    this.close(node);
    return undefined;
  }

  /** `user:role:type` and, where it may follow, `:range`. */
  private context(ranged: boolean): string | undefined {
    const node = this.open(N_CONTEXT);
    for (let part = 0; part < 3; part++) {
      if (part > 0) {
        if (this.text.charAt(this.at) !== ":") return "a context is `user:role:type`";
        this.token(T_COLON, 1);
      }
      const end = this.wordEnd(CONTEXT_STOPS);
      if (end === this.at) return "a context is `user:role:type`";
      this.leaf(N_NAME, T_WORD, end);
    }
    if (this.text.charAt(this.at) === ":") {
      this.token(T_COLON, 1);
      const problem = this.range();
      if (problem !== undefined) return problem;
    } else if (!ranged && this.text.charAt(this.at) === "(") return "a context is `user:role:type`";
    this.close(node);
    return undefined;
  }

  private range(): string | undefined {
    const node = this.open(N_RANGE);
    let problem = this.level();
    this.skipInLine();
    if (problem === undefined && this.text.charAt(this.at) === "-") {
      this.token(T_MINUS, 1);
      this.skipInLine();
      problem = this.level();
    }
    this.close(node);
    return problem;
  }

  private level(): string | undefined {
    const node = this.open(N_LEVEL);
    let end = this.wordEnd(RANGE_STOPS);
    if (end === this.at) return "a level is missing";
    this.leaf(N_NAME, T_WORD, end);
    for (let stop = ":"; this.text.charAt(this.at) === stop; stop = ",") {
      // In the arguments of gen_context the comma separates arguments.
      if (stop === "," && !this.isCategory(this.at + 1)) break;
      this.token(stop === ":" ? T_COLON : T_COMMA, 1);
      end = this.wordEnd(RANGE_STOPS);
      if (end === this.at) return "a category is missing";
      this.leaf(N_NAME, T_WORD, end);
    }
    this.close(node);
    return undefined;
  }

  private isCategory(at: number): boolean {
    return /^c\d/.test(this.text.slice(at, at + 2));
  }

  private categories(): string | undefined {
    return this.argument(this.wordEnd(",)\n"));
  }

  /** Nothing but a comment may stand behind an entry. */
  private endOfEntry(): void {
    this.skipInLine();
    const char = this.text.charAt(this.at);
    if (this.atEnd() || "\n#'".includes(char) || this.startsWith("dnl")) return;
    const start = this.at;
    const end = this.wordEnd(this.depth > 0 ? "\n'#" : "\n#");
    this.token(T_BAD, end - start);
    this.unknownToken("fc-syntax", "nothing may follow the context");
  }

  /** Makes the entry that was begun an N_UNKNOWN up to the end of its line. */
  private abandon(
    tokens: number,
    nodes: number,
    start: number,
    message: string,
    from?: number,
    to?: number,
  ): void {
    const at = this.at;
    this.reset(tokens, nodes, start);
    const end = this.wordEnd("\n");
    const last = this.text.slice(start, end).trimEnd().length + start;
    this.token(T_BAD, Math.max(last - start, 1));
    this.unknownToken();
    const first = from ?? (at < last && at > start ? at : start);
    this.error("fc-syntax", message, first, to ?? Math.max(last, first + 1));
  }

  private unknown(start: number, code: string, message: string): void {
    this.leafOver(N_UNKNOWN, start);
    this.error(code, message, start, this.at);
  }
}
