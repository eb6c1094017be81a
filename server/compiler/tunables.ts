// Tunables are decided when a whole policy is made (discard_tunables of libsepol's expand.c): rules under a condition of
// nothing but tunables are unconditional, or none. Modules keep theirs, for whoever links them. A name counts as tunable
// while an active block declares it as one; booleans.conf does not reach it.

import type { Words } from "../../grammar/text/words.ts";
import { UNCONDITIONAL } from "../policydb/avtab.ts";
import { COND_BOOL, evaluateCond } from "../policydb/conditional.ts";
import type { Blocks } from "./blocks.ts";
import type { Condition, Conditions } from "./conditions.ts";

/** The branch of rules that are not in the policy. */
export const NO_BRANCH = -1;

export class Tunables {
  private readonly conditions: Conditions;
  private readonly words: Words;
  private readonly blocks: Blocks;
  private readonly kept: boolean;
  /** name → words of the values that declarations give it, counted */
  private readonly declarations = new Map<number, Map<number, number>>();
  private moved = new Set<number>();

  constructor(conditions: Conditions, words: Words, blocks: Blocks, modular: boolean) {
    this.blocks = blocks;
    this.conditions = conditions;
    this.words = words;
    this.kept = modular;
  }

  /** Counts a declaration. */
  count(word: number, value: number, delta: number): void {
    if (this.kept) return;
    const values = this.declarations.get(word) ?? new Map<number, number>();
    this.declarations.set(word, values);
    const count = (values.get(value) ?? 0) + delta;
    if (count > 0) values.set(value, count);
    else values.delete(value);
    if (values.size === 0) this.declarations.delete(word);
    this.moved.add(word);
  }

  has(word: number): boolean {
    return this.declarations.has(word);
  }

  /** Applied blocks, except some, under conditions whose tunables came, went or changed since this was asked last. */
  blocksMoved(policy: { appliedBlocks(): Iterable<number> }, except: ReadonlySet<number>): number[] {
    const { moved } = this;
    if (moved.size === 0) return [];
    this.moved = new Set();
    const found = new Set<number>();
    for (const { index, expr } of this.conditions.all)
      if (expr.some(({ op, word }) => op === COND_BOOL && moved.has(word))) found.add(index);
    const { branch } = this.blocks;
    return [...policy.appliedBlocks()].filter(
      (block) => found.has(((branch.at[block] as number) - 1) >> 1) && !except.has(block),
    );
  }

  /** Where the rules of a branch really are: there, UNCONDITIONAL, or NO_BRANCH. */
  resolve(branch: number): number {
    if (branch === UNCONDITIONAL || this.declarations.size === 0) return branch;
    const condition = this.conditions.all[(branch - 1) >> 1];
    if (condition === undefined || !this.decides(condition)) return branch;
    const nodes = condition.expr.map(({ op, word }) => ({ op, bool: word }));
    const holds = evaluateCond(nodes, (word) => this.isTrue(word)) === 1;
    return holds === ((branch & 1) === 1) ? UNCONDITIONAL : NO_BRANCH;
  }

  private decides({ expr }: Condition): boolean {
    return expr.every(({ op, word }) => op !== COND_BOOL || this.has(word));
  }

  private isTrue(word: number): boolean {
    const [value] = this.declarations.get(word)?.keys() ?? [];
    const text = value === undefined || value <= 0 ? "" : this.words.text(value).toLowerCase();
    return text === "true" || text === "1";
  }
}
