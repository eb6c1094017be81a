// Declarations that nothing uses. An attribute, boolean or role is unused when no text of the project mentions it
// elsewhere than in declarations, require blocks and lists of attributes; a type also needs to be in no rule of the
// compiled policy, since templates make its name from pieces (`$1_t`), and in no label.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BLOCK,
  N_BOOL,
  N_GENBOOL,
  N_GENREQUIRE,
  N_INTERFACE,
  N_REQUIRE,
  N_REQUIREITEM,
  N_ROLE,
  N_TYPE,
  SYM_CLASS,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { T_WORD } from "../../../grammar/text/tokens.ts";
import type { FileRole } from "../../compiler/face.ts";
import { AVTAB_TYPE } from "../../policydb/avtab.ts";
import type { CheckContext, Fixer, Preparation } from "../check.ts";
import { changing, fixer, removeLines } from "../selint/fixText.ts";
import { childOf, enclosing, tokenRange, tokenText, wordTokens } from "../selint/outline.ts";
import { policyCheck, TE, textCheck } from "../selint/visit.ts";
import { inOne } from "../shared.ts";
import { mentionsOf } from "./mentions.ts";

const WHAT: ReadonlyMap<number, string> = new Map([
  [N_TYPE, "type"],
  [N_ATTRIBUTE, "attribute"],
  [N_ATTRIBUTEROLE, "role attribute"],
  [N_ROLE, "role"],
  [N_BOOL, "boolean"],
  [N_GENBOOL, "boolean"],
]);

const DECLARING: readonly FileRole[] = ["te", "global_booleans", "global_tunables"];

export const unusedDeclaration = policyCheck(
  "unused-declaration",
  DECLARING,
  [...WHAT.keys()],
  ({ tree, node, outline, entry }, say, names, context) => {
    if (enclosing(tree, outline, entry, N_INTERFACE) >= 0) return;
    const leaf = childOf(tree, node, 0);
    if (leaf < 0) return;
    const token = (tree.last[leaf] as number) - 1;
    const name = names.nameAt(tree, token);
    if (name.includes("$")) return;
    const kind = tree.kind[node] as number;
    if (mentionsOf(context).uses(tree.data[leaf] as number) > 0) return;
    if (kind === N_TYPE && isUsedType(context, name)) return;
    if (kind === N_ATTRIBUTE && isUsedAttribute(context, name)) return;
    say({ start: startOf(tree, leaf), end: endOf(tree, leaf) }, `nothing uses ${WHAT.get(kind)} ${name}`);
  },
);

/** Does a rule or label name the type, or has it been given to anything but what its declaration says? */
function isUsedType(context: CheckContext, name: string): boolean {
  const datum = context.compiled.db.types.get(name);
  if (datum === undefined) return true;
  return namedInRules(context).has(datum.value) || datum.isAttribute;
}

/** An attribute that rules name came there by a template's `$1_attribute`. */
function isUsedAttribute(context: CheckContext, name: string): boolean {
  const datum = context.compiled.db.types.get(name);
  return datum === undefined || namedInRules(context).has(datum.value);
}

/** Values of the types and attributes that rules name themselves. */
function namedInRules(context: CheckContext): ReadonlySet<number> {
  return context.shared(KEY, () => inOne(findNamed(context)));
}

/** Looks at the rules in steps. */
export const prepareNamedInRules: Preparation = (context) => context.prepare(KEY, () => findNamed(context));

const KEY = "interface.namedInRules";
/** Rules that are looked at in one step. */
const STEP = 8192;

function* findNamed(context: CheckContext): Generator<void, ReadonlySet<number>> {
  const { avtab, roles, filenameTransitions } = context.compiled.db;
  const found = new Set<number>();
  for (let entry = 0; entry < avtab.length; entry++) {
    if (entry % STEP === 0) yield;
    const kind = avtab.specified[entry] as number;
    if (kind === 0) continue;
    found.add(avtab.source(entry));
    found.add(avtab.target(entry));
    if (kind & AVTAB_TYPE) found.add(avtab.data[entry] as number);
  }
  for (const { data } of filenameTransitions) for (const { newType } of data) found.add(newType);
  for (const role of roles) for (const bit of role.types) found.add(bit + 1);
  return found;
}

/** How often each word stands in a node. */
function countWords({ tokens, first, last }: SyntaxTree, node: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let token = first[node] as number; token < (last[node] as number); token++) {
    const word = tokens.word[token] as number;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

const counted = new WeakMap<
  SyntaxTree,
  { readonly node: number; readonly counts: ReadonlyMap<number, number> }
>();

/** The same of what is around a require block: a file may have thousands of them, one after the other. */
function countsIn(tree: SyntaxTree, node: number): ReadonlyMap<number, number> {
  const last = counted.get(tree);
  if (last?.node === node) return last.counts;
  const counts = countWords(tree, node);
  counted.set(tree, { node, counts });
  return counts;
}

/** A require block of a module, not of an interface (W-003), that asks for names which the module does not use. */
export const unusedModuleRequire = textCheck(
  "unused-require",
  TE,
  [N_REQUIRE, N_GENREQUIRE],
  (place, say) => {
    const { tree, outline, entry, node } = place;
    const up = outline.up[entry] as number;
    const around = up >= 0 ? (outline.node[up] as number) : 0;
    if (up >= 0 && tree.kind[around] !== N_BLOCK) return;
    const { tokens } = tree;
    const all = countsIn(tree, around);
    const own = countWords(tree, node);
    const isUsed = (word: number): boolean => (all.get(word) ?? 0) > (own.get(word) ?? 0);
    for (let item = entry + 1; item < outline.count; item++) {
      const itemNode = outline.node[item] as number;
      if (itemNode >= (tree.end[node] as number)) break;
      if (tree.kind[itemNode] !== N_REQUIREITEM) continue;
      const found: number[] = [];
      wordTokens(tree, itemNode, found);
      const named = tree.data[itemNode] === SYM_CLASS ? found.slice(0, 1) : found;
      for (const token of named)
        if (tokens.type[token] === T_WORD && !isUsed(tokens.word[token] as number))
          say(tokenRange(tree, token), `${tokenText(tree, token)} is required but not used`);
    }
  },
);

export const removeRequire: Fixer = fixer(["unused-require"], ({ file, tree, node }, finding) => {
  if (tree.kind[node] !== N_REQUIREITEM) return undefined;
  const words: number[] = [];
  wordTokens(tree, node, words);
  const name = file.text.slice(finding.start, finding.end);
  const what = `the module no longer needs ${name}`;
  const title = `Do not require ${name}`;
  const whole = removeLines(file, startOf(tree, node), endOf(tree, node));
  if (tree.data[node] === SYM_CLASS || words.length === 1) return changing(title, what, true, whole);
  const text = file.text.slice(startOf(tree, node), endOf(tree, node));
  if (/[#{}]/.test(text)) return undefined;
  const place = words.findIndex((token) => (tree.tokens.start[token] as number) === finding.start);
  if (place < 0) return undefined;
  const other = words[place === 0 ? 1 : place - 1] as number;
  const [start, end] =
    place === 0
      ? [finding.start, tree.tokens.start[other] as number]
      : [tree.tokens.end[other] as number, finding.end];
  return changing(title, what, true, { file: file.id, start, end, text: "" });
});
