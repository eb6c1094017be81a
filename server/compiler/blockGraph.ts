// The graph of blocks, seen from below: who calls a block (both branches of every optional, so that dropped code is
// known too) and which operations declare names. Code is only ever appended, so each question reads what came since
// the last one; what an edit left behind is told by its position or by a root that is gone. For whoever tells of the
// policy (findings, declarations, expansion); compiling never looks here.

import { N_ACCESSVECTOR, N_CATEGORY, N_COMMON, N_SENSITIVITY } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { BLOCK_MACRO, type Blocks } from "./blocks.ts";
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
  revision: number;
  /** code positions below this are read */
  scanned: number;
  /** blocks that got new code since */
  readonly pending: Set<number>;
  /** block and code position of every OP_DECL, and of every OP_STATEMENT that names permissions or aliases */
  readonly declaring: IntPool;
  /** first edge + 1 by child block, then the edges as lists */
  readonly head: IntPool;
  readonly next: IntPool;
  readonly edgeBlock: IntPool;
  readonly edgeAt: IntPool;
}

const graphs = new WeakMap<CompiledPolicy, BlockGraph>();

/** The graph of the present revision: what was evaluated since the last question is read, the rest is known. */
export function graphOf(compiled: CompiledPolicy): BlockGraph {
  let graph = graphs.get(compiled);
  if (graph?.revision === compiled.revision) return graph;
  if (graph === undefined) {
    graph = {
      revision: -1,
      scanned: 0,
      pending: new Set(),
      declaring: new IntPool(16384),
      head: new IntPool(4096),
      next: new IntPool(65536),
      edgeBlock: new IntPool(65536),
      edgeAt: new IntPool(65536),
    };
    graphs.set(compiled, graph);
  }
  readNewCode(compiled, graph);
  graph.revision = compiled.revision;
  return graph;
}

/** Takes note of the blocks that an update gave new code: an edit reaches few of a hundred thousand. */
export function noteNewCode(compiled: CompiledPolicy, evaluated: Iterable<number>): void {
  const pending = graphs.get(compiled)?.pending;
  if (pending !== undefined) for (const block of evaluated) pending.add(block);
}

function readNewCode(compiled: CompiledPolicy, graph: BlockGraph): void {
  const { blocks, code } = compiled.state;
  const { head, next, edgeBlock, edgeAt, declaring } = graph;
  const link = (child: number, block: number, at: number): void => {
    if (child < 0) return;
    edgeBlock.push(block);
    edgeAt.push(at);
    next.push(child < head.length ? (head.at[child] as number) : 0);
    head.set(child, edgeBlock.length);
  };
  const read = (block: number): void => {
    const start = blocks.codeStart.at[block] as number;
    if (start < graph.scanned) return;
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = start; at < stop; at += OP_LENGTH[code.at[at] as number] as number) {
      const op = code.at[at] as number;
      if (op === OP_CALL) link(code.at[at + 1] as number, block, at);
      else if (op === OP_OPTIONAL) {
        link(code.at[at + 1] as number, block, at);
        link(code.at[at + 2] as number, block, at);
      } else if (op === OP_DECL || (op === OP_STATEMENT && namesMore(code.at[at + 1] as number))) {
        declaring.push(block);
        declaring.push(at);
      }
    }
  };
  for (const block of blocks.recut) graph.pending.add(block);
  if (graph.revision < 0) for (let block = 0; block < blocks.count; block++) read(block);
  else for (const block of graph.pending) read(block);
  graph.pending.clear();
  blocks.recut = [];
  graph.scanned = code.length;
}

/** True when a code position belongs to what a block is now, not to what it was before an edit. */
export function isCurrent(blocks: Blocks, block: number, at: number): boolean {
  return at >= (blocks.codeStart.at[block] as number) && at < (blocks.codeEnd.at[block] as number);
}

function namesMore(kind: number): boolean {
  return kind === N_COMMON || kind === N_ACCESSVECTOR || kind === N_SENSITIVITY || kind === N_CATEGORY;
}

/** Calls a function for each operation that leads to a block now, from code that a root leads to or not; in no order to rely on. */
export function eachEdgeTo(
  compiled: CompiledPolicy,
  block: number,
  take: (caller: number, at: number) => void,
): void {
  const graph = graphOf(compiled);
  const { blocks } = compiled.state;
  let edge = block < graph.head.length ? (graph.head.at[block] as number) - 1 : -1;
  for (; edge >= 0; edge = (graph.next.at[edge] as number) - 1) {
    const caller = graph.edgeBlock.at[edge] as number;
    const at = graph.edgeAt.at[edge] as number;
    if (isCurrent(blocks, caller, at)) take(caller, at);
  }
}

/** The operations that `eachEdgeTo` meets, as a list. */
export function edgesTo(compiled: CompiledPolicy, block: number): Edge[] {
  const found: Edge[] = [];
  eachEdgeTo(compiled, block, (caller, at) => found.push({ block: caller, at }));
  return found;
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
