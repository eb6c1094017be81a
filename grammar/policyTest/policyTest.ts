// Policy test files: text → assertions. The text becomes tokens, the tokens statements, and each statement is parsed by
// itself; blocks (`test "…" { }`, `with … { }`) are a stack here. Invariants: each statement gives at most one error,
// reading goes on behind it; nothing is thrown, whatever the text.

import { type IToken, Lexer, type TokenType } from "chevrotain";
import { type BlockHead, endOf, isOneOf, type Statement, StatementParser } from "./statementParser.ts";
import type { Assertion, BooleanSetting, PolicyTest, TestBlock, TestSyntaxError, Word } from "./syntax.ts";
import {
  ALLOW,
  ASSERTIONS,
  BLOCKS,
  DENY,
  LABEL,
  LBRACE,
  NOREACH,
  RBRACE,
  REACH,
  SEMICOLON,
  TOKENS,
  TRANSITION,
} from "./tokens.ts";

/** Mistakes that are reported of one text. */
const MAX_ERRORS = 1000;

/** Lexer and parser, made when the first text comes: they take longer than a server's start may wait for. */
class Tools {
  private lexer: Lexer | undefined;
  private parser: StatementParser | undefined;

  tokenize(text: string): ReturnType<Lexer["tokenize"]> {
    this.lexer ??= new Lexer(TOKENS as TokenType[], { positionTracking: "full", skipValidations: true });
    return this.lexer.tokenize(text);
  }

  get statements(): StatementParser {
    this.parser ??= new StatementParser();
    return this.parser;
  }
}

const tools = new Tools();

interface OpenBlock {
  readonly name: Word | undefined;
  readonly start: number;
  readonly end: number;
  readonly settings: readonly BooleanSetting[];
  readonly tests: readonly string[];
}

/** Reads a policy test file. */
export function parsePolicyTest(text: string): PolicyTest {
  return new Reader(text).read();
}

class Reader {
  private readonly text: string;
  private readonly tokens: readonly IToken[];
  private readonly assertions: Assertion[] = [];
  private readonly settings: BooleanSetting[] = [];
  private readonly tests: TestBlock[] = [];
  private readonly errors: TestSyntaxError[] = [];
  private readonly blocks: OpenBlock[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    const { tokens, errors } = tools.tokenize(text);
    this.tokens = tokens;
    for (const { offset, length } of errors) {
      const bad = text.slice(offset, offset + length);
      const what = bad.startsWith('"')
        ? "this quote is not closed on its line"
        : `\`${bad}\` means nothing here`;
      this.error(what, offset, offset + length);
    }
  }

  read(): PolicyTest {
    while (this.at < this.tokens.length) this.statement();
    for (const block of this.blocks) this.error("this block is not closed", block.start, block.end);
    const errors = [...this.errors].sort((a, b) => a.start - b.start);
    return { assertions: this.assertions, settings: this.settings, tests: this.tests, errors };
  }

  private statement(): void {
    const first = this.tokens[this.at] as IToken;
    if (first.tokenType === SEMICOLON) this.at++;
    else if (first.tokenType === RBRACE) this.closeBlock(first);
    else if (isOneOf(first, BLOCKS)) this.openBlock();
    else if (isOneOf(first, ASSERTIONS)) this.assertion(first);
    else {
      const known = ASSERTIONS.map((type) => type.name).join(", ");
      this.error(
        `an assertion begins with ${known}; a block with \`test\` or \`with\``,
        first.startOffset,
        endOf(first),
      );
      this.at = Math.max(this.at + 1, this.recovered());
    }
  }

  private closeBlock(brace: IToken): void {
    this.at++;
    if (this.blocks.pop() === undefined)
      this.error("this brace closes nothing", brace.startOffset, endOf(brace));
  }

