// What is wrong with rules, as findings. With a name or a template broken there are ten thousands of mistakes in rules,
// most of them alike, and a keystroke elsewhere changes none: so what a block's mistakes come to is remembered until its
// rules are added anew or something else leads to it (ancestry.ts), and of alike ones only the first is given to the sink.

import { N_XRANGE } from "../../grammar/syntax/kinds.ts";
import { endOf, keywordEnd, type SyntaxTree, startOf, textOf } from "../../grammar/syntax/tree.ts";
import { permissionValue } from "../policydb/policydb.ts";
import { relatedCallsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { RelatedSite, Site } from "./face.ts";
import { compareRelated, type FindingSink, type Told } from "./findingSink.ts";
import { originNode } from "./origin.ts";
import { blame, blameEmpty, operandNode } from "./provenance.ts";
import { ruleMessage } from "./ruleMessages.ts";
import type { RuleError } from "./rules.ts";
import { compareSites } from "./siteOrder.ts";
import { statementCounter } from "./statementCounter.ts";

type RuleFinding = Told<readonly RelatedSite[]>;

/** Findings that differ in their related places only: these, and in how many findings each is. */
interface Alike extends Omit<RuleFinding, "related"> {
  readonly key: string;
  readonly related: Map<readonly RelatedSite[], number>;
  /** those that are told, as they come before the others; undefined after they have gone */
  first: readonly RelatedSite[] | undefined;
}

/** What was found in a block: a group for each finding, and its related places there. */
interface Kept {
  readonly errors: readonly RuleError[];
  readonly count: number;
  /** Ancestry.now when it was found */
  readonly moment: number;
  readonly groups: readonly Alike[];
  readonly related: readonly (readonly RelatedSite[])[];
  /** the revision in which it was last asked for */
  asked: number;
}

interface Memory {
  readonly kept: Map<number, Kept>;
  readonly alike: Map<string, Alike>;
}

const memories = new WeakMap<CompiledPolicy, Memory>();

/** Mistakes that are remembered; a macro that doubles itself can have more, which are looked at each time. */
const MOST_REMEMBERED = 200_000;

/** Reports what is wrong with rules. */
export function ruleFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { rules, types } = compiled.state;
  let count = 0;
  for (const errors of rules.errors.values()) count += errors.length;
  // Findings in headers are told by their callers, all of which count.
  const isKept = compiled.options.mode !== "modular" && count <= MOST_REMEMBERED && types.tooMany.size === 0;
  if (isKept) {
    for (const { place, severity, code, message, related } of keptFindings(compiled))
      sink.add(place, severity, code, message, related);
    return;
  }
  memories.delete(compiled);
  const isOneTooMany = statementCounter(compiled);
  for (const [block, errors] of rules.errors)
    for (const problem of errors) {
      if (isOneTooMany(block, problem.at) || types.tooMany.has(problem.word)) continue;
      for (const { place, severity, code, message, related } of findingsOf(compiled, block, problem))
        sink.add(place, severity, code, message, related);
    }
}

/** One of each kind of alike findings, from what is remembered. */
function* keptFindings(compiled: CompiledPolicy): Iterable<RuleFinding> {
  let memory = memories.get(compiled);
  if (memory === undefined) {
    memory = { kept: new Map(), alike: new Map() };
    memories.set(compiled, memory);
  }
  const { kept, alike } = memory;
  const { errors: broken } = compiled.state.rules;
  const { revision, ancestry } = compiled;
  for (const [block, errors] of broken) {
    let one = kept.get(block);
    if (
      one === undefined ||
      one.errors !== errors ||
      one.count !== errors.length ||
      !ancestry.isSince(block, one.moment)
    ) {
      if (one !== undefined) forget(alike, one);
      one = look(compiled, alike, block, errors);
      kept.set(block, one);
    }
    one.asked = revision;
  }
  if (kept.size > broken.size)
    kept.forEach((one, block) => {
      if (one.asked === revision) return;
      forget(alike, one);
      kept.delete(block);
    });
  for (const group of alike.values()) {
    group.first ??= firstOf(compiled, group.related.keys());
    const { place, severity, code, message, first } = group;
    yield { place, severity, code, message, related: first };
  }
}

function look(
  compiled: CompiledPolicy,
  alike: Map<string, Alike>,
  block: number,
  errors: readonly RuleError[],
): Kept {
  const groups: Alike[] = [];
  const lists: (readonly RelatedSite[])[] = [];
  for (const problem of errors)
    for (const { place, severity, code, message, related } of findingsOf(compiled, block, problem)) {
      const key = `${place.file}:${place.start}:${place.end}:${severity}:${code}:${message}`;
      let group = alike.get(key);
      if (group === undefined) {
        group = { place, severity, code, message, key, related: new Map(), first: related };
        alike.set(key, group);
      }
      group.related.set(related, (group.related.get(related) ?? 0) + 1);
      if (group.first !== undefined && compare(compiled, related, group.first) < 0) group.first = related;
      groups.push(group);
      lists.push(related);
    }
  return { errors, count: errors.length, moment: compiled.ancestry.now, groups, related: lists, asked: -1 };
}

