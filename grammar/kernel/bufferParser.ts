// Chevrotain over a TokenBuffer: no IToken is made for a token; `LA` answers with one shared object a token type,
// `consume` compares integers. Nodes go straight into a TreeBuilder, there is no CST. A rule that does not fit
// throws the one FAILURE object; the statement loop (refpolicy/statements.ts) catches it and recovers, so nothing
// leaves the parser. Invariant: `pos` never exceeds the number of tokens. Rules are recorded once when the parser
// is made (Chevrotain's recording phase), so a rule calls its DSL methods in any case and reads `pos` only in
// ways that are harmless then.

import { createToken, EmbeddedActionsParser, type IToken, type TokenType } from "chevrotain";
import type { SyntaxError as Mistake } from "../syntax/tree.ts";
import { TreeBuilder } from "../syntax/treeBuilder.ts";
import type { TokenBuffer } from "../text/tokenBuffer.ts";
import { createWords, T_EOF, T_SEMI, TOKEN_NAMES } from "../text/tokens.ts";
import type { Words } from "../text/words.ts";

/** Chevrotain's token types, indexed by ours. */
const TYPES: readonly TokenType[] = TOKEN_NAMES.map((_, type) => createToken({ name: `T${type}` }));
/** Chevrotain numbers types in the order of creation, so ours are theirs minus a constant. */
const BASE = (TYPES[0] as TokenType).tokenTypeIdx as number;
/** One token a type: looking ahead asks for nothing but the type. */
const TOKENS: readonly IToken[] = TYPES.map((tokenType, type) => ({
  image: TOKEN_NAMES[type] as string,
  startOffset: 0,
  tokenTypeIdx: tokenType.tokenTypeIdx as number,
  tokenType,
}));

/** What rules throw; it carries nothing, `BufferParser.expected` tells the rest. */
export const FAILURE: Error = new Error("syntax error");

/** Nesting of sets, calls, blocks and parentheses that is followed. */
export const MAX_DEPTH = 200;

/** Mistakes that are reported of one text. */
const MAX_ERRORS = 1000;

const NO_TOKENS: TokenBuffer = {
  text: "",
  count: 0,
  type: new Uint8Array(16),
  start: new Uint32Array(16),
  end: new Uint32Array(16),
  word: new Uint32Array(16),
};

/** A rule as `RULE` returns it. */
export type Rule = () => void;
/** A cached alternative. */
export interface Alternative {
  readonly ALT: () => void;
}

export abstract class BufferParser extends EmbeddedActionsParser {
  protected tokens: TokenBuffer = NO_TOKENS;
  protected types: Uint8Array = NO_TOKENS.type;
  protected wordsOf: Uint32Array = NO_TOKENS.word;
  protected pos = 0;
  protected readonly tree: TreeBuilder = new TreeBuilder();
  protected errors_: Mistake[] = [];
  protected words: Words = createWords();
  /** token type that the last failure missed, or -1 */
  protected expected = -1;
  /** nesting at this place */
  protected depth = 0;
  /** the innermost open `{` of a set, or -1 */
  protected openBrace = -1;
  /** the innermost open `(` of a call or expression, or -1 */
  protected openParen = -1;
  /** was something reported that is still open where the text ends? */
  private endReported = false;

  constructor(skipValidations: boolean) {
    super(TYPES as TokenType[], {
      recoveryEnabled: false,
      maxLookahead: 1,
      nodeLocationTracking: "none",
      skipValidations,
    });
  }

  protected begin(tokens: TokenBuffer, words: Words): void {
    this.tokens = tokens;
    this.types = tokens.type;
    this.wordsOf = tokens.word;
    this.words = words;
    this.pos = 0;
    this.depth = 0;
    this.openBrace = -1;
    this.openParen = -1;
    this.endReported = false;
    this.errors_ = [];
    this.tree.truncate(0);
  }

  /** Forgets the source, so that a reused parser does not keep it. */
  protected release(): void {
    this.tokens = NO_TOKENS;
    this.types = NO_TOKENS.type;
    this.wordsOf = NO_TOKENS.word;
    this.errors_ = [];
  }

