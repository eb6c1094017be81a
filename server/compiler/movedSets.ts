// Edits of macros that are sets of permissions (`define(`read_file_perms',`{ getattr open read }')`). Blocks keep the
// name of such a macro in their code and what it stands for is looked up when rules enter the policy, so the rules that
// use it are added anew and nothing is evaluated. That holds while it is nothing but permissions in rules: where it may
// decide more (declarations, classes, requirements, text that is put together) the edit is one of any macro.

import type { AppliedCode } from "./affected.ts";
import { OP_AV, OP_LENGTH, OP_TYPE, OP_XPERM } from "./code.ts";
import { GROUP_OTHER } from "./optionals.ts";
import type { CompilerState } from "./state.ts";
import { isSetMacro, type Unit } from "./units.ts";

/** The names of edited set macros and of the set macros that name them; undefined when more than rules may depend. */
export function movedBy(state: CompilerState, edited: readonly Unit[]): ReadonlySet<number> | undefined {
  if (edited.length === 0) return undefined;
  const names = withUsers(state, new Set(edited.map(({ name }) => name)));
  for (const name of names)
    if (state.evaluator.required.has(GROUP_OTHER, name) || state.substitution.inlined.has(name))
      return undefined;
  for (const unit of edited) {
    if (state.units.macro(unit.name) !== unit) return undefined;
    for (const { tree, node } of [unit, unit.before ?? unit])
      for (let token = tree.first[node] as number; token < (tree.last[node] as number); token++)
        if (!isPermission(state, tree.tokens.word[token] as number, names)) return undefined;
  }
  return names;
}

/** Adds the set macros that name one of these, directly or through others. */
function withUsers({ units }: CompilerState, names: Set<number>): ReadonlySet<number> {
  const sets = units.macros().filter(isSetMacro);
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const { name, tree, node } of sets) {
      if (names.has(name)) continue;
      const { word } = tree.tokens;
      const stop = tree.last[node] as number;
      for (let token = tree.first[node] as number; token < stop; token++)
        if (names.has(word[token] as number)) {
          names.add(name);
          break;
        }
    }
  }
  return names;
}

/** True for a word that can only be a permission, or a set macro of nothing else. */
function isPermission(state: CompilerState, word: number, names: ReadonlySet<number>): boolean {
  if (word === 0 || names.has(word)) return true;
  const { units, words, types, db, resolver } = state;
  const means = (one: number): boolean =>
    types.valueOf(one) === 0 && db.classes.valueOf(words.text(one)) === 0 && !words.text(one).includes("$");
  const unit = units.macro(word);
  if (unit === undefined) return means(word) && state.definition(word) === undefined;
  return isSetMacro(unit) && resolver.flat(word).items.every((item) => means(item >> 2));
}

const RULES = (1 << OP_AV) | (1 << OP_TYPE) | (1 << OP_XPERM);

/** The rules that leave and enter again because set macros mean something else. */
export class SetMoves {
  private readonly state: CompilerState;
  private names: readonly number[] = [];
  private blocks: number[] = [];

  constructor(state: CompilerState) {
    this.state = state;
  }

  /** Takes out the rules of applied blocks that use one of these macros, and forgets what the macros were. */
  takeOut(names: ReadonlySet<number>, applied: AppliedCode): void {
    const { blocks, code, resolver, rules } = this.state;
    const isMoved = resolver.forgetSets(names);
    const ops = code.at;
    const uses = (at: number): boolean =>
      isMoved(ops[at + 5] as number) ||
      isMoved(ops[at + 4] as number) ||
      isMoved(ops[at + 3] as number) ||
      isMoved(ops[at + 2] as number);
    this.names = [...names];
    for (let block = 0; block < applied.start.length; block++) {
      const start = applied.start.at[block] as number;
      if (start < 0 || ((blocks.contents.at[block] as number) & RULES) === 0) continue;
      const stop = applied.stop.at[block] as number;
      for (let at = start; at < stop; at += OP_LENGTH[ops[at] as number] as number)
        if (((1 << (ops[at] as number)) & RULES) !== 0 && uses(at)) {
          rules.remove(block);
          this.blocks.push(block);
          break;
        }
    }
  }

  /** Adds what was taken out and is still to be there; gives the macros that have moved. */
  putBack(isApplied: (block: number) => boolean): readonly number[] {
    const { names, blocks } = this;
    const { rules } = this.state;
    if (names.length === 0) return names;
    for (const block of blocks) if (isApplied(block) && !rules.has(block)) rules.add(block);
    this.names = [];
    this.blocks = [];
    return names;
  }
}
