// The rule table and the conditionals in the order in which libsepol builds them (expand.c, avtab.c, conditional.c).
// Entries of one source, target and class stand in the order in which their kinds were first met; slices of extended
// permissions are put in front of the earlier ones. A conditional met later stands before those met earlier; the rules
// of one `if` are expanded from the last to the first, each is put in front of the list, and type rules move to the
// front at the end. Values are renumbered on the way.

import {
  AVTAB_AUDITDENY,
  AVTAB_TYPE,
  AVTAB_XPERMS,
  type Avtab,
  branchOf,
  isTrueBranch,
  Avtab as Table,
  UNCONDITIONAL,
  XPERMS_IOCTLDRIVER,
} from "../policydb/avtab.ts";
import { COND_BOOL, type CondExprNode, type CondNode, evaluateCond } from "../policydb/conditional.ts";
import { type BoolDatum, type ClassDatum, permissionsOf } from "../policydb/policydb.ts";
import type { Symtab } from "../policydb/symtab.ts";
import type { Renumbering } from "./canonicalNumbers.ts";
import { type DeclarationRun, groupedBranches, type RuleRun } from "./canonicalWalk.ts";
import { OP_AV, OP_TYPE, OP_XPERM } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { ConditionNode } from "./conditions.ts";
import type { CompilerState } from "./state.ts";

/** The new table and the new conditionals. */
export interface OrderedRules {
  readonly avtab: Avtab;
  readonly conditionals: CondNode[];
}

/** Builds both; `bools` are the new booleans. */
export function orderRules(
  compiled: CompiledPolicy,
  runs: readonly DeclarationRun[],
  maps: Renumbering,
  bools: Symtab<BoolDatum>,
): OrderedRules {
  const { db } = compiled.state;
  const reader = new Contributions(compiled.state, maps);
  const avtab = new Table(db.avtab.count);
  const sequence = sequenceOf(db.avtab, reader, runs);
  const ordered = orderConditionals(reader, runs, db.avtab);
  const copy = new Copier(db.avtab, avtab, maps, (entry) =>
    reader.complemented.has(entry) ? ~fullMask(db.classes.at(db.avtab.tclass[entry] as number)) : 0,
  );
  copyUnconditional(db.avtab, sequence, copy);
  const conditionals: CondNode[] = [];
  ordered.forEach((condition, index) => {
    const expr = mapExpression(compiled.state, condition, maps);
    conditionals.push({ expr, state: evaluateCond(expr, (bool) => bools.at(bool)?.state ?? false) });
    for (const inTrueList of [true, false])
      for (const entry of optimized(condition.lists[inTrueList ? 0 : 1] as number[], db.avtab))
        copy.entry(entry, branchOf(index, inTrueList));
  });
  return { avtab, conditionals };
}

/** Finds the entries to which a rule contributes. */
class Contributions {
  private readonly state: CompilerState;
  private readonly maps: Renumbering;
  /** first living contribution of a code position + 1 */
  private readonly first: Int32Array;
  /** entries with permissions from a `~` set, which libsepol complements over all 32 bits */
  readonly complemented = new Set<number>();

  constructor(state: CompilerState, maps: Renumbering) {
    this.state = state;
    this.maps = maps;
    this.first = new Int32Array(state.code.length);
    const { entry, at } = state.rules;
    for (let c = 0; c < entry.length; c++) {
      const position = at.at[c] as number;
      if ((entry.at[c] as number) >= 0 && this.first[position] === 0) this.first[position] = c + 1;
    }
  }

  /** In the order in which the rule's own loops made them. */
  entries(position: number): number[] {
    const { entry, at } = this.state.rules;
    const found: number[] = [];
    for (let c = (this.first[position] as number) - 1; c >= 0 && c < entry.length; c++) {
      if (at.at[c] !== position) break;
      if ((entry.at[c] as number) >= 0) found.push(entry.at[c] as number);
    }
    const { code, resolver } = this.state;
    if (code.at[position] === OP_AV) {
      const { tilde, star } = resolver.flat(code.at[position + 5] as number);
      if (tilde && !star) for (const one of found) this.complemented.add(one);
    }
    if (code.at[position] === OP_XPERM) found.sort((a, b) => this.sliceOrder(a) - this.sliceOrder(b));
    return found;
  }

  /** Whole drivers come first, then the others in ascending order. */
  private sliceOrder(entry: number): number {
    const slice = this.state.db.avtab.slice[entry] as number;
    return slice >>> 8 === XPERMS_IOCTLDRIVER ? -1 : slice & 0xff;
  }

  /**
   * In libsepol's order: sources, the source itself as target of `self`, targets, each ascending; classes ascending in
   * access vector rules and descending in type rules.
   */
  expanded(position: number): number[] {
    const { code, db, resolver } = this.state;
    const { avtab } = db;
    const self = resolver.types(code.at[position + 3] as number).self;
    const { types, classes } = this.maps;
    const direction = code.at[position] === OP_TYPE ? -1 : 1;
    const rows = this.entries(position).map((entry) => {
      const source = types[avtab.source(entry)] as number;
      const target = types[avtab.target(entry)] as number;
      const tclass = (classes[avtab.tclass[entry] as number] as number) * direction;
      return { entry, source, target: self && source === target ? 0 : target, tclass };
    });
    rows.sort((a, b) => a.source - b.source || a.target - b.target || a.tclass - b.tclass);
    return rows.map((row) => row.entry);
  }
}

/** The bits of all permissions of a class. */
function fullMask(datum: ClassDatum | undefined): number {
  let mask = 0;
  if (datum !== undefined) for (const value of permissionsOf(datum).values()) mask |= 1 << (value - 1);
  return mask;
}

