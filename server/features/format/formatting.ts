// textDocument/formatting, rangeFormatting, rangesFormatting and onTypeFormatting: the formatter's changes as LSP edits.
// A range is widened to whole lines. Indentation is the editor's own (tabs or so many spaces); the rest of the style
// is the reference policy's and has no settings.

import type { FormattingOptions, Position, Range, TextEdit } from "vscode-languageserver-types";
import { lineAt, lineSpan } from "../../workspace/lines.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { offsetOf, toRange, type View } from "../view.ts";
import { applyChanges, type FormatOptions, type TextChange } from "./change.ts";
import { type FormatKind, formatChanges, formatKindOf, type Part } from "./format.ts";
import { indentChange } from "./onType.ts";

/** More edits than this are sent as one. */
const MOST_EDITS = 10_000;

/** The edits that format a whole document. */
export function formatting(view: View, file: SourceFile, options: FormattingOptions): TextEdit[] {
  return editsOf(view, file, changesIn(view, file, options));
}

/** The edits that format the lines of some ranges. */
export function rangesFormatting(
  view: View,
  file: SourceFile,
  ranges: readonly Range[],
  options: FormattingOptions,
): TextEdit[] {
  const parts = ranges.map((range) => linesAround(view, file, range));
  const changes = new Map<number, TextChange>();
  for (const part of parts)
    for (const change of changesIn(view, file, options, part)) changes.set(change.start, change);
  return editsOf(
    view,
    file,
    [...changes.values()].sort((a, b) => a.start - b.start),
  );
}

/** The edits that a typed character asks for. */
export function onTypeFormatting(
  view: View,
  file: SourceFile,
  position: Position,
  typed: string,
  options: FormattingOptions,
): TextEdit[] {
  const kind = kindOf(file);
  if (kind === undefined) return [];
  const offset = offsetOf(view, file, position);
  const line = lineAt(file.lines, offset);
  if (kind === "contexts") {
    if (typed !== "\n" || line === 0) return [];
    return editsOf(view, file, changesIn(view, file, options, lineSpan(file.lines, line - 1)));
  }
  if (typed === ";") return editsOf(view, file, changesIn(view, file, options, lineSpan(file.lines, line)));
  const change = indentChange(file.tree.tokens, offset, typed, optionsOf(options));
  return change === undefined ? [] : editsOf(view, file, [change]);
}

function changesIn(
  view: View,
  file: SourceFile,
  options: FormattingOptions,
  part?: Part,
): readonly TextChange[] {
  const kind = kindOf(file);
  if (kind === undefined) return [];
  return formatChanges(file.tree, kind, view.snapshot.compiled.words, optionsOf(options), part);
}

/** How a source of a policy is formatted; the tree of a file is read by its role. */
function kindOf(file: SourceFile): FormatKind | undefined {
  if (file.generated) return undefined;
  if (file.role === "fc") return "contexts";
  if (file.role === "conf" || file.role === "support") return file.role;
  if (file.role !== "te" && file.role !== "if") return undefined;
  return formatKindOf(file.path) === "support" ? "support" : "policy";
}

function optionsOf({ insertSpaces, tabSize }: FormattingOptions): FormatOptions {
  return { indent: insertSpaces ? " ".repeat(Math.min(16, Math.max(1, tabSize))) : "\t" };
}

function linesAround(view: View, file: SourceFile, { start, end }: Range): Part {
  const first = lineAt(file.lines, offsetOf(view, file, start));
  const stop = offsetOf(view, file, end);
  const line = lineAt(file.lines, stop);
  // A selection of whole lines ends in front of the next one. Where the text has no such line, it ends with the text.
  const isBefore = end.line > start.line && lineSpan(file.lines, line).start === stop;
  const last = isBefore ? line - 1 : line;
  return { start: lineSpan(file.lines, first).start, end: lineSpan(file.lines, Math.max(first, last)).end };
}

function editsOf(view: View, file: SourceFile, changes: readonly TextChange[]): TextEdit[] {
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const edit = ({ start, end, text }: TextChange): TextEdit => ({
    range: toRange(view, file, start, end),
    newText: text,
  });
  if (changes.length <= MOST_EDITS) return changes.map(edit);
  const moved = changes.map((change) => ({
    ...change,
    start: change.start - first.start,
    end: change.end - first.start,
  }));
  const whole = applyChanges(file.text.slice(first.start, last.end), moved);
  return [edit({ start: first.start, end: last.end, text: whole })];
}
