// The macros that give policy source its structure: interface, template, define, ifdef, ifelse, optional_policy,
// tunable_policy, gen_require and their kin. Their quoted arguments are blocks of statements. Follows
// policy/support/*.spt of the reference policy and GNU m4. Each reader starts at the macro's name; the scanner
// guarantees that `(` follows it.

import { FAILURE } from "../kernel/bufferParser.ts";
import { isWordLike } from "../kernel/names.ts";
import {
  N_BLOCK,
  N_COND,
  N_CONSTRAINTEXPR,
  N_GENBOOL,
  N_GENCONTEXT,
  N_GENREQUIRE,
  N_GENUSER,
  N_IFDEF,
  N_IFELSE,
  N_INTERFACE,
  N_MESSAGE,
  N_NAME,
  N_OPTIONALPOLICY,
  N_POLICYMODULE,
  N_TUNABLEPOLICY,
  N_UNKNOWN,
  N_WORDS,
} from "../syntax/kinds.ts";
import {
  T_CALLEE,
  T_COMMA,
  T_EOF,
  T_GEN_TUNABLE,
  T_IFNDEF,
  T_INTERFACE,
  T_LPAREN,
  T_LQUOTE,
  T_REFPOLICYERR,
  T_RPAREN,
  T_RQUOTE,
  T_TEMPLATE,
  T_WORD,
} from "../text/tokens.ts";
import { ArgumentRules } from "./arguments.ts";

export abstract class MacroRules extends ArgumentRules {
  /** open `{` blocks since the last macro argument began */
  protected braceLevel = 0;
  /** open macro arguments */
  protected argumentLevel = 0;
  /** is the innermost macro argument without quotes, so that a comma ends it? */
  protected unquoted = false;
  protected inInterface = false;
  /** the quote that opens the interface's body, or -1 */
  private body = -1;
  /** does a quote close that body? Looked at when first asked. */
  private bodyCloses: boolean | undefined;
  /** were there quotes between statements? */
  protected grouped = false;
  /** the innermost quote (or parenthesis) of a macro argument that is open, or -1 */
  protected openArgument = -1;
  /** are the statements read here requirements? */
  protected requiring = false;
  /** was a quote inside the interface's body closed by a comment? */
  private bodyIsBroken = false;
  private readonly readStatements = () => this.statements();

  /** Statements up to what closes them. */
  protected abstract statements(): void;
  /** Is the RQUOTE at this token one that a comment holds? */
  protected abstract isCommentQuote(token: number): boolean;

  /** `interface(`x',`…')` and `template(…)` */
  protected interface_(): void {
    const node = this.open(N_INTERFACE);
    this.tree.data[node] = this.types[this.pos] === T_INTERFACE ? 0 : 1;
    const outer = this.inInterface;
    const { body, bodyCloses } = this;
    const paren = this.beginMacro();
    this.inInterface = true;
    this.bodyIsBroken = false;
    this.body = this.types[this.pos] === T_COMMA && this.types[this.pos + 1] === T_LQUOTE ? this.pos + 1 : -1;
    this.bodyCloses = undefined;
    this.blockAfterComma(true);
    this.inInterface = outer;
    this.body = body;
    this.bodyCloses = bodyCloses;
    if (this.unwinding && !outer) this.unwinding = false;
    else this.closeCall(paren);
    this.close(node);
  }

  /**
   * Do the quotes of the interface that is being read balance, up to its closing parenthesis? Then nothing in it was left
   * open, however it is indented.
   */
  protected isBodyClosed(): boolean {
    this.bodyCloses ??= this.findBodyEnd();
    return this.bodyCloses;
  }

  private findBodyEnd(): boolean {
    if (this.body < 0) return false;
    let depth = 0;
    for (let token = this.body; ; token++) {
      const type = this.types[token];
      if (type === T_LQUOTE) depth++;
      else if (type === T_RQUOTE) {
        depth--;
        if (depth === 0) return this.types[token + 1] === T_RPAREN;
      } else if (
        type === T_EOF ||
        ((type === T_INTERFACE || type === T_TEMPLATE) && this.inFirstColumn(token))
      )
        return false;
    }
  }

