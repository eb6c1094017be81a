// What the rare statements (OP_STATEMENT) speak of: every word in their text, with the arguments of their block put in
// and the sets that macros stand for. A type that comes or goes and is not among them changes nothing of what globals.ts
// builds. Rather too much than too little: a word that only looks like a name counts, and text that is put together in
// ways that cannot be followed here makes everything count.

import type { CompilerState } from "./state.ts";
import type { Statement } from "./statements.ts";
import { UNIT_DEFINE } from "./units.ts";
import { isMark } from "./values.ts";

type Parts = Pick<CompilerState, "words" | "values" | "units" | "substitution">;

/** Macros in macros deeper than this are not followed: everything counts. */
const MAX_DEPTH = 20;
const MEANS_ITSELF = /^[\w.-]+$/;

/** Words that statements mention. */
export class Mentions {
  private readonly parts: Parts;
  private readonly mentioned: Uint8Array;
  private everything = false;

  constructor(parts: Parts, statements: readonly Statement[]) {
    this.parts = parts;
    this.mentioned = new Uint8Array(parts.words.size);
    for (const { tree, node, args } of statements) {
      const { word } = tree.tokens;
      const stop = tree.last[node] as number;
      for (let token = tree.first[node] as number; token < stop; token++)
        this.add(word[token] as number, args, 0);
      if (this.everything) break;
    }
  }

  /** True for words in the statements. A word that was unknown when these were read is not among them. */
  has(word: number): boolean {
    return this.everything || this.mentioned[word] === 1;
  }

  private add(word: number, args: readonly number[], depth: number): void {
    if (word <= 0 || this.mentioned[word] === 1) return;
    const { words, values, substitution, units } = this.parts;
    const text = words.text(word);
    if (text.includes("$")) {
      const value = substitution.word(word, args);
      if (value > 0) this.name(value, depth);
      else for (const item of values.items(value)) if (!isMark(item)) this.name(item >> 2, depth);
      return;
    }
    this.name(word, depth);
    const unit = units.macro(word);
    if (unit?.kind !== UNIT_DEFINE || depth > MAX_DEPTH) {
      if (depth > MAX_DEPTH) this.everything = true;
      return;
    }
    const { tree, node } = unit;
    const stop = tree.last[node] as number;
    for (let token = tree.first[node] as number; token < stop; token++)
      this.add(tree.tokens.word[token] as number, [], depth + 1);
  }

  private name(word: number, depth: number): void {
    if (word >= this.mentioned.length || depth > MAX_DEPTH) {
      this.everything = true;
      return;
    }
    this.mentioned[word] = 1;
    // Several names in one token: what is in it cannot be told.
    if (!MEANS_ITSELF.test(this.parts.words.text(word))) this.compound(word);
  }

  /** A token that is more than a name: its names count one by one. */
  private compound(word: number): void {
    const { words } = this.parts;
    for (const part of words.text(word).match(/[\w.-]+/g) ?? []) {
      const known = words.find(part);
      if (known >= 0) this.mentioned[known] = 1;
    }
  }
}
