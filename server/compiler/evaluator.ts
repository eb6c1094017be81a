// The evaluator: syntax + arguments → block code. A pure function of the unit's text, the arguments, the macro table
// and the build's defines; it declares nothing and looks no symbol up. Work goes through a queue instead of recursion
// over calls, so recursive macros end at MAX_CALL_DEPTH with a problem and never overflow the stack. What structure
// cannot express (statements built from quotes, keywords that are parameters) is evaluated from what dynamic.ts expands.

import {
  N_ARG,
  N_AVRULE,
  N_BLOCK,
  N_CALL,
  N_COND,
  N_DEFINE,
  N_EMPTY,
  N_GENREQUIRE,
  N_GENUSER,
  N_IF,
  N_IFDEF,
  N_IFELSE,
  N_INTERFACE,
  N_MESSAGE,
  N_NAME,
  N_OP,
  N_RAW,
  N_REQUIRE,
  N_SET,
  N_TUNABLEPOLICY,
  N_TYPERULE,
  N_UNKNOWN,
  N_WORDS,
  N_XPERMRULE,
  SYM_BOOL,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import { COND_BOOL } from "../policydb/conditional.ts";
import {
  BLOCK_COND,
  BLOCK_OPTIONAL,
  BLOCK_OPTIONAL_ELSE,
  type Blocks,
  MAX_CALL_DEPTH,
  MAX_WORK,
} from "./blocks.ts";
import {
  contentsOf,
  OP_AV,
  OP_CALL,
  OP_GENREQUIRE,
  OP_OPTIONAL,
  OP_PROBLEM,
  OP_STATEMENT,
  OP_TYPE,
  OP_XPERM,
  PROBLEM_EXPANSION,
  PROBLEM_MESSAGE,
  PROBLEM_NESTED_CONDITIONAL,
  PROBLEM_NOT_A_NAME,
  PROBLEM_NOT_IN_CONDITIONAL,
  PROBLEM_RECURSION,
  PROBLEM_TOO_MUCH,
  PROBLEM_UNKNOWN_MACRO,
} from "./code.ts";
import { type ConditionNode, type Conditions, condOperator } from "./conditions.ts";
import { evaluateDeclaration } from "./declare.ts";
import type { Dynamic } from "./dynamic.ts";
import type { IntPool } from "./intPool.ts";
import { groupOf } from "./optionals.ts";
import { RequiredNames } from "./requiredNames.ts";
import { evaluateRequire } from "./requires.ts";
import type { Substitution } from "./substitution.ts";
import { chosenPart, UNIT_FILE, type Unit, type Units } from "./units.ts";
import type { Values } from "./values.ts";
import type { XSets } from "./xsets.ts";

/** What evaluation needs to know of the rest of the compiler. */
export interface EvaluatorParts {
  readonly words: Words;
  readonly values: Values;
  readonly units: Units;
  readonly blocks: Blocks;
  readonly code: IntPool;
  readonly conditions: Conditions;
  readonly substitution: Substitution;
  readonly dynamic: Dynamic;
  readonly xsets: XSets;
  /** -D definition's text, "" for a macro, undefined when not defined */
  readonly definition: (word: number) => string | undefined;
  /** booleans.conf override for gen_bool / gen_tunable */
  readonly booleanOverride: (name: string) => string | undefined;
  readonly modular: boolean;
  readonly isConf: (file: number) => boolean;
  readonly requiredFirst: (unit: Unit, key: number) => number;
}

/** The block under evaluation. */
export interface Context {
  readonly block: number;
  readonly unit: Unit;
  readonly tree: SyntaxTree;
  /** node that relative node numbers count from */
  readonly base: number;
  readonly args: readonly number[];
  readonly dynamic: number;
  /** fixed origin for code from expanded text; -1 otherwise */
  readonly origin: number;
}

/** Evaluates blocks until none is left to do. */
export class Evaluator {
  readonly parts: EvaluatorParts;
  private readonly queue: number[] = [];
  /** arguments of the call under evaluation */
  private readonly scratch: number[] = [];
  /** blocks whose code holds problems (also ones that are no longer in use) */
  readonly problemBlocks = new Set<number>();
  /** blocks whose code is not whole because a bound was reached (also ones that are no longer in use) */
  readonly bounded = new Set<number>();
  /** blocks of the latest run */
  evaluated: number[] = [];
  private work = 0;
  /** units whose code was made from expanded text: they depend on every define */
  readonly expandingUnits = new Set<Unit>();
  /** units with rules of extended permissions: their sets are expanded here */
  readonly xpermUnits = new Set<Unit>();
  /** units that declare classes or permissions, or did so before */
  readonly flaskUnits = new Set<Unit>();
  /** units with an expandattribute, or that had one before */
  readonly expandattributeUnits = new Set<Unit>();
  /** names that the code of any block requires, or ever did */
  readonly required = new RequiredNames();
  private readonly noteRequired = (symbol: number, word: number): void =>
    this.required.note(groupOf(symbol), word);
  constructor(parts: EvaluatorParts) {
    this.parts = parts;
  }

  /** Puts a block on the queue. */
  enqueue(block: number): void {
    this.queue.push(block);
  }

  /** Evaluates what is queued and what it leads to. */
  run(): void {
    this.work = 0;
    this.evaluated = [];
    this.parts.dynamic.startRun();
    for (let block = this.queue.pop(); block !== undefined; block = this.queue.pop()) this.evaluate(block);
  }

  private evaluate(block: number): void {
    const { blocks, units, code, dynamic } = this.parts;
    const unit = units.all[blocks.unit.at[block] as number] as Unit;
    const dynamicTree = blocks.dynamic.at[block] as number;
    const tree = dynamicTree === 0 ? unit.tree : dynamic.tree(dynamicTree);
    const base = dynamicTree === 0 ? unit.node : 0;
    const ctx: Context = {
      block,
      unit,
      tree,
      base,
      args: dynamicTree === 0 ? blocks.argumentsOf(block) : [],
      dynamic: dynamicTree,
      origin: dynamicTree === 0 ? -1 : dynamic.origin(dynamicTree),
    };
    const body = base + (blocks.body.at[block] as number);
    blocks.codeStart.at[block] = code.length;
    this.problemBlocks.delete(block);
    this.evaluated.push(block);
    this.parts.substitution.overflow = false;
    if ((blocks.depth.at[block] as number) > MAX_CALL_DEPTH)
      this.problem(ctx, PROBLEM_RECURSION, unit.name, body);
    else if (unit.kind === UNIT_FILE || dynamicTree > 0 || tree.kind[body] === N_BLOCK)
      this.statements(ctx, body);
    if (this.parts.substitution.overflow) this.tooMuch(ctx, unit.name, body);
    blocks.codeEnd.at[block] = code.length;
    if (unit.kind !== UNIT_FILE) this.work += (code.length - (blocks.codeStart.at[block] as number)) >> 3;
    blocks.contents.at[block] = contentsOf(code, blocks.codeStart.at[block] as number, this.noteRequired);
    if (blocks.leadsKnown) blocks.fresh.push(block);
    // Code is told apart by where it starts, so even an empty run has a place of its own.
    if (code.length === blocks.codeStart.at[block]) code.push(0);
  }

  /** Evaluates the statements below a node into the current block's code. */
  statements(ctx: Context, parent: number): void {
    const { end } = ctx.tree;
    for (let node = parent + 1; node < (end[parent] as number); node = end[node] as number)
      this.statement(ctx, node);
  }

  private statement(ctx: Context, node: number): void {
    const { tree } = ctx;
    switch (tree.kind[node]) {
      case N_AVRULE:
      case N_TYPERULE:
      case N_XPERMRULE:
        this.rule(ctx, node);
        return;
      case N_CALL:
        this.call(ctx, node);
        return;
      case N_IFDEF:
        this.ifdef(ctx, node);
        return;
      case N_IFELSE:
        this.ifelse(ctx, node);
        return;
      case N_BLOCK:
        this.statements(ctx, node);
        return;
      case N_TUNABLEPOLICY:
      case N_IF:
        this.conditional(ctx, node);
        return;
      case N_UNKNOWN:
      case N_GENUSER:
        if (tree.kind[node] === N_GENUSER || tree.data[node] !== 0) this.expandText(ctx, node);
        return;
      case N_GENREQUIRE:
      case N_REQUIRE:
        evaluateRequire(this, ctx, node);
        return;
      case N_EMPTY:
      case N_DEFINE:
      case N_INTERFACE:
      case N_RAW:
      case N_WORDS:
        return;
      case N_MESSAGE:
        this.problem(ctx, PROBLEM_MESSAGE, tree.data[node] as number, node);
        return;
      default:
        evaluateDeclaration(this, ctx, node);
    }
  }

  /** By itself: a closure where every statement passes would cost each of them an object. */
  private ifdef(ctx: Context, node: number): void {
    const part = chosenPart(ctx.tree, node, (word) => this.parts.substitution.definedUnder(word, ctx.args));
    if (part >= 0) this.statements(ctx, part);
  }

  private rule(ctx: Context, node: number): void {
    const { tree, args } = ctx;
    const { substitution, code } = this.parts;
    const source = node + 1;
    const target = tree.end[source] as number;
    const tclass = tree.end[target] as number;
    const fourth = tree.end[tclass] as number;
    const kind = tree.kind[node] as number;
    const data = tree.data[node] as number;
    // A name that is an argument left out (`filetrans_pattern` with four arguments) makes an ordinary rule.
    const name = tree.end[fourth] as number;
    if (
      kind === N_TYPERULE &&
      name < (tree.end[node] as number) &&
      substitution.set(tree, name, args) !== 0
    ) {
      if (this.parts.blocks.branch.at[ctx.block] !== 0)
        this.problem(ctx, PROBLEM_NOT_IN_CONDITIONAL, 0, node);
      else this.emit5(OP_STATEMENT, kind, node - ctx.base, ctx.dynamic, this.origin(ctx, node));
      return;
    }
    code.reserve(8);
    const { at } = code;
    let end = code.length;
    at[end] = kind === N_AVRULE ? OP_AV : kind === N_TYPERULE ? OP_TYPE : OP_XPERM;
    at[end + 1] = data;
    at[end + 2] = substitution.set(tree, source, args);
    at[end + 3] = substitution.set(tree, target, args);
    at[end + 4] = substitution.set(tree, tclass, args);
    at[end + 5] = substitution.set(tree, fourth, args);
    end += 6;
    if (kind === N_XPERMRULE) {
      this.xpermUnits.add(ctx.unit);
      at[end++] = name < (tree.end[node] as number) ? this.parts.xsets.of(tree, name, args, substitution) : 0;
    }
    at[end++] = this.origin(ctx, node);
    code.length = end;
  }

  private call(ctx: Context, node: number): void {
    const { tree } = ctx;
    const { substitution, units, blocks } = this.parts;
    const word = substitution.word(tree.data[node] as number, ctx.args);
    const unit = word > 0 ? units.macro(word) : undefined;
    if (unit === undefined) {
      if (word > 0 && this.parts.definition(word) === undefined && !this.parts.dynamic.isBuiltin(word))
        this.problem(ctx, PROBLEM_UNKNOWN_MACRO, word, node);
      else this.expandText(ctx, node);
      return;
    }
    if (unit.body < 0) return;
    if (this.work > MAX_WORK) {
      this.tooMuch(ctx, word, node);
      return;
    }
    const args = this.scratch;
    args.length = 0;
    let plain = unit.tree.kind[unit.node + unit.body] === N_BLOCK;
    const stop = tree.end[node] as number;
    for (let child = node + 1; child < stop; child = tree.end[child] as number) {
      if (tree.kind[child] !== N_ARG) continue;
      // Most arguments are one name.
      if (
        tree.end[child] === child + 2 &&
        tree.kind[child + 1] === N_NAME &&
        ((tree.data[child] as number) & 2) === 0
      ) {
        args.push(substitution.word(tree.data[child + 1] as number, ctx.args));
        continue;
      }
      if (((tree.data[child] as number) & 2) !== 0 || this.computes(tree, child)) plain = false;
      args.push(substitution.argument(tree, child, ctx.args));
    }
    if (!plain) {
      this.expandText(ctx, node);
      return;
    }
    while (args.length > 0 && args[args.length - 1] === 0) args.pop();
    const branch = blocks.branch.at[ctx.block] as number;
    const block = blocks.apply(unit.id, unit.body, branch, args, ctx.block);
    // The latest caller counts as the maker: after an edit the first one may be gone.
    blocks.maker.at[block] = ctx.block;
    if (blocks.codeStart.at[block] === -1) {
      blocks.codeStart.at[block] = -2;
      this.queue.push(block);
      this.work += 2;
      for (const arg of args) this.work += this.parts.values.size(arg) >> 2;
    }
    this.parts.code.push3(OP_CALL, block, this.origin(ctx, node));
  }

  /** True when an argument holds a call that is no set macro (`decr($1)`): only m4 can work it out. */
  private computes(tree: SyntaxTree, arg: number): boolean {
    const stop = tree.end[arg] as number;
    for (let node = arg + 1; node < stop; node++) {
      if (tree.kind[node] !== N_CALL) continue;
      const unit = this.parts.units.macro(tree.data[node] as number);
      const kind = unit === undefined || unit.body < 0 ? 0 : unit.tree.kind[unit.node + unit.body];
      if (kind !== N_SET && kind !== N_WORDS) return true;
    }
    return false;
  }

  private ifelse(ctx: Context, node: number): void {
    const { tree } = ctx;
    const stop = tree.end[node] as number;
    let at = node + 1;
    while (at < stop && tree.kind[at] === N_ARG) {
      const second = tree.end[at] as number;
      if (second >= stop || tree.kind[second] !== N_ARG) return;
      const part = tree.end[second] as number;
      const equal = this.comparand(ctx, at) === this.comparand(ctx, second);
      if (part >= stop) return;
      if (equal) {
        this.statements(ctx, part);
        return;
      }
      at = tree.end[part] as number;
    }
    if (at < stop) this.statements(ctx, at);
  }

  /** The text that ifelse compares: m4 expands an unquoted definition, a quoted one stays its name. */
  private comparand(ctx: Context, arg: number): string {
    const data = ctx.tree.data[arg] as number;
    if ((data & 2) !== 0) return this.parts.dynamic.textUnder(ctx, arg);
    const value = this.parts.substitution.argument(ctx.tree, arg, ctx.args);
    if ((data & 1) === 0 && value > 0) {
      const definition = this.parts.definition(value);
      if (definition !== undefined) return definition;
    }
    return this.parts.values.text(value);
  }

  /** Makes the blocks of an optional and the operation that leads to them. */
  optional(ctx: Context, node: number): void {
    const { tree } = ctx;
    const body = node + 1;
    const otherwise = tree.end[body] as number;
    const block = this.inline(ctx, BLOCK_OPTIONAL, body, 0);
    const elseBlock =
      otherwise < (tree.end[node] as number) ? this.inline(ctx, BLOCK_OPTIONAL_ELSE, otherwise, 0) : -1;
    this.parts.code.push4(OP_OPTIONAL, block, elseBlock, this.origin(ctx, node));
  }

  private conditional(ctx: Context, node: number): void {
    const { tree } = ctx;
    if (this.parts.blocks.branch.at[ctx.block] !== 0) {
      this.problem(ctx, PROBLEM_NESTED_CONDITIONAL, 0, node);
      return;
    }
    const cond = node + 1;
    const expr = this.conditionExpr(ctx, cond);
    if (expr === undefined) return;
    const { condition, swapped } = this.parts.conditions.intern(expr);
    if (tree.kind[node] === N_TUNABLEPOLICY)
      for (const step of expr)
        if (step.op === COND_BOOL) this.emit5(OP_GENREQUIRE, SYM_BOOL, step.word, 0, this.origin(ctx, node));
    let inTrueList = !swapped;
    for (
      let part = tree.end[cond] as number;
      part < (tree.end[node] as number);
      part = tree.end[part] as number
    ) {
      const branch = condition.index * 2 + (inTrueList ? 1 : 2);
      const block = this.inline(ctx, BLOCK_COND, part, branch);
      this.parts.code.push3(OP_CALL, block, this.origin(ctx, node));
      inTrueList = !inTrueList;
    }
  }

  private conditionExpr(ctx: Context, cond: number): ConditionNode[] | undefined {
    const { tree } = ctx;
    const expr: ConditionNode[] = [];
    if (tree.kind[cond] !== N_COND) return undefined;
    for (let leaf = cond + 1; leaf < (tree.end[cond] as number); leaf = tree.end[leaf] as number) {
      if (tree.kind[leaf] === N_OP) expr.push({ op: condOperator(tree.data[leaf] as number), word: 0 });
      else if (tree.kind[leaf] === N_NAME) {
        const word = this.name(ctx, leaf);
        if (word <= 0) return undefined;
        expr.push({ op: COND_BOOL, word });
      }
    }
    return expr;
  }

  /** The word that a name node stands for; 0 with a problem when it is no single name. */
  name(ctx: Context, node: number): number {
    const value = this.parts.substitution.set(ctx.tree, node, ctx.args);
    if (value > 0) return value;
    const items = this.parts.values.items(value).filter((item) => (item & 3) === 0);
    if (items.length === 1) return (items[0] as number) >> 2;
    this.problem(ctx, PROBLEM_NOT_A_NAME, value, node);
    return 0;
  }

  private inline(ctx: Context, kind: number, body: number, branch: number): number {
    const { blocks } = this.parts;
    const block = blocks.make(
      kind,
      ctx.unit.id,
      body - ctx.base,
      ctx.dynamic,
      branch,
      ctx.block,
      blocks.argsAt.at[ctx.block] as number,
      blocks.argsLength.at[ctx.block] as number,
    );
    this.queue.push(block);
    return block;
  }

  /** Expands a node as m4 text and evaluates what comes out, in this block. */
  private expandText(ctx: Context, node: number): void {
    const origin = this.origin(ctx, node);
    if (ctx.dynamic !== 0 && this.parts.dynamic.isTooDeep(ctx.dynamic)) {
      this.problem(ctx, PROBLEM_RECURSION, 0, node);
      return;
    }
    if (this.work > MAX_WORK || this.parts.dynamic.isExhausted) {
      this.tooMuch(ctx, 0, node);
      return;
    }
    this.expandingUnits.add(ctx.unit);
    const number = this.parts.dynamic.expand(ctx, node, origin);
    const tree = this.parts.dynamic.tree(number);
    if (tree.errors.length > 0 || this.parts.dynamic.message(number) !== undefined)
      this.problem(ctx, PROBLEM_EXPANSION, number, node);
    this.statements({ ...ctx, tree, base: 0, args: [], dynamic: number, origin }, 0);
  }

  /** Expands text that a statement stands for and evaluates what comes out, in this block. */
  evaluateText(ctx: Context, text: string, node: number): void {
    const origin = this.origin(ctx, node);
    const number = this.parts.dynamic.expandSource(text, origin, ctx.dynamic);
    const tree = this.parts.dynamic.tree(number);
    this.statements({ ...ctx, tree, base: 0, args: [], dynamic: number, origin }, 0);
  }

  /** Origin of code: the node's number relative to its unit, or the call that expanded text stands for. */
  origin(ctx: Context, node: number): number {
    return ctx.origin >= 0 ? ctx.origin : node - ctx.base;
  }

  problem(ctx: Context, code: number, detail: number, node: number): void {
    this.problemBlocks.add(ctx.block);
    this.parts.code.push4(OP_PROBLEM, code, detail, this.origin(ctx, node));
  }

  /** Notes that a bound cut this block short. */
  private tooMuch(ctx: Context, word: number, node: number): void {
    this.bounded.add(ctx.block);
    this.problem(ctx, PROBLEM_TOO_MUCH, word, node);
  }

  emit5(op: number, a: number, b: number, c: number, d: number): void {
    this.parts.code.push5(op, a, b, c, d);
  }
}