  /** Name, parenthesis and first argument, which is a name, of a macro; returns the parenthesis. */
  protected beginMacro(): number {
    const paren = this.pos + 1;
    this.pos += 2;
    this.quotedName();
    return paren;
  }

  /** A name that may be quoted, even twice: one N_NAME. */
  private quotedName(): void {
    const quote = this.pos;
    let quotes = 0;
    while (this.types[this.pos] === T_LQUOTE) {
      quotes++;
      this.pos++;
    }
    const type = this.types[this.pos] as number;
    if (!isWordLike(type) && type !== T_CALLEE) this.fail(T_WORD);
    this.leaf(N_NAME);
    if (quotes === 0 && this.types[this.pos] === T_RQUOTE) {
      this.report("parse-quote", "the opening quote is missing", this.pos - 1, this.pos);
      this.pos++;
    }
    for (; quotes > 0; quotes--) {
      if (this.types[this.pos] !== T_RQUOTE) {
        this.report("parse-quote", "this quote is not closed", quote, quote + 1);
        return;
      }
      this.pos++;
    }
  }

  /** `,` and a block; when there is no comma, an empty block if one is `needed`. */
  private blockAfterComma(needed: boolean): void {
    if (this.unwinding) return;
    if (this.types[this.pos] === T_COMMA) {
      this.pos++;
      this.block_();
    } else if (needed) this.close(this.open(N_BLOCK));
  }

  /** A macro argument that is statements: one N_BLOCK. */
  protected block_(): void {
    const node = this.open(N_BLOCK);
    this.tree.data[node] = this.types[this.pos] === T_LQUOTE ? 1 : 0;
    this.macroArgument(this.readStatements);
    if (this.bodyIsBroken && this.argumentLevel === 0) {
      this.tree.leaf(N_UNKNOWN, this.pos - 1, this.pos, 2);
      this.bodyIsBroken = false;
    }
    this.close(node);
  }

  /** Reads a macro argument, in quotes or not, and says what is wrong with its quotes. */
  protected macroArgument(read: () => void): void {
    const { depth, braceLevel, unquoted, openArgument } = this;
    this.deeper();
    const quoted = this.types[this.pos] === T_LQUOTE;
    this.openArgument = quoted ? this.pos : this.pos - 1;
    if (quoted) this.pos++;
    this.braceLevel = 0;
    this.unquoted = !quoted;
    this.argumentLevel++;
    read();
    if (!this.unwinding) this.endOfMacroArgument(quoted, read);
    this.argumentLevel--;
    this.depth = depth;
    this.braceLevel = braceLevel;
    this.unquoted = unquoted;
    this.openArgument = openArgument;
  }

  private endOfMacroArgument(quoted: boolean, read: () => void): void {
    const opening = this.openArgument;
    if (this.types[this.pos] !== T_RQUOTE) {
      if (!quoted) return;
      // A parenthesis where the quote should be is the place to mend; without one only the opening is known.
      if (this.types[this.pos] === T_RPAREN)
        this.report("parse-quote", "the closing quote is missing before this", this.pos, this.pos + 1);
      else this.reportOpen("parse-quote", "this quote is not closed", opening);
      return;
    }
    if (!quoted) {
      if (this.closedByComment >= 0) this.strayQuote(read);
      else this.report("parse-quote", "the opening quote is missing after this", opening, opening + 1);
      this.pos++;
      return;
    }
    const quote = this.pos++;
    if (!this.isCommentQuote(quote)) return;
    this.reportBroken(quote);
    // What follows belongs to the argument still, but is no longer quoted: the next comma ends it.
    this.unquoted = true;
    read();
    this.closedByComment = quote;
    if (this.types[this.pos] !== T_RQUOTE) return;
    this.strayQuote(read);
    this.pos++;
  }

  /**
   * A comment's apostrophe inside two quotes leaves the inner one open for m4 and closes the outer one too early, and
   * the rest of the outer block falls out of everything. An interface does no harm until somebody calls it.
   */
  private reportBroken(quote: number): void {
    if (this.argumentLevel < 2) return;
    if (this.inInterface) this.bodyIsBroken = true;
    else
      this.report(
        "parse-quote",
        "this apostrophe in a comment closes the quoted text, and the rest of the block around it falls out: reword the comment",
        quote,
        quote + 1,
      );
  }

