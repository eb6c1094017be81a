// One walk down a tree that gives every token its type and modifiers, by token number: expressions stand in reverse
// Polish order in the tree, so what is written out goes by tokens. Follows slotOf (symbolAt.ts), without its paths.

import { tokenAt } from "../../../grammar/syntax/find.ts";
import * as kinds from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { T_FALSE, T_NUMBER, T_PATH, T_STRING, T_TRUE, T_WORD } from "../../../grammar/text/tokens.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import {
  ANY,
  attributeListSlot,
  constraintSlot,
  PERMISSION_SLOT,
  requireSlot,
  SLOTS,
  type Slot,
} from "../slots.ts";
import { MACRO_SLOT } from "../symbolAt.ts";
import {
  MOD_DECLARATION,
  MOD_DROPPED,
  MOD_INACTIVE,
  TK_KEYWORD,
  TK_NUMBER,
  TK_PATH,
  TK_STRING,
} from "./legend.ts";
import {
  type Bodies,
  type Classifier,
  classifierOf,
  classify,
  modifiersOf,
  NO_TOKEN,
  typeOf,
} from "./names.ts";

/** What was asked of the policy, and its answers: while they are the same, a statement's tokens are. */
export interface Evidence {
  readonly words: Map<Slot, Answers>;
  readonly bodies: Bodies;
  /** names that `ifdef` asks for: whether the build defines them */
  readonly defined: Map<string, boolean>;
}

interface Answers {
  readonly classifier: Classifier;
  readonly byWord: Map<number, number>;
}

/** Types + 1 (0: no token) and modifiers by token, from the token `first`. */
export interface ClassifiedTokens {
  readonly first: number;
  readonly type: Uint8Array;
  readonly modifiers: Uint8Array;
}

interface Walk extends ClassifiedTokens {
  readonly compiled: Compiled;
  readonly tree: SyntaxTree;
  /** the tokens to classify, to before `to` */
  readonly from: number;
  readonly to: number;
  readonly evidence: Evidence;
  /** first tokens of optionals that are not part of the policy */
  readonly dropped: ReadonlySet<number>;
}

export function noEvidence(): Evidence {
  return { words: new Map(), bodies: new Map(), defined: new Map() };
}

/** True when the policy still answers as it did. */
export function isCurrent(compiled: Compiled, { words, bodies, defined }: Evidence): boolean {
  for (const { classifier, byWord } of words.values()) {
    if (classifier.fixed !== undefined) continue;
    for (const [word, answer] of byWord)
      if (classify(compiled, word, classifier, bodies) !== answer) return false;
  }
  for (const [name, before] of defined) if (isDefined(compiled, name) !== before) return false;
  return true;
}

/** The first tokens of the optionals of a file that are not part of the policy, in order. */
export function droppedOptionals({ compiled }: Snapshot, { id, tree }: SourceFile): number[] {
  const dropped = new Set<number>();
  for (const { code, start } of compiled.findings().get(id) ?? [])
    if (code === "optional-dropped") dropped.add(tokenAt(tree.tokens, start));
  return [...dropped].sort((a, b) => a - b);
}

/** Classifies the tokens `from` to before `to`, within `into`; what is asked of the policy joins the evidence. */
export function classifyTokens(
  compiled: Compiled,
  tree: SyntaxTree,
  [from, to]: readonly [number, number],
  into: ClassifiedTokens,
  dropped: readonly number[],
  evidence: Evidence,
): void {
  plainTokens(tree, from, to, into);
  visit({ ...into, compiled, tree, from, to, evidence, dropped: new Set(dropped) }, 0, ANY, 0);
}

/** What a token's own type says: keywords, numbers, strings, paths. */
function plainTokens(
  tree: SyntaxTree,
  from: number,
  to: number,
  { first, type }: Pick<ClassifiedTokens, "first" | "type">,
): void {
  const types = tree.tokens.type;
  for (let token = from; token < to; token++) {
    const kind = types[token] as number;
    if (kind > 0 && kind < T_WORD) type[token - first] = TK_KEYWORD + 1;
    else if (kind === T_NUMBER) type[token - first] = TK_NUMBER + 1;
    else if (kind === T_STRING) type[token - first] = TK_STRING + 1;
    else if (kind === T_PATH) type[token - first] = TK_PATH + 1;
  }
}

function visit(walk: Walk, node: number, slot: Slot, statement: number): void {
  const { tree } = walk;
  if ((tree.last[node] as number) <= walk.from || (tree.first[node] as number) >= walk.to) return;
  const kind = tree.kind[node] as number;
  const stop = tree.end[node] as number;
  switch (kind) {
    case kinds.N_NAME:
    case kinds.N_MINUS:
      leaf(walk, node, slot);
      return;
    case kinds.N_SET:
    case kinds.N_COMPLEMENT:
    case kinds.N_STAR:
    case kinds.N_XRANGE:
      for (let child = node + 1; child < stop; child = tree.end[child] as number)
        visit(walk, child, slot, statement);
      return;
    case kinds.N_CALL:
      word(walk, tree.first[node] as number, MACRO_SLOT);
      for (let child = node + 1; child < stop; child = tree.end[child] as number)
        visit(walk, child, ANY, node);
      return;
    case kinds.N_ATTRS:
    case kinds.N_ALIAS: {
      const own = kind === kinds.N_ALIAS ? ALIAS_SLOT : attributeListSlot(tree.kind[statement] as number);
      for (let child = node + 1; child < stop; child = tree.end[child] as number)
        visit(walk, child, own, statement);
      return;
    }
    default:
      statementChildren(walk, node, kind);
  }
}

