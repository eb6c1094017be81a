/*
 * m4 over a text in which quotes or parentheses are never closed.
 *
 * For such a one m4 reads to the end of the file and gives up, so that all that follows is lost. Here each line at
 * which it would is told, and counts as empty: somebody who types is told of one mistake, and not of a thousand
 * names that are gone. Pure: the same text has the same mistakes, whatever it was before.
 */

import type { M4Error, M4Result } from "./m4.ts";

/** A line that counts as empty, because of what is opened there. */
export interface Unclosed {
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly message: string;
}

export interface ReadThrough {
  readonly result: M4Result;
  /** what m4 was given in the end: blanks in place of the lines */
  readonly text: string;
  readonly unclosed: readonly Unclosed[];
  /** what m4 says of the text as it is */
  readonly errors: readonly M4Error[];
}

/** More lines than this are a text of another kind. */
const MOST_LINES = 8;

/** Runs m4 on a text, which it knows as `path`. */
export function readThrough(run: (text: string) => M4Result, path: string, given: string): ReadThrough {
  const unclosed: Unclosed[] = [];
  let text = given;
  let result = run(text);
  const { errors } = result;
  while (unclosed.length < MOST_LINES) {
    const found = result.errors.find((error) => error.file === path && kindOf(error) !== undefined);
    const kind = found === undefined ? undefined : kindOf(found);
    if (found === undefined || kind === undefined) break;
    const { start, end } = lineOf(text, found.opened ?? found.line);
    if (text.slice(start, end).trim() === "") break;
    unclosed.push({ start, end, ...kind });
    text = text.slice(0, start) + " ".repeat(end - start) + text.slice(end);
    result = run(text);
  }
  return { result, text, unclosed, errors };
}

/** What m4's message means, in the words of the other findings; undefined when it is about something else. */
export function kindOf({ message }: M4Error): Pick<Unclosed, "code" | "message"> | undefined {
  const lost = "m4 loses the rest of the file";
  if (message.endsWith("end of file in string"))
    return { code: "parse-quote", message: `the quote that is opened here is never closed: ${lost}` };
  if (message.endsWith("end of file in argument list"))
    return { code: "parse-paren", message: `the call's closing parenthesis is missing: ${lost}` };
  return undefined;
}

function lineOf(text: string, line: number): { readonly start: number; readonly end: number } {
  let start = 0;
  for (let left = line - 1; left > 0 && start < text.length; left--) {
    const next = text.indexOf("\n", start);
    start = next < 0 ? text.length : next + 1;
  }
  const end = text.indexOf("\n", start);
  return { start, end: end < 0 ? text.length : end };
}
