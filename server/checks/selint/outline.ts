// The statements of a tree as SELint's checks walk over them: one entry for a statement or a block, in the order of
// the text, with the entry that it stands in. Bodies of `define` are not looked into, since their text means nothing
// before it is expanded; sets and arguments are not entries but read from the tokens of their statement. Trees never
// change, so an outline is made once for a tree and goes with it. It knows no check and no other file.

import {
  N_BLOCK,
  N_GENREQUIRE,
  N_IF,
  N_IFDEF,
  N_IFELSE,
  N_INTERFACE,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_REQUIRE,
  N_TUNABLEPOLICY,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { T_WORD } from "../../../grammar/text/tokens.ts";

/** Entries in the order of the text. Only the first `count` elements count. */
export interface Outline {
  readonly count: number;
  /** node of the tree */
  readonly node: Int32Array;
  /** entry that this one stands in; -1 at the top */
  readonly up: Int32Array;
}

const outlines = new WeakMap<SyntaxTree, Outline>();

/** The outline of a tree. */
export function outlineOf(tree: SyntaxTree): Outline {
  const known = outlines.get(tree);
  if (known !== undefined) return known;
  const outline = makeOutline(tree);
  outlines.set(tree, outline);
  return outline;
}

function makeOutline(tree: SyntaxTree): Outline {
  const nodes: number[] = [];
  const ups: number[] = [];
  const { kind, end } = tree;
  const openEntries: number[] = [];
  const openEnds: number[] = [];
  for (let node = 1; node < tree.count; ) {
    while (openEnds.length > 0 && (openEnds.at(-1) as number) <= node) {
      openEnds.pop();
      openEntries.pop();
    }
    const up = openEntries.at(-1) ?? -1;
    const inside = up < 0 || hasStatements(kind[nodes[up] as number] as number, kind[node] as number);
    if (!inside) {
      node = end[node] as number;
      continue;
    }
    nodes.push(node);
    ups.push(up);
    if (!isContainer(kind[node] as number)) {
      node = end[node] as number;
      continue;
    }
    openEntries.push(nodes.length - 1);
    openEnds.push(end[node] as number);
    node++;
  }
  return { count: nodes.length, node: Int32Array.from(nodes), up: Int32Array.from(ups) };
}

function isContainer(kind: number): boolean {
  switch (kind) {
    case N_BLOCK:
    case N_INTERFACE:
    case N_IF:
    case N_IFDEF:
    case N_IFELSE:
    case N_OPTIONAL:
    case N_OPTIONALPOLICY:
    case N_TUNABLEPOLICY:
    case N_GENREQUIRE:
    case N_REQUIRE:
      return true;
    default:
      return false;
  }
}

/** Is a child of this kind an entry? Of what holds blocks only the blocks are: names and conditions are not. */
function hasStatements(parent: number, child: number): boolean {
  if (parent === N_BLOCK || parent === N_REQUIRE || parent === N_GENREQUIRE) return true;
  return child === N_BLOCK;
}

/** The nearest entry around `entry` whose kind is one of `kinds`, or -1. */
export function enclosing(tree: SyntaxTree, outline: Outline, entry: number, ...kinds: number[]): number {
  for (let up = outline.up[entry] as number; up >= 0; up = outline.up[up] as number)
    if (kinds.includes(tree.kind[outline.node[up] as number] as number)) return up;
  return -1;
}

/** The child with this number, or -1. */
export function childOf(tree: SyntaxTree, node: number, index: number): number {
  let child = node + 1;
  const end = tree.end[node] as number;
  for (let i = 0; i < index && child < end; i++) child = tree.end[child] as number;
  return child < end ? child : -1;
}

/** How many children a node has. */
export function childCount(tree: SyntaxTree, node: number): number {
  let count = 0;
  const end = tree.end[node] as number;
  for (let child = node + 1; child < end; child = tree.end[child] as number) count++;
  return count;
}

/** Appends the tokens of a node that are names. */
export function wordTokens(tree: SyntaxTree, node: number, into: number[]): void {
  const { type } = tree.tokens;
  const last = tree.last[node] as number;
  for (let token = tree.first[node] as number; token < last; token++)
    if (type[token] === T_WORD) into.push(token);
}

/** The text of a token. */
export function tokenText(tree: SyntaxTree, token: number): string {
  const { text, start, end } = tree.tokens;
  return text.slice(start[token], end[token]);
}

/** A range in the form that reports take. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The range of a token. */
export function tokenRange(tree: SyntaxTree, token: number): Range {
  return { start: tree.tokens.start[token] as number, end: tree.tokens.end[token] as number };
}

/** The range of a node's first token: the keyword of a statement, the name of a call. */
export function keywordRange(tree: SyntaxTree, node: number): Range {
  return tokenRange(tree, tree.first[node] as number);
}

/** The word that a macro call or definition begins with. */
export function calleeOf(tree: SyntaxTree, node: number): string {
  return tokenText(tree, tree.first[node] as number);
}
