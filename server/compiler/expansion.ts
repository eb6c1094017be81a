// What a statement or a call becomes: the rules of the blocks below it, as policy text, each with its origin, its
// condition and whether it counts. In files that are part of the policy the policy's own blocks are read; macro bodies,
// modules that the build leaves out and text that stands in no file are evaluated apart (scratch.ts). Duplicates
// stay, as m4 would write them. Bounded by the caller's limit and by a number of operations.

import { pathTo } from "../../grammar/syntax/find.ts";
import { N_BLOCK, N_FILE } from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { isMacroCall, originNode, siteOfNode } from "./blockGraph.ts";
import { OP_CALL, OP_LENGTH, OP_OPTIONAL } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { ExpandedRule, Site } from "./face.ts";
import { macroOfUnit } from "./macros.ts";
import { missingName } from "./missing.ts";
import { operationText } from "./operationText.ts";
import { chosen } from "./optionals.ts";
import { type Program, programOfText, programOfUnit, readable } from "./scratch.ts";
import { UNIT_FILE, type Unit } from "./units.ts";

export { meaningsOf, setMembers } from "./meanings.ts";

/** A rule that also tells what its optional lacks. */
export interface ExplainedRule extends ExpandedRule {
  /** for dropped rules: what is not declared, e.g. `type foo_t` */
  readonly missing?: string;
}

/** Operations looked at for one question: macros can call each other very often without any rule. */
const MOST_OPERATIONS = 400_000;
/** Blocks within blocks; deeper than calls may nest, since branches count too. */
const DEEPEST = 1200;

/** The rules that the statement or call covering `start` becomes. */
export function expandStatement(
  compiled: CompiledPolicy,
  file: number,
  start: number,
  limit: number,
): readonly ExplainedRule[] {
  const source = compiled.sourceOf(file);
  if (source === undefined || source.role === "fc") return [];
  const { tree } = source;
  const node = statementNode(tree, start);
  if (node === 0) return [];
  const unit = unitAround(compiled, file, node);
  if (unit === undefined || unit.tree !== tree) return [];
  const from = unit.kind !== UNIT_FILE && node <= unit.node ? unit.node : node;
  const part = { unit, from, to: tree.end[from] as number };
  if (unit.kind !== UNIT_FILE) {
    if (unit.body < 0 || tree.kind[unit.node + unit.body] !== N_BLOCK) return [];
    return rulesOf(
      compiled,
      programOfUnit(compiled, unit, macroOfUnit(compiled, unit).arity),
      part,
      "on",
      limit,
    );
  }
  const live = liveProgram(compiled, unit);
  if (live !== undefined) return rulesOf(compiled, live, part, "on", limit);
  if (source.enabled) return [];
  return rulesOf(compiled, programOfUnit(compiled, unit, 0), part, "inactive", limit);
}

/** The rules that a text becomes in the context of the whole policy, e.g. `apache_read_config(foo_t)`. */
export function expandSource(
  compiled: CompiledPolicy,
  text: string,
  limit: number,
): readonly ExplainedRule[] {
  return rulesOf(compiled, programOfText(compiled, text), undefined, "on", limit);
}

/** The innermost statement that covers an offset; 0 when none does. */
function statementNode(tree: SyntaxTree, offset: number): number {
  const path = pathTo(tree, offset);
  for (let i = path.length - 1; i > 0; i--) {
    const parent = tree.kind[path[i - 1] as number];
    const node = path[i] as number;
    if ((parent === N_FILE || parent === N_BLOCK) && tree.kind[node] !== N_BLOCK) return node;
  }
  return 0;
}

/** The macro that holds a node, or the file. */
function unitAround(compiled: CompiledPolicy, file: number, node: number): Unit | undefined {
  const { units } = compiled.state;
  for (const unit of units.macrosIn(file))
    if (node >= unit.node && node < (unit.tree.end[unit.node] as number)) return unit;
  return units.fileUnits.get(file);
}

function liveProgram(compiled: CompiledPolicy, unit: Unit): Program | undefined {
  const { blocks, code, conditions } = compiled.state;
  const root = compiled.roots().find((block) => blocks.unit.at[block] === unit.id);
  return root === undefined ? undefined : { blocks, code, conditions, isLive: true, root };
}

/** Nodes of a unit that are asked for. */
interface Part {
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
}

