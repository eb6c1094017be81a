// W-005, W-006, W-007 and W-010: calls of interfaces. A call of another module's interface outside an optional block
// makes that module mandatory; a call without arguments, with a blank that no quote or brace protects, or of
// something that nobody defines, is a slip.

import {
  N_ARG,
  N_BLOCK,
  N_CALL,
  N_IFDEF,
  N_MINUS,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext } from "../check.ts";
import type { Flavor } from "./facts.ts";
import type { Names } from "./names.ts";
import { calleeOf, childCount, childOf, keywordRange } from "./outline.ts";
import { isBareWord } from "./statement.ts";
import { isReported, type Place, policyCheck, TE_IF, textCheck } from "./visit.ts";

export const mandatoryCall = policyCheck("W-005", TE_IF, [N_CALL], (place, say, names, context) => {
  // Loadable modules have no base to speak of: SELint says nothing about them either.
  if (context.compiled.options.mode !== "monolithic") return;
  const { tree, node, file } = place;
  const name = names.nameAt(tree, tree.first[node] as number);
  const module = names.interfaceModule(name);
  if (module === undefined || module === file.module || names.base.has(module)) return;
  if (isInOptional(place)) return;
  say(
    keywordRange(tree, node),
    `${name} makes module ${module} mandatory here: call it in an optional_policy block`,
  );
});

/** Is the statement in the first branch of an optional block? */
function isInOptional({ tree, outline, entry }: Place): boolean {
  for (let at = entry; at >= 0; at = outline.up[at] as number) {
    const up = outline.up[at] as number;
    if (up < 0) return false;
    const upNode = outline.node[up] as number;
    const kind = tree.kind[upNode];
    if (kind !== N_OPTIONAL && kind !== N_OPTIONALPOLICY) continue;
    const node = outline.node[at] as number;
    if (tree.kind[node] === N_BLOCK && node === upNode + 1) return true;
  }
  return false;
}

export const emptyCall = textCheck("W-006", TE_IF, [N_CALL], ({ tree, node }, say) => {
  if (isBareWord(tree, node) || childOf(tree, node, 0) >= 0) return;
  say(keywordRange(tree, node), `${calleeOf(tree, node)} is called without an argument`);
});

export const spaceInArgument = policyCheck("W-007", TE_IF, [N_CALL], ({ tree, node }, say, names) => {
  for (let arg = node + 1; arg < (tree.end[node] as number); arg = tree.end[arg] as number) {
    if (tree.kind[arg] !== N_ARG || (tree.data[arg] as number) & 3 || childCount(tree, arg) < 2) continue;
    if (isDifferenceOfLevels(tree, arg, names)) continue;
    const range = { start: startOf(tree, arg), end: endOf(tree, arg) };
    say(range, `this argument of ${calleeOf(tree, node)} holds a blank: put it in braces or quotes`);
    return;
  }
});

/** `s0 - mls_systemhigh` is one range; `a_t - b_t` is not. */
function isDifferenceOfLevels(tree: SyntaxTree, arg: number, names: Names): boolean {
  let before = -1;
  for (let child = arg + 1; child < (tree.end[arg] as number); child = tree.end[child] as number) {
    if (before >= 0 && (tree.kind[child] !== N_MINUS || isSubject(names, textOf(tree, before)))) return false;
    before = child;
  }
  return true;
}

const SUBJECTS: readonly Flavor[] = ["type", "attribute", "role", "attribute_role", "user"];

function isSubject(names: Names, name: string): boolean {
  return SUBJECTS.some((flavor) => names.modulesOf(flavor, name) !== undefined);
}

/** Prefixes of interfaces that are not the module's name. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["fs", "filesystem"],
  ["corecmd", "corecommands"],
  ["seutil", "selinuxutil"],
  ["libs", "libraries"],
  ["dev", "devices"],
  ["term", "terminal"],
  ["corenet", "corenetwork"],
  ["auth", "authlogin"],
  ["userdom", "userdomain"],
  ["sysnet", "sysnetwork"],
]);

export const unknownCall = policyCheck("W-010", TE_IF, [N_CALL], (place, say, names, context) => {
  const { tree, node, file } = place;
  if (isBareWord(tree, node) || !isUnknown(tree.data[node] as number, names, context)) return;
  const range = keywordRange(tree, node);
  if (isReported(context, file, range) || isAskedFor(place)) return;
  say(range, `no module defines an interface ${calleeOf(tree, node)}`);
});

/** Does the call stand in an `ifdef` of its own name? Then it is for policies that have the interface. */
function isAskedFor({ tree, outline, entry, node }: Place): boolean {
  const name = calleeOf(tree, node);
  for (let at = outline.up[entry] as number; at >= 0; at = outline.up[at] as number) {
    const around = outline.node[at] as number;
    if (tree.kind[around] === N_IFDEF && textOf(tree, around + 1) === name) return true;
  }
  return false;
}

/** Does a word look like the name of an interface that nobody defines? Each word is looked at once. */
function isUnknown(word: number, names: Names, context: CheckContext): boolean {
  const known = context.shared("selint.unknownCalls", () => new Map<number, boolean>());
  let unknown = known.get(word);
  if (unknown === undefined) {
    const { compiled } = context;
    const name = compiled.words.text(word);
    unknown =
      names.interfaceModule(name) === undefined &&
      hasModulePrefix(name, names) &&
      compiled.macro(name) === undefined;
    known.set(word, unknown);
  }
  return unknown;
}

function hasModulePrefix(name: string, names: Names): boolean {
  for (let at = name.indexOf("_"); at >= 0; at = name.indexOf("_", at + 1)) {
    const prefix = name.slice(0, at);
    if (names.modules.has(prefix) || names.modules.has(ABBREVIATIONS.get(prefix) ?? "")) return true;
  }
  return false;
}
