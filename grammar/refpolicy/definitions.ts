// `define(`name',`body')`: the body is read for what it starts with: a set, words, the expression of a constraint,
// statements. What makes no sense by itself (pieces of statements, quotes that only meet when it is expanded) is
// N_RAW, which the compiler expands. A body is only given up for N_RAW where m4 finds its quotes balanced;
// otherwise the quote that is left open is what is wrong.

import { beginsConstraint } from "../kernel/expressions.ts";
import { isWordLike } from "../kernel/names.ts";
import { N_BLOCK, N_CONSTRAINTEXPR, N_DEFINE, N_NAME, N_RAW, N_WORDS } from "../syntax/kinds.ts";
import {
  T_AND,
  T_CALLEE,
  T_COMMA,
  T_EOF,
  T_GEN_CONTEXT,
  T_IFDEF,
  T_IFNDEF,
  T_INTERFACE,
  T_LBRACE,
  T_LQUOTE,
  T_MINUS,
  T_OR,
  T_REFPOLICYERR,
  T_RPAREN,
  T_RQUOTE,
  T_SEMI,
  T_TILDE,
  T_WORD,
} from "../text/tokens.ts";
import { beginsStatement } from "./arguments.ts";
import { MacroRules } from "./macros.ts";

export abstract class DefinitionRules extends MacroRules {
  /** the last definition whose quote was found open, or -1 */
  protected unbalancedAt = -1;

  /** `define(`x',…)` */
  protected define(): void {
    const node = this.open(N_DEFINE);
    const paren = this.beginMacro();
    const { inDefine, inInterface } = this;
    this.inDefine = true;
    this.inInterface = false;
    if (this.types[this.pos] === T_COMMA) {
      this.pos++;
      this.defineBody();
    }
    this.inDefine = inDefine;
    this.inInterface = inInterface;
    this.closeCall(paren);
    this.close(node);
  }

  private defineBody(): void {
    const quoted = this.types[this.pos] === T_LQUOTE;
    const inner = quoted ? this.pos + 1 : this.pos;
    const first = this.types[inner] as number;
    if (quoted && first === T_RQUOTE) {
      this.pos += 2;
      if (this.types[this.pos] !== T_RPAREN) this.raw(inner);
      return;
    }
    if (!quoted && first === T_RPAREN) return;
    const kind = this.bodyKind(inner);
    const start = this.pos;
    const node = this.tree.count;
    const { length } = this.errors_;
    if (kind === N_BLOCK) {
      this.grouped = false;
      this.block_();
      if (this.makesSense(length)) return;
      if (!this.isBalanced(start)) return;
      this.unwinding = false;
      this.tree.truncate(node);
      this.errors_.length = length;
      this.pos = start;
      this.raw(start);
      return;
    }
    if (quoted) this.pos++;
    const fits = kind !== N_RAW && this.attempt(() => this.bodyOf(kind));
    if (fits && !this.unwinding) {
      if (!quoted) {
        if (this.types[this.pos] === T_RPAREN) return;
      } else if (this.types[this.pos] === T_RQUOTE && this.types[this.pos + 1] === T_RPAREN) {
        this.pos++;
        return;
      }
    }
    this.tree.truncate(node);
    this.errors_.length = length;
    this.pos = start;
    this.raw(start);
  }

  /** Was a body read without mistakes, or at least without any that pieces of statements would explain? */
  private makesSense(errors: number): boolean {
    for (let i = errors; i < this.errors_.length; i++) {
      const { code } = this.errors_[i] as { code: string };
      if (code === "parse-paren" || code === "parse-quote" || code === "parse-unmatched") return false;
      if (code === "parse-syntax" && this.grouped) return false;
    }
    return !this.unwinding;
  }

  /** Does the quoted text at a token end, as m4 counts quotes? */
  private isBalanced(start: number): boolean {
    // What holds an open quote is open itself; asking again would make nested definitions cost too much.
    if (this.unbalancedAt > start) return false;
    const { pos } = this;
    this.pos = start;
    this.skipArgument(0);
    const balanced = this.types[this.pos] === T_RPAREN;
    this.pos = pos;
    if (!balanced) this.unbalancedAt = start;
    return balanced;
  }

  private raw(start: number): void {
    this.skipArgument(0);
    this.tree.leaf(N_RAW, start, this.pos, 0);
  }

  private bodyOf(kind: number): void {
    if (kind === N_CONSTRAINTEXPR) {
      this.subrule(0, this.constraintExpression);
      return;
    }
    const first = this.pos;
    const node = this.tree.count;
    if (this.types[first] === T_LBRACE) {
      this.names(0);
      if (this.types[this.pos] === T_RQUOTE || this.types[this.pos] === T_RPAREN) return;
      this.tree.truncate(node);
      this.pos = first;
    }
    this.wordList();
  }

  /** Words up to a closing quote or parenthesis: one N_WORDS. */
  protected wordList(): void {
    const list = this.open(N_WORDS);
    for (;;) {
      const type = this.types[this.pos];
      if (type === T_RQUOTE || type === T_RPAREN || type === T_EOF) break;
      this.word();
    }
    this.close(list);
  }

  /** One word of a body: also a number, a path, a string or `~{ … }`. */
  private word(): void {
    const type = this.types[this.pos] as number;
    if (type === T_TILDE) this.names(0);
    else if (type !== T_WORD && isWordLike(type) && !beginsStatement(type)) this.leaf(N_NAME);
    else this.element(false);
  }

  /** What a body is, by what it starts with. */
  private bodyKind(token: number): number {
    let at = token;
    // The first branch of a leading ifdef tells.
    while (this.types[at] === T_IFDEF || this.types[at] === T_IFNDEF) {
      at += 2;
      while (this.types[at] === T_LQUOTE || this.types[at] === T_RQUOTE || this.types[at] === T_WORD) at++;
      if (this.types[at] !== T_COMMA) return N_RAW;
      at++;
      if (this.types[at] === T_LQUOTE) at++;
    }
    const type = this.types[at] as number;
    const next = this.types[at + 1];
    if (beginsConstraint(type) || (type === T_WORD && (next === T_AND || next === T_OR)))
      return N_CONSTRAINTEXPR;
    if (type === T_GEN_CONTEXT) return N_RAW;
    if (beginsStatement(type) || type === T_LQUOTE || type === T_CALLEE) return N_BLOCK;
    if (type >= T_INTERFACE && type <= T_REFPOLICYERR) return N_BLOCK;
    if (isWordLike(type) || type === T_LBRACE || type === T_MINUS || type === T_TILDE) return N_WORDS;
    return type === T_SEMI ? N_BLOCK : N_RAW;
  }
}