  private openBlock(): void {
    const start = this.at;
    let end = start + 1;
    while (end < this.tokens.length && !isOneOf(this.tokens[end], [LBRACE, RBRACE, SEMICOLON])) end++;
    const isOpened = this.tokens[end]?.tokenType === LBRACE;
    const isEnded = this.tokens[end]?.tokenType === SEMICOLON;
    this.at = isOpened || isEnded ? end + 1 : end;
    const head = this.parse(start, this.at, (): BlockHead => tools.statements.block());
    const outer = this.blocks.at(-1);
    if (head !== undefined) this.settings.push(...head.settings);
    if (!isOpened) return;
    const first = this.tokens[start] as IToken;
    const last = this.tokens[end - 1] as IToken;
    const place = { start: first.startOffset, end: endOf(last) };
    const name = head?.name;
    if (name !== undefined) this.tests.push({ name: unquoted(name), ...place });
    this.blocks.push({
      name,
      ...place,
      settings: [...(outer?.settings ?? []), ...(head?.settings ?? [])],
      tests: [...(outer?.tests ?? []), ...(name === undefined ? [] : [unquoted(name).text])],
    });
  }

  private assertion(first: IToken): void {
    const rule = ruleOf(first.tokenType);
    const start = this.at;
    this.at = this.ending();
    let statement = this.parse(start, this.at, rule, true);
    if (statement === undefined) {
      // A keyword at the beginning of a line may be a permission; when that does not fit, a `;` is missing before it.
      this.at = start;
      this.at = Math.max(start + 1, this.recovered());
      statement = this.parse(start, this.at, rule);
    }
    if (statement === undefined) return;
    const outer = this.blocks.at(-1);
    this.settings.push(...statement.settings);
    this.assertions.push({
      ...statement,
      settings: [...(outer?.settings ?? []), ...statement.settings],
      tests: outer?.tests ?? [],
    });
  }

  /** The place behind this statement: after its `;`, or before the brace that closes the block around it. */
  private ending(): number {
    let depth = 0;
    for (let at = this.at + 1; at < this.tokens.length; at++) {
      const type = this.tokens[at]?.tokenType;
      if (type === SEMICOLON) return at + 1;
      if (type === LBRACE) depth++;
      else if (type === RBRACE && --depth < 0) return at;
    }
    return this.tokens.length;
  }

  /** Where reading goes on after a mistake: as `ending`, or before a keyword that begins a line. */
  private recovered(): number {
    const end = this.ending();
    for (let at = this.at + 1; at < end; at++)
      if (isOneOf(this.tokens[at], [...ASSERTIONS, ...BLOCKS]) && this.beginsLine(at)) return at;
    return end;
  }

  private beginsLine(at: number): boolean {
    const before = endOf(this.tokens[at - 1] as IToken);
    return this.text.slice(before, (this.tokens[at] as IToken).startOffset).includes("\n");
  }

  /** Parses some tokens; undefined after a mistake, which is reported unless `isQuiet`. */
  private parse<T>(start: number, end: number, rule: () => T, isQuiet = false): T | undefined {
    const tokens = this.tokens.slice(start, end);
    const parser = tools.statements;
    parser.input = tokens;
    const result = rule();
    const mistake = parser.errors[0];
    parser.input = [];
    if (mistake === undefined) return result;
    if (isQuiet) return undefined;
    const { token } = mistake;
    // Where the statement ends too early the place is behind its last token.
    const behind = endOf(tokens.at(-1) as IToken);
    const isEnd = Number.isNaN(token.startOffset) || token.image === "";
    this.error(mistake.message, isEnd ? behind : token.startOffset, isEnd ? behind : endOf(token));
    return undefined;
  }

  private error(message: string, start: number, end: number): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push({ message, start, end });
  }
}

function ruleOf(type: TokenType): () => Statement {
  if (type === ALLOW || type === DENY) return () => tools.statements.access();
  if (type === LABEL) return () => tools.statements.label();
  if (type === TRANSITION) return () => tools.statements.transition();
  if (type === REACH || type === NOREACH) return () => tools.statements.reach();
  return () => tools.statements.access();
}

function unquoted(name: Word): Word {
  return { ...name, text: name.text.replace(/^"|"$/g, "") };
}
