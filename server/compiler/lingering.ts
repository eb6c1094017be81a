// What statements of optional blocks that are off do all the same. checkpolicy writes `permissive`, `neveraudit`,
// `typebounds` and `typealias` into the symbol they speak of while it parses, and libsepol copies a symbol as it finds it
// (type_copy_callback, type_bounds_copy_callback and alias_copy_callback of expand.c ask only whether the type is on).
// So these hold for types of the policy wherever they stand. And a role that a block declares that is off is in the policy
// when a block requires it that is on (is_id_enabled). Names here are words; what does not name a type has no effect.

import {
  N_ATTRIBUTEROLE,
  N_NEVERAUDIT,
  N_PERMISSIVE,
  N_ROLE,
  N_TYPEALIAS,
  N_TYPEBOUNDS,
  SYM_ATTRIBUTEROLE,
  SYM_ROLE,
} from "../../grammar/syntax/kinds.ts";
import type { AppliedCode } from "./affected.ts";
import {
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_LENGTH,
  OP_OPTIONAL,
  OP_REQUIRE,
  OP_STATEMENT,
  SYM_ALIAS,
} from "./code.ts";
import { statementAt } from "./globals.ts";
import { GROUP_ROLE, GROUPS, groupOf, STATE_ON } from "./optionals.ts";
import type { CompilerState } from "./state.ts";
import { childrenOf } from "./statements.ts";
import { mayLeadTo } from "./walk.ts";

/** One effect: what it is (N_TYPEALIAS, N_PERMISSIVE, N_NEVERAUDIT, N_TYPEBOUNDS, N_ROLE or N_ATTRIBUTEROLE), and two words. */
export interface Lingering {
  readonly kind: number;
  /** the alias; the permissive type; the type that is bounded */
  readonly word: number;
  /** what the alias stands for; the bounds; 1 for a role that dominates itself */
  readonly other: number;
}

const WANTED = (1 << OP_DECL) | (1 << OP_STATEMENT);

/** Where something may be off: the optionals of all applied blocks when any has an else branch, the dropped ones else. */
export function* offPositions(
  state: CompilerState,
  dropped: ReadonlyMap<number, readonly number[]>,
  hasElse: boolean,
  applied: AppliedCode,
): Iterable<number> {
  if (!hasElse) for (const positions of dropped.values()) yield* positions;
  else for (const at of operationsOf(state, applied)) if (state.code.at[at] === OP_OPTIONAL) yield at;
}

/** Positions of all operations of applied blocks. */
function* operationsOf({ code }: CompilerState, { start, stop }: AppliedCode): Iterable<number> {
  for (let block = 0; block < start.length; block++) {
    const end = stop.at[block] as number;
    for (let at = start.at[block] as number; at >= 0 && at < end; ) {
      const op = code.at[at] as number;
      yield at;
      at += OP_LENGTH[op] as number;
    }
  }
}

/** Effects of everything that is off below these positions of OP_OPTIONAL, in the order of the text. */
export function lingeringOf(state: CompilerState, positions: Iterable<number>): Lingering[] {
  const { blocks, code } = state;
  const found: Lingering[] = [];
  const seen = new Set<number>();
  const visit = (block: number): void => {
    if (block < 0 || seen.has(block) || !mayLeadTo(blocks, block, WANTED)) return;
    seen.add(block);
    const stop = blocks.codeEnd.at[block] as number;
    for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
      const op = code.at[at] as number;
      if (op === OP_CALL) visit(code.at[at + 1] as number);
      else if (op === OP_OPTIONAL) optional(at);
      else if (op === OP_DECL && code.at[at + 1] === SYM_ALIAS)
        found.push({
          kind: N_TYPEALIAS,
          word: code.at[at + 2] as number,
          other: code.at[at + 3] as number,
        });
      else if (op === OP_DECL && code.at[at + 1] === SYM_ROLE) found.push(role(state, N_ROLE, block, at));
      else if (op === OP_DECL && code.at[at + 1] === SYM_ATTRIBUTEROLE)
        found.push(role(state, N_ATTRIBUTEROLE, block, at));
      else if (op === OP_STATEMENT) statement(state, block, at, found);
      at += OP_LENGTH[op] as number;
    }
  };
  const optional = (at: number): void => {
    for (const branch of [code.at[at + 1] as number, code.at[at + 2] as number]) visit(branch);
  };
  for (const at of positions)
    for (const branch of [code.at[at + 1] as number, code.at[at + 2] as number])
      if (branch >= 0 && ((blocks.state.at[branch] as number) & STATE_ON) === 0) visit(branch);
  return found;
}

