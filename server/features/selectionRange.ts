// textDocument/selectionRange: from the word outwards: the name, the set's inside, the set, the statement, the block's
// inside, the block, a definition with its documentation, the file. In comments: the word, the line, the run of lines.

import type { Range, SelectionRange } from "vscode-languageserver-types";
import { docsAbove } from "../../grammar/syntax/docs.ts";
import { pathTo } from "../../grammar/syntax/find.ts";
import { N_BLOCK, N_DEFINE, N_INTERFACE, N_SET } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { lineAt, lineSpan } from "../workspace/lines.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { toRange, type View } from "./view.ts";

type Span = readonly [start: number, end: number];

/** The selections around an offset, innermost first. */
export function selectionRange(view: View, file: SourceFile, offset: number): SelectionRange {
  const spans = [...wordSpan(file, offset), ...commentSpans(file, offset), ...nodeSpans(file, offset)];
  spans.push([0, file.text.length]);
  let range: SelectionRange | undefined;
  let inner: Span | undefined;
  const chain: Range[] = [];
  for (const span of spans) {
    if (inner !== undefined && !(span[0] <= inner[0] && span[1] >= inner[1])) continue;
    if (inner !== undefined && span[0] === inner[0] && span[1] === inner[1]) continue;
    inner = span;
    chain.push(toRange(view, file, span[0], span[1]));
  }
  for (const one of chain.reverse())
    range = range === undefined ? { range: one } : { range: one, parent: range };
  return range ?? { range: toRange(view, file, offset, offset) };
}

function wordSpan(file: SourceFile, offset: number): Span[] {
  const { text } = file;
  let start = offset;
  let end = offset;
  while (start > 0 && /[\w$]/.test(text[start - 1] as string)) start--;
  while (end < text.length && /[\w$]/.test(text[end] as string)) end++;
  return end > start ? [[start, end]] : [];
}

/** The comment line and the run of comment lines around an offset that lies in a comment. */
function commentSpans(file: SourceFile, offset: number): Span[] {
  const { lines, text } = file;
  const line = lineAt(lines, offset);
  const { start, end } = lineSpan(lines, line);
  const mark = text.slice(start, end).indexOf("#");
  if (mark < 0 || start + mark > offset || text.slice(start, start + mark).trim() !== "") return [];
  let first = line;
  let last = line;
  const isComment = (at: number): boolean => {
    const span = lineSpan(lines, at);
    return /^\s*#/.test(text.slice(span.start, Math.min(span.end, span.start + 200)));
  };
  while (first > 0 && isComment(first - 1)) first--;
  while (last + 1 < lines.starts.length && isComment(last + 1)) last++;
  return [
    [start + mark, end],
    [lineSpan(lines, first).start, lineSpan(lines, last).end],
  ];
}

function nodeSpans(file: SourceFile, offset: number): Span[] {
  const { tree } = file;
  const spans: Span[] = [];
  for (const node of pathTo(tree, offset).reverse()) {
    const kind = tree.kind[node];
    const start = startOf(tree, node);
    const end = endOf(tree, node);
    if ((kind === N_SET || kind === N_BLOCK) && /^[{`]/.test(file.text.slice(start, start + 1)))
      if (offset > start && offset < end) spans.push(inside(file, start, end));
    if (end > start && start <= offset && end >= offset) spans.push([start, end]);
    if (kind !== N_INTERFACE && kind !== N_DEFINE) continue;
    const docs = docsAbove(file.text, start);
    if (docs !== undefined) spans.push([docs.start, end]);
  }
  return spans;
}

/** Between the braces or quotes, blanks left out. */
function inside(file: SourceFile, start: number, end: number): Span {
  let from = start + 1;
  let to = end - 1;
  while (from < to && /\s/.test(file.text[from] as string)) from++;
  while (to > from && /\s/.test(file.text[to - 1] as string)) to--;
  return [from, to];
}
