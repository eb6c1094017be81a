// Names and sets, the bricks of nearly every statement: `a`, `{ a -b { c } }`, `~x`, `*`, and the macro calls and
// `ifdef`s that stand for such things in policy source. Follows `names`, `nested_id_set` and `xperms` of
// checkpolicy's policy_parse.y. They are most of the text, so they are read by hand; the recorded grammar knows
// them by the tokens that can begin them.

import { N_ATTRS, N_COMPLEMENT, N_MINUS, N_NAME, N_SET, N_STAR, N_XRANGE } from "../syntax/kinds.ts";
import {
  LANGUAGE_KEYWORDS,
  T_BAD,
  T_CALLEE,
  T_COMMA,
  T_EOF,
  T_IFDEF,
  T_IFELSE,
  T_IFNDEF,
  T_LBRACE,
  T_LQUOTE,
  T_MINUS,
  T_NUMBER,
  T_RBRACE,
  T_STAR,
  T_STRING,
  T_TILDE,
  T_WORD,
} from "../text/tokens.ts";
import { BufferParser, type Rule } from "./bufferParser.ts";

/** Does a token of this type stand for a word in the arguments of a macro? */
export function isWordLike(type: number): boolean {
  return (
    (type > T_EOF && type <= LANGUAGE_KEYWORDS) || type === T_WORD || (type >= T_NUMBER && type <= T_STRING)
  );
}

export abstract class NameRules extends BufferParser {
  /** A call such as `foo($1)` where a name may stand. */
  abstract callInSet(): void;
  /** `ifdef` inside a set. */
  abstract ifdefInSet(): void;

  private readonly nameShape: Rule = this.RULE("nameShape", () => this.take(0, T_WORD));
  private readonly setShape: Rule = this.RULE("setShape", () => {
    this.anyOf(0, [T_WORD, T_LBRACE, T_TILDE, T_STAR, T_CALLEE, T_IFDEF, T_IFNDEF, T_IFELSE]);
  });

  /** One name. */
  protected name(index: number): void {
    if (this.RECORDING_PHASE) {
      this.subrule(index, this.nameShape);
      return;
    }
    if (this.types[this.pos] !== T_WORD) this.fail(T_WORD);
    this.leaf(N_NAME);
  }

  /** One token of any of these types as a name. */
  protected nameOf(index: number, types: readonly number[]): void {
    this.anyOf(index, types);
    if (this.RECORDING_PHASE) return;
    this.pos--;
    this.leaf(N_NAME);
  }

  /** `a, b, c` as one node. */
  protected nameList(index: number, kind = N_ATTRS): void {
    if (this.RECORDING_PHASE) {
      this.subrule(index, this.nameShape);
      return;
    }
    const node = this.open(kind);
    for (;;) {
      if (this.types[this.pos] !== T_WORD) this.fail(T_WORD);
      this.leaf(N_NAME);
      if (this.types[this.pos] !== T_COMMA) break;
      this.pos++;
    }
    this.close(node);
  }

  /** A set: exactly one node. `a -b` without braces, which the language allows, is a set without braces. */
  protected names(index: number): void {
    if (this.RECORDING_PHASE) {
      this.subrule(index, this.setShape);
      return;
    }
    switch (this.types[this.pos]) {
      case T_WORD:
        if (this.types[this.pos + 1] === T_MINUS) this.difference();
        else this.leaf(N_NAME);
        break;
      case T_LBRACE:
        this.braces(false);
        break;
      case T_STAR:
        this.leaf(N_STAR);
        break;
      case T_TILDE:
        this.complement(false);
        break;
      default:
        this.macroAsSet();
    }
  }

  private difference(): void {
    const node = this.open(N_SET);
    this.leaf(N_NAME);
    this.minus();
    this.close(node);
  }

  private minus(): void {
    if (this.types[this.pos + 1] !== T_WORD) {
      this.pos++;
      this.fail(T_WORD);
    }
    const at = this.pos;
    this.pos += 2;
    this.tree.leaf(N_MINUS, at, at + 2, this.wordsOf[at + 1] as number);
  }

  private macroAsSet(): void {
    switch (this.types[this.pos]) {
      case T_CALLEE:
      case T_IFELSE:
        this.callInSet();
        break;
      case T_IFDEF:
      case T_IFNDEF:
        this.ifdefInSet();
        break;
      default:
        this.fail(-1);
    }
  }

  private complement(numbers: boolean): void {
    const node = this.open(N_COMPLEMENT);
    this.pos++;
    if (this.types[this.pos] === T_LBRACE) this.braces(numbers);
    else if (numbers) this.number();
    else if (this.types[this.pos] === T_WORD) this.leaf(N_NAME);
    else this.macroAsSet();
    this.close(node);
  }

  /** `{ … }` */
  private braces(numbers: boolean): void {
    const outer = this.openBrace;
    const { depth } = this;
    this.deeper();
    this.openBrace = this.pos;
    const node = this.open(N_SET);
    this.pos++;
    while (this.types[this.pos] !== T_RBRACE) this.element(numbers);
    this.pos++;
    this.close(node);
    this.openBrace = outer;
    this.depth = depth;
  }

  /** One element of a set. */
  protected element(numbers: boolean): void {
    switch (this.types[this.pos]) {
      case T_WORD:
        if (numbers) this.number();
        else this.leaf(N_NAME);
        break;
      case T_NUMBER:
        if (!numbers) this.fail(-1);
        this.number();
        break;
      case T_LBRACE:
        this.braces(numbers);
        break;
      case T_MINUS:
        if (numbers) this.fail(-1);
        this.minus();
        break;
      default:
        this.macroAsSet();
    }
  }

  /** The set of an extended permission rule: numbers, ranges, braces, `~`. */
  protected numberSet(index: number): void {
    if (this.RECORDING_PHASE) {
      this.anyOf(index, [T_NUMBER, T_WORD, T_LBRACE, T_TILDE, T_CALLEE, T_IFDEF, T_IFNDEF, T_IFELSE]);
      return;
    }
    const type = this.types[this.pos];
    if (type === T_LBRACE) this.braces(true);
    else if (type === T_TILDE) this.complement(true);
    else if (type === T_NUMBER || type === T_WORD) this.number();
    else this.macroAsSet();
  }

  /** A number or a range of numbers. */
  private number(): void {
    const type = this.types[this.pos];
    if (type !== T_NUMBER && type !== T_WORD) this.fail(T_NUMBER);
    if (this.types[this.pos + 1] !== T_MINUS) {
      this.leaf(N_NAME);
      return;
    }
    const node = this.open(N_XRANGE);
    this.leaf(N_NAME);
    this.pos++;
    const high = this.types[this.pos];
    if (high !== T_NUMBER && high !== T_WORD) this.fail(T_NUMBER);
    this.leaf(N_NAME);
    this.close(node);
  }

  /** Does the text between two tokens of the buffer hold what only m4 understands? */
  protected holdsM4(first: number, last: number): boolean {
    const { type, start, end, text } = this.tokens;
    for (let at = first; at < last; at++) {
      const kind = type[at] as number;
      if (
        kind === T_LQUOTE ||
        kind === T_CALLEE ||
        kind === T_IFDEF ||
        kind === T_IFNDEF ||
        kind === T_IFELSE
      ) {
        return true;
      }
      if (kind !== T_WORD && kind !== T_BAD) continue;
      const to = end[at] as number;
      for (let i = start[at] as number; i < to; i++) if (text.charCodeAt(i) === 36) return true;
    }
    return false;
  }
}