function forget(alike: Map<string, Alike>, kept: Kept): void {
  for (const [i, group] of kept.groups.entries()) {
    const related = kept.related[i] as readonly RelatedSite[];
    const count = (group.related.get(related) ?? 0) - 1;
    if (count > 0) {
      group.related.set(related, count);
      continue;
    }
    group.related.delete(related);
    if (group.first === related) group.first = undefined;
    if (group.related.size === 0) alike.delete(group.key);
  }
}

function firstOf(compiled: CompiledPolicy, all: Iterable<readonly RelatedSite[]>): readonly RelatedSite[] {
  let first: readonly RelatedSite[] | undefined;
  for (const one of all) if (first === undefined || compare(compiled, one, first) < 0) first = one;
  return first ?? [];
}

function compare(compiled: CompiledPolicy, a: readonly RelatedSite[], b: readonly RelatedSite[]): number {
  return compareRelated(a, b, (one, other) => compareSites(compiled, one, other));
}

/** A mistake at the places where it is to be mended. */
function findingsOf(compiled: CompiledPolicy, block: number, problem: RuleError): readonly RuleFinding[] {
  const { node, file, tree } = originNode(compiled, block, problem.at);
  const [start, end] = [startOf(tree, node), endOf(tree, node)];
  const message = ruleMessage(compiled, problem);
  const code = ruleCode(compiled, problem);
  const severity = problem.severity ?? "error";
  const calls = relatedCallsOf(compiled, block);
  return placesOf(compiled, block, problem).map((place) => {
    const isInRule = place.file === file && place.start >= start && place.end <= end;
    const related = isInRule ? calls : [{ file, start, end, message: "used in this rule" }];
    return { place, severity, code, message, related };
  });
}

function placesOf(compiled: CompiledPolicy, block: number, problem: RuleError): readonly Site[] {
  const { node, file, tree } = originNode(compiled, block, problem.at);
  const isDynamic = (compiled.state.blocks.dynamic.at[block] as number) > 0;
  const operand = isDynamic || problem.operand === 0 ? node : operandNode(tree, node, problem.operand);
  if (!isDynamic) {
    if (problem.code === "empty-set") return blameEmpty(compiled, block, operand);
    if (problem.operand === 0) return [{ file, start: startOf(tree, node), end: keywordEnd(tree, node) }];
    if (problem.code === "xperm-range-order") return backwardRanges(tree, operand, file);
    if (problem.word !== 0)
      return blame(compiled, block, operand, problem.word, isKnownNowhere(compiled, problem));
  }
  return [{ file, start: startOf(tree, operand), end: endOf(tree, operand) }];
}

/** True for a name that is wrong wherever it stands: of no type or class at all, or a permission that no class has. */
function isKnownNowhere({ db, words }: CompiledPolicy, { code, word }: RuleError): boolean {
  if (code === "type-unknown" || code === "class-unknown") return true;
  if (code !== "perm-unknown" || word <= 0) return false;
  const name = words.text(word);
  for (const datum of db.classes) if (permissionValue(datum, name) !== 0) return false;
  return true;
}

/** A permission that another class of the same rule does have is a mistake of its own kind. */
function ruleCode(compiled: CompiledPolicy, { at, code, word, tclass }: RuleError): string {
  if (code !== "perm-unknown") return code;
  const { code: pool, resolver, db, words } = compiled.state;
  const others = resolver.classes(pool.at[at + 4] as number).values;
  const has = (value: number): boolean => {
    const datum = value === tclass ? undefined : db.classes.at(value);
    return datum !== undefined && permissionValue(datum, words.text(word)) !== 0;
  };
  return others.some(has) ? "perm-partial-classes" : code;
}

/** The ranges below a node that run backwards; the node itself when a macro holds them. */
function backwardRanges(tree: SyntaxTree, operand: number, file: number): Site[] {
  const sites: Site[] = [];
  for (let node = operand; node < (tree.end[operand] as number); node++) {
    if (tree.kind[node] !== N_XRANGE) continue;
    const [low = 0, high = 0] = textOf(tree, node).split("-").map(Number);
    if (low > high) sites.push({ file, start: startOf(tree, node), end: endOf(tree, node) });
  }
  return sites.length > 0 ? sites : [{ file, start: startOf(tree, operand), end: endOf(tree, operand) }];
}
