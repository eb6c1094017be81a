// What the tree says about the white space in front of each token: may it be changed, by which habit, and does the
// token begin a statement or close a block. Invariant: whatever is not known to be safe is frozen. White space that
// m4 makes part of an argument counts as text (m4 drops it only at an argument's beginning), so do mistakes, text
// that only expansion can explain, and a whole statement of the file that holds a syntax error.

import * as K from "../../../grammar/syntax/kinds.ts";
import {
  endOf,
  firstChild,
  nextSibling,
  type SyntaxTree,
  startOf,
  textOf,
} from "../../../grammar/syntax/tree.ts";
import {
  T_COMMA,
  T_LBRACE,
  T_LPAREN,
  T_LQUOTE,
  T_RBRACE,
  T_RPAREN,
  T_RQUOTE,
  T_SEMI,
} from "../../../grammar/text/tokens.ts";
import { mistakesOf } from "./mistakes.ts";

/** Nothing may change. */
export const FROZEN = 0;
/** Lines may be indented; within a line it stays. */
export const KEPT = 1;
/** Between the tokens of a statement. */
export const SPACED = 2;
/** In front of an argument of a call: `a(b, c)`. */
export const ARGUMENT = 3;
/** In front of a quoted block: ``a(`b',`c')``. */
export const QUOTED = 4;
/** Between two statements. */
export const BETWEEN = 5;

/** The token begins a statement: `owner` is the token that opens its block, or -1 in the file. */
export const BEGINS = 1;
/** The token closes a block: `owner` is the token that opens it. */
export const CLOSES = 2;
/** The token opens a block, or joins two: it stands under the statement's beginning, `owner`. */
export const OPENS = 3;

/** Arrays over the gaps; gap i is in front of token i, the last one behind all tokens. */
export interface Layout {
  readonly style: Uint8Array;
  readonly place: Uint8Array;
  /** for tokens inside a statement: the token with which it begins */
  readonly owner: Int32Array;
  /** 1: a new statement that deserves a line of its own */
  readonly splits: Uint8Array;
}

/** How the white space of some statements of the file may change; `top` are nodes below N_FILE. */
export function layOut(tree: SyntaxTree, top: readonly number[], looseCommas: boolean): Layout {
  const size = tree.tokens.count + 1;
  const layout = {
    style: new Uint8Array(size),
    place: new Uint8Array(size),
    owner: new Int32Array(size).fill(-1),
    splits: new Uint8Array(size),
  };
  const walk = new Walk(tree, layout, looseCommas);
  walk.file(top);
  return layout;
}

/** The state of one walk; it lives as long as the call of `layOut`. */
class Walk {
  private readonly tree: SyntaxTree;
  private readonly layout: Layout;
  private readonly looseCommas: boolean;

  constructor(tree: SyntaxTree, layout: Layout, looseCommas: boolean) {
    this.tree = tree;
    this.layout = layout;
    this.looseCommas = looseCommas;
  }

  file(top: readonly number[]): void {
    const { tree, layout } = this;
    const broken = brokenNodes(tree, top);
    let before = -1;
    for (const node of top) {
      const first = tree.first[node] as number;
      layout.style[first] =
        broken.has(node) || broken.has(before) || this.isCut(node, before) ? FROZEN : BETWEEN;
      layout.style[tree.last[node] as number] = broken.has(node) ? FROZEN : BETWEEN;
      if (!broken.has(node)) {
        this.statement(node, -1);
        if (before >= 0 && !broken.has(before)) this.separate(before, node);
      } else this.own(node);
      before = node;
    }
    if (tree.tokens.count === 0) layout.style[0] = BETWEEN;
  }

  /** Is this the first node that is looked at, but not the first of the file? */
  private isCut(node: number, before: number): boolean {
    return before < 0 && node > 1;
  }

  /** A statement in the block that a token opens. */
  private statement(node: number, opener: number): void {
    const { tree, layout } = this;
    const first = tree.first[node] as number;
    if ((tree.last[node] as number) <= first) return;
    this.own(node);
    if (tree.tokens.type[first] !== T_SEMI || tree.kind[node] !== K.N_EMPTY) {
      layout.place[first] = BEGINS;
      layout.owner[first] = opener;
    } else layout.style[first] = FROZEN;
    this.node(node);
  }

