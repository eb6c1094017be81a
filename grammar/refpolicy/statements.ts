// The parser: loops over statements, dispatches, and recovers. A statement that no rule takes becomes N_UNKNOWN;
// reading goes on behind its `;`, before what closes the surrounding block, or before a keyword that begins a line.
// Invariants: each mistake gives one error; a statement always consumes at least one token; nothing is thrown.

import { type Alternative, FAILURE, type Rule } from "../kernel/bufferParser.ts";
import {
  N_BLOCK,
  N_CALL,
  N_EMPTY,
  N_FILE,
  N_REQUIREITEM,
  N_UNKNOWN,
  SYM_CLASS,
  SYM_ROLE,
} from "../syntax/kinds.ts";
import type { SyntaxTree } from "../syntax/tree.ts";
import type { Dialect, Scan } from "../text/scanner.ts";
import {
  T_ATTRIBUTE,
  T_ATTRIBUTE_ROLE,
  T_BAD,
  T_BOOL,
  T_CALLEE,
  T_CATEGORY,
  T_CLASS,
  T_COLON,
  T_COMMA,
  T_DEFINE,
  T_EOF,
  T_GEN_BOOL,
  T_GEN_CONTEXT,
  T_GEN_REQUIRE,
  T_GEN_TUNABLE,
  T_GEN_USER,
  T_IFDEF,
  T_IFELSE,
  T_IFNDEF,
  T_INTERFACE,
  T_LBRACE,
  T_LPAREN,
  T_LQUOTE,
  T_OPTIONAL_POLICY,
  T_POLICY_MODULE,
  T_RBRACE,
  T_REFPOLICYERR,
  T_REFPOLICYWARN,
  T_ROLE,
  T_RPAREN,
  T_RQUOTE,
  T_SEMI,
  T_SENSITIVITY,
  T_TEMPLATE,
  T_TUNABLE,
  T_TUNABLE_POLICY,
  T_TYPE,
  T_USER,
  T_WORD,
  TOKEN_NAMES,
} from "../text/tokens.ts";
import type { Words } from "../text/words.ts";
import { beginsStatement } from "./arguments.ts";
import { DefinitionRules } from "./definitions.ts";

/** In the order of SYM_ROLE…SYM_CATEGORY. */
const REQUIRED = [
  T_ROLE,
  T_TYPE,
  T_ATTRIBUTE,
  T_ATTRIBUTE_ROLE,
  T_USER,
  T_BOOL,
  T_TUNABLE,
  T_SENSITIVITY,
  T_CATEGORY,
];

/** What parseFragment can look for. */
export type Goal = "statements" | "set" | "words" | "constraint" | "context" | "condition";

export class PolicyParser extends DefinitionRules {
  private m4 = true;
  private commentQuotes: ReadonlySet<number> = new Set();
  private alternatives: Alternative[] = [];
  /** what closes nothing in the statement that was given up last, or -1 */
  private stray = -1;

  private readonly bareWord: Rule = this.RULE("bareWord", () => {
    const node = this.open(N_CALL);
    this.take(0, T_WORD);
    if (!this.RECORDING_PHASE) this.tree.data[node] = this.wordsOf[this.pos - 1] as number;
    this.close(node);
  });

  private readonly empty: Rule = this.RULE("empty", () => {
    const node = this.open(N_EMPTY);
    this.take(0, T_SEMI);
    this.close(node);
  });

  private readonly statement: Rule = this.RULE("statement", () => {
    this.or(0, this.alternatives);
  });

  private readonly requirement: Rule = this.RULE("requirement", () => {
    this.or(0, this.requirementAlternatives);
  });

  private readonly classRequirement: Rule = this.RULE("classRequirement", () => {
    const node = this.open(N_REQUIREITEM);
    this.tree.data[node] = SYM_CLASS;
    this.take(0, T_CLASS);
    this.name(0);
    this.names(1);
    this.semicolon();
    this.close(node);
  });

  private readonly symbolRequirement: Rule = this.RULE("symbolRequirement", () => {
    const node = this.open(N_REQUIREITEM);
    this.tree.data[node] = this.anyOf(0, REQUIRED) + SYM_ROLE;
    this.name(0);
    this.many(0, () => {
      this.take(1, T_COMMA);
      this.name(1);
    });
    this.semicolon();
    this.close(node);
  });

  private readonly requirementAlternatives: Alternative[] = [
    { ALT: () => this.subrule(0, this.classRequirement) },
    { ALT: () => this.subrule(1, this.symbolRequirement) },
    { ALT: () => this.name(2) },
    { ALT: () => this.subrule(3, this.empty) },
    ...this.macro([T_CALLEE], () => this.call()),
    ...this.macro([T_IFDEF, T_IFNDEF], () => this.ifdefOfStatements()),
    ...this.macro([T_IFELSE], () => this.ifelse()),
  ];

