// The types of a role. In each of libsepol's declarations (ranks.ts) all `role r types …` of one role share one type set
// (define_role_types and get_local_role of checkpolicy), so `-x` in one of them takes x from the others as well. Sets are
// expanded declaration by declaration with the members that attributes have by then (role_copy_callback of expand.c).

import { N_ROLETYPES } from "../../grammar/syntax/kinds.ts";
import { BLOCK_ROOT } from "./blocks.ts";
import { OP_ATTR, OP_LENGTH } from "./code.ts";
import { type Ranks, rankBlocks } from "./ranks.ts";
import type { CompilerState } from "./state.ts";
import { childrenOf, type Statement, type StatementParts, valueAt } from "./statements.ts";

/** One `role r types set`, and the value of its set. */
export interface RoleTypeSet {
  readonly statement: Statement;
  readonly value: number;
}

/** What all statements about one role give it. */
export interface RoleTypes {
  readonly types: (sets: readonly RoleTypeSet[]) => Iterable<number>;
  /** true when the global part alone gives it a type: only that counts in contexts (policydb_role_cache) */
  readonly holdsGlobally: (sets: readonly RoleTypeSet[], type: number) => boolean;
}

/** A reader of type sets under the memberships of these roots; what it needs to know it finds out when first asked. */
export function roleTypeSets(
  state: CompilerState,
  parts: StatementParts,
  roots: readonly number[],
  statements: readonly Statement[],
): RoleTypes {
  const { resolver, db } = state;
  let known: { readonly ranks: Ranks; readonly late: ReadonlyMap<number, number> } | undefined;
  const isAttribute = (type: number): boolean => db.types.at(type)?.isAttribute === true;
  const look = (): NonNullable<typeof known> => {
    if (known !== undefined) return known;
    const ranks = rankBlocks(state, roots);
    known = { ranks, late: lateMembers(state, ranks, attributesNamed(state, parts, statements)) };
    return known;
  };
  /** types and members of attributes at a rank */
  const expand = (types: readonly number[], rank: number, into: Set<number>): void => {
    for (const type of types) {
      if (!isAttribute(type)) into.add(type);
      else
        db.attrTypeMap[type]?.forEach((bit) => {
          if ((look().late.get(type * 65536 + bit + 1) ?? 0) <= rank) into.add(bit + 1);
        });
    }
  };
  const holdsGlobally = (sets: readonly RoleTypeSet[], type: number): boolean => {
    const hasMinus = sets.some(({ value }) => resolver.types(value).minus.length > 0);
    const isAtTop = ({ statement, value }: RoleTypeSet): boolean =>
      state.blocks.kind.at[statement.block] === BLOCK_ROOT && resolver.types(value).plain.includes(type);
    if (!hasMinus && sets.some(isAtTop)) return true;
    const plain = new Set<number>();
    const minus = new Set<number>();
    for (const { statement, value } of sets) {
      if (![...look().ranks.every(statement.block)].includes(0)) continue;
      expand(resolver.types(value).plain, 0, plain);
      expand(resolver.types(value).minus, 0, minus);
    }
    return plain.has(type) && !minus.has(type);
  };
  const types = (sets: readonly RoleTypeSet[]): Iterable<number> => {
    const names = sets.map(({ value }) => resolver.types(value));
    const result = new Set<number>();
    const hasMinus = names.some(({ minus }) => minus.length > 0);
    if (!hasMinus && !names.some(({ plain }) => plain.some(isAttribute))) {
      for (const { value } of sets) for (const type of resolver.expanded(value)) result.add(type);
      return result;
    }
    if (!hasMinus) {
      for (const [i, { statement }] of sets.entries())
        expand(names[i]?.plain ?? [], look().ranks.greatest[statement.block] as number, result);
      return result;
    }
    const { every } = look().ranks;
    const byRank = new Map<number, { readonly plain: Set<number>; readonly minus: Set<number> }>();
    for (const [i, { statement }] of sets.entries())
      for (const rank of every(statement.block)) {
        const one = byRank.get(rank) ?? { plain: new Set(), minus: new Set() };
        byRank.set(rank, one);
        expand(names[i]?.plain ?? [], rank, one.plain);
        expand(names[i]?.minus ?? [], rank, one.minus);
      }
    for (const { plain, minus } of byRank.values())
      for (const type of plain) if (!minus.has(type)) result.add(type);
    return result;
  };
  return { types, holdsGlobally };
}

/** Attributes that role statements name. */
function attributesNamed(
  { resolver, db }: CompilerState,
  parts: StatementParts,
  statements: readonly Statement[],
): Set<number> {
  const found = new Set<number>();
  for (const statement of statements) {
    if (statement.kind !== N_ROLETYPES) continue;
    const set = childrenOf(statement.tree, statement.node)[1];
    if (set === undefined) continue;
    const { plain, minus } = resolver.types(valueAt(parts, statement, set));
    for (const type of [...plain, ...minus]) if (db.types.at(type)?.isAttribute === true) found.add(type);
  }
  return found;
}

/** (attribute, type) → least rank of a membership, for those that are not global. */
function lateMembers(
  { types, code, blocks, resolver }: CompilerState,
  ranks: Ranks,
  wanted: ReadonlySet<number>,
): Map<number, number> {
  const result = new Map<number, number>();
  const early = new Set<number>();
  for (let block = 0; block < blocks.count; block++) {
    const rank = ranks.least[block] as number;
    if (rank < 0 || ((blocks.contents.at[block] as number) & (1 << OP_ATTR)) === 0) continue;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      if (code.at[at] !== OP_ATTR) continue;
      const attribute = types.valueOf(code.at[at + 2] as number);
      if (!wanted.has(attribute)) continue;
      for (const type of resolver.types(code.at[at + 1] as number).plain) {
        const key = attribute * 65536 + type;
        if (rank === 0) early.add(key);
        else result.set(key, Math.min(rank, result.get(key) ?? rank));
      }
    }
  }
  for (const key of early) result.delete(key);
  return result;
}
