// Which engine the workspace drives: the parser by role of a file, and the compiler. This is the only file of the
// room that names them.

import { parseFileContexts } from "../../grammar/contexts/fileContexts.ts";
import { type Dialect, parsePolicy } from "../../grammar/parse.ts";
import { reparsePolicy } from "../../grammar/reparse.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { createWords as createReservedWords } from "../../grammar/text/tokens.ts";
import type { Words } from "../../grammar/text/words.ts";
import { createCompiled } from "../compiler/compile.ts";
import type { BuildOptions, Compiled, FileRole, Source } from "../compiler/face.ts";

/** The interner of a workspace, with the keywords reserved. */
export function createWords(): Words {
  return createReservedWords();
}

/** Parses a source. Never throws: what is wrong is in the tree's errors. */
export function parseSource(text: string, role: FileRole, words: Words): SyntaxTree {
  if (role === "fc") return parseFileContexts(text, words);
  return parsePolicy(text, words, dialectOf(role));
}

function dialectOf(role: FileRole): Dialect {
  return role === "conf" ? "kernel" : "refpolicy";
}

/** Code units from which on a text is parsed in part after an edit; less takes no time worth saving. */
const LARGE = 8192;

/** Parses the text of a source whose text before was parsed as `before`: `large` ones only around what was edited. */
export function parseEdited(
  before: SyntaxTree,
  text: string,
  role: FileRole,
  words: Words,
  large: number = LARGE,
): SyntaxTree {
  if (role === "fc" || text.length < large) return parseSource(text, role, words);
  return reparsePolicy(before, text, words, dialectOf(role)) ?? parseSource(text, role, words);
}

/** Compiles sources to a live policy. */
export function compile(sources: readonly Source[], options: BuildOptions, words: Words): Compiled {
  return createCompiled(sources, options, words);
}