  /** The quote that is left over where a comment closed one before becomes text of the policy. */
  private strayQuote(read: () => void): void {
    if (read === this.readStatements) this.tree.leaf(N_UNKNOWN, this.pos, this.pos + 1, 2);
  }

  /** `optional_policy(`…',`…')` */
  protected optionalPolicy(): void {
    const node = this.open(N_OPTIONALPOLICY);
    const paren = this.pos + 1;
    this.pos += 2;
    this.block_();
    this.blockAfterComma(false);
    this.closeCall(paren);
    this.close(node);
  }

  /** `tunable_policy(`a && b',`…',`…')` */
  protected tunablePolicy(): void {
    const node = this.open(N_TUNABLEPOLICY);
    const paren = this.pos + 1;
    this.pos += 2;
    const condition = this.tree.count;
    const first = this.pos;
    this.macroArgument(() => this.attemptCondition(condition, first));
    this.blockAfterComma(true);
    this.blockAfterComma(false);
    this.closeCall(paren);
    this.close(node);
  }

  /** A condition, or an empty N_COND with data 1 when only m4 can tell what it is. */
  private attemptCondition(node: number, first: number): void {
    const start = this.pos;
    const fits = this.attempt(() => this.subrule(0, this.condition));
    const type = this.types[this.pos];
    if (fits && (type === T_RQUOTE || type === T_COMMA)) return;
    const at = this.pos;
    this.tree.truncate(node);
    this.pos = start;
    this.skipArgument(first < start ? 1 : 0);
    if (first < start && this.types[this.pos - 1] === T_RQUOTE) this.pos--;
    this.tree.leaf(N_COND, start, this.pos, 1);
    if (!this.holdsM4(start, this.pos)) this.unexpected(at);
  }

  /** Runs a reader; false when it gives up. */
  protected attempt(read: () => void): boolean {
    const { depth, openBrace, openParen } = this;
    try {
      read();
      return true;
    } catch (error) {
      if (error !== FAILURE) throw error;
      this.depth = depth;
      this.openBrace = openBrace;
      this.openParen = openParen;
      return false;
    }
  }

  /** Reports the token at `at` as what should not be there. */
  protected abstract unexpected(at: number): void;

  /** `gen_require(`…')` */
  protected genRequire(): void {
    const node = this.open(N_GENREQUIRE);
    const paren = this.pos + 1;
    const { requiring } = this;
    this.pos += 2;
    this.requiring = true;
    this.macroArgument(this.readStatements);
    this.requiring = requiring;
    this.closeCall(paren);
    this.close(node);
  }

  /** `ifdef` between statements. */
  protected ifdefOfStatements(): void {
    this.ifdef(() => this.block_());
  }

  ifdefInSet(): void {
    this.ifdef(() => this.wordsArgument());
  }

  ifdefInExpression(): void {
    this.ifdef(() => this.expressionArgument());
  }

  private ifdef(part: () => void): void {
    const { depth } = this;
    this.deeper();
    const node = this.open(N_IFDEF);
    this.tree.data[node] = this.types[this.pos] === T_IFNDEF ? 1 : 0;
    const paren = this.beginMacro();
    for (let parts = 0; parts < 2 && !this.unwinding && this.types[this.pos] === T_COMMA; parts++) {
      this.pos++;
      part();
    }
    const quote = this.closedByComment;
    this.closeCall(paren);
    if (quote >= 0 && this.tree.data[node] === 0 && this.countArguments(paren, quote) > 3)
      this.report(
        "parse-quote",
        "this apostrophe in a comment closes the quoted text, and m4 refuses an ifdef with more than three arguments: reword the comment",
        quote,
        quote + 1,
      );
    this.close(node);
    this.depth = depth;
  }

  /** The arguments that m4 finds behind a parenthesis, where the quote of a comment closed one of them. */
  private countArguments(paren: number, quote: number): number {
    const { text, start } = this.tokens;
    let quotes = 0;
    let parens = 0;
    let commas = 0;
    for (let token = paren + 1; token < this.pos; token++) {
      const type = this.types[token];
      if (type === T_LQUOTE) quotes++;
      else if (type === T_RQUOTE) quotes = Math.max(0, quotes - 1);
      else if (quotes === 0 && type === T_LPAREN) parens++;
      else if (quotes === 0 && type === T_RPAREN) parens--;
      else if (quotes === 0 && parens === 0 && type === T_COMMA) commas++;
      if (token !== quote) continue;
      // The rest of the comment is no comment for m4, but for us it is.
      const from = start[quote] as number;
      commas += text.slice(from, (text.indexOf("\n", from) + 1 || text.length + 1) - 1).split(",").length - 1;
    }
    return commas + 1;
  }

