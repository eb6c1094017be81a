// The proof of a repair of syntax: the text is parsed with it, and has fewer mistakes than without. It knows no finding.

import { createWords, parseFileContexts, parsePolicy } from "../../../grammar/parse.ts";
import type { SyntaxError as Mistake } from "../../../grammar/syntax/tree.ts";
import { changeText } from "../applyFixes.ts";
import type { CheckFile } from "../check.ts";
import type { TextChange } from "../fix.ts";

/** Changes that are tried for one finding; each costs a parse of the file. */
export const MOST_TRIED = 16;

/** The first change that leaves the fewest mistakes, if these are fewer than now. */
export function firstBest(file: CheckFile, changes: readonly TextChange[]): TextChange | undefined {
  let best: TextChange | undefined;
  let least = file.tree.errors.length;
  for (const change of changes.slice(0, MOST_TRIED)) {
    const left = errorsOf(file, changeText(file.text, [change])).length;
    if (left >= least) continue;
    best = change;
    least = left;
  }
  return best;
}

function errorsOf(file: CheckFile, text: string): readonly Mistake[] {
  if (file.role === "fc") return parseFileContexts(text, createWords()).errors;
  return parsePolicy(text, createWords(), file.role === "conf" ? "kernel" : "refpolicy").errors;
}
