// The block table: one row per block (code.ts) in struct-of-arrays form. Applications of macros are memoised by
// (unit, conditional branch, arguments); file roots and the branches of optionals and conditionals are not. Blocks
// form a graph through OP_CALL and OP_OPTIONAL that is never flattened; `refs` counts the active blocks that lead
// here, so a block's rules are in the policy exactly while refs > 0.

import { IntPool } from "./intPool.ts";

export const BLOCK_ROOT = 0;
export const BLOCK_MACRO = 1;
export const BLOCK_OPTIONAL = 2;
export const BLOCK_OPTIONAL_ELSE = 3;
export const BLOCK_COND = 4;

/** True for the kinds of the two branches of an optional block. */
export function isOptionalBlock(kind: number): boolean {
  return kind === BLOCK_OPTIONAL || kind === BLOCK_OPTIONAL_ELSE;
}

/** Calls may nest this deep before expansion is given up as runaway recursion. */
export const MAX_CALL_DEPTH = 300;

/**
 * Work that one evaluation may do: a few units for each application and its arguments, one for eight words of code.
 * The reference policy takes a tenth of it; two calls of itself in a macro with changing arguments would take 2^300.
 */
export const MAX_WORK = 1 << 22;

export class Blocks {
  readonly kind = new IntPool();
  readonly unit = new IntPool();
  /** body node relative to the unit's node, or absolute within the dynamic tree */
  readonly body = new IntPool();
  /** dynamic tree number, 0 for the unit's own tree */
  readonly dynamic = new IntPool();
  readonly branch = new IntPool();
  readonly argsAt = new IntPool();
  readonly argsLength = new IntPool();
  readonly codeStart = new IntPool();
  readonly codeEnd = new IntPool();
  /** the block whose code made this one first (file roots: -1) */
  readonly maker = new IntPool();
  readonly depth = new IntPool();
  readonly refs = new IntPool();
  /** what the last walk that looked for circles left at each block, and its highest mark (cycles.ts) */
  readonly marks = new IntPool();
  lastMark = 0;
  /** blocks whose code was written anew to cut a circle, until the graph has read it (blockGraph.ts) */
  recut: number[] = [];
  /** bit 0: optional is on (1 unless found unmet); bit 1: discarded by a newer evaluation of its maker */
  readonly state = new IntPool();
  /** which operations a block's code holds: bit per OP_* */
  readonly contents = new IntPool();
  /** contents of the block and of everything it leads to, or more than that, but for what is common (walk.ts); right while `leadsKnown` */
  readonly leads = new IntPool();
  leadsKnown = false;
  /** grows when a block leads to more than before, and so do those that lead to it */
  leadsGeneration = 0;
  /** blocks evaluated since `leads` were known */
  fresh: number[] = [];
  /** every else branch of an optional that was ever made: there are few */
  readonly elses: number[] = [];
  readonly args = new IntPool(4096);
  private table = new Int32Array(8192).fill(-1);
  private readonly hashes = new IntPool();
  private memoised = 0;
  private readonly ofUnit = new Map<number, number[]>();

  private readonly columns: readonly IntPool[] = [
    this.kind,
    this.unit,
    this.body,
    this.dynamic,
    this.branch,
    this.argsAt,
    this.argsLength,
    this.codeStart,
    this.codeEnd,
    this.maker,
    this.depth,
    this.refs,
    this.state,
    this.contents,
    this.leads,
    this.hashes,
  ];

  /** Makes room for so many blocks, so that columns need not be copied while a policy loads. */
  reserve(expected: number): void {
    for (const column of this.columns) {
      column.length = this.count;
      column.reserve(expected - this.count);
    }
    if (expected + (expected >> 1) > this.table.length) this.rehash(expected + (expected >> 1));
  }

  /** rows; the columns' own lengths are not kept */
  count = 0;

  argumentsOf(block: number): number[] {
    const start = this.argsAt.at[block] as number;
    const result: number[] = [];
    const length = this.argsLength.at[block] as number;
    for (let i = 0; i < length; i++) result.push(this.args.at[start + i] as number);
    return result;
  }

