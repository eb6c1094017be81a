// How often each word stands in the sources, and how often only in the places that make something of a name without
// using it: its declaration, require blocks, and lists of attributes. Counted for each tree once; the sum of all is
// made anew for a state of the policy.

import * as kinds from "../../../grammar/syntax/kinds.ts";
import { T_WORD } from "../../../grammar/text/tokens.ts";
import type { CheckContext, CheckFile, Preparation } from "../check.ts";
import { inOne } from "../shared.ts";

/** Counts of the words of one tree: word, mentions, weak mentions, and again. */
type Counts = Int32Array;

export interface Mentions {
  /** mentions that are no declaration, no requirement and no member of a list of attributes */
  uses(word: number): number;
}

export function mentionsOf(context: CheckContext): Mentions {
  return context.shared(KEY, () => inOne(countAll(context)));
}

/** Counts in steps. */
export const prepareMentions: Preparation = (context) => context.prepare(KEY, () => countAll(context));

const KEY = "interface.mentions";
/** Files that are read in one step. */
const STEP = 32;

function* countAll(context: CheckContext): Generator<void, Mentions> {
  const uses = new Int32Array(context.compiled.words.size);
  for (const [i, file] of context.files().entries()) {
    if (i % STEP === 0) yield;
    const counts = context.perTree(KEY, file, countsOf);
    for (let at = 0; at < counts.length; at += 3) {
      const word = counts[at] as number;
      uses[word] = (uses[word] as number) + (counts[at + 1] as number) - (counts[at + 2] as number);
    }
  }
  return { uses: (word) => uses[word] ?? 0 };
}

function countsOf({ tree }: CheckFile): Counts {
  const all = new Map<number, number>();
  const weak = new Map<number, number>();
  const { tokens } = tree;
  for (let token = 0; token < tokens.count; token++)
    if (tokens.type[token] === T_WORD) add(all, tokens.word[token] as number);
  for (let node = 1; node < tree.count; node++)
    if (isWeak(tree.kind[node] as number)) {
      const end = tree.end[node] as number;
      const list = tree.kind[node] === kinds.N_ATTRS || tree.kind[node] === kinds.N_REQUIREITEM;
      for (let child = node + 1; child < end; child = list ? (tree.end[child] as number) : end)
        if (tree.kind[child] === kinds.N_NAME) add(weak, tree.data[child] as number);
    }
  const counts = new Int32Array(all.size * 3);
  let at = 0;
  for (const [word, count] of all) {
    counts[at++] = word;
    counts[at++] = count;
    counts[at++] = weak.get(word) ?? 0;
  }
  return counts;
}

function add(table: Map<number, number>, word: number): void {
  table.set(word, (table.get(word) ?? 0) + 1);
}

function isWeak(kind: number): boolean {
  switch (kind) {
    case kinds.N_TYPE:
    case kinds.N_ATTRIBUTE:
    case kinds.N_ATTRIBUTEROLE:
    case kinds.N_ROLE:
    case kinds.N_BOOL:
    case kinds.N_GENBOOL:
    case kinds.N_ATTRS:
    case kinds.N_REQUIREITEM:
      return true;
    default:
      return false;
  }
}
