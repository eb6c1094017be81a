// The order in which libsepol meets what active blocks say (expand_module of expand.c): declaration by declaration,
// the global part first, then every optional branch that is on, in the order in which the optionals are opened in the
// text. Within a declaration: its statements and rules in text order, then its conditionals. Only the first time that
// something is met matters, so a block is followed again only where that puts it into an earlier declaration. Also the
// names that libsepol's tables hold, required ones and those of dropped optionals included: their number decides the
// number of buckets. It resolves no names; canonicalRules.ts and canonical.ts do.

import {
  N_ATTRIBUTEROLE,
  N_COND,
  N_NAME,
  N_OP,
  N_ROLE,
  N_USER,
  SYM_ROLE,
} from "../../grammar/syntax/kinds.ts";
import { conditionalOfBranch, UNCONDITIONAL } from "../policydb/avtab.ts";
import { COND_BOOL, COND_NOT } from "../policydb/conditional.ts";
import { BLOCK_COND } from "./blocks.ts";
import {
  OP_AV,
  OP_CALL,
  OP_DECL,
  OP_GENREQUIRE,
  OP_LENGTH,
  OP_OPTIONAL,
  OP_REQUIRE,
  OP_STATEMENT,
  OP_TYPE,
  OP_XPERM,
} from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import { type ConditionNode, condOperator } from "./conditions.ts";
import { statementAt } from "./globals.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE, GROUP_USER, groupOf, STATE_ON } from "./optionals.ts";
import type { Statement } from "./statements.ts";
import { NO_BRANCH } from "./tunables.ts";

/** A run of rules: block and code position of each, in turn. */
export type RuleRun = number[];

/** One branch of one `if`. */
export interface BranchRun {
  /** avtab branch */
  readonly branch: number;
  readonly rules: RuleRun;
  /** the `if`'s own expression, a leading NOT stripped; undefined when it can't be told */
  readonly expr: readonly ConditionNode[] | undefined;
}

/** One of libsepol's declarations. */
export interface DeclarationRun {
  readonly rules: RuleRun;
  readonly statements: Statement[];
  readonly branches: BranchRun[];
}

interface RunParts extends DeclarationRun {
  /** under tunables that hold: libsepol's discard_tunables puts these behind all other rules */
  readonly decided: BranchRun[];
}

/** What is met, in order. */
export function declarationRuns(compiled: CompiledPolicy): DeclarationRun[] {
  const { blocks, code, tunables } = compiled.state;
  const empty = (): RunParts => ({ rules: [], statements: [], branches: [], decided: [] });
  const runs = [empty()];
  const least = new Int32Array(blocks.count).fill(0x7fffffff);
  const visit = (block: number, run: number): void => {
    const before = least[block] as number;
    if (before <= run) return;
    least[block] = run;
    const first = before === 0x7fffffff;
    const into = runs[run] as RunParts;
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at] as number;
      if (op === OP_AV || op === OP_TYPE || op === OP_XPERM) into.rules.push(block, at);
      else if (op === OP_STATEMENT) into.statements.push(statementAt(compiled.state, block, at));
      else if (op === OP_CALL) {
        const child = code.at[at + 1] as number;
        if (blocks.kind.at[child] === BLOCK_COND) {
          const branch = branchRun(compiled, block, at);
          const place = tunables.resolve(branch.branch);
          // An `if` without rules leaves no trace.
          if (branch.rules.length > 0 && place !== NO_BRANCH)
            (place === UNCONDITIONAL ? into.decided : into.branches).push(branch);
        } else visit(child, run);
      } else if (op === OP_OPTIONAL && first) optional(at);
    }
  };
  const optional = (at: number): void => {
    const [main, otherwise] = [code.at[at + 1] as number, code.at[at + 2] as number];
    runs.push(empty());
    const run = runs.length - 1;
    for (const branch of [main, otherwise])
      if (branch >= 0 && ((blocks.state.at[branch] as number) & STATE_ON) !== 0) visit(branch, run);
      else if (branch >= 0 && compiled.activation.hasElse) passBy(branch);
  };
  const passed = new Set<number>();
  /** what is off leaves only the optionals inside of it (nestedElse.ts) */
  const passBy = (block: number): void => {
    if (passed.has(block)) return;
    passed.add(block);
    for (const at of compiled.operations(block)) {
      if (code.at[at] === OP_CALL) passBy(code.at[at + 1] as number);
      else if (code.at[at] === OP_OPTIONAL) optional(at);
    }
  };
  for (const root of compiled.roots()) visit(root, 0);
  for (const { rules, decided } of runs)
    for (const group of [...groupedBranches(decided).values()].reverse())
      for (const branch of group)
        for (let i = branch.rules.length - 2; i >= 0; i -= 2)
          rules.push(branch.rules[i] as number, branch.rules[i + 1] as number);
  return runs;
}