/** A role that the block declares. It dominates itself by the requirement that made it only (require_role_or_attribute). */
function role(state: CompilerState, kind: number, block: number, at: number): Lingering {
  const { blocks, units, code, requiredFirst } = state;
  const word = code.at[at + 2] as number;
  const unit = units.all[blocks.unit.at[block] as number];
  const isRequired = unit !== undefined && requiredFirst(unit, word * GROUPS + GROUP_ROLE) > 0;
  return { kind, word, other: isRequired ? 1 : 0 };
}

function statement(state: CompilerState, block: number, at: number, found: Lingering[]): void {
  const kind = state.code.at[at + 1] as number;
  if (kind !== N_PERMISSIVE && kind !== N_NEVERAUDIT && kind !== N_TYPEBOUNDS) return;
  const { tree, node, args } = statementAt(state, block, at);
  const [name, list] = childrenOf(tree, node);
  if (name === undefined) return;
  const word = state.substitution.word(tree.data[name] as number, args);
  if (kind !== N_TYPEBOUNDS) found.push({ kind, word, other: 0 });
  else if (list !== undefined)
    for (const child of childrenOf(tree, list))
      found.push({ kind, word: state.substitution.word(tree.data[child] as number, args), other: word });
}

/** True for a role or role attribute. */
export function isRole({ kind }: Lingering): boolean {
  return kind === N_ROLE || kind === N_ATTRIBUTEROLE;
}

/** The effects without the roles that no applied block requires. */
export function withRequiredRoles(
  state: CompilerState,
  effects: readonly Lingering[],
  applied: AppliedCode,
): readonly Lingering[] {
  if (!effects.some(isRole)) return effects;
  const required = new Set<number>();
  const { code } = state;
  for (const at of operationsOf(state, applied)) {
    const op = code.at[at];
    if ((op === OP_REQUIRE || op === OP_GENREQUIRE) && groupOf(code.at[at + 1] as number) === GROUP_ROLE)
      required.add(code.at[at + 2] as number);
  }
  return effects.filter((effect) => !isRole(effect) || required.has(effect.word));
}

/** Lets the effects on types hold; gives the names that were entered as aliases. */
export function applyLingering(state: CompilerState, effects: readonly Lingering[]): string[] {
  const { db, words } = state;
  const entered: string[] = [];
  const typeOf = (word: number) => (word > 0 ? db.types.get(words.text(word)) : undefined);
  for (const { kind, word, other } of effects) {
    if (kind !== N_TYPEALIAS || typeOf(word) !== undefined) continue;
    const primary = typeOf(other);
    if (word <= 0 || primary === undefined || primary.isAttribute) continue;
    db.types.alias(words.text(word), primary.value);
    entered.push(words.text(word));
  }
  for (const { kind, word, other } of effects) {
    const datum = typeOf(word);
    if (
      kind === N_TYPEALIAS ||
      kind === N_ROLE ||
      kind === N_ATTRIBUTEROLE ||
      datum === undefined ||
      datum.isAttribute
    )
      continue;
    if (kind === N_PERMISSIVE) db.permissive.add(datum.value);
    else if (kind === N_NEVERAUDIT) db.neveraudit.add(datum.value);
    else if (datum.bounds === 0) datum.bounds = typeOf(other)?.value ?? 0;
  }
  return entered;
}

/** One text for effects that come to the same. */
export function lingeringKey({ types }: CompilerState, effects: readonly Lingering[]): string {
  return effects
    .map(({ kind, word, other }) => `${kind} ${word} ${types.valueOf(word)} ${other} ${types.valueOf(other)}`)
    .join();
}
