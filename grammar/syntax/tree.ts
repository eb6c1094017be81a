// The compact syntax tree: nodes in pre-order as a struct of arrays, 17 bytes a node. The children of node n are
// n + 1, end[n + 1], end[end[n + 1]], … while smaller than end[n]; node 0 is N_FILE. A subtree is a contiguous run
// of nodes, so "the same text elsewhere" has the same node numbers up to a constant. Trees are never changed.

import type { TokenBuffer } from "../text/tokenBuffer.ts";

/** A mistake in the text: offsets are UTF-16 code units, `end` exclusive; start < end where there is text. */
export interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Tokens before `head` are the same in an old and a new tree; those from `tail` on are those from `oldTail` on. */
export interface SameStatements {
  readonly head: number;
  readonly tail: number;
  readonly oldTail: number;
}

/** What a tree has been made of, when not of its text alone. */
export interface Reparsed extends SameStatements {
  /** nodes before `headNode` are the same in both, and those from `tailNode` on are those from `oldTailNode` on */
  readonly headNode: number;
  readonly tailNode: number;
  readonly oldTailNode: number;
  /** not kept alive: else each version of a text would keep the one before */
  readonly old: WeakRef<SyntaxTree>;
}

/** One parsed source. */
export interface SyntaxTree {
  readonly tokens: TokenBuffer;
  readonly count: number;
  readonly kind: Uint8Array;
  /** first token */
  readonly first: Uint32Array;
  /** one past the last token (= first for an empty node) */
  readonly last: Uint32Array;
  /** one past the last node of the subtree */
  readonly end: Uint32Array;
  readonly data: Uint32Array;
  readonly errors: readonly SyntaxError[];
  readonly reparsed?: Reparsed;
}

/** The first child of a node, or -1. */
export function firstChild(tree: SyntaxTree, node: number): number {
  return node + 1 < (tree.end[node] as number) ? node + 1 : -1;
}

/** The sibling after `child` under `parent`, or -1. */
export function nextSibling(tree: SyntaxTree, parent: number, child: number): number {
  const next = tree.end[child] as number;
  return next < (tree.end[parent] as number) ? next : -1;
}

/** Offset of a node's first character. */
export function startOf(tree: SyntaxTree, node: number): number {
  const token = tree.first[node] as number;
  return token < tree.tokens.count ? (tree.tokens.start[token] as number) : tree.tokens.text.length;
}

/** Offset after a node's last character. */
export function endOf(tree: SyntaxTree, node: number): number {
  const first = tree.first[node] as number;
  const last = tree.last[node] as number;
  return last > first ? (tree.tokens.end[last - 1] as number) : startOf(tree, node);
}

/** Where the first token of a node ends. */
export function keywordEnd(tree: SyntaxTree, node: number): number {
  return tree.tokens.end[tree.first[node] as number] ?? endOf(tree, node);
}

/** The text of a node, as it stands in the source. */
export function textOf(tree: SyntaxTree, node: number): string {
  return tree.tokens.text.slice(startOf(tree, node), endOf(tree, node));
}
