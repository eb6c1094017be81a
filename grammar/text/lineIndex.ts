// Offsets ↔ lines and characters, all in UTF-16 code units as LSP's default encoding has it. Invariant: `starts`
// holds the offset of each line's first unit, ascending, first 0; a line ends with LF, CR LF or CR. `edited`
// makes the index of the text after a change and looks only at the inserted text.

/** Index of a text's lines. Only the first `count` elements of `starts` count. */
export interface LineIndex {
  readonly starts: Uint32Array;
  readonly count: number;
  /** length of the text */
  readonly length: number;
}

/** A place as LSP has it, both numbers from 0. */
export interface LinePosition {
  readonly line: number;
  readonly character: number;
}

/** Indexes a whole text. */
export function lineIndex(text: string): LineIndex {
  const starts = startsIn(text, 0, [0]);
  return { starts: Uint32Array.from(starts), count: starts.length, length: text.length };
}

/** The offsets after the line ends of a text, each plus `base`, appended to `into`. */
function startsIn(text: string, base: number, into: number[]): number[] {
  let carriage = text.indexOf("\r");
  let feed = text.indexOf("\n");
  while (carriage >= 0 || feed >= 0) {
    const isFeed = feed >= 0 && (carriage < 0 || feed < carriage);
    let next = (isFeed ? feed : carriage) + 1;
    if (!isFeed && feed === next) next++;
    into.push(base + next);
    if (feed >= 0 && feed < next) feed = text.indexOf("\n", next);
    if (carriage >= 0 && carriage < next) carriage = text.indexOf("\r", next);
  }
  return into;
}

/** The line (from 0) that an offset is in. */
export function lineAt(index: LineIndex, offset: number): number {
  let low = 0;
  let high = index.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((index.starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Line and character of an offset; offsets beyond the text count as its end. */
export function positionAt(index: LineIndex, offset: number): LinePosition {
  const within = Math.max(0, Math.min(offset, index.length));
  const line = lineAt(index, within);
  return { line, character: within - (index.starts[line] as number) };
}

/** Offset of a line and character; what lies beyond a line or the text counts as its end. */
export function offsetAt(index: LineIndex, position: LinePosition): number {
  if (position.line < 0) return 0;
  if (position.line >= index.count) return index.length;
  const start = index.starts[position.line] as number;
  const end = position.line + 1 < index.count ? (index.starts[position.line + 1] as number) : index.length;
  return Math.min(start + Math.max(0, position.character), end);
}

/**
 * The index after `text.slice(start, end)` was replaced by `inserted`; `newText` is the text afterwards. A line
 * end at a seam (CR before LF) is looked at again.
 */
export function edited(
  index: LineIndex,
  start: number,
  end: number,
  inserted: string,
  newText: string,
): LineIndex {
  const shift = inserted.length - (end - start);
  // One unit more on each side: an edit may split a CR LF or make one.
  const from = Math.max(0, start - 1);
  const to = Math.min(newText.length, start + inserted.length + 1);
  const oldTo = to - shift;
  const kept = lineAt(index, from) + 1;
  let after = kept;
  while (after < index.count && (index.starts[after] as number) <= oldTo) after++;
  let middle = startsIn(newText.slice(from, to), from, []);
  const splits = newText.charCodeAt(to - 1) === 13 && newText.charCodeAt(to) === 10;
  if (splits) middle = middle.filter((offset) => offset !== to);
  const count = kept + middle.length + (index.count - after);
  const starts = new Uint32Array(count);
  starts.set(index.starts.subarray(0, kept));
  starts.set(middle, kept);
  for (let i = after, at = kept + middle.length; i < index.count; i++, at++) {
    starts[at] = (index.starts[i] as number) + shift;
  }
  return { starts, count, length: newText.length };
}