  constructor(skipValidations = true) {
    super(skipValidations);
    this.alternatives = [...this.languageStatements(), ...this.macroStatements()];
    this.performSelfAnalysis();
  }

  private macro(types: readonly number[], read: () => void): Alternative[] {
    return types.map((type) => ({ ALT: () => this.recordable(0, type, read) }));
  }

  private macroStatements(): Alternative[] {
    return [
      { ALT: () => this.subrule(90, this.bareWord) },
      { ALT: () => this.subrule(91, this.empty) },
      ...this.macro([T_CALLEE], () => this.call()),
      ...this.macro([T_IFDEF, T_IFNDEF], () => this.ifdefOfStatements()),
      ...this.macro([T_IFELSE], () => this.ifelse()),
      ...this.macro([T_INTERFACE, T_TEMPLATE], () => this.interface_()),
      ...this.macro([T_DEFINE], () => this.define()),
      ...this.macro([T_OPTIONAL_POLICY], () => this.optionalPolicy()),
      ...this.macro([T_TUNABLE_POLICY], () => this.tunablePolicy()),
      ...this.macro([T_GEN_REQUIRE], () => this.genRequire()),
      ...this.macro([T_POLICY_MODULE], () => this.policyModule()),
      ...this.macro([T_GEN_BOOL, T_GEN_TUNABLE], () => this.genBool()),
      ...this.macro([T_GEN_USER], () => this.genUser()),
      ...this.macro([T_REFPOLICYWARN, T_REFPOLICYERR], () => this.message()),
    ];
  }

  /** Parses a whole text. */
  parse(scan: Scan, words: Words, dialect: Dialect): SyntaxTree {
    this.start(scan, words, dialect);
    const file = this.open(N_FILE);
    this.statements();
    this.close(file);
    return this.done(scan);
  }

  /** Parses a text that is a part of a statement; what does not fit is one N_UNKNOWN. */
  parsePart(scan: Scan, words: Words, goal: Goal): SyntaxTree {
    this.start(scan, words, "refpolicy");
    const file = this.open(N_FILE);
    if (goal === "statements") this.statements();
    else {
      const node = this.tree.count;
      const fits = this.attempt(() => this.part(goal));
      if (!fits || this.pos < this.tokens.count) {
        const at = this.pos;
        this.tree.truncate(node);
        const m4 = this.holdsM4(0, this.tokens.count);
        this.pos = this.tokens.count;
        this.tree.leaf(N_UNKNOWN, 0, this.pos, m4 ? 1 : 0);
        if (!m4) this.unexpected(at);
      }
    }
    this.close(file);
    return this.done(scan);
  }

  private part(goal: Goal): void {
    switch (goal) {
      case "set":
        this.names(0);
        break;
      case "constraint":
        this.subrule(0, this.constraintExpression);
        break;
      case "context":
        this.subrule(0, this.context);
        break;
      case "condition":
        this.subrule(0, this.condition);
        break;
      default:
        this.wordList();
    }
  }

  private start(scan: Scan, words: Words, dialect: Dialect): void {
    this.begin(scan.tokens, words);
    this.commentQuotes = new Set(scan.commentQuotes);
    this.m4 = dialect === "refpolicy";
    this.unwinding = false;
    this.braceLevel = 0;
    this.argumentLevel = 0;
    this.unquoted = false;
    this.inInterface = false;
    this.inDefine = false;
    this.requiring = false;
    this.closedByComment = -1;
    this.openArgument = -1;
    this.unbalancedAt = -1;
  }

  private done(scan: Scan): SyntaxTree {
    const { errors_ } = this;
    // A quote left open makes the quotes of later comments look wrong.
    const open = errors_.find((error) => error.code === "parse-quote")?.start ?? Number.POSITIVE_INFINITY;
    const errors = [...scan.errors.filter((error) => error.start < open), ...errors_];
    if (errors.length > errors_.length) errors.sort((a, b) => a.start - b.start);
    const tree = this.tree.finish(scan.tokens, errors);
    this.release();
    return tree;
  }

  protected isCommentQuote(token: number): boolean {
    return this.commentQuotes.size > 0 && this.commentQuotes.has(this.tokens.start[token] as number);
  }

  // ── loops ──
  protected statements(): void {
    let groups = 0;
    let quote = -1;
    for (;;) {
      const type = this.types[this.pos] as number;
      if (type === T_LQUOTE) {
        if (groups++ === 0) quote = this.pos;
        this.grouped = true;
        this.pos++;
      } else if (type === T_RQUOTE && groups > 0) {
        groups--;
        this.pos++;
      } else if (this.closes(type, this.pos)) break;
      else this.oneStatement(type);
      if (this.unwinding) return;
    }
    if (groups > 0 && !this.unwinding) this.reportOpen("parse-quote", "this quote is not closed", quote);
  }

