// What each code means and what to do about it: the text of `sels explain` and of the documentation.

import { EXPLANATION_ROWS } from "./explanations.data.ts";

export interface Explanation {
  readonly code: string;
  readonly title: string;
  readonly text: string;
}

/** All explanations, in the order of the table. */
export const EXPLANATIONS: readonly Explanation[] = EXPLANATION_ROWS.map(([code, title, text]) => ({
  code,
  title,
  text,
}));

const BY_CODE: ReadonlyMap<string, Explanation> = new Map(EXPLANATIONS.map((row) => [row.code, row]));

/** The explanation of a code. */
export function explanationOf(code: string): Explanation | undefined {
  return BY_CODE.get(code);
}