  private wordsArgument(): void {
    const node = this.open(N_WORDS);
    this.macroArgument(() => this.elements());
    this.close(node);
  }

  private elements(): void {
    for (;;) {
      const type = this.types[this.pos];
      if (type === T_RQUOTE || type === T_EOF || type === T_RPAREN || type === T_COMMA) return;
      this.element(false);
    }
  }

  private expressionArgument(): void {
    const node = this.tree.count;
    this.macroArgument(() => {
      if (this.types[this.pos] === T_RQUOTE) this.close(this.open(N_CONSTRAINTEXPR));
      else this.subrule(0, this.constraintExpression);
    });
    if (this.tree.count === node) this.close(this.open(N_CONSTRAINTEXPR));
  }

  /** `ifelse(a, b, then, …, else)` between statements. */
  protected ifelse(): void {
    const node = this.open(N_IFELSE);
    const paren = this.pos + 1;
    this.pos += 2;
    for (let done = false; !done && !this.unwinding; ) {
      if (this.isLastArgument()) {
        this.block_();
        break;
      }
      this.argument(true);
      if (this.types[this.pos] !== T_COMMA) break;
      this.pos++;
      this.argument(true);
      done = this.types[this.pos] !== T_COMMA;
      if (done) break;
      this.pos++;
      this.block_();
      done = this.types[this.pos] !== T_COMMA;
      if (!done) this.pos++;
    }
    this.closeCall(paren);
    this.close(node);
  }

  private isLastArgument(): boolean {
    const { pos } = this;
    this.skipArgument(0);
    const last = this.types[this.pos] !== T_COMMA;
    this.pos = pos;
    return last;
  }

  /** `policy_module(x, 1.0)` */
  protected policyModule(): void {
    const node = this.open(N_POLICYMODULE);
    const paren = this.beginMacro();
    if (this.types[this.pos] === T_COMMA) {
      const first = ++this.pos;
      this.skipArgument(0);
      if (this.pos > first) this.joined(first);
    }
    this.closeCall(paren);
    this.close(node);
  }

  /** `gen_bool(x, true)`, `gen_tunable(x, true)` */
  protected genBool(): void {
    const node = this.open(N_GENBOOL);
    this.tree.data[node] = this.types[this.pos] === T_GEN_TUNABLE ? 1 : 0;
    const paren = this.beginMacro();
    if (this.types[this.pos] !== T_COMMA) this.fail(T_COMMA);
    this.pos++;
    this.quotedName();
    this.closeCall(paren);
    this.close(node);
  }

  /** `gen_user(…)` */
  protected genUser(): void {
    const node = this.open(N_GENUSER);
    this.pos++;
    this.callArguments();
    this.close(node);
  }

  /** `refpolicywarn(`…')`, `refpolicyerr(`…')` */
  protected message(): void {
    const node = this.open(N_MESSAGE);
    this.tree.data[node] = this.types[this.pos] === T_REFPOLICYERR ? 1 : 0;
    const paren = this.pos + 1;
    this.pos += 2;
    this.argument(false);
    this.closeCall(paren);
    this.close(node);
  }

  genContext(): void {
    const node = this.open(N_GENCONTEXT);
    const paren = this.pos + 1;
    this.pos += 2;
    if (this.types[this.pos] === T_LPAREN) this.fail(-1);
    this.subrule(0, this.context);
    if (this.types[this.pos] === T_COMMA) {
      this.pos++;
      if (this.types[this.pos] !== T_COMMA && this.types[this.pos] !== T_RPAREN) this.subrule(1, this.range);
    }
    if (this.types[this.pos] === T_COMMA) {
      this.pos++;
      this.argument(true);
    }
    if (this.types[this.pos] !== T_RPAREN && this.types[this.pos] !== T_COMMA) this.fail(T_RPAREN);
    this.closeCall(paren);
    this.close(node);
  }
}
