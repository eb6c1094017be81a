// What features ask of a syntax tree again and again, worked out once for each tree: where a word occurs, the parent
// of a node, the leaf of a token. Trees never change, so each table is made when first asked for and goes with its
// tree; an edit costs the tables of one file. Nothing here knows what a word means.

import { N_CALL, N_DEFINE, N_INTERFACE } from "../../grammar/syntax/kinds.ts";
import { type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";

/** Words and tokens share a double: word × 2^25 + token. */
const TOKENS = 2 ** 25;

const occurrences = new WeakMap<SyntaxTree, Float64Array>();
const parents = new WeakMap<SyntaxTree, Int32Array>();
const leaves = new WeakMap<SyntaxTree, Int32Array>();

/** The tokens that spell a word, in order. */
export function tokensOf(tree: SyntaxTree, word: number): readonly number[] {
  const keys = keysOf(tree);
  const stop = (word + 1) * TOKENS;
  const found: number[] = [];
  for (let at = lowerBound(keys, word * TOKENS); at < keys.length && (keys[at] as number) < stop; at++)
    found.push((keys[at] as number) - word * TOKENS);
  return found;
}

function keysOf(tree: SyntaxTree): Float64Array {
  const known = occurrences.get(tree);
  if (known !== undefined) return known;
  const { count, word } = tree.tokens;
  let size = 0;
  for (let token = 0; token < count; token++) if (word[token] !== 0) size++;
  const keys = new Float64Array(size);
  let at = 0;
  for (let token = 0; token < count; token++)
    if (word[token] !== 0) keys[at++] = (word[token] as number) * TOKENS + token;
  keys.sort();
  occurrences.set(tree, keys);
  return keys;
}

function lowerBound(keys: Float64Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Parents of all nodes; -1 for the file. */
export function parentsOf(tree: SyntaxTree): Int32Array {
  const known = parents.get(tree);
  if (known !== undefined) return known;
  const table = new Int32Array(tree.count).fill(-1);
  for (let node = 0; node < tree.count; node++) {
    const stop = tree.end[node] as number;
    for (let child = node + 1; child < stop; child = tree.end[child] as number) table[child] = node;
  }
  parents.set(tree, table);
  return table;
}

/** The leaf that a token belongs to, the call whose name it is, or -1 where no leaf holds it. */
export function leafOf(tree: SyntaxTree, token: number): number {
  let table = leaves.get(tree);
  if (table === undefined) {
    table = new Int32Array(tree.tokens.count).fill(-1);
    for (let node = 1; node < tree.count; node++) {
      const first = tree.first[node] as number;
      if (tree.kind[node] === N_CALL) table[first] = node;
      else if (tree.end[node] === node + 1) table.fill(node, first, tree.last[node] as number);
    }
    leaves.set(tree, table);
  }
  return table[token] ?? -1;
}

/** The nodes from the file to a node. */
export function pathOf(tree: SyntaxTree, node: number): number[] {
  const table = parentsOf(tree);
  const path: number[] = [];
  for (let at = node; at >= 0; at = table[at] as number) path.push(at);
  return path.reverse();
}

/** The interface, template or define around a node or that it is; -1 when there is none. */
export function definitionAround(tree: SyntaxTree, node: number): number {
  const table = parentsOf(tree);
  for (let at = node; at >= 0; at = table[at] as number)
    if (tree.kind[at] === N_INTERFACE || tree.kind[at] === N_DEFINE) return at;
  return -1;
}

/** The node that begins at an offset with a kind; -1 for none. */
export function nodeStartingAt(tree: SyntaxTree, offset: number, kind: number): number {
  for (let node = 1; node < tree.count; ) {
    if (tree.kind[node] === kind && startOf(tree, node) === offset) return node;
    const isPast = (tree.first[node] as number) < (tree.last[node] as number) && startOf(tree, node) > offset;
    if (isPast) return -1;
    const token = (tree.last[node] as number) - 1;
    const ends = token < 0 ? 0 : (tree.tokens.end[token] as number);
    node = ends <= offset ? (tree.end[node] as number) : node + 1;
  }
  return -1;
}