  /** Does a token of this type, at this place, end the statements that are being read? */
  private closes(type: number, token: number): boolean {
    switch (type) {
      case T_EOF:
        return true;
      case T_RBRACE:
        return this.braceLevel > 0;
      case T_RQUOTE:
        return this.argumentLevel > 0;
      case T_RPAREN:
        return this.argumentLevel > 0 && (this.unquoted || this.beginsLine(token));
      case T_COMMA:
        if (this.argumentLevel === 0) return false;
        // A comma that begins a line in front of a quote separates arguments: the quote before it is missing.
        return this.unquoted || (this.types[token + 1] === T_LQUOTE && this.beginsLine(token));
      case T_INTERFACE:
      case T_TEMPLATE:
      case T_POLICY_MODULE:
        return this.inInterface && this.inFirstColumn(token) && this.giveUp();
      case T_OPTIONAL_POLICY:
        return this.inInterface && this.inFirstColumn(token) && !this.isBodyClosed() && this.giveUp();
      default:
        return false;
    }
  }

  /** Inside an interface a construct of the file's level begins: something was left open. */
  private giveUp(): boolean {
    const open = this.openArgument;
    this.reportOpen("parse-quote", "this quote is not closed", open);
    this.unwinding = true;
    return true;
  }

  private oneStatement(type: number): void {
    const start = this.pos;
    const node = this.tree.count;
    const { depth, openBrace, openParen, braceLevel, argumentLevel, unquoted, openArgument, requiring } =
      this;
    if (type === T_RQUOTE || type === T_RPAREN || type === T_RBRACE || type === T_COMMA) {
      this.strayClosers(start);
      return;
    }
    if (this.m4 && this.lacksParenthesis()) {
      this.uncalled(start);
      return;
    }
    this.openBrace = -1;
    this.openParen = -1;
    try {
      if (type === T_WORD && !this.isBareWord()) this.fail(-1);
      this.subrule(0, this.requiring ? this.requirement : this.statement);
    } catch (error) {
      if (error !== FAILURE) throw error;
      this.depth = depth;
      this.braceLevel = braceLevel;
      this.argumentLevel = argumentLevel;
      this.unquoted = unquoted;
      this.openArgument = openArgument;
      this.requiring = requiring;
      this.recover(start, node);
    }
    this.openBrace = openBrace;
    this.openParen = openParen;
  }

  /** A word that is a statement by itself: a macro without arguments. */
  private isBareWord(): boolean {
    if (!this.m4 || this.holdsM4(this.pos, this.pos + 1)) return false;
    const next = this.types[this.pos + 1];
    if (next === T_RQUOTE || next === T_RBRACE || next === T_EOF) return true;
    if (next === T_RPAREN) return this.closes(T_RPAREN, this.pos + 1);
    if (next === T_SEMI || (next === T_COMMA && this.unquoted) || this.beginsLine(this.pos + 1)) return true;
    return (next as number) >= T_INTERFACE && (next as number) <= T_REFPOLICYERR;
  }

  /** Quotes, braces and parentheses that close nothing: one error for all that stand together. */
  private strayClosers(start: number): void {
    while (this.pos < this.tokens.count) {
      const type = this.types[this.pos] as number;
      if (type !== T_RQUOTE && type !== T_RPAREN && type !== T_RBRACE && type !== T_COMMA) break;
      if (this.pos > start && (this.closes(type, this.pos) || this.beginsLine(this.pos))) break;
      this.pos++;
    }
    this.tree.leaf(N_UNKNOWN, start, this.pos, 0);
    if (this.commentQuotes.size === 0)
      this.report("parse-unmatched", `\`${this.textOf(start)}\` closes nothing`, start, this.pos);
  }

  private textOf(token: number): string {
    const { text, start, end, count } = this.tokens;
    if (token >= count) return "end of text";
    const from = start[token] as number;
    return text.slice(from, Math.min(end[token] as number, from + 60));
  }

  // ── blocks ──
  braceBlock(): void {
    const brace = this.pos;
    const { depth } = this;
    if (this.types[brace] !== T_LBRACE) this.fail(T_LBRACE);
    this.deeper();
    const node = this.open(N_BLOCK);
    this.pos++;
    this.untilBrace(brace);
    this.close(node);
    this.depth = depth;
  }

  requirements(brace: number): void {
    const { requiring } = this;
    this.requiring = true;
    this.untilBrace(brace);
    this.requiring = requiring;
  }

  private untilBrace(brace: number): void {
    this.braceLevel++;
    this.statements();
    this.braceLevel--;
    if (this.unwinding) return;
    if (this.types[this.pos] === T_RBRACE) this.pos++;
    else this.reportOpen("parse-brace", "this brace is not closed", brace);
  }

