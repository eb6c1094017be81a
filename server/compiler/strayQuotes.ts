// An apostrophe in a comment inside quotes closes them for m4, and the quote that was meant to close them is left over. Where
// that text is expanded, the quote reaches checkpolicy, which knows no such character; elsewhere (an interface that nobody
// calls, a branch of another build) nothing happens, and the warning of the scanner says enough. The parser marks the
// places (N_UNKNOWN with data 2); this file leads from there to the comment that is to be reworded.

import { N_UNKNOWN } from "../../grammar/syntax/kinds.ts";
import { type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import type { FindingSink } from "./findingSink.ts";

/** Does a node stand for a quote that is left over? */
export function isStrayQuote(tree: SyntaxTree, node: number): boolean {
  return tree.kind[node] === N_UNKNOWN && tree.data[node] === 2;
}

/** Turns the warning about the comment into an error; the node is one that `isStrayQuote` holds for. */
export function strayQuoteFinding(sink: FindingSink, file: number, tree: SyntaxTree, node: number): void {
  let statement = 1;
  while ((tree.end[statement] as number) <= node) statement = tree.end[statement] as number;
  const from = startOf(tree, statement);
  const comment = tree.errors.find(({ code, start }) => code === "m4-comment-quote" && start >= from);
  const { start, end } = comment ?? { start: startOf(tree, node), end: startOf(tree, node) + 1 };
  sink.replace(
    { file, start, end },
    "error",
    "m4-comment-quote",
    "the apostrophe in this comment ends the quoted text for m4, and checkpolicy refuses the quote that is left over: reword the comment",
  );
}
