// From an offset to tokens and nodes. Nodes are in pre-order and a node's tokens enclose its children's, so a
// search goes down from the root and skips whole subtrees. Operators of expressions stand behind their operands
// (reverse Polish order), so the children of an expression are not in the order of the text.

import type { TokenBuffer } from "../text/tokenBuffer.ts";
import { endOf, type SyntaxTree, startOf } from "./tree.ts";

/** The token that holds an offset, or -1; a place just behind a token counts when no token starts there. */
export function tokenAt(tokens: TokenBuffer, offset: number): number {
  const index = lastStartingBy(tokens, offset);
  return index >= 0 && offset <= (tokens.end[index] as number) ? index : -1;
}

/** The last token that ends at or before an offset, or -1. */
export function tokenBefore(tokens: TokenBuffer, offset: number): number {
  const index = lastStartingBy(tokens, offset);
  return index >= 0 && (tokens.end[index] as number) > offset ? index - 1 : index;
}

function lastStartingBy(tokens: TokenBuffer, offset: number): number {
  let low = -1;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens.start[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The nodes that hold an offset, from N_FILE to the innermost. A node's end counts as inside. */
export function pathTo(tree: SyntaxTree, offset: number): number[] {
  const path = [0];
  let node = 0;
  for (;;) {
    const next = childAt(tree, node, offset);
    if (next < 0) return path;
    path.push(next);
    node = next;
  }
}

/** The innermost node that holds an offset. */
export function nodeAt(tree: SyntaxTree, offset: number): number {
  const path = pathTo(tree, offset);
  return path[path.length - 1] as number;
}

/** The child that holds an offset; between two that touch there, the one that starts there. */
function childAt(tree: SyntaxTree, parent: number, offset: number): number {
  let best = -1;
  const end = tree.end[parent] as number;
  for (let child = parent + 1; child < end; child = tree.end[child] as number) {
    if (tree.first[child] === tree.last[child] || startOf(tree, child) > offset) continue;
    if (offset < endOf(tree, child)) return child;
    if (offset === endOf(tree, child)) best = child;
  }
  return best;
}

/** The parent of a node, or -1 for N_FILE. Linear in the siblings on the way down. */
export function parentOf(tree: SyntaxTree, node: number): number {
  const chain = ancestors(tree, node);
  return chain.length > 1 ? (chain[chain.length - 2] as number) : -1;
}

/** The nodes from N_FILE down to a node, both included. */
export function ancestors(tree: SyntaxTree, node: number): number[] {
  const chain = [0];
  let parent = 0;
  while (parent !== node) {
    let child = parent + 1;
    while ((tree.end[child] as number) <= node) child = tree.end[child] as number;
    chain.push(child);
    parent = child;
  }
  return chain;
}