const ALIAS_SLOT = (SLOTS.get(kinds.N_ALIAS) as readonly Slot[])[0] as Slot;

function statementChildren(walk: Walk, node: number, kind: number): void {
  const { tree } = walk;
  const slots = SLOTS.get(kind);
  const stop = tree.end[node] as number;
  let index = 0;
  let off = 0;
  if (kind === kinds.N_IFDEF) off = branchOff(walk, node);
  else if (
    (kind === kinds.N_OPTIONALPOLICY || kind === kinds.N_OPTIONAL) &&
    walk.dropped.has(tree.first[node] as number)
  )
    off = 1;
  for (let child = node + 1; child < stop; child = tree.end[child] as number, index++) {
    let slot = ANY;
    if (kind === kinds.N_REQUIREITEM) {
      const data = tree.data[node] as number;
      slot = data === kinds.SYM_CLASS && index > 0 ? PERMISSION_SLOT : requireSlot(data);
    } else if (kind === kinds.N_CTERM) slot = index === 0 ? ANY : constraintSlot(leftSide(tree, node));
    else if (slots !== undefined && kind !== kinds.N_IFDEF)
      slot = slots[Math.min(index, slots.length - 1)] as Slot;
    else if (kind === kinds.N_IFDEF && index === 0) slot = MACRO_SLOT;
    visit(walk, child, slot, node);
    const isOff = kind === kinds.N_IFDEF ? off === index : off === 1 && index === 0;
    if (isOff && (kind !== kinds.N_IFDEF || index > 0))
      mark(walk, child, kind === kinds.N_IFDEF ? MOD_INACTIVE : MOD_DROPPED);
  }
}

function leftSide(tree: SyntaxTree, term: number): string {
  return tree.tokens.text.slice(startOf(tree, term + 1), endOf(tree, term + 1));
}

/** The index of the branch of an ifdef that the build does not take. */
function branchOff(walk: Walk, node: number): number {
  const { tree, compiled, evidence } = walk;
  const name = compiled.words.text(tree.data[node + 1] as number);
  if (tree.kind[node + 1] !== kinds.N_NAME || name.includes("$")) return 0;
  const known = isDefined(compiled, name);
  evidence.defined.set(name, known);
  const negated = tree.data[node] === 1;
  return known !== negated ? 2 : 1;
}

function isDefined(compiled: Compiled, name: string): boolean {
  return compiled.options.defines.has(name) || compiled.macro(name) !== undefined;
}

function mark(walk: Walk, node: number, modifier: number): void {
  const from = Math.max(walk.from, walk.tree.first[node] as number);
  const to = Math.min(walk.to, walk.tree.last[node] as number);
  for (let token = from; token < to; token++) {
    const at = token - walk.first;
    walk.modifiers[at] = (walk.modifiers[at] as number) | modifier;
  }
}

function leaf(walk: Walk, node: number, slot: Slot): void {
  const { tree } = walk;
  const last = tree.last[node] as number;
  for (let token = tree.first[node] as number; token < last; token++)
    if (tree.tokens.word[token] !== 0) word(walk, token, slot);
}

function word(walk: Walk, token: number, slot: Slot): void {
  if (token < walk.from || token >= walk.to) return;
  const { tokens } = walk.tree;
  const type = tokens.type[token] as number;
  if (type === T_NUMBER || type === T_STRING || type === T_PATH || type === T_TRUE || type === T_FALSE)
    return;
  const answer = answerAt(walk, tokens.word[token] as number, slot);
  const at = token - walk.first;
  if (answer === NO_TOKEN) {
    walk.type[at] = 0;
    return;
  }
  walk.type[at] = typeOf(answer) + 1;
  let modifiers = modifiersOf(answer);
  if (slot.declares) modifiers |= MOD_DECLARATION;
  walk.modifiers[at] = (walk.modifiers[at] as number) | modifiers;
}

function answerAt({ compiled, evidence }: Walk, word: number, slot: Slot): number {
  let answers = evidence.words.get(slot);
  if (answers === undefined) {
    answers = { classifier: classifierOf(slot), byWord: new Map() };
    evidence.words.set(slot, answers);
  }
  let answer = answers.byWord.get(word);
  if (answer === undefined) {
    answer = classify(compiled, word, answers.classifier, evidence.bodies);
    answers.byWord.set(word, answer);
  }
  return answer;
}
