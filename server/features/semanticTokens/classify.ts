// One walk down a tree that gives every token its type and modifiers, by token number: expressions stand in reverse
// Polish order in the tree, so what is written out goes by tokens. Follows slotOf (symbolAt.ts), without its paths.

import * as kinds from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { T_FALSE, T_NUMBER, T_PATH, T_STRING, T_TRUE, T_WORD } from "../../../grammar/text/tokens.ts";
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
import { answersFor, classify, modifiersOf, NO_TOKEN, typeOf } from "./names.ts";

/** Types + 1 (0: no token) and modifiers by token, from the first token asked for. */
export interface ClassifiedTokens {
  readonly first: number;
  readonly type: Uint8Array;
  readonly modifiers: Uint8Array;
}

interface Walk {
  readonly snapshot: Snapshot;
  readonly tree: SyntaxTree;
  readonly first: number;
  readonly last: number;
  readonly type: Uint8Array;
  readonly modifiers: Uint8Array;
  readonly answers: Map<Slot, Map<number, number>>;
  /** starts of optionals that are not part of the policy */
  readonly dropped: ReadonlySet<number>;
}

/** The tokens from `first` to before `last`. */
export function classifyTokens(
  snapshot: Snapshot,
  file: SourceFile,
  first: number,
  last: number,
): ClassifiedTokens {
  const { tree } = file;
  const size = Math.max(0, last - first);
  const type = new Uint8Array(size);
  const modifiers = new Uint8Array(size);
  plainTokens(tree, first, last, type);
  const dropped = new Set<number>();
  for (const finding of snapshot.compiled.findings().get(file.id) ?? [])
    if (finding.code === "optional-dropped") dropped.add(finding.start);
  const walk: Walk = { snapshot, tree, first, last, type, modifiers, answers: new Map(), dropped };
  visit(walk, 0, ANY, 0);
  return { first, type, modifiers };
}

/** What a token's own type says: keywords, numbers, strings, paths. */
function plainTokens(tree: SyntaxTree, first: number, last: number, type: Uint8Array): void {
  const types = tree.tokens.type;
  for (let token = first; token < last; token++) {
    const kind = types[token] as number;
    if (kind > 0 && kind < T_WORD) type[token - first] = TK_KEYWORD + 1;
    else if (kind === T_NUMBER) type[token - first] = TK_NUMBER + 1;
    else if (kind === T_STRING) type[token - first] = TK_STRING + 1;
    else if (kind === T_PATH) type[token - first] = TK_PATH + 1;
  }
}

function visit(walk: Walk, node: number, slot: Slot, statement: number): void {
  const { tree } = walk;
  if ((tree.last[node] as number) <= walk.first || (tree.first[node] as number) >= walk.last) return;
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
    walk.dropped.has(startOf(tree, node))
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
  const { tree, snapshot } = walk;
  const { compiled } = snapshot;
  const name = compiled.words.text(tree.data[node + 1] as number);
  if (tree.kind[node + 1] !== kinds.N_NAME || name.includes("$")) return 0;
  const isDefined = compiled.options.defines.has(name) || compiled.macro(name) !== undefined;
  const negated = tree.data[node] === 1;
  return isDefined !== negated ? 2 : 1;
}

function mark(walk: Walk, node: number, modifier: number): void {
  const from = Math.max(walk.first, walk.tree.first[node] as number);
  const to = Math.min(walk.last, walk.tree.last[node] as number);
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
  if (token < walk.first || token >= walk.last) return;
  const { tokens } = walk.tree;
  const type = tokens.type[token] as number;
  if (type === T_NUMBER || type === T_STRING || type === T_PATH || type === T_TRUE || type === T_FALSE)
    return;
  let answers = walk.answers.get(slot);
  if (answers === undefined) {
    answers = answersFor(walk.snapshot, slot);
    walk.answers.set(slot, answers);
  }
  const id = tokens.word[token] as number;
  let answer = answers.get(id);
  if (answer === undefined) {
    answer = classify(walk.snapshot.compiled, id, slot);
    answers.set(id, answer);
  }
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