  /** A block of its own (root, optional or conditional branch). Inline blocks share their maker's arguments. */
  make(
    kind: number,
    unit: number,
    body: number,
    dynamic: number,
    branch: number,
    maker: number,
    argsAt: number,
    argsLength: number,
  ): number {
    const block = this.allocate();
    this.kind.at[block] = kind;
    if (kind === BLOCK_OPTIONAL_ELSE) this.elses.push(block);
    this.unit.at[block] = unit;
    this.body.at[block] = body;
    this.dynamic.at[block] = dynamic;
    this.branch.at[block] = branch;
    this.argsAt.at[block] = argsAt;
    this.argsLength.at[block] = argsLength;
    this.codeStart.at[block] = -1;
    this.codeEnd.at[block] = -1;
    this.maker.at[block] = maker;
    this.depth.at[block] = maker < 0 ? 0 : (this.depth.at[maker] as number) + (kind === BLOCK_MACRO ? 1 : 0);
    this.refs.at[block] = 0;
    this.state.at[block] = 1;
    this.contents.at[block] = 0;
    this.leads.at[block] = 0;
    this.hashes.at[block] = 0;
    return block;
  }

  /** A row in every column. */
  private allocate(): number {
    const block = this.count;
    if (block === this.kind.at.length) this.reserve(block * 2);
    this.count = block + 1;
    return block;
  }

  /** The application of a macro to arguments: the known block, or a new one (then `codeStart` is -1). */
  apply(unit: number, body: number, branch: number, args: readonly number[], maker: number): number {
    let hash = Math.imul(unit, 0x9e3779b1) ^ Math.imul(branch, 0x85ebca6b);
    for (let i = 0; i < args.length; i++) hash = (Math.imul(hash, 31) + (args[i] as number)) | 0;
    hash ^= hash >>> 15;
    let mask = this.table.length - 1;
    let at = hash & mask;
    for (; ; at = (at + 1) & mask) {
      const block = this.table[at] as number;
      if (block < 0) break;
      if (this.hashes.at[block] === hash && this.matches(block, unit, branch, args)) return block;
    }
    if ((this.memoised + 1) * 2 > this.table.length) {
      this.rehash(this.table.length * 2);
      mask = this.table.length - 1;
      at = hash & mask;
      while ((this.table[at] as number) >= 0) at = (at + 1) & mask;
    }
    const argsAt = this.args.length;
    this.args.reserve(args.length);
    for (let i = 0; i < args.length; i++) this.args.push(args[i] as number);
    const block = this.make(BLOCK_MACRO, unit, body, 0, branch, maker, argsAt, args.length);
    this.hashes.at[block] = hash;
    this.table[at] = block;
    this.memoised++;
    const list = this.ofUnit.get(unit);
    if (list === undefined) this.ofUnit.set(unit, [block]);
    else list.push(block);
    return block;
  }

  /** All applications of a macro. */
  applicationsOf(unit: number): readonly number[] {
    return this.ofUnit.get(unit) ?? [];
  }

  private matches(block: number, unit: number, branch: number, args: readonly number[]): boolean {
    if (this.unit.at[block] !== unit || this.branch.at[block] !== branch) return false;
    if (this.argsLength.at[block] !== args.length) return false;
    const start = this.argsAt.at[block] as number;
    for (let i = 0; i < args.length; i++) if (this.args.at[start + i] !== args[i]) return false;
    return true;
  }

  private rehash(atLeast: number): void {
    const old = this.table;
    let size = old.length;
    while (size < atLeast) size *= 2;
    this.table = new Int32Array(size).fill(-1);
    const mask = size - 1;
    for (let i = 0; i < old.length; i++) {
      const block = old[i] as number;
      if (block < 0) continue;
      let at = (this.hashes.at[block] as number) & mask;
      while ((this.table[at] as number) >= 0) at = (at + 1) & mask;
      this.table[at] = block;
    }
  }
}
