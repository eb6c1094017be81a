// Counts what a run of code declares, in or out of the policy: types, attributes and aliases, memberships, booleans and
// tunables. In modular builds requirements of types count as declarations.

import { SYM_ATTRIBUTE, SYM_BOOL, SYM_TUNABLE, SYM_TYPE } from "../../grammar/syntax/kinds.ts";
import { OP_ATTR, OP_DECL, OP_GENREQUIRE, OP_LENGTH, OP_REQUIRE, OP_STATEMENT } from "./code.ts";
import { membershipKey } from "./memberships.ts";
import { GROUP_TYPE, groupOf } from "./optionals.ts";
import type { CompilerState } from "./state.ts";

/** What the counts go into. */
export interface Tally {
  /** names of types and attributes whose counts moved */
  readonly words: Set<number>;
  /** memberships (membershipKey), and by how much they moved */
  readonly pairs: Map<number, number>;
  /** booleans and tunables, and how often they are declared */
  readonly others: Map<number, number>;
}

/** Counts declarations and memberships of a run of code; true when it holds rare statements. */
export function tally(
  state: CompilerState,
  start: number,
  stop: number,
  delta: number,
  { words, pairs, others }: Tally,
): boolean {
  const { code, types, tunables } = state;
  const modular = state.options.mode === "modular";
  let rare = false;
  for (let at = start; at >= 0 && at < stop; ) {
    const op = code.at[at] as number;
    if (op === OP_DECL) {
      const symbol = code.at[at + 1] as number;
      const word = code.at[at + 2] as number;
      if (groupOf(symbol) === GROUP_TYPE) {
        types.count(symbol, word, code.at[at + 3] as number, false, delta);
        words.add(word);
      } else {
        rare = true;
        if (symbol === SYM_BOOL || symbol === SYM_TUNABLE) others.set(word, (others.get(word) ?? 0) + delta);
        if (symbol === SYM_TUNABLE) tunables.count(word, code.at[at + 3] as number, delta);
      }
    } else if (op === OP_STATEMENT) rare = true;
    else if (op === OP_ATTR) {
      const key = membershipKey(code.at[at + 1] as number, code.at[at + 2] as number);
      pairs.set(key, (pairs.get(key) ?? 0) + delta);
    } else if (modular && (op === OP_REQUIRE || op === OP_GENREQUIRE)) {
      const symbol = code.at[at + 1] as number;
      if (symbol === SYM_TYPE || symbol === SYM_ATTRIBUTE) {
        types.count(symbol, code.at[at + 2] as number, 0, true, delta);
        words.add(code.at[at + 2] as number);
      } else rare = true;
    }
    at += OP_LENGTH[op] as number;
  }
  return rare;
}
