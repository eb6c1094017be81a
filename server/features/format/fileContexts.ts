// The formatter of file contexts: path, kind and context in columns that tabs make. Entries that stand together make a
// paragraph; its column is the one that most of its entries have already, so a file keeps its looks and a new line
// falls into line. Where no column rules, entries whose fields are parted by tabs stay as they are: the reference
// policy's own files are like that. A path too long for the column gets one tab. Lines that are no entries keep their
// text; only blanks at their end and superfluous empty lines go.

import { N_FCENTRY } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { columnAfter, minimalChange, type TextChange, tabsTo } from "./change.ts";
import { isBlank, isDocumentation, lineEndAround, lineEndIn } from "./gap.ts";
import { type Mistakes, mistakesOf } from "./mistakes.ts";

const MOST_BLANK_LINES = 2;
/** From the column of the kind to the column of the context. */
const KIND_WIDTH = 8;
/** Rounds until the columns stay; entries only ever join the ruling column. */
const MOST_ROUNDS = 8;

/** One line of file contexts. */
interface Entry {
  readonly pathStart: number;
  readonly pathEnd: number;
  readonly kind: string;
  readonly kindStart: number;
  readonly contextStart: number;
  /** what stands between path and context now */
  gap: string;
}

/** A line of the file: its offsets without line end, and the entry that it holds. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly entry: Entry | undefined;
}

/** The changes that format file contexts. */
export function fileContextChanges(tree: SyntaxTree): readonly TextChange[] {
  const { text } = tree.tokens;
  const lines = linesOf(text, entriesOf(tree));
  align(text, lines);
  const changes: TextChange[] = [];
  const add = (start: number, end: number, wanted: string): void => {
    const change = minimalChange(text, start, end, wanted);
    if (change !== undefined) changes.push(change);
  };
  const isEmpty = (line: Line): boolean => /^[ \t]*$/.test(text.slice(line.start, line.end));
  const mistakes = mistakesOf(tree);
  const filled = lines.filter((line) => !isEmpty(line));
  const first = filled[0];
  if (first === undefined) return [];
  add(text.charCodeAt(0) === 0xfeff ? 1 : 0, first.start, "");
  filled.forEach((line, i) => {
    const { entry } = line;
    if (entry !== undefined) {
      add(line.start, entry.pathStart, "");
      const { pathEnd, kind, kindStart, contextStart, gap } = entry;
      if (kind === "") add(pathEnd, contextStart, gap);
      else {
        const at = gap.indexOf(kind);
        add(pathEnd, kindStart, gap.slice(0, at));
        add(kindStart + kind.length, contextStart, gap.slice(at + kind.length));
      }
    }
    const next = filled[i + 1];
    const stop = trimmedEnd(text, line, mistakes);
    const lineEnd = lineEndIn(text, line.end, line.end + 2) ?? lineEndAround(text, text.length);
    if (next === undefined) add(stop, text.length, lineEnd);
    else {
      const between = text.slice(line.end, next.start);
      const breaks = between.split("\n").length - 1;
      add(stop, next.start, lineEnd.repeat(1 + Math.min(breaks - 1, MOST_BLANK_LINES)));
    }
  });
  return changes;
}

/** Where a line ends without the blanks behind it, where they may go. */
function trimmedEnd(text: string, line: Line, mistakes: Mistakes): number {
  if (isDocumentation(text, line.start)) return line.end;
  if (text.slice(line.start, line.end).includes("\r")) return line.end;
  if (mistakes.touch(line.start, line.end)) return line.end;
  let end = line.end;
  while (end > line.start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

/** The entries by the offset of their path. */
function entriesOf(tree: SyntaxTree): ReadonlyMap<number, Entry> {
  const { text, start, end } = tree.tokens;
  const entries = new Map<number, Entry>();
  for (let node = 1; node < tree.count; node++) {
    if (tree.kind[node] !== N_FCENTRY) continue;
    const from = startOf(tree, node);
    const match = /^(\S+)([ \t]+)(?:(-.)([ \t]+))?(?=\S)/.exec(text.slice(from, endOf(tree, node)));
    const first = tree.first[node] as number;
    if (match === null || from + (match[1] as string).length !== end[first]) continue;
    const [whole, , , kind = ""] = match;
    const context = first + (kind === "" ? 1 : 2);
    if (start[context] !== from + whole.length) continue;
    entries.set(from, {
      pathStart: from,
      pathEnd: end[first] as number,
      kind,
      kindStart: start[first + 1] as number,
      contextStart: start[context] as number,
      gap: whole.slice((match[1] as string).length),
    });
  }
  return entries;
}

function linesOf(text: string, entries: ReadonlyMap<number, Entry>): readonly Line[] {
  const lines: Line[] = [];
  for (let start = text.charCodeAt(0) === 0xfeff ? 1 : 0; start < text.length; ) {
    const feed = text.indexOf("\n", start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (end > start && text.charCodeAt(end - 1) === 13) end--;
    let from = start;
    while (from < end && isBlank(text.charCodeAt(from))) from++;
    lines.push({ start, end, entry: entries.get(from) });
    start = next;
  }
  return lines;
}

function align(text: string, lines: readonly Line[]): void {
  for (let at = 0; at < lines.length; at++) {
    const paragraph: Entry[] = [];
    for (; lines[at]?.entry !== undefined; at++) paragraph.push((lines[at] as Line).entry as Entry);
    if (paragraph.length > 0) alignParagraph(text, paragraph);
  }
}

function alignParagraph(text: string, paragraph: readonly Entry[]): void {
  const widths = paragraph.map(({ pathStart, pathEnd }) => columnAfter(text.slice(pathStart, pathEnd)));
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  const kindWidth = paragraph.some(({ kind }) => kind !== "") ? KIND_WIDTH : 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const columns = new Map<number, number>();
    paragraph.forEach(({ gap }, i) => {
      const column = columnAfter(gap, widths[i]);
      if (!gap.includes(" ")) columns.set(column, (columns.get(column) ?? 0) + 1);
    });
    let column = columnAfter("\t", widest) + kindWidth;
    let count = 0;
    for (const [one, times] of columns)
      if (times > count || (times === count && one > column)) [column, count] = [one, times];
    const rules = count * 2 > paragraph.length;
    let isStill = true;
    paragraph.forEach((entry, i) => {
      if (!rules && !entry.gap.includes(" ")) return;
      const gap = gapTo(entry.kind, widths[i] as number, column);
      if (gap === entry.gap) return;
      entry.gap = gap;
      isStill = false;
    });
    if (isStill) return;
  }
}

function gapTo(kind: string, width: number, column: number): string {
  return kind === "" ? tabsTo(width, column) : `${tabsTo(width, column - KIND_WIDTH)}${kind}\t`;
}
