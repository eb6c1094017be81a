// What is handed to interfaces that nobody defines. They are an error of their own, and what they would have given a
// type is not known: that the type lacks it is no second mistake.

import { N_CALL } from "../../../grammar/syntax/kinds.ts";
import type { CheckContext, CheckFile } from "../check.ts";
import { childCount, tokenText, wordTokens } from "../selint/outline.ts";
import { isBareWord } from "../selint/statement.ts";

/** Is a name an argument of a call of something unknown, in one file? Asked of the few types that lack something. */
export function isArgumentOfUnknown(context: CheckContext, file: CheckFile, name: string): boolean {
  return context.shared(`access.unknownCalls ${file.id}`, () => argumentsOfUnknown(context, file)).has(name);
}

function argumentsOfUnknown({ compiled }: CheckContext, { tree }: CheckFile): ReadonlySet<string> {
  const found = new Set<string>();
  for (let node = 1; node < tree.count; node++) {
    if (tree.kind[node] !== N_CALL || isBareWord(tree, node) || childCount(tree, node) === 0) continue;
    if (compiled.macro(compiled.words.text(tree.data[node] as number)) !== undefined) continue;
    const tokens: number[] = [];
    wordTokens(tree, node, tokens);
    for (const token of tokens) found.add(tokenText(tree, token));
  }
  return found;
}
