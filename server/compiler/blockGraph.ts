// The graph of blocks, seen from below: which blocks the roots lead to (both branches of every optional, so that
// dropped code is known too), who calls a block, and which operations declare names. Made in one pass over the code,
// once a revision, for the rooms that answer questions (declarations, expansion); compiling never looks here.

import { N_ACCESSVECTOR, N_CATEGORY, N_COMMON, N_SENSITIVITY } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { BLOCK_MACRO, BLOCK_ROOT, type Blocks } from "./blocks.ts";
import { OP_CALL, OP_DECL, OP_LENGTH, OP_OPTIONAL, OP_STATEMENT } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Site } from "./face.ts";
import { IntPool } from "./intPool.ts";
import type { Unit } from "./units.ts";

/** An operation that leads from a block to another: OP_CALL or OP_OPTIONAL at code position `at`. */
export interface Edge {
  readonly block: number;
  readonly at: number;
}

export interface BlockGraph {
  readonly revision: number;
  /** reached blocks, callers before what only they call */
  readonly order: IntPool;
  /** block and code position of every OP_DECL, and of every OP_STATEMENT that names permissions or aliases */
  readonly declaring: IntPool;
  /** first edge + 1 by child block, then the edges as lists */
  readonly head: Int32Array;
  readonly next: IntPool;
  readonly edgeBlock: IntPool;
  readonly edgeAt: IntPool;
  /** reached applications by unit id; made when asked for */
  byUnit: Map<number, number[]> | undefined;
}

/** Ways from the roots to a block that are looked at; a shared block can have very many. */
const MOST_STEPS = 5000;

const graphs = new WeakMap<CompiledPolicy, BlockGraph>();

/** The graph of the present revision. */
export function graphOf(compiled: CompiledPolicy): BlockGraph {
  let graph = graphs.get(compiled);
  if (graph === undefined || graph.revision !== compiled.revision) {
    graph = buildGraph(compiled);
    graphs.set(compiled, graph);
  }
  return graph;
}

function buildGraph(compiled: CompiledPolicy): BlockGraph {
  const { blocks, code } = compiled.state;
  const head = new Int32Array(blocks.count);
  const seen = new Uint8Array(blocks.count);
  const order = new IntPool(blocks.count + 1);
  const declaring = new IntPool(16384);
  const next = new IntPool(65536);
  const edgeBlock = new IntPool(65536);
  const edgeAt = new IntPool(65536);
  const link = (child: number, block: number, at: number): void => {
    if (child < 0) return;
    edgeBlock.push(block);
    edgeAt.push(at);
    next.push(head[child] as number);
    head[child] = edgeBlock.length;
    if (seen[child] !== 0) return;
    seen[child] = 1;
    order.push(child);
  };
  for (const root of compiled.roots()) {
    if (seen[root] !== 0) continue;
    seen[root] = 1;
    order.push(root);
  }
  for (let i = 0; i < order.length; i++) {
    const block = order.at[i] as number;
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = code.at[at] as number;
      if (op === OP_CALL) link(code.at[at + 1] as number, block, at);
      else if (op === OP_OPTIONAL) {
        link(code.at[at + 1] as number, block, at);
        link(code.at[at + 2] as number, block, at);
      } else if (op === OP_DECL || (op === OP_STATEMENT && namesMore(code.at[at + 1] as number))) {
        declaring.push(block);
        declaring.push(at);
      }
      at += OP_LENGTH[op] as number;
    }
  }
  return { revision: compiled.revision, order, declaring, head, next, edgeBlock, edgeAt, byUnit: undefined };
}

function namesMore(kind: number): boolean {
  return kind === N_COMMON || kind === N_ACCESSVECTOR || kind === N_SENSITIVITY || kind === N_CATEGORY;
}

/** Applications of a unit that the policy reaches, applied or not. */
export function applicationsOf(compiled: CompiledPolicy, unit: Unit): readonly number[] {
  const graph = graphOf(compiled);
  const { blocks } = compiled.state;
  if (graph.byUnit === undefined) {
    graph.byUnit = new Map();
    for (let i = 0; i < graph.order.length; i++) {
      const block = graph.order.at[i] as number;
      if (blocks.kind.at[block] !== BLOCK_MACRO) continue;
      const list = graph.byUnit.get(blocks.unit.at[block] as number);
      if (list === undefined) graph.byUnit.set(blocks.unit.at[block] as number, [block]);
      else list.push(block);
    }
  }
  return graph.byUnit.get(unit.id) ?? [];
}

/** The ways from a file's root to a block, at most `limit`: edges from the root downwards. */
export function pathsTo(compiled: CompiledPolicy, block: number, limit: number): Edge[][] {
  const graph = graphOf(compiled);
  const { blocks } = compiled.state;
  const paths: Edge[][] = [];
  const below: Edge[] = [];
  const onPath = new Set<number>();
  let steps = 0;
  const climb = (at: number): void => {
    if (paths.length >= limit || steps++ > MOST_STEPS || onPath.has(at)) return;
    if (blocks.kind.at[at] === BLOCK_ROOT) {
      paths.push([...below].reverse());
      return;
    }
    onPath.add(at);
    for (let edge = (graph.head[at] as number) - 1; edge >= 0; edge = (graph.next.at[edge] as number) - 1) {
      below.push({ block: graph.edgeBlock.at[edge] as number, at: graph.edgeAt.at[edge] as number });
      climb(graph.edgeBlock.at[edge] as number);
      below.pop();
    }
    onPath.delete(at);
  };
  if (block < graph.head.length) climb(block);
  return paths;
}

/** True when an edge is a call of a macro, not a way into a branch of the same text. */
export function isMacroCall(blocks: Blocks, code: IntPool, at: number): boolean {
  return code.at[at] === OP_CALL && blocks.kind.at[code.at[at + 1] as number] === BLOCK_MACRO;
}

/** The node of its unit's tree that an operation comes from. */
export function originNode(unit: Unit, code: IntPool, at: number): number {
  const origin = code.at[at + (OP_LENGTH[code.at[at] as number] as number) - 1] as number;
  return Math.min(unit.node + origin, unit.tree.count - 1);
}

/** The unit whose text a block applies. */
export function unitOf(compiled: CompiledPolicy, block: number): Unit {
  const { units, blocks } = compiled.state;
  return units.all[blocks.unit.at[block] as number] as Unit;
}

/** The place of a node of a unit's tree. */
export function siteOfNode(unit: Unit, node: number): Site {
  return { file: unit.file, start: startOf(unit.tree, node), end: endOf(unit.tree, node) };
}
