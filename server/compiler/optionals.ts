// Which optional blocks are on: the greatest fixpoint that libsepol's linker computes. Every optional starts as on;
// one whose requirements (its own and those of everything it calls) are not all declared by blocks that are on goes
// off, its declarations disappear, its else branch may appear, and so on until nothing changes. In modular builds the
// base policy is not at hand, so requirements count as met.

import {
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_CATEGORY,
  SYM_CLASS,
  SYM_ROLE,
  SYM_SENSITIVITY,
  SYM_TUNABLE,
  SYM_TYPE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import type { Blocks } from "./blocks.ts";
import {
  LEADS_KNOWN,
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_LENGTH,
  OP_OPTIONAL,
  OP_REQUIRE,
  SYM_ALIAS,
  SYM_CATEGORY_ALIAS,
  SYM_PERMISSION,
  SYM_SENSITIVITY_ALIAS,
} from "./code.ts";
import type { IntPool } from "./intPool.ts";
import { settleNested } from "./nestedElse.ts";

/** Namespaces: symbols of one group share their names. */
export const GROUP_TYPE = 0;
export const GROUP_ROLE = 1;
export const GROUP_USER = 2;
export const GROUP_BOOL = 3;
export const GROUP_CLASS = 4;
export const GROUP_SENS = 5;
export const GROUP_CAT = 6;
export const GROUP_OTHER = 7;
export const GROUPS = 8;

/** The namespace of a SYM_* kind. */
export function groupOf(symbol: number): number {
  switch (symbol) {
    case SYM_TYPE:
    case SYM_ATTRIBUTE:
    case SYM_ALIAS:
      return GROUP_TYPE;
    case SYM_ROLE:
    case SYM_ATTRIBUTEROLE:
      return GROUP_ROLE;
    case SYM_USER:
      return GROUP_USER;
    case SYM_BOOL:
    case SYM_TUNABLE:
      return GROUP_BOOL;
    case SYM_CLASS:
      return GROUP_CLASS;
    case SYM_SENSITIVITY:
    case SYM_SENSITIVITY_ALIAS:
      return GROUP_SENS;
    case SYM_CATEGORY:
    case SYM_CATEGORY_ALIAS:
      return GROUP_CAT;
    default:
      return GROUP_OTHER;
  }
}

/**
 * True for names that are declared once any text declares them, in a block that is off as well: with roles and users, libsepol
 * asks whether any block that declares *or requires* them is on (is_id_enabled), and the block that asks is one of these.
 */
export function isDeclaredAnywhere(group: number): boolean {
  return group === GROUP_ROLE || group === GROUP_USER;
}

/** Declared names by group: two bytes a word. */
export class Declared {
  private readonly groups: Uint16Array[] = [];
  private size: number;

  constructor(size: number) {
    this.size = size;
    for (let group = 0; group < GROUPS; group++) this.groups.push(new Uint16Array(size));
  }

  has(group: number, word: number): boolean {
    return word < this.size && (this.groups[group] as Uint16Array)[word] !== 0;
  }

  /** Counts up or down, saturating; names declared hundreds of times are no policy. */
  add(group: number, word: number): void {
    if (word >= this.size) this.grow(word + 1);
    const table = this.groups[group] as Uint16Array;
    if ((table[word] as number) < 65535) table[word] = (table[word] as number) + 1;
  }

  /** True when this was the last declaration. */
  delete(group: number, word: number): boolean {
    const table = this.groups[group] as Uint16Array;
    if (word >= this.size || (table[word] as number) === 0) return false;
    table[word] = (table[word] as number) - 1;
    return table[word] === 0;
  }

  count(group: number, word: number): number {
    return word < this.size ? ((this.groups[group] as Uint16Array)[word] as number) : 0;
  }

  /** Counts `delta` declarations at once. */
  change(group: number, word: number, delta: number): void {
    if (delta === 0) return;
    if (word >= this.size) this.grow(word + 1);
    const table = this.groups[group] as Uint16Array;
    table[word] = Math.min(65535, Math.max(0, (table[word] as number) + delta));
  }

  private grow(needed: number): void {
    this.size = Math.max(needed, this.size * 2);
    for (let group = 0; group < GROUPS; group++) {
      const larger = new Uint16Array(this.size);
      larger.set(this.groups[group] as Uint16Array);
      this.groups[group] = larger;
    }
  }
}

/** What the fixpoint reads. */
export interface OptionalInput {
  readonly blocks: Blocks;
  readonly code: IntPool;
  readonly modular: boolean;
  /** a class declares this permission */
  readonly hasPermission: (classWord: number, permission: number) => boolean;
}

/** bits of Blocks.state */
export const STATE_ON = 1;
export const STATE_OK = 4;
export const STATE_KNOWN = 8;
const STATE_BUSY = 16;

/** The result of settling: what is active, and what is declared by it. */
export interface Settled {
  /** one byte a block */
  readonly active: Uint8Array;
  /** active blocks in the order of their first use */
  readonly order: readonly number[];
  readonly declared: Declared;
  /** blocks with optionals that are off */
  readonly dropping: ReadonlySet<number>;
  /** a block leads to itself: the rest of this is of no use */
  readonly circular: boolean;
  /** some optional has an else branch: then no edit is settled by counting */
  readonly hasElse: boolean;
  /** see nestedElse.ts */
  readonly orphans: readonly number[];
  readonly lenient: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Computes the greatest fixpoint over all blocks reachable from the roots. One walk with every optional on counts uses
 * (`Blocks.refs`) and declarations; from then on a block that goes off only takes back what it alone had brought, and
 * requirements are looked at again only when a name was lost or found that way.
 */
export function settle(input: OptionalInput, roots: readonly number[], wordCount: number): Settled {
  const { blocks, code } = input;
  const { refs, state } = blocks;
  refs.at.fill(0, 0, blocks.count);
  state.at.fill(STATE_ON, 0, blocks.count);
  const declared = new Declared(wordCount);
  const { optionals, owners, order, circular } = firstWalk(input, roots, declared);
  const hasElse = !circular && optionals.some((at) => (code.at[at + 2] as number) >= 0);
  if (hasElse) {
    const nested = settleNested(input, roots, wordCount);
    const on = new Uint8Array(blocks.count);
    for (const block of nested.order) on[block] = 1;
    return { ...nested, active: on, circular, hasElse };
  }
  for (let round = 0; round <= 64; round++) {
    if (round > 0)
      for (let i = 0; i < order.length; i++)
        state.at[order[i] as number] = (state.at[order[i] as number] as number) & STATE_ON;
    let moved = false;
    for (let i = 0; i < optionals.length; i++) {
      const at = optionals[i] as number;
      const block = chosen(blocks, code, at);
      if (block < 0 || refs.at[block] === 0 || isMet(input, block, declared)) continue;
      state.at[block] = (state.at[block] as number) & ~STATE_ON;
      moved = leaveBlock(input, block, declared) || moved;
      const otherwise = chosen(blocks, code, at);
      if (otherwise >= 0) moved = enterBlock(input, otherwise, declared, optionals, order) || moved;
    }
    if (!moved) break;
  }
  const active = new Uint8Array(blocks.count);
  const kept: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const block = order[i] as number;
    if ((refs.at[block] as number) <= 0) continue;
    kept.push(block);
    active[block] = 1;
    isMet(input, block, declared);
  }
  const dropping = new Set<number>();
  for (let i = 0; i < owners.length; i++)
    if (chosen(blocks, code, optionals[i] as number) !== code.at[(optionals[i] as number) + 1])
      dropping.add(owners[i] as number);
  return { active, order: kept, declared, dropping, circular, hasElse, orphans: [], lenient: NONE };
}

/** What the first walk finds: optionals, the blocks that hold them, and all blocks in the order of their first use. */
interface FirstWalk {
  readonly optionals: number[];
  readonly owners: number[];
  readonly order: number[];
  readonly circular: boolean;
}

/** In `Blocks.leads` of a block whose calls are being followed: it leads to anything. */
const BUSY = -2;

/**
 * The walk with every optional on: counts uses and declarations, and notes what every block leads to (walk.ts). Every
 * operation of the policy passes here, so it is written out by hand.
 */
function firstWalk(
  { blocks, code, modular }: OptionalInput,
  roots: readonly number[],
  declared: Declared,
): FirstWalk {
  const optionals: number[] = [];
  const owners: number[] = [];
  const order: number[] = [];
  const stack: number[] = [];
  const positions: number[] = [];
  const founds: number[] = [];
  let circular = false;
  const ops = code.at;
  const refs = blocks.refs.at;
  const leads = blocks.leads.at;
  const ends = blocks.codeEnd.at;
  const starts = blocks.codeStart.at;
  leads.fill(0, 0, blocks.count);
  for (let i = 0; i < roots.length; i++) refs[roots[i] as number] = 1;
  for (let i = 0; i < roots.length; i++) {
    let block = roots[i] as number;
    if (leads[block] !== 0) continue;
    let at = starts[block] as number;
    let stop = ends[block] as number;
    let found = (blocks.contents.at[block] as number) | LEADS_KNOWN;
    leads[block] = BUSY;
    order.push(block);
    for (;;) {
      if (at < 0 || at >= stop) {
        leads[block] = found;
        if (stack.length === 0) break;
        const inner = found;
        block = stack.pop() as number;
        at = positions.pop() as number;
        stop = ends[block] as number;
        found = (founds.pop() as number) | inner;
        continue;
      }
      const op = ops[at] as number;
      let next = -1;
      if (op === OP_CALL || op === OP_OPTIONAL) {
        next = ops[at + 1] as number;
        refs[next] = (refs[next] as number) + 1;
        if (op === OP_OPTIONAL) {
          optionals.push(at);
          owners.push(block);
          // The other branch is not looked into.
          if ((ops[at + 2] as number) >= 0) found = -1;
        }
      } else if (op === OP_DECL || (modular && (op === OP_REQUIRE || op === OP_GENREQUIRE)))
        declared.add(groupOf(ops[at + 1] as number), ops[at + 2] as number);
      at += OP_LENGTH[op] as number;
      if (next < 0) continue;
      if (leads[next] !== 0) {
        if (leads[next] === BUSY) circular = true;
        found |= leads[next] as number;
      } else {
        stack.push(block);
        positions.push(at);
        founds.push(found);
        leads[next] = BUSY;
        block = next;
        at = starts[block] as number;
        stop = ends[block] as number;
        found = (blocks.contents.at[block] as number) | LEADS_KNOWN;
        order.push(block);
      }
    }
  }
  blocks.leadsKnown = true;
  blocks.fresh = [];
  return { optionals, owners, order, circular };
}

/** One use of a block less; true when a name is no longer declared. */
function leaveBlock(input: OptionalInput, block: number, declared: Declared): boolean {
  const { blocks, code } = input;
  const refs = (blocks.refs.at[block] as number) - 1;
  blocks.refs.at[block] = refs;
  if (refs > 0) return false;
  let lost = false;
  const stop = blocks.codeEnd.at[block] as number;
  for (
    let at = blocks.codeStart.at[block] as number;
    at >= 0 && at < stop;
    at += OP_LENGTH[code.at[at] as number] as number
  ) {
    const op = code.at[at];
    if (op === OP_CALL) lost = leaveBlock(input, code.at[at + 1] as number, declared) || lost;
    else if (op === OP_DECL) {
      const group = groupOf(code.at[at + 1] as number);
      if (!isDeclaredAnywhere(group)) lost = declared.delete(group, code.at[at + 2] as number) || lost;
    } else if (op === OP_OPTIONAL) {
      const child = chosen(blocks, code, at);
      if (child >= 0) lost = leaveBlock(input, child, declared) || lost;
    }
  }
  return lost;
}

/** One use of a block more; true when it is new in the policy (it may declare names, and has optionals of its own). */
function enterBlock(
  input: OptionalInput,
  block: number,
  declared: Declared,
  optionals: number[],
  order: number[],
): boolean {
  const { blocks, code } = input;
  const refs = (blocks.refs.at[block] as number) + 1;
  blocks.refs.at[block] = refs;
  if (refs > 1) return false;
  order.push(block);
  const stop = blocks.codeEnd.at[block] as number;
  for (
    let at = blocks.codeStart.at[block] as number;
    at >= 0 && at < stop;
    at += OP_LENGTH[code.at[at] as number] as number
  ) {
    const op = code.at[at];
    if (op === OP_CALL) enterBlock(input, code.at[at + 1] as number, declared, optionals, order);
    else if (op === OP_DECL) {
      const group = groupOf(code.at[at + 1] as number);
      if (!isDeclaredAnywhere(group)) declared.add(group, code.at[at + 2] as number);
    } else if (op === OP_OPTIONAL) {
      optionals.push(at);
      const child = chosen(blocks, code, at);
      if (child >= 0) enterBlock(input, child, declared, optionals, order);
    }
  }
  return true;
}

/** The branch of an OP_OPTIONAL that is on; -1 when neither is. */
export function chosen(blocks: Blocks, code: IntPool, at: number): number {
  const block = code.at[at + 1] as number;
  if (((blocks.state.at[block] as number) & STATE_ON) !== 0) return block;
  const otherwise = code.at[at + 2] as number;
  return otherwise >= 0 && ((blocks.state.at[otherwise] as number) & STATE_ON) !== 0 ? otherwise : -1;
}

/** True when everything that a block and its calls require is declared. Memoised in Blocks.state until settled anew. */
export function isMet(input: OptionalInput, block: number, declared: Declared): boolean {
  if (input.modular) return true;
  const { blocks, code } = input;
  const state = blocks.state.at[block] as number;
  if ((state & STATE_KNOWN) !== 0) return (state & STATE_OK) !== 0;
  if ((state & STATE_BUSY) !== 0) return true;
  blocks.state.at[block] = state | STATE_BUSY;
  let met = true;
  const stop = blocks.codeEnd.at[block] as number;
  for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop && met; ) {
    const op = code.at[at] as number;
    if (op === OP_REQUIRE || op === OP_GENREQUIRE) met = isDeclared(input, at, declared);
    else if (op === OP_CALL) met = isMet(input, code.at[at + 1] as number, declared);
    at += OP_LENGTH[op] as number;
  }
  blocks.state.at[block] = (state & STATE_ON) | STATE_KNOWN | (met ? STATE_OK : 0);
  return met;
}

/** True when the symbol that an OP_REQUIRE or OP_GENREQUIRE names is declared. */
export function isDeclared(input: OptionalInput, at: number, declared: Declared): boolean {
  const symbol = input.code.at[at + 1] as number;
  const word = input.code.at[at + 2] as number;
  if (symbol === SYM_PERMISSION) return input.hasPermission(input.code.at[at + 3] as number, word);
  return declared.has(groupOf(symbol), word);
}

/** Positions of the optionals in a run of code whose own branch is off. */
export function switchedOff({ blocks, code }: OptionalInput, start: number, stop: number): number[] {
  const off: number[] = [];
  for (let at = start; at < stop; at += OP_LENGTH[code.at[at] as number] as number)
    if (code.at[at] === OP_OPTIONAL && chosen(blocks, code, at) !== code.at[at + 1]) off.push(at);
  return off;
}