  // ── recovery ──
  /** After a failure: reports it, writes what is to be written, and finds the next statement. */
  private recover(start: number, node: number): void {
    const at = this.pos;
    const type = this.types[at] as number;
    const { expected } = this;
    if (expected === T_SEMI && at > start && this.endsWithoutSemicolon(type)) {
      this.report("parse-semicolon", "`;` is missing after this", at - 1, at);
      this.tree.close(node, at);
      return;
    }
    const open = expected === -2 ? -1 : this.leftOpen(type);
    this.tree.truncate(node);
    this.pos = Math.max(this.resynchronise(start, at, open), start + 1);
    const stray = open < 0 && expected !== -2 && !this.inDefine ? this.stray : -1;
    const explained = open >= 0 || expected === -2 || stray >= 0;
    const m4 = !explained && this.m4 && this.holdsM4(start, this.pos);
    this.tree.leaf(N_UNKNOWN, start, this.pos, m4 ? 1 : 0);
    if (open >= 0) {
      const brace = this.types[open] === T_LBRACE;
      const what = brace ? "this brace is not closed" : "this parenthesis is not closed";
      this.reportOpen(brace ? "parse-brace" : "parse-paren", what, open);
    } else if (stray >= 0) {
      this.report("parse-unmatched", `\`${this.textOf(stray)}\` closes nothing`, stray, stray + 1);
    } else if (!explained && !m4) this.unexpected(at);
  }

  private endsWithoutSemicolon(type: number): boolean {
    if (type === T_RQUOTE || type === T_RBRACE || type === T_RPAREN || type === T_EOF) return true;
    return beginsStatement(type) || this.beginsLine(this.pos);
  }

  /** The brace or parenthesis that the failed statement left open, or -1. */
  private leftOpen(type: number): number {
    const open = this.openBrace >= 0 ? this.openBrace : this.openParen;
    if (open < 0 || open >= this.pos) return -1;
    if (type === T_SEMI || type === T_RQUOTE || type === T_EOF) return open;
    if (type === T_COLON && this.types[open] === T_LBRACE) return open;
    if (beginsStatement(type) && this.beginsLine(this.pos)) return open;
    if (this.types[open] === T_LBRACE && type === T_RPAREN) return open;
    return type === T_CALLEE && this.beginsLine(this.pos) && this.types[open] === T_LPAREN ? open : -1;
  }

  /** Where the next statement begins: `at` is where this one failed. */
  private resynchronise(start: number, at: number, open: number): number {
    let quotes = 0;
    let braces = 0;
    let parens = 0;
    this.stray = -1;
    for (let token = start; ; token++) {
      const type = this.types[token] as number;
      if (type === T_EOF) return Math.min(token, this.tokens.count);
      if (type === T_LQUOTE) quotes++;
      else if (type === T_RQUOTE && quotes-- === 0) return token;
      if (quotes > 0) continue;
      if (type === T_LBRACE) braces++;
      else if (type === T_LPAREN) parens++;
      else if (type === T_RBRACE && braces > 0) braces--;
      else if (type === T_RPAREN && parens > 0) parens--;
      else if (type === T_RBRACE || type === T_RPAREN) {
        if (this.closes(type, token)) return token;
        if (this.stray < 0) this.stray = token;
        // Behind a call whose opening parenthesis is missing there is no semicolon.
        if (type === T_RPAREN && this.types[token + 1] !== T_SEMI) return token + 1;
      } else if (type === T_SEMI && (braces === 0 || open >= 0)) return token + 1;
      else if (type === T_COMMA && this.unquoted && braces === 0 && parens === 0 && token >= at) return token;
      else if (
        token > start &&
        token >= at &&
        this.beginsAnew(type, braces + parens) &&
        this.beginsLine(token)
      ) {
        return token;
      }
    }
  }

  private beginsAnew(type: number, nesting: number): boolean {
    if (beginsStatement(type)) return true;
    if (type >= T_INTERFACE && type <= T_REFPOLICYERR) {
      return type !== T_GEN_CONTEXT && (nesting === 0 || (type !== T_IFDEF && type !== T_IFNDEF));
    }
    return type === T_CALLEE && nesting === 0;
  }

  protected unexpected(at: number): void {
    const last = Math.max(this.tokens.count - 1, 0);
    const token = Math.min(at, last);
    const wanted = this.expected > 0 ? `, expected ${TOKEN_NAMES[this.expected]}` : "";
    if (this.types[at] === T_BAD) {
      this.report("parse-char", `unknown character \`${this.textOf(at)}\``, at, at + 1);
    } else if (at > last) this.report("parse-syntax", `the text ends too early${wanted}`, token, token + 1);
    else this.report("parse-syntax", `unexpected \`${this.textOf(at)}\`${wanted}`, at, at + 1);
  }
}
