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
import { walkBlocks } from "./walk.ts";

/** Namespaces: symbols of one group share their names. */
export const GROUP_TYPE = 0;
export const GROUP_ROLE = 1;
export const GROUP_USER = 2;
export const GROUP_BOOL = 3;
export const GROUP_CLASS = 4;
export const GROUP_SENS = 5;
export const GROUP_CAT = 6;
export const GROUP_OTHER = 7;
const GROUPS = 8;

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

/** Declared names by group: one byte a word. */
export class Declared {
  private readonly groups: Uint8Array[] = [];
  private size: number;

  constructor(size: number) {
    this.size = size;
    for (let group = 0; group < GROUPS; group++) this.groups.push(new Uint8Array(size));
  }

  has(group: number, word: number): boolean {
    return word < this.size && (this.groups[group] as Uint8Array)[word] !== 0;
  }

  /** Counts up or down, saturating; names declared hundreds of times are no policy. */
  add(group: number, word: number): void {
    if (word >= this.size) this.grow(word + 1);
    const table = this.groups[group] as Uint8Array;
    if ((table[word] as number) < 255) table[word] = (table[word] as number) + 1;
  }

  delete(group: number, word: number): void {
    const table = this.groups[group] as Uint8Array;
    if (word < this.size && (table[word] as number) > 0) table[word] = (table[word] as number) - 1;
  }

  private grow(needed: number): void {
    this.size = Math.max(needed, this.size * 2);
    for (let group = 0; group < GROUPS; group++) {
      const larger = new Uint8Array(this.size);
      larger.set(this.groups[group] as Uint8Array);
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
}

/** Computes the greatest fixpoint over all blocks reachable from the roots. */
export function settle(input: OptionalInput, roots: readonly number[], wordCount: number): Settled {
  const { blocks, code } = input;
  for (let block = 0; block < blocks.count; block++) blocks.state.at[block] = STATE_ON;
  for (let round = 0; ; round++) {
    const active = new Uint8Array(blocks.count);
    const declared = new Declared(wordCount);
    const optionals: number[] = [];
    const order: number[] = [];
    const choose = (at: number): number => chosen(blocks, code, at);
    const visit = (op: number, at: number): void => {
      if (op === OP_DECL) declared.add(groupOf(code.at[at + 1] as number), code.at[at + 2] as number);
      else if (op === OP_OPTIONAL) optionals.push(at);
      else if (input.modular && (op === OP_REQUIRE || op === OP_GENREQUIRE))
        declared.add(groupOf(code.at[at + 1] as number), code.at[at + 2] as number);
    };
    walkBlocks(roots, blocks, code, active, choose, visit, order);
    if (round > 0)
      for (let b = 0; b < blocks.count; b++) blocks.state.at[b] = (blocks.state.at[b] as number) & STATE_ON;
    let changed = false;
    for (const at of optionals) {
      const block = choose(at);
      if (block < 0 || isMet(input, block, declared)) continue;
      blocks.state.at[block] = (blocks.state.at[block] as number) & ~STATE_ON;
      changed = true;
    }
    if (!changed || round > 64) {
      for (const block of order) isMet(input, block, declared);
      return { active, order, declared };
    }
  }
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
