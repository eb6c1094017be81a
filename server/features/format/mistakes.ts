// Where the syntax errors of a tree are, for questions about many places. Ends of earlier errors are carried along, so
// that one search answers, however many errors there are.

import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";

/** The parser stops counting here; behind its last error there may be more. */
const MOST_ERRORS = 1000;

export interface Mistakes {
  /** Is there an error from `start` to `end`, at the edges included? */
  touch(start: number, end: number): boolean;
}

/** The errors of a tree. */
export function mistakesOf(tree: SyntaxTree): Mistakes {
  const errors = [...tree.errors].sort((a, b) => a.start - b.start);
  const reach: number[] = [];
  let most = -1;
  for (const { end } of errors) {
    most = Math.max(most, end);
    reach.push(most);
  }
  if (errors.length >= MOST_ERRORS) reach[errors.length - 1] = tree.tokens.text.length;
  return {
    touch(start, end) {
      let low = 0;
      let high = errors.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((errors[middle]?.start as number) <= end) low = middle + 1;
        else high = middle;
      }
      return low > 0 && (reach[low - 1] as number) >= start;
    },
  };
}
