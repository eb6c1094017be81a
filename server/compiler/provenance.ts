// Where things came from: the statements behind an entry of the avtab, and a bad name → the place that a person would
// mend. A name that a macro body spells out is blamed on the body; one that was made from an argument is blamed on the
// argument at the call, through as many calls as it was handed down.

import { docsAbove } from "../../grammar/syntax/docs.ts";
import { N_ARG, N_MINUS, N_NAME } from "../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import { callChain, callersOf, upwardsOf } from "./callers.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Origin, Site } from "./face.ts";
import { applicationOf, originNode, originSite } from "./origin.ts";
import { compareOrigins } from "./siteOrder.ts";
import { UNIT_DEFINE } from "./units.ts";
import { isMark } from "./values.ts";

/** A bad argument may come from hundreds of calls; this many are shown. */
const MAX_SITES = 16;
const MAX_DEPTH = 64;

/** Contributors to an avtab entry, each once. */
export function originsOfEntry(compiled: CompiledPolicy, entry: number, mask = -1): readonly Origin[] {
  const { rules, db } = compiled.state;
  const isVector = ((db.avtab.specified[entry] as number) & 7) !== 0;
  const seen = new Set<string>();
  const origins: Origin[] = [];
  for (const c of rules.contributionsOf(entry)) {
    if (isVector && ((rules.mask.at[c] as number) & mask) === 0) continue;
    const block = rules.block.at[c] as number;
    const site = originSite(compiled, block, rules.at.at[c] as number);
    const calls = callChain(compiled, block);
    const key = `${site.file}:${site.start}:${calls.map((call) => `${call.file}:${call.start}`).join()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    origins.push({ ...site, calls });
  }
  return origins.sort((a, b) => compareOrigins(compiled, a, b));
}

/**
 * The places to mend for a bad name `word` below `node` (a node of the unit of `block`): the leaves that spell it, or
 * the arguments that it was made from. Falls back on the node itself; with `isNowhere`, for a name that is wrong wherever
 * it stands, on the macros that bring it.
 */
export function blame(
  compiled: CompiledPolicy,
  block: number,
  node: number,
  word: number,
  isNowhere = false,
): Site[] {
  const sites: Site[] = [];
  const { blocks, units } = compiled.state;
  const unit = units.all[blocks.unit.at[block] as number];
  if (unit === undefined) return sites;
  const args = blocks.argumentsOf(block);
  search(compiled, block, unit.tree, unit.file, node, args, word, sites);
  if (sites.length === 0 && isNowhere)
    searchDefinitions(compiled, unit.tree, node, args, word, sites, new Set());
  if (sites.length === 0) sites.push(siteOf(unit.tree, unit.file, node));
  return sites;
}

/** The child of a rule that an operand number means; the rule itself when it has no such child. */
export function operandNode(tree: { readonly end: Uint32Array }, node: number, operand: number): number {
  const stop = tree.end[node] as number;
  let child = node + 1;
  for (let n = 1; n < operand && child < stop; n++) child = tree.end[child] as number;
  return child < stop ? child : node;
}

function siteOf(tree: SyntaxTree, file: number, node: number): Site {
  return { file, start: startOf(tree, node), end: endOf(tree, node) };
}

function search(
  compiled: CompiledPolicy,
  block: number,
  tree: SyntaxTree,
  file: number,
  node: number,
  args: readonly number[],
  word: number,
  sites: Site[],
): void {
  const { substitution, values, words } = compiled.state;
  for (let n = node; n < (tree.end[node] as number) && sites.length < MAX_SITES; n++) {
    if (tree.kind[n] !== N_NAME && tree.kind[n] !== N_MINUS) continue;
    const leaf = tree.data[n] as number;
    const value = substitution.word(leaf, args);
    const hit =
      value === word ||
      (value < 0 && values.items(value).some((item) => !isMark(item) && item >> 2 === word));
    if (!hit) continue;
    const parameters = parametersOf(words, leaf);
    if (parameters.length === 0) {
      const site = siteOf(tree, file, n);
      // `-name`: the dash is no part of the bad name
      if (tree.kind[n] === N_MINUS && site.end - site.start > 1)
        sites.push({ ...site, start: site.end - words.text(leaf).length });
      else sites.push(site);
      continue;
    }
    const before = sites.length;
    for (const parameter of parameters) {
      const given = args[parameter - 1] ?? 0;
      for (const site of argumentSites(compiled, applicationOf(compiled, block), parameter, given))
        if (sites.length < MAX_SITES) sites.push(site);
    }
    if (sites.length === before) sites.push(siteOf(tree, file, n));
  }
}

const parameters = new WeakMap<Words, Map<number, readonly number[]>>();

/** The parameters that a word of a macro is made with: 1 of `$1_t`. */
function parametersOf(words: Words, word: number): readonly number[] {
  let known = parameters.get(words);
  if (known === undefined) {
    known = new Map();
    parameters.set(words, known);
  }
  let found = known.get(word);
  if (found === undefined) {
    found = [...words.text(word).matchAll(/\$(\d+)/g)].map((match) => Number(match[1]));
    known.set(word, found);
  }
  return found;
}

/** Adds the leaves that spell a word in the definitions of macros that a node names, and in those that these name. */
function searchDefinitions(
  compiled: CompiledPolicy,
  tree: SyntaxTree,
  top: number,
  args: readonly number[],
  word: number,
  sites: Site[],
  done: Set<number>,
): void {
  const { substitution, units, values } = compiled.state;
  for (let n = top; n < (tree.end[top] as number) && sites.length < MAX_SITES; n++) {
    if (tree.kind[n] !== N_NAME && tree.kind[n] !== N_MINUS) continue;
    const value = substitution.word(tree.data[n] as number, args);
    for (const name of value > 0 ? [value] : values.items(value).map((item) => item >> 2)) {
      const unit = units.macro(name);
      if (unit?.kind !== UNIT_DEFINE || unit.body < 0 || done.has(name)) continue;
      done.add(name);
      const body = unit.node + unit.body;
      const { tree: defining, file } = unit;
      for (let leaf = body; leaf < (defining.end[body] as number); leaf++)
        if (defining.kind[leaf] === N_NAME && defining.data[leaf] === word)
          sites.push(siteOf(defining, file, leaf));
      searchDefinitions(compiled, defining, body, [], word, sites, done);
    }
  }
}

/**
 * The places where the callers of an application give it argument `parameter`, in which `given` is to be found.
 * Remembered: a broken template makes tens of thousands of rules ask the same.
 */
function argumentSites(
  compiled: CompiledPolicy,
  application: number,
  parameter: number,
  given: number,
): readonly Site[] {
  const upwards = upwardsOf(compiled, application);
  upwards.argumentSites ??= new Map();
  const key = `${parameter} ${given}`;
  const before = upwards.argumentSites.get(key);
  if (before !== undefined) return before;
  const sites: Site[] = [];
  // An application that led to itself would find nothing more on the second way.
  upwards.argumentSites.set(key, sites);
  const { blocks, units } = compiled.state;
  for (const caller of callersOf(compiled, application)) {
    if (sites.length >= MAX_SITES) break;
    const { tree, node, file } = originNode(compiled, caller.block, caller.at);
    if (units.all[blocks.unit.at[caller.block] as number] === undefined) continue;
    const arg = argumentNode(tree, node, parameter);
    if (arg < 0 || (blocks.dynamic.at[caller.block] as number) > 0) {
      sites.push(siteOf(tree, file, node));
      continue;
    }
    const length = sites.length;
    if (given > 0)
      search(compiled, caller.block, tree, file, arg, blocks.argumentsOf(caller.block), given, sites);
    if (sites.length === length) sites.push(siteOf(tree, file, arg));
  }
  return sites;
}

/** The places to mend for a set that came out empty: the calls that leave the argument out, or the set itself. */
export function blameEmpty(compiled: CompiledPolicy, block: number, node: number): Site[] {
  const { blocks, units } = compiled.state;
  const unit = units.all[blocks.unit.at[block] as number];
  const sites: Site[] = [];
  if (unit !== undefined) searchEmpty(compiled, block, unit.tree, unit.file, node, sites, 0);
  return sites;
}

function searchEmpty(
  compiled: CompiledPolicy,
  block: number,
  tree: SyntaxTree,
  file: number,
  node: number,
  sites: Site[],
  depth: number,
): void {
  const { words } = compiled.state;
  let parameter = 0;
  for (let n = node; n < (tree.end[node] as number) && parameter === 0; n++)
    if (tree.kind[n] === N_NAME)
      parameter = Number(/^\$(\d+)$/.exec(words.text(tree.data[n] as number))?.[1] ?? 0);
  if (parameter === 0 || depth > MAX_DEPTH || isBeyondDocumented(compiled, block, parameter)) {
    sites.push(siteOf(tree, file, node));
    return;
  }
  for (const caller of callersOf(compiled, applicationOf(compiled, block))) {
    if (sites.length >= MAX_SITES) return;
    const at = originNode(compiled, caller.block, caller.at);
    const arg = argumentNode(at.tree, at.node, parameter);
    const isExpanded = (compiled.state.blocks.dynamic.at[caller.block] as number) > 0;
    if (arg < 0 || isExpanded) sites.push(siteOf(at.tree, at.file, at.node));
    else searchEmpty(compiled, caller.block, at.tree, at.file, arg, sites, depth + 1);
  }
}

/** True when a macro uses a parameter that its documentation does not have: then no caller is to blame for leaving it out. */
function isBeyondDocumented(compiled: CompiledPolicy, block: number, parameter: number): boolean {
  const { blocks, units } = compiled.state;
  const unit = units.all[blocks.unit.at[applicationOf(compiled, block)] as number];
  if (unit === undefined) return false;
  const documented = docsAbove(unit.tree.tokens.text, startOf(unit.tree, unit.node))?.params.length ?? 0;
  return documented > 0 && parameter > documented;
}

/** The n-th argument of a call, or -1 when it is left out. */
function argumentNode(tree: SyntaxTree, call: number, n: number): number {
  let index = 0;
  for (let child = call + 1; child < (tree.end[call] as number); child = tree.end[child] as number)
    if (tree.kind[child] === N_ARG && ++index === n)
      return (tree.first[child] as number) < (tree.last[child] as number) ? child : -1;
  return -1;
}