  /** The tokens of a statement learn where it begins. */
  private own(node: number): void {
    const { tree, layout } = this;
    layout.owner.fill(tree.first[node] as number, tree.first[node], tree.last[node]);
  }

  private node(node: number): void {
    const kind = this.tree.kind[node] as number;
    switch (kind) {
      case K.N_UNKNOWN:
      case K.N_RAW:
      case K.N_MESSAGE:
      case K.N_ARG:
        this.paint(node, FROZEN);
        break;
      case K.N_BLOCK:
        this.block(node);
        break;
      case K.N_REQUIRE:
        this.paint(node, SPACED);
        this.body(node, (this.tree.first[node] as number) + 1, (this.tree.last[node] as number) - 1);
        break;
      case K.N_GENREQUIRE:
        this.genRequire(node);
        break;
      case K.N_INTERFACE:
      case K.N_DEFINE:
      case K.N_IFDEF:
      case K.N_OPTIONALPOLICY:
      case K.N_TUNABLEPOLICY:
        this.macro(node);
        break;
      case K.N_CALL:
      case K.N_GENBOOL:
      case K.N_POLICYMODULE:
        this.call(node);
        break;
      case K.N_IF:
      case K.N_OPTIONAL:
        this.paint(node, SPACED);
        this.children(node);
        break;
      case K.N_COND:
      case K.N_RANGE:
      case K.N_LEVEL:
      case K.N_CONTEXT:
      case K.N_GENCONTEXT:
        this.paint(node, KEPT);
        break;
      default:
        if (kind <= K.N_POLICYCAP || kind === K.N_WORDS) this.paint(node, SPACED);
        else if (kind < K.N_INTERFACE) this.paint(node, KEPT);
        this.children(node);
        break;
    }
  }

  private children(node: number): void {
    for (let child = firstChild(this.tree, node); child >= 0; child = nextSibling(this.tree, node, child))
      this.node(child);
  }

  /** The style of the gaps inside a node. */
  private paint(node: number, style: number): void {
    const first = (this.tree.first[node] as number) + 1;
    if (first < (this.tree.last[node] as number))
      this.layout.style.fill(style, first, this.tree.last[node] as number);
  }

  /** A block with its braces or quotes. What has neither is an argument as m4 takes it: text. */
  private block(node: number): void {
    const { tree } = this;
    const { type } = tree.tokens;
    const first = tree.first[node] as number;
    const last = (tree.last[node] as number) - 1;
    const isQuoted = type[first] === T_LQUOTE && type[last] === T_RQUOTE;
    const isBraced = type[first] === T_LBRACE && type[last] === T_RBRACE;
    if (last > first && (tree.data[node] === 1 ? isQuoted : isBraced)) this.body(node, first, last);
    else this.paint(node, FROZEN);
  }

  /** What stands between two delimiters. */
  private body(node: number, opener: number, closer: number): void {
    const { tree, layout } = this;
    if (closer <= opener) return;
    layout.place[opener] = OPENS;
    layout.place[closer] = CLOSES;
    layout.owner[closer] = opener;
    layout.style[closer] = BETWEEN;
    const isTall = this.isTall(opener, closer);
    let before = -1;
    for (let child = firstChild(tree, node); child >= 0; child = nextSibling(tree, node, child)) {
      const first = tree.first[child] as number;
      if (first <= opener || (tree.last[child] as number) > closer) continue;
      layout.style[first] = BETWEEN;
      this.statement(child, opener);
      if (before >= 0 && isTall) this.separate(before, child);
      before = child;
    }
  }

  /** Do two tokens stand on different lines? */
  private isTall(one: number, other: number): boolean {
    const { text, start, end } = this.tree.tokens;
    const at = text.indexOf("\n", end[one]);
    return at >= 0 && at < (start[other] as number);
  }

