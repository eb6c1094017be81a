// Lines of one text: offset ↔ (line, column) in the encodings that LSP 3.17 allows, over grammar/text/lineIndex.ts,
// which counts UTF-16 code units only. This is the one place where positions and offsets meet; features go through
// features/view.ts.

import { edited, lineAt as indexedLineAt, type LineIndex, lineIndex } from "../../grammar/text/lineIndex.ts";

export type PositionEncoding = "utf-8" | "utf-16" | "utf-32";

/** 0-based line and column. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

export interface Lines {
  readonly text: string;
  readonly index: LineIndex;
  readonly starts: Uint32Array;
}

/** The lines of a text. */
export function linesOf(text: string): Lines {
  return linesWith(text, lineIndex(text));
}

/** The lines of `text`, which is the text of `lines` with `start` to `end` replaced; only what is new is looked at. */
export function linesAfter(lines: Lines, start: number, end: number, inserted: string, text: string): Lines {
  return linesWith(text, edited(lines.index, start, end, inserted, text));
}

function linesWith(text: string, index: LineIndex): Lines {
  return { text, index, starts: index.starts.subarray(0, index.count) };
}

/** The line that holds an offset. */
export function lineAt(lines: Lines, offset: number): number {
  return indexedLineAt(lines.index, offset);
}

/** A line's first offset and the offset after its last character, its end-of-line characters left out. */
export function lineSpan(lines: Lines, line: number): { readonly start: number; readonly end: number } {
  const start = lines.starts[line] ?? lines.text.length;
  let end = lines.starts[line + 1] ?? lines.text.length;
  while (end > start && (lines.text.charCodeAt(end - 1) === 10 || lines.text.charCodeAt(end - 1) === 13))
    end--;
  return { start, end };
}

/** Offset to position. */
export function positionAt(
  lines: Lines,
  offset: number,
  encoding: PositionEncoding = "utf-16",
): TextPosition {
  const at = Math.max(0, Math.min(offset, lines.text.length));
  const line = lineAt(lines, at);
  const start = lines.starts[line] as number;
  if (encoding === "utf-16") return { line, character: at - start };
  let character = 0;
  for (let i = start; i < at; i++) character += widthAt(lines.text, i, encoding);
  return { line, character };
}

/** Position to offset; a column beyond the line's end means its end. */
export function offsetAt(
  lines: Lines,
  position: TextPosition,
  encoding: PositionEncoding = "utf-16",
): number {
  if (position.line < 0) return 0;
  if (position.line >= lines.starts.length) return lines.text.length;
  const { start, end } = lineSpan(lines, position.line);
  if (encoding === "utf-16") return Math.min(start + Math.max(0, position.character), end);
  let left = position.character;
  let at = start;
  while (at < end && left > 0) left -= widthAt(lines.text, at++, encoding);
  while (at < end && isLowSurrogate(lines.text.charCodeAt(at))) at++;
  return at;
}

/** What one UTF-16 unit adds to a column; a surrogate pair's second unit adds nothing. */
function widthAt(text: string, at: number, encoding: "utf-8" | "utf-32"): number {
  const unit = text.charCodeAt(at);
  if (isLowSurrogate(unit)) return 0;
  if (encoding === "utf-32") return 1;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit < 0xdc00 ? 4 : 3;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
