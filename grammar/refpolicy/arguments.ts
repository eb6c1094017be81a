// Calls of macros and their arguments, as m4 collects them: commas and parentheses count outside quotes, quotes
// nest. An argument that is a plain list of names and sets gets children; any other is a range of tokens, which
// the compiler takes as text. A parenthesis or quote left open must not swallow the rest of the file: collecting
// stops where a statement clearly begins on a new line.

import { isWordLike } from "../kernel/names.ts";
import { StatementRules } from "../kernel/rules.ts";
import { N_ARG, N_CALL, N_COMPLEMENT, N_MINUS, N_NAME, N_SET, N_STAR, N_UNKNOWN } from "../syntax/kinds.ts";
import {
  T_ALLOW,
  T_CALLEE,
  T_COMMA,
  T_DEVICETREECON,
  T_ELSE,
  T_EOF,
  T_IFDEF,
  T_IFELSE,
  T_IFNDEF,
  T_INTERFACE,
  T_LBRACE,
  T_LPAREN,
  T_LQUOTE,
  T_MINUS,
  T_POLICY_MODULE,
  T_RBRACE,
  T_REFPOLICYERR,
  T_RPAREN,
  T_RQUOTE,
  T_STAR,
  T_TEMPLATE,
  T_TILDE,
  T_WORD,
} from "../text/tokens.ts";

/** Data bits of N_ARG. */
const QUOTED = 1;
const NOT_PLAIN = 2;
const TRAILING_BLANK = 4;

/** Is this the type of a keyword that only begins statements? */
export function beginsStatement(type: number): boolean {
  return type >= T_ALLOW && type <= T_DEVICETREECON && type !== T_ELSE;
}

export abstract class ArgumentRules extends StatementRules {
  /** a file-level construct in the first column made us give up everything that is open */
  protected unwinding = false;
  /** in the body of a definition, where pieces of statements may stand */
  protected inDefine = false;
  /** the quote in a comment that ended an argument of the call that is being read, or -1 */
  protected closedByComment = -1;

  /** A macro with a syntax of its own, directly in front of a quote. */
  protected lacksParenthesis(): boolean {
    const { pos, types, tokens } = this;
    if (types[pos] !== T_WORD || types[pos + 1] !== T_LQUOTE) return false;
    const word = this.wordsOf[pos] as number;
    return word >= T_INTERFACE && word <= T_REFPOLICYERR && tokens.start[pos + 1] === tokens.end[pos];
  }

  /** Passes by what would be the arguments of such a macro. */
  protected uncalled(start: number): void {
    let quotes = 0;
    this.pos++;
    for (; this.pos < this.tokens.count; this.pos++) {
      const type = this.types[this.pos];
      if (type === T_LQUOTE) quotes++;
      else if (type === T_RQUOTE && quotes > 0) quotes--;
      else if (quotes > 0 || type === T_COMMA) {
        if ((type === T_INTERFACE || type === T_TEMPLATE) && this.inFirstColumn(this.pos)) break;
      } else {
        if (type === T_RPAREN) this.pos++;
        break;
      }
    }
    this.tree.leaf(N_UNKNOWN, start, this.pos, 0);
    const { text, start: starts, end: ends } = this.tokens;
    const word = text.slice(starts[start] as number, ends[start] as number);
    this.report("parse-syntax", `\`(\` is missing behind \`${word}\``, start, start + 1);
  }

  /** `x(a, b)` as one N_CALL. */
  protected call(): void {
    const node = this.open(N_CALL);
    this.tree.data[node] = this.wordsOf[this.pos] as number;
    this.pos++;
    this.callArguments();
    this.close(node);
  }

  callInSet(): void {
    this.call();
  }

  /** From the opening parenthesis of a call to the closing one: N_ARG*. */
  protected callArguments(): void {
    const paren = this.pos;
    const { depth } = this;
    this.deeper();
    if (this.types[this.pos] !== T_LPAREN) this.fail(T_LPAREN);
    this.pos++;
    if (this.types[this.pos] !== T_RPAREN) {
      for (;;) {
        this.argument(true);
        if (this.types[this.pos] !== T_COMMA) break;
        this.pos++;
      }
    }
    this.closeCall(paren);
    this.depth = depth;
  }

  /** The closing parenthesis of a call; superfluous arguments before it are skipped. */
  protected closeCall(paren: number): void {
    const isCut = this.closedByComment >= 0;
    this.closedByComment = -1;
    if (this.unwinding) return;
    while (this.types[this.pos] === T_COMMA) {
      this.pos++;
      this.skipArgument(0);
      if (isCut && this.types[this.pos] === T_RQUOTE) this.pos++;
    }
    if (this.types[this.pos] === T_RPAREN) this.pos++;
    else this.reportOpen("parse-paren", "this parenthesis is not closed", paren);
  }