  /** Does a statement deserve a line of its own? Never where only m4 knows what the pieces are. */
  private separate(before: number, node: number): void {
    const { tree, layout } = this;
    const last = tree.tokens.type[(tree.last[before] as number) - 1];
    const isWhole = (one: number): boolean =>
      tree.kind[one] !== K.N_UNKNOWN &&
      tree.kind[one] !== K.N_EMPTY &&
      tree.kind[one] !== K.N_NAME &&
      (tree.kind[one] !== K.N_CALL || (tree.last[one] as number) - (tree.first[one] as number) > 1);
    if ((last === T_SEMI || last === T_RPAREN) && isWhole(node) && tree.kind[before] !== K.N_UNKNOWN)
      layout.splits[tree.first[node] as number] = 1;
  }

  private genRequire(node: number): void {
    const { tree, layout } = this;
    const opener = (tree.first[node] as number) + 2;
    const closer = (tree.last[node] as number) - 2;
    const { type } = tree.tokens;
    this.paint(node, FROZEN);
    if (type[opener] !== T_LQUOTE || type[closer] !== T_RQUOTE || type[closer + 1] !== T_RPAREN) return;
    layout.style[opener] = QUOTED;
    this.body(node, opener, closer);
  }

  /** A macro whose arguments are blocks. */
  private macro(node: number): void {
    const { tree, layout } = this;
    const { type } = tree.tokens;
    this.paint(node, FROZEN);
    if (tree.kind[node] === K.N_DEFINE && isProgram(tree, node)) return;
    const paren = (tree.first[node] as number) + 1;
    if (type[paren + 1] === T_LQUOTE) layout.style[paren + 1] = QUOTED;
    for (let child = firstChild(tree, node); child >= 0; child = nextSibling(tree, node, child)) {
      const first = tree.first[child] as number;
      const opens = type[first] === T_LQUOTE;
      if (opens && (type[first - 1] === T_COMMA || type[first - 1] === T_LPAREN))
        layout.style[first] = QUOTED;
      if (tree.kind[child] === K.N_BLOCK || tree.kind[child] === K.N_WORDS || tree.kind[child] === K.N_SET)
        this.node(child);
    }
  }

  /** A call: m4 drops the white space in front of an argument, and no other. */
  private call(node: number): void {
    const { tree, layout } = this;
    const { type } = tree.tokens;
    this.paint(node, FROZEN);
    const isList = tree.kind[node] !== K.N_CALL;
    const paren = (tree.first[node] as number) + 1;
    if (paren >= (tree.last[node] as number)) return;
    if (type[paren + 1] !== T_RPAREN && type[paren + 1] !== T_COMMA) layout.style[paren + 1] = ARGUMENT;
    if (isList) {
      for (let token = paren + 1; token < (tree.last[node] as number) - 1; token++)
        if (type[token] === T_COMMA) layout.style[token + 1] = ARGUMENT;
      return;
    }
    for (let child = firstChild(tree, node); child >= 0; child = nextSibling(tree, node, child)) {
      const first = tree.first[child] as number;
      if (first === tree.last[child] || first <= paren + 1) continue;
      // `a ,b` has a blank that must stay; one more would not make it better.
      const isOdd = this.looseCommas || tree.tokens.end[first - 2] !== tree.tokens.start[first - 1];
      layout.style[first] = isOdd ? KEPT : ARGUMENT;
    }
  }
}

/** A definition that is written for m4 rather than for its reader: line ends and blanks are counted there. */
function isProgram(tree: SyntaxTree, node: number): boolean {
  return /\bdnl\b|\b(?:ifelse|regexp|incr|decr|eval|shift)\(/.test(textOf(tree, node));
}

/** The statements of the file that hold a syntax error. */
function brokenNodes(tree: SyntaxTree, top: readonly number[]): ReadonlySet<number> {
  const broken = new Set<number>();
  if (tree.errors.length === 0) return broken;
  const mistakes = mistakesOf(tree);
  for (const node of top) if (mistakes.touch(startOf(tree, node), endOf(tree, node))) broken.add(node);
  return broken;
}
