// Writes a syntax tree in pre-order: a node is opened before its children and closed after them, which patches
// its `end` and `last`. Invariants: nodes are closed in the reverse order of opening; `truncate` forgets all nodes
// from one on, as a parser does that takes a statement back. The arrays grow and are reused; `finish` copies.

import type { TokenBuffer } from "../text/tokenBuffer.ts";
import type { SyntaxError as Mistake, SyntaxTree } from "./tree.ts";

/** Larger builders are thrown away after use, so that one huge file does not hold memory for ever. */
const KEEP = 1 << 20;

/** Builder of trees; reusable. */
export class TreeBuilder {
  count = 0;
  kind: Uint8Array;
  first: Uint32Array;
  last: Uint32Array;
  end: Uint32Array;
  data: Uint32Array;

  /** @param room nodes for which there is room at first */
  constructor(room = 1024) {
    this.kind = new Uint8Array(room);
    this.first = new Uint32Array(room);
    this.last = new Uint32Array(room);
    this.end = new Uint32Array(room);
    this.data = new Uint32Array(room);
  }

  /** Starts a node at a token; its children come next. */
  open(kind: number, token: number): number {
    const node = this.count++;
    if (node >= this.kind.length) this.grow();
    this.kind[node] = kind;
    this.first[node] = token;
    this.data[node] = 0;
    return node;
  }

  /** Ends a node before a token. */
  close(node: number, token: number): void {
    this.last[node] = token;
    this.end[node] = this.count;
  }

  /** A node without children. */
  leaf(kind: number, first: number, last: number, data: number): void {
    const node = this.count++;
    if (node >= this.kind.length) this.grow();
    this.kind[node] = kind;
    this.first[node] = first;
    this.last[node] = last;
    this.end[node] = node + 1;
    this.data[node] = data;
  }

  /** Forgets all nodes from `node` on. */
  truncate(node: number): void {
    this.count = node;
  }

  /** The tree; the builder is empty afterwards. */
  finish(tokens: TokenBuffer, errors: readonly Mistake[]): SyntaxTree {
    const { count } = this;
    const tree: SyntaxTree = {
      tokens,
      count,
      kind: this.kind.slice(0, count),
      first: this.first.slice(0, count),
      last: this.last.slice(0, count),
      end: this.end.slice(0, count),
      data: this.data.slice(0, count),
      errors,
    };
    this.count = 0;
    if (this.kind.length > KEEP) this.resize(1024, 0);
    return tree;
  }

  private grow(): void {
    this.resize(this.kind.length * 2, this.kind.length);
  }

  private resize(size: number, kept: number): void {
    const kind = new Uint8Array(size);
    kind.set(this.kind.subarray(0, kept));
    this.kind = kind;
    this.first = resized(this.first, size, kept);
    this.last = resized(this.last, size, kept);
    this.end = resized(this.end, size, kept);
    this.data = resized(this.data, size, kept);
  }
}

function resized(array: Uint32Array, size: number, kept: number): Uint32Array {
  const result = new Uint32Array(size);
  result.set(array.subarray(0, kept));
  return result;
}