/** Branches by conditional, in the order of the first of each. */
export function groupedBranches(branches: readonly BranchRun[]): Map<number, BranchRun[]> {
  const groups = new Map<number, BranchRun[]>();
  for (const run of branches) {
    const index = conditionalOfBranch(run.branch);
    const group = groups.get(index);
    if (group === undefined) groups.set(index, [run]);
    else group.push(run);
  }
  return groups;
}

/** The rules of a conditional branch; what is called twice is there twice. */
function branchRun(compiled: CompiledPolicy, block: number, at: number): BranchRun {
  const { blocks, code } = compiled.state;
  const child = code.at[at + 1] as number;
  const rules: RuleRun = [];
  const gather = (from: number): void => {
    const stop = blocks.codeEnd.at[from] as number;
    for (
      let at = blocks.codeStart.at[from] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at] as number;
      if (op === OP_AV || op === OP_TYPE || op === OP_XPERM) rules.push(from, at);
      else if (op === OP_CALL) gather(code.at[at + 1] as number);
    }
  };
  gather(child);
  return { branch: blocks.branch.at[child] as number, rules, expr: writtenExpression(compiled, block, at) };
}

/** The expression of the `if` that a call into a branch comes from. */
function writtenExpression(
  compiled: CompiledPolicy,
  block: number,
  at: number,
): readonly ConditionNode[] | undefined {
  const { blocks, code, units, substitution } = compiled.state;
  const unit = units.all[blocks.unit.at[block] as number];
  if (unit === undefined || blocks.dynamic.at[block] !== 0) return undefined;
  const { tree } = unit;
  const cond = unit.node + (code.at[at + 2] as number) + 1;
  if (tree.kind[cond] !== N_COND) return undefined;
  const args = blocks.argumentsOf(block);
  const expr: ConditionNode[] = [];
  for (let leaf = cond + 1; leaf < (tree.end[cond] as number); leaf = tree.end[leaf] as number) {
    if (tree.kind[leaf] === N_OP) expr.push({ op: condOperator(tree.data[leaf] as number), word: 0 });
    else if (tree.kind[leaf] === N_NAME)
      expr.push({ op: COND_BOOL, word: substitution.word(tree.data[leaf] as number, args) });
  }
  while (expr.length > 1 && expr[expr.length - 1]?.op === COND_NOT) expr.pop();
  return expr.some(({ op, word }) => op === COND_BOOL && word <= 0) ? undefined : expr;
}

/** How many names libsepol's tables hold before it drops what is off. */
export interface TableCounts {
  readonly types: number;
  readonly roles: number;
  readonly users: number;
  readonly bools: number;
}

/** Counts every name that is declared or required anywhere. */
export function tableCounts(compiled: CompiledPolicy): TableCounts {
  const { blocks, code, words, substitution } = compiled.state;
  const modular = compiled.options.mode === "modular";
  const names = new Map<number, Set<number>>();
  const add = (group: number, word: number): void => {
    if (word <= 0) return;
    const set = names.get(group);
    if (set === undefined) names.set(group, new Set([word]));
    else set.add(word);
  };
  const statement = (block: number, at: number): void => {
    const kind = code.at[at + 1] as number;
    if (kind !== N_ROLE && kind !== N_ATTRIBUTEROLE && kind !== N_USER) return;
    const { tree, node, args } = statementAt(compiled.state, block, at);
    if (tree.kind[node + 1] !== N_NAME) return;
    add(kind === N_USER ? GROUP_USER : GROUP_ROLE, substitution.word(tree.data[node + 1] as number, args));
  };
  // Bit 0: visited outside of optionals, bit 1: visited inside of one, where gen_require counts.
  const seen = new Uint8Array(blocks.count);
  const visit = (block: number, inside: boolean): void => {
    if (block < 0 || ((seen[block] as number) & (inside ? 2 : 1)) !== 0) return;
    seen[block] = (seen[block] as number) | (inside ? 2 : 1);
    const stop = blocks.codeEnd.at[block] as number;
    for (
      let at = blocks.codeStart.at[block] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at] as number;
      if (op === OP_DECL || op === OP_REQUIRE || (op === OP_GENREQUIRE && (inside || modular)))
        add(groupOf(code.at[at + 1] as number), code.at[at + 2] as number);
      else if (op === OP_STATEMENT) statement(block, at);
      else if (op === OP_CALL) visit(code.at[at + 1] as number, inside);
      else if (op === OP_OPTIONAL) {
        visit(code.at[at + 1] as number, true);
        visit(code.at[at + 2] as number, true);
      }
    }
  };
  for (const root of compiled.roots()) visit(root, false);
  add(groupOf(SYM_ROLE), words.intern("object_r"));
  const count = (group: number): number => names.get(group)?.size ?? 0;
  return {
    types: count(GROUP_TYPE),
    roles: count(GROUP_ROLE),
    users: count(GROUP_USER),
    bools: count(GROUP_BOOL),
  };
}
