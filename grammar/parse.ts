// The face of the grammar: text → syntax tree. One parser serves all texts; it keeps nothing between calls.

import { type Goal, PolicyParser } from "./refpolicy/statements.ts";
import type { SyntaxTree } from "./syntax/tree.ts";
import { type Dialect, scan } from "./text/scanner.ts";
import type { Words } from "./text/words.ts";

export { parseFileContexts } from "./contexts/fileContexts.ts";
export type { Goal } from "./refpolicy/statements.ts";
export type { Dialect } from "./text/scanner.ts";
export { createWords } from "./text/tokens.ts";

const parser = new PolicyParser();

/** Parses policy source (`refpolicy`: for m4) or what checkpolicy and checkmodule read (`kernel`). */
export function parsePolicy(text: string, words: Words, dialect: Dialect): SyntaxTree {
  return parser.parse(scan(text, words, dialect), words, dialect);
}

/** Parses a part of policy source: the tree is N_FILE over what was asked for, or over one N_UNKNOWN. */
export function parseFragment(text: string, words: Words, goal: Goal): SyntaxTree {
  return parser.parsePart(scan(text, words, "refpolicy"), words, goal);
}
