// What each code means and what to do about it: the text of `sels explain` and of the documentation. The catalogue of
// checks is the table; codes that have no row there yet are explained by explanations.data.ts.

import { CATALOGUE, type CheckRow } from "../checks/catalogue/catalogue.ts";
import { EXPLANATION_ROWS } from "./explanations.data.ts";

export interface Explanation {
  readonly code: string;
  readonly title: string;
  readonly text: string;
}

const CATALOGUED: ReadonlySet<string> = new Set(CATALOGUE.map((row) => row.id));

const OLDER: ReadonlyMap<string, string> = new Map(EXPLANATION_ROWS.map(([code, , text]) => [code, text]));

/** All explanations, in the order of the tables. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...EXPLANATION_ROWS.filter(([code]) => !CATALOGUED.has(code)).map(([code, title, text]) => ({
    code,
    title,
    text,
  })),
  ...CATALOGUE.map((row) => ({ code: row.id, title: row.summary, text: adviceOf(row) })),
];

/** What a row of the catalogue says besides its summary; older advice about the same code completes it. */
function adviceOf(row: CheckRow): string {
  const fix = row.fix === undefined ? [] : [`Quick fix: ${row.fix}`];
  const older = OLDER.get(row.id);
  const parts = [
    row.why ?? older ?? `${row.summary}.`,
    ...(row.differs === undefined ? [] : [row.differs]),
    ...fix,
  ];
  return parts.map((part) => (/[.!?]$/.test(part.trim()) ? part.trim() : `${part.trim()}.`)).join(" ");
}

const BY_CODE: ReadonlyMap<string, Explanation> = new Map(EXPLANATIONS.map((row) => [row.code, row]));

/** The explanation of a code. */
export function explanationOf(code: string): Explanation | undefined {
  return BY_CODE.get(code) ?? BY_CODE.get(code.toLowerCase()) ?? BY_CODE.get(code.toUpperCase());
}
