// Which attributes `expandattribute` expands: rules get their members instead, as type_set_expand of libsepol's expand.c
// does it. The parser notes the option with the attribute, so a statement in a block that is off, or in an else branch,
// counts as well; false wins over true. Nothing is walked while no text has such a statement.

import { N_EXPANDATTRIBUTE } from "../../grammar/syntax/kinds.ts";
import { OP_CALL, OP_LENGTH, OP_OPTIONAL, OP_STATEMENT } from "./code.ts";
import { statementAt } from "./globals.ts";
import type { CompilerState } from "./state.ts";
import { childrenOf } from "./statements.ts";

/** The attributes that are expanded, and what an update changes about them. */
export class ExpandedAttributes {
  private readonly state: CompilerState;
  private words: ReadonlySet<number> = new Set();

  constructor(state: CompilerState) {
    this.state = state;
  }

  /** Reads the statements anew; gives the words that are, or were, expanded otherwise than before. */
  refresh(roots: readonly number[]): ReadonlySet<number> {
    const before = this.words;
    const { expandattributeUnits } = this.state.evaluator;
    for (const unit of expandattributeUnits) if (!unit.alive) expandattributeUnits.delete(unit);
    if (expandattributeUnits.size === 0 && before.size === 0) return before;
    this.words = expandattributeUnits.size === 0 ? new Set() : this.read(roots);
    const { resolver, types } = this.state;
    const values = [...this.words].map((word) => types.valueOf(word));
    resolver.expandedAttributes = new Set(values.filter((value) => value > 0));
    const turned = new Set<number>();
    for (const word of this.words) if (!before.has(word)) turned.add(word);
    for (const word of before) if (!this.words.has(word)) turned.add(word);
    return turned;
  }

  private read(roots: readonly number[]): Set<number> {
    const { blocks, code } = this.state;
    const expanded = new Set<number>();
    const kept = new Set<number>();
    const seen = new Set(roots);
    for (const block of seen) {
      const stop = blocks.codeEnd.at[block] as number;
      for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
        const op = code.at[at] as number;
        if (op === OP_STATEMENT && code.at[at + 1] === N_EXPANDATTRIBUTE)
          this.readStatement(block, at, expanded, kept);
        else if (op === OP_CALL || op === OP_OPTIONAL) {
          seen.add(code.at[at + 1] as number);
          if (op === OP_OPTIONAL && (code.at[at + 2] as number) >= 0) seen.add(code.at[at + 2] as number);
        }
        at += OP_LENGTH[op] as number;
      }
    }
    for (const word of kept) expanded.delete(word);
    return expanded;
  }

  private readStatement(block: number, at: number, expanded: Set<number>, kept: Set<number>): void {
    const { substitution, resolver, words } = this.state;
    const { tree, node, args } = statementAt(this.state, block, at);
    const [set, truth] = childrenOf(tree, node);
    if (set === undefined || truth === undefined) return;
    const value = substitution.word(tree.data[truth] as number, args);
    const into = value > 0 && words.text(value).toLowerCase() === "true" ? expanded : kept;
    for (const item of resolver.flat(substitution.set(tree, set, args)).items) into.add(item >> 2);
  }
}
