// Hover of words that the language gives their meaning: keywords, macros that are used like keywords, operands of
// constraints. It is asked last: a name of the policy that looks like one of these goes before.

import { tokenAt } from "../../../grammar/syntax/find.ts";
import { N_CONSTRAIN, N_VALIDATETRANS } from "../../../grammar/syntax/kinds.ts";
import { BUILTINS } from "../builtins.ts";
import { fenced, paragraphs } from "../markdown.ts";
import type { Place } from "../view.ts";
import { CONSTRAINT_WORDS, KEYWORDS } from "./keywords.data.ts";

export interface WordText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The text of the keyword at a place, `path` being the nodes there. */
export function keywordText({ file, offset }: Place, path: readonly number[]): WordText | undefined {
  if (file.role === "fc") return undefined;
  const { tokens, kind } = file.tree;
  const token = tokenAt(tokens, offset);
  if (token < 0) return undefined;
  const start = tokens.start[token] as number;
  const end = tokens.end[token] as number;
  const word = file.text.slice(start, end);
  const inConstraint = path.some((node) => kind[node] === N_CONSTRAIN || kind[node] === N_VALIDATETRANS);
  const found = (inConstraint ? CONSTRAINT_WORDS.get(word) : undefined) ?? KEYWORDS.get(word);
  const text = found === undefined ? builtinText(word) : paragraphs([fenced(found.shape), found.meaning]);
  return text === undefined ? undefined : { text, start, end };
}

/** A macro with a syntax of its own: what it is for, and its parameters. */
export function builtinText(name: string): string | undefined {
  const builtin = BUILTINS.get(name);
  if (builtin === undefined) return undefined;
  const names = builtin.parameters.map(([parameter]) => parameter);
  return paragraphs([
    fenced(`${name}(${names.join(", ")})`),
    builtin.summary,
    builtin.parameters.map(([parameter, summary]) => `- \`${parameter}\` – ${summary}`).join("\n"),
  ]);
}
