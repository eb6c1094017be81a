// A change of a text, as the formatter makes them, and what one can do with a list of them. Invariant of the lists:
// ascending, never overlapping. Changes are about white space only; nothing here knows what the text means.

/** Replace what stands from `start` to `end` (exclusive). */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after some changes. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = "";
  let at = 0;
  for (const change of changes) {
    result += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + text.slice(at);
}

/** The change of a stretch to a wanted text, without what both have in common; undefined when they are equal. */
export function minimalChange(
  text: string,
  start: number,
  end: number,
  wanted: string,
): TextChange | undefined {
  let head = 0;
  const room = Math.min(end - start, wanted.length);
  while (head < room && text.charCodeAt(start + head) === wanted.charCodeAt(head)) head++;
  if (head === end - start && head === wanted.length) return undefined;
  let tail = 0;
  while (
    tail < room - head &&
    text.charCodeAt(end - 1 - tail) === wanted.charCodeAt(wanted.length - 1 - tail)
  )
    tail++;
  // A change must not begin or end between the two units of a line end.
  if (head > 0 && text.charCodeAt(start + head - 1) === 13) head--;
  if (tail > 0 && text.charCodeAt(end - tail) === 10) tail--;
  return { start: start + head, end: end - tail, text: wanted.slice(head, wanted.length - tail) };
}

/** Tabs, or as many spaces as the editor wants: one level of indentation. */
export interface FormatOptions {
  readonly indent: string;
}

export const DEFAULT_FORMAT_OPTIONS: FormatOptions = { indent: "\t" };

/** Columns of a tab: in these files nobody ever meant another width. */
const TAB = 8;

/** The column after some text that begins at a column. */
export function columnAfter(text: string, column = 0): number {
  let at = column;
  for (let i = 0; i < text.length; i++) at = text.charCodeAt(i) === 9 ? nextStop(at) : at + 1;
  return at;
}

function nextStop(column: number): number {
  return (Math.floor(column / TAB) + 1) * TAB;
}

/** The fewest tabs, at least one, that reach a column. */
export function tabsTo(from: number, column: number): string {
  let at = nextStop(from);
  let tabs = "\t";
  while (at < column) {
    at = nextStop(at);
    tabs += "\t";
  }
  return tabs;
}