/** Where a walk stands: what holds for everything below. */
interface Standing {
  readonly state: ExpandedRule["state"];
  readonly missing: string | undefined;
  readonly calls: readonly Site[];
  /** undefined: everything below counts */
  readonly part: Part | undefined;
}

function rulesOf(
  compiled: CompiledPolicy,
  program: Program,
  part: Part | undefined,
  state: ExpandedRule["state"],
  limit: number,
): ExplainedRule[] {
  const walk: Walk = { compiled, program, limit, rules: [], left: MOST_OPERATIONS, onPath: new Set() };
  visit(walk, program.root, { state, missing: undefined, calls: [], part });
  return walk.rules;
}

interface Walk {
  readonly compiled: CompiledPolicy;
  readonly program: Program;
  readonly limit: number;
  readonly rules: ExplainedRule[];
  left: number;
  readonly onPath: Set<number>;
}

function visit(walk: Walk, block: number, standing: Standing): void {
  const { blocks, code } = walk.program;
  if (walk.onPath.has(block) || walk.onPath.size > DEEPEST) return;
  walk.onPath.add(block);
  const unit = walk.compiled.state.units.all[blocks.unit.at[block] as number] as Unit;
  const stop = blocks.codeEnd.at[block] as number;
  for (let at = blocks.codeStart.at[block] as number; at >= 0 && at < stop; ) {
    if (walk.rules.length >= walk.limit || walk.left-- <= 0) break;
    const op = code.at[at] as number;
    const node = originNode(unit, code, at);
    const { part } = standing;
    const isInside = part === undefined || (node >= part.from && node < part.to);
    // A statement inside an optional or a conditional: its block hangs on an operation of the enclosing node.
    const isAround = part !== undefined && node < part.from && part.from < (unit.tree.end[node] as number);
    if (op === OP_CALL || op === OP_OPTIONAL) {
      if (isInside) descend(walk, at, unit, node, { ...standing, part: undefined });
      else if (isAround && (op === OP_OPTIONAL || !isMacroCall(blocks, code, at)))
        descend(walk, at, unit, node, standing);
    } else if (isInside) emit(walk, block, at, unit, node, standing);
    at += OP_LENGTH[op] as number;
  }
  walk.onPath.delete(block);
}

function descend(walk: Walk, at: number, unit: Unit, node: number, standing: Standing): void {
  const { program, compiled } = walk;
  const { blocks, code } = program;
  const child = code.at[at + 1] as number;
  if (code.at[at] === OP_CALL) {
    const isCall = isMacroCall(blocks, code, at) && unit.file >= 0;
    visit(
      walk,
      child,
      isCall ? { ...standing, calls: [...standing.calls, siteOfNode(unit, node)] } : standing,
    );
    return;
  }
  const otherwise = code.at[at + 2] as number;
  const missing = missingName(compiled, program, child);
  const on = program.isLive ? chosen(blocks, code, at) : missing === undefined ? child : otherwise;
  const under = (branch: number, lacks: string | undefined): Standing =>
    branch === on || standing.state !== "on"
      ? standing
      : { ...standing, state: "dropped", missing: lacks === undefined ? undefined : readable(lacks) };
  visit(walk, child, under(child, missing));
  if (otherwise >= 0) visit(walk, otherwise, under(otherwise, missingName(compiled, program, otherwise)));
}

function emit(walk: Walk, block: number, at: number, unit: Unit, node: number, standing: Standing): void {
  const text = operationText(walk.compiled, walk.program, block, at);
  if (text === undefined) return;
  const { state, missing, calls } = standing;
  const condition = conditionOf(walk.program, block);
  walk.rules.push({
    text,
    origin: { ...siteOfNode(unit, node), calls },
    state,
    ...(condition === undefined ? {} : { condition }),
    ...(missing === undefined ? {} : { missing }),
  });
}

/** `if (a and not b)` for blocks in a conditional branch. */
function conditionOf(program: Program, block: number): string | undefined {
  const branch = program.blocks.branch.at[block] as number;
  const condition = program.conditions.all[(branch - 1) >> 1];
  if (branch === 0 || condition === undefined) return undefined;
  const text = readable(program.conditions.text(condition.expr));
  if ((branch & 1) === 1) return `if (${text})`;
  return condition.expr.length === 1 ? `if (not ${text})` : `if (not (${text}))`;
}