  // ── Chevrotain's lexer adapter ──
  override LA(howMuch: number): IToken {
    const at = this.pos + howMuch - 1;
    return TOKENS[at < this.tokens.count && at >= 0 ? (this.types[at] as number) : T_EOF] as IToken;
  }

  override LA_FAST(howMuch: number): IToken {
    return TOKENS[this.types[this.pos + howMuch - 1] as number] as IToken;
  }

  consumeInternal(tokenType: TokenType): IToken | undefined {
    if ((this.types[this.pos] as number) + BASE !== tokenType.tokenTypeIdx) {
      return this.fail((tokenType.tokenTypeIdx as number) - BASE);
    }
    this.pos++;
    return undefined;
  }

  subruleInternal(rule: { coreRule: Rule }): void {
    rule.coreRule.call(this);
  }

  raiseNoAltException(): never {
    return this.fail(-1);
  }

  raiseEarlyExitException(): never {
    return this.fail(-1);
  }

  exportLexerState(): number {
    return this.pos;
  }

  // ── for the rules ──
  /** Gives the rule up; `type` is what should have been here, or -1. */
  protected fail(type: number): never {
    this.expected = type;
    throw FAILURE;
  }

  /** Takes a token of this type. */
  protected take(index: number, type: number): void {
    this.consume(index, TYPES[type] as TokenType);
  }

  protected semicolon(): void {
    this.consume(9, TYPES[T_SEMI] as TokenType);
  }

  /** Takes a token of one of these types and returns which. */
  protected anyOf(index: number, types: readonly number[]): number {
    if (this.RECORDING_PHASE) {
      this.or(
        index + 100,
        types.map((type) => ({ ALT: () => this.consume(index + 100, TYPES[type] as TokenType) })),
      );
      return 0;
    }
    const type = this.types[this.pos] as number;
    const which = types.indexOf(type);
    if (which < 0) this.fail(-1);
    this.pos++;
    return which;
  }

  /** Is the next token of this type? Only for choices that the recorded grammar need not know. */
  protected at(type: number): boolean {
    return this.types[this.pos] === type;
  }

  protected open(kind: number): number {
    return this.tree.open(kind, this.pos);
  }

  protected close(node: number): void {
    this.tree.close(node, this.pos);
  }

  /** A leaf for the next token, which is taken. */
  protected leaf(kind: number): void {
    const at = this.pos++;
    this.tree.leaf(kind, at, at + 1, this.wordsOf[at] as number);
  }

  /** One level deeper; the caller goes back by setting `depth`. */
  protected deeper(): void {
    if (++this.depth > MAX_DEPTH) {
      this.report(
        "parse-depth",
        `nesting deeper than ${MAX_DEPTH} levels is not read`,
        this.pos,
        this.pos + 1,
      );
      this.fail(-2);
    }
  }

  /** Reports what is not closed; where the text ends, only the innermost. */
  protected reportOpen(code: string, message: string, token: number): void {
    if (this.types[this.pos] === T_EOF) {
      if (this.endReported) return;
      this.endReported = true;
    }
    this.report(code, message, token, token + 1);
  }

  /** Reports a mistake at a range of tokens. */
  protected report(code: string, message: string, first: number, last: number): void {
    const { tokens } = this;
    if (this.errors_.length >= MAX_ERRORS) return;
    const length = tokens.text.length;
    const start = first < tokens.count ? (tokens.start[first] as number) : length;
    const end = last > first && last <= tokens.count ? (tokens.end[last - 1] as number) : start;
    this.errors_.push({ code, message, start, end });
  }

  /** Does this token begin its line? */
  protected beginsLine(token: number): boolean {
    const { text, start, count } = this.tokens;
    if (token >= count) return true;
    for (let at = (start[token] as number) - 1; at >= 0; at--) {
      const unit = text.charCodeAt(at);
      if (unit === 10) return true;
      if (unit !== 32 && unit !== 9 && unit !== 13) return false;
    }
    return true;
  }

  protected inFirstColumn(token: number): boolean {
    const start = this.tokens.start[token] as number;
    return start === 0 || this.tokens.text.charCodeAt(start - 1) === 10;
  }
}