/** When each unconditional entry was first met. */
function sequenceOf(avtab: Avtab, reader: Contributions, runs: readonly DeclarationRun[]): Int32Array {
  const sequence = new Int32Array(avtab.length).fill(0x7fffffff);
  let next = 0;
  const seen = new Set<number>();
  for (const { rules } of runs)
    for (let i = 1; i < rules.length; i += 2) {
      const position = rules[i] as number;
      if (seen.has(position)) continue;
      seen.add(position);
      for (const entry of reader.entries(position))
        if (sequence[entry] === 0x7fffffff) sequence[entry] = next++;
    }
  return sequence;
}

function copyUnconditional(avtab: Avtab, sequence: Int32Array, copy: Copier): void {
  const done = new Uint8Array(avtab.length);
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] === 0 || avtab.branch[entry] !== UNCONDITIONAL || done[entry] === 1) continue;
    const same: number[] = [];
    let other = avtab.first(avtab.source(entry), avtab.target(entry), avtab.tclass[entry] as number);
    for (; other >= 0; other = avtab.nextOf(other)) {
      if (avtab.branch[other] !== UNCONDITIONAL) continue;
      done[other] = 1;
      same.push(other);
    }
    for (const one of same.length > 1 ? chained(same, avtab, sequence) : same) copy.entry(one, UNCONDITIONAL);
  }
}

/** Entries of one triple as they stand in libsepol's chain: a further entry of one kind goes before the others of it. */
function chained(entries: number[], avtab: Avtab, sequence: Int32Array): number[] {
  const chain: number[] = [];
  entries.sort((a, b) => (sequence[a] as number) - (sequence[b] as number));
  for (const entry of entries) {
    const at = chain.findIndex((other) => avtab.specified[other] === avtab.specified[entry]);
    if (at < 0) chain.push(entry);
    else chain.splice(at, 0, entry);
  }
  return chain;
}

/** Copies entries under new values. */
class Copier {
  private readonly from: Avtab;
  private readonly to: Avtab;
  private readonly maps: Renumbering;
  /** further bits of an access vector that no permission has */
  private readonly beyond: (entry: number) => number;

  constructor(from: Avtab, to: Avtab, maps: Renumbering, beyond: (entry: number) => number) {
    this.from = from;
    this.to = to;
    this.maps = maps;
    this.beyond = beyond;
  }

  entry(entry: number, branch: number): void {
    const { from, to } = this;
    const { types, classes } = this.maps;
    const kind = from.specified[entry] as number;
    const source = types[from.source(entry)] as number;
    const target = types[from.target(entry)] as number;
    const tclass = classes[from.tclass[entry] as number] as number;
    if (source === 0 || target === 0 || tclass === 0) return;
    const copy = to.append(source, target, tclass, kind, branch, from.slice[entry] as number);
    const data = from.data[entry] as number;
    if ((kind & AVTAB_XPERMS) !== 0) {
      const row = (to.data[copy] as number) * 8;
      for (let i = 0; i < 8; i++) to.xperms[row + i] = from.xperms[data * 8 + i] as number;
    } else if ((kind & AVTAB_TYPE) !== 0) to.data[copy] = types[data] as number;
    else to.data[copy] = kind === AVTAB_AUDITDENY ? data & ~this.beyond(entry) : data | this.beyond(entry);
  }
}

interface OrderedCondition {
  readonly index: number;
  readonly expr: readonly ConditionNode[] | undefined;
  /** entries of the true and the false list, the first to be written first */
  readonly lists: readonly [number[], number[]];
}

function orderConditionals(
  reader: Contributions,
  runs: readonly DeclarationRun[],
  avtab: Avtab,
): OrderedCondition[] {
  const conditions = new Map<number, OrderedCondition>();
  const seen = new Set<number>();
  const expand = (rules: RuleRun, list: number[]): void => {
    for (let i = rules.length - 1; i > 0; i -= 2)
      for (const entry of reader.expanded(rules[i] as number)) {
        if (seen.has(entry) || avtab.specified[entry] === 0) continue;
        seen.add(entry);
        list.push(entry);
      }
  };
  for (const { branches } of runs)
    for (const [index, group] of groupedBranches(branches)) {
      let condition = conditions.get(index);
      if (condition === undefined) {
        condition = { index, expr: group[0]?.expr, lists: [[], []] };
        conditions.set(index, condition);
      }
      for (const { branch, rules } of group) expand(rules, condition.lists[isTrueBranch(branch) ? 0 : 1]);
    }
  const all = [...conditions.values()].reverse();
  for (const condition of all) for (const list of condition.lists) list.reverse();
  return all;
}

/** cond_optimize: every type rule that is not in front goes to the front. */
function optimized(list: readonly number[], avtab: Avtab): number[] {
  const front: number[] = [];
  const rest: number[] = [];
  list.forEach((entry, i) => {
    if (i > 0 && ((avtab.specified[entry] as number) & AVTAB_TYPE) !== 0) front.unshift(entry);
    else rest.push(entry);
  });
  return [...front, ...rest];
}

function mapExpression(state: CompilerState, condition: OrderedCondition, maps: Renumbering): CondExprNode[] {
  const { db, words, conditions } = state;
  const expr = condition.expr ?? conditions.all[condition.index]?.expr ?? [];
  return expr.map(({ op, word }) => ({
    op,
    bool: op === COND_BOOL ? (maps.bools[db.bools.valueOf(words.text(word))] as number) : 0,
  }));
}
