// What the operations of a block code say of names: which they bring into the scope of their block, and which they use. For the
// scopes of a tree's optional blocks (optionalScopes.ts); which names count is asked of the caller.

import {
  N_ATTRS,
  N_LEVELDECL,
  N_MINUS,
  N_NAME,
  N_PERMISSIVE,
  N_POLICYCAP,
  N_ROLE,
  N_ROLEATTRIBUTE,
  N_USER,
} from "../../grammar/syntax/kinds.ts";
import { COND_BOOL } from "../policydb/conditional.ts";
import { BLOCK_COND } from "./blocks.ts";
import { OP_ATTR, OP_AV, OP_CALL, OP_DECL, OP_STATEMENT, OP_TYPE, OP_XPERM, SYM_ALIAS } from "./code.ts";
import { statementAt } from "./globals.ts";
import { labelUses, usesOf } from "./nameUses.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE } from "./optionals.ts";
import type { CompilerState } from "./state.ts";
import { childrenOf, type Statement } from "./statements.ts";

/**
 * Hears of a name that an operation uses. `operand` counts the parts of a rule from 1, and is 0 for the whole statement;
 * `leaf` is the node of a rare statement that holds the name, -1 elsewhere. `early` is true where checkpolicy looks the name
 * up in its first pass, which knows only what came before.
 */
export type HearUse = (group: number, word: number, operand: number, leaf: number, early: boolean) => void;

/** Tells every name that the operation at a code position uses. `values` passes by sets that hold nothing of interest. */
export function usesAt(
  state: CompilerState,
  block: number,
  at: number,
  values: (value: number) => boolean,
  hear: HearUse,
): void {
  const { code, resolver } = state;
  const op = code.at[at] as number;
  const set = (value: number, operand: number, early = false): void => {
    if (!values(value)) return;
    for (const item of resolver.flat(value).items) hear(GROUP_TYPE, item >> 2, operand, -1, early);
  };
  if (op === OP_AV || op === OP_XPERM || op === OP_TYPE) {
    set(code.at[at + 2] as number, 1);
    set(code.at[at + 3] as number, 2);
    if (op === OP_TYPE) set(code.at[at + 5] as number, 4);
  } else if (op === OP_ATTR) {
    set(code.at[at + 1] as number, 0, true);
    set(code.at[at + 2] as number, 0, true);
  } else if (op === OP_DECL) {
    if (code.at[at + 1] === SYM_ALIAS && (code.at[at + 3] as number) > 0)
      hear(GROUP_TYPE, code.at[at + 3] as number, 0, -1, true);
  } else if (op === OP_CALL) conditionUses(state, code.at[at + 1] as number, hear);
  else if (op === OP_STATEMENT) statementUses(state, statementAt(state, block, at), hear);
}

/** The booleans of a condition, at the operation that leads to a branch under it. */
function conditionUses({ blocks, conditions }: CompilerState, child: number, hear: HearUse): void {
  if (blocks.kind.at[child] !== BLOCK_COND) return;
  const condition = conditions.all[((blocks.branch.at[child] as number) - 1) >> 1];
  for (const { op, word } of condition?.expr ?? [])
    if (op === COND_BOOL) hear(GROUP_BOOL, word, 0, -1, false);
}

/** True for rare statements that can use names; those that describe classes and levels need not be looked at. */
export function usesNames(kind: number): boolean {
  return kind < N_POLICYCAP || kind > N_LEVELDECL;
}

function statementUses(state: CompilerState, statement: Statement, hear: HearUse): void {
  const { kind, tree, node } = statement;
  const children = childrenOf(tree, node);
  const [head, ...lists] = children;
  if (head === undefined) return;
  const names = (top: number, group: number, early = false): void =>
    namesBelow(state, statement, top, (word, leaf) => hear(group, word, 0, leaf, early));
  if (kind === N_PERMISSIVE) names(head, GROUP_TYPE);
  else if (kind === N_ROLEATTRIBUTE) names(head, GROUP_ROLE, true);
  if (kind === N_ROLE || kind === N_ROLEATTRIBUTE)
    for (const list of lists) if (tree.kind[list] === N_ATTRS) names(list, GROUP_ROLE, true);
  for (const [child, group] of usesOf(kind)) {
    const used = children.at(child);
    if (used !== undefined) names(used, group);
  }
  const textOf = (leaf: number): string => state.words.text(tree.data[leaf] as number);
  if (kind !== N_USER)
    for (const use of labelUses(tree, node, textOf))
      if (use.group === GROUP_TYPE || use.group === GROUP_ROLE) names(use.node, use.group);
}

function namesBelow(
  { substitution, resolver }: CompilerState,
  { tree, args }: Statement,
  top: number,
  hear: (word: number, leaf: number) => void,
): void {
  const stop = tree.end[top] as number;
  for (let leaf = top; leaf < stop; leaf++) {
    if (tree.kind[leaf] !== N_NAME && tree.kind[leaf] !== N_MINUS) continue;
    const value = substitution.word(tree.data[leaf] as number, args);
    for (const item of resolver.flat(value).items) hear(item >> 2, leaf);
  }
}