  /** One argument; `list`: try to see a list of names in it. */
  protected argument(list: boolean): void {
    const node = this.open(N_ARG);
    const first = this.pos;
    let quotes = 0;
    while (this.types[this.pos] === T_LQUOTE) {
      quotes++;
      this.pos++;
    }
    let data = quotes > 0 ? QUOTED : 0;
    let plain = list && this.plainElements(quotes > 0);
    let open = quotes;
    while (plain && open > 0 && this.types[this.pos] === T_RQUOTE) {
      open--;
      this.pos++;
    }
    if (list && !plain && this.types[this.pos] === T_RBRACE && !this.inDefine) {
      this.report("parse-unmatched", "`}` closes nothing", this.pos, this.pos + 1);
    }
    if (!plain || open > 0 || !this.endsArgument()) {
      plain = false;
      this.skipArgument(open);
    }
    if (!plain) {
      data |= NOT_PLAIN;
      this.tree.truncate(node + 1);
    }
    if (this.pos > first && this.blankBefore(this.pos)) data |= TRAILING_BLANK;
    this.tree.data[node] = data;
    this.close(node);
  }

  private endsArgument(): boolean {
    const type = this.types[this.pos];
    return type === T_COMMA || type === T_RPAREN;
  }

  private blankBefore(token: number): boolean {
    if (token >= this.tokens.count) return false;
    return (this.tokens.start[token] as number) > (this.tokens.end[token - 1] as number);
  }

  /** Reads names and sets up to the end of the argument; false when there is something else. */
  private plainElements(quoted: boolean): boolean {
    const first = this.pos;
    for (;;) {
      const type = this.types[this.pos] as number;
      if (quoted ? type === T_RQUOTE : type === T_COMMA || type === T_RPAREN) return true;
      if (this.pos > first && this.touches(this.pos)) return false;
      if (isWordLike(type)) {
        if (this.beginsNewStatement(this.pos)) return false;
        this.leaf(N_NAME);
      } else if (!this.plainElement(type)) return false;
    }
  }

  /** Does this token follow the one before without a blank, so that m4 makes one word of the two? */
  private touches(token: number): boolean {
    if ((this.tokens.start[token] as number) !== (this.tokens.end[token - 1] as number)) return false;
    const before = this.types[token - 1];
    const type = this.types[token];
    return type !== T_LBRACE && type !== T_RBRACE && before !== T_RBRACE && before !== T_LBRACE;
  }

  private plainElement(type: number): boolean {
    switch (type) {
      case T_MINUS: {
        const at = this.pos;
        if (this.types[at + 1] !== T_WORD) return false;
        this.pos += 2;
        this.tree.leaf(N_MINUS, at, at + 2, this.wordsOf[at + 1] as number);
        return true;
      }
      case T_STAR:
        this.leaf(N_STAR);
        return true;
      case T_LBRACE:
        return this.plainBraces();
      case T_TILDE: {
        const node = this.open(N_COMPLEMENT);
        this.pos++;
        const inner = this.types[this.pos];
        if (inner === T_LBRACE) {
          if (!this.plainBraces()) return false;
        } else if (inner === T_WORD) this.leaf(N_NAME);
        else return false;
        this.close(node);
        return true;
      }
      case T_CALLEE:
      case T_IFELSE:
        if (this.beginsNewStatement(this.pos)) return false;
        this.call();
        return !this.unwinding;
      case T_IFDEF:
      case T_IFNDEF:
        this.ifdefInSet();
        return !this.unwinding;
      default:
        return false;
    }
  }

  /** `{ … }` of names; keywords are words here. */
  private plainBraces(): boolean {
    const { depth } = this;
    this.deeper();
    const brace = this.pos;
    const node = this.open(N_SET);
    this.pos++;
    for (;;) {
      const type = this.types[this.pos] as number;
      if (type === T_RBRACE) break;
      if (isWordLike(type)) this.leaf(N_NAME);
      else if (!this.plainElement(type)) {
        const next = this.types[this.pos];
        const ends = next === T_RPAREN || next === T_RQUOTE || next === T_COMMA;
        if (ends && !this.inDefine) this.reportOpen("parse-brace", "this brace is not closed", brace);
        this.depth = depth;
        return false;
      }
    }
    this.pos++;
    this.close(node);
    this.depth = depth;
    return true;
  }

  /** A keyword or call on a new line, not after a comma: the parenthesis before it was left open. */
  private beginsNewStatement(token: number): boolean {
    const type = this.types[token] as number;
    if (!beginsStatement(type) && type !== T_CALLEE) return false;
    const before = this.types[token - 1];
    if (before === T_COMMA || before === T_LPAREN || before === T_LBRACE || before === T_LQUOTE) return false;
    return this.beginsLine(token);
  }

  /** Skips to the comma or parenthesis that ends the argument, `quotes` of which are open. */
  protected skipArgument(quotes: number): void {
    let open = quotes;
    let parens = 0;
    for (; ; this.pos++) {
      const type = this.types[this.pos] as number;
      if (type === T_EOF) return;
      if (this.isFileLevel(type)) return;
      if (type === T_LQUOTE) open++;
      else if (type === T_RQUOTE) {
        if (open === 0) return;
        open--;
      } else if (open === 0) {
        if (type === T_LPAREN) parens++;
        else if (type === T_RPAREN) {
          if (parens === 0) return;
          parens--;
        } else if (type === T_COMMA && parens === 0) return;
        else if (this.beginsNewStatement(this.pos) && this.pos > 0) return;
      }
    }
  }

  /** `interface(`, `template(` or `policy_module(` in the first column. */
  private isFileLevel(type: number): boolean {
    return (
      (type === T_INTERFACE || type === T_TEMPLATE || type === T_POLICY_MODULE) &&
      this.inFirstColumn(this.pos)
    );
  }
}
