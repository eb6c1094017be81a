// Changes of a text as a unified diff, for people and for patch(1). The changes are known, so nothing is compared:
// lines that a change touches are shown old and new, with three lines around them.

import { applyChanges, type TextChange } from "../features/format/change.ts";
import { lineAt, linesOf } from "../workspace/lines.ts";

const CONTEXT = 3;

/** Old lines `from` … `to` (to exclusive) and what stands there afterwards. */
interface Block {
  from: number;
  to: number;
  lines: readonly string[];
}

/** The diff, or an empty text when there are no changes. */
export function unifiedDiff(name: string, text: string, changes: readonly TextChange[]): string {
  const old = splitLines(text);
  const blocks = blocksOf(text, old, changes);
  if (blocks.length === 0) return "";
  let result = `--- a/${name}\n+++ b/${name}\n`;
  let shift = 0;
  for (let i = 0; i < blocks.length; ) {
    let end = i + 1;
    while (end < blocks.length && (blocks[end] as Block).from - (blocks[end - 1] as Block).to <= 2 * CONTEXT)
      end++;
    const hunk = hunkOf(old, blocks.slice(i, end), shift);
    result += hunk.text;
    shift = hunk.shift;
    i = end;
  }
  return result;
}

/** Lines with their ends; no empty one behind the last. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function blocksOf(text: string, old: readonly string[], changes: readonly TextChange[]): readonly Block[] {
  const lines = linesOf(text);
  const startOf = (line: number): number => lines.starts[line] ?? text.length;
  const blocks: Block[] = [];
  for (let i = 0; i < changes.length; ) {
    const from = lineAt(lines, (changes[i] as TextChange).start);
    let to = from;
    const own: TextChange[] = [];
    for (; i < changes.length; i++) {
      const change = changes[i] as TextChange;
      if (own.length > 0 && lineAt(lines, change.start) > to) break;
      to = Math.max(to, lineAt(lines, change.end));
      own.push({ ...change, start: change.start - startOf(from), end: change.end - startOf(from) });
    }
    const block: Block = {
      from,
      to: Math.min(to + 1, old.length),
      lines: splitLines(applyChanges(text.slice(startOf(from), startOf(to + 1)), own)),
    };
    trim(old, block);
    if (block.to > block.from || block.lines.length > 0) blocks.push(block);
  }
  return blocks;
}

/** Leaves out equal lines at both ends. */
function trim(old: readonly string[], block: Block): void {
  const { lines } = block;
  let head = 0;
  while (head < lines.length && block.from + head < block.to && lines[head] === old[block.from + head])
    head++;
  let tail = 0;
  while (
    tail < lines.length - head &&
    block.to - tail > block.from + head &&
    lines[lines.length - 1 - tail] === old[block.to - 1 - tail]
  )
    tail++;
  block.from += head;
  block.to -= tail;
  block.lines = lines.slice(head, lines.length - tail);
}

function hunkOf(
  old: readonly string[],
  blocks: readonly Block[],
  shift: number,
): { readonly text: string; readonly shift: number } {
  const from = Math.max(0, (blocks[0] as Block).from - CONTEXT);
  const to = Math.min(old.length, (blocks.at(-1) as Block).to + CONTEXT);
  let body = "";
  let at = from;
  let added = 0;
  for (const block of blocks) {
    body += shown(" ", old.slice(at, block.from));
    body += shown("-", old.slice(block.from, block.to)) + shown("+", block.lines);
    added += block.lines.length - (block.to - block.from);
    at = block.to;
  }
  body += shown(" ", old.slice(at, to));
  const place = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;
  const count = to - from;
  return {
    text: `@@ -${place(from, count)} +${place(from + shift, count + added)} @@\n${body}`,
    shift: shift + added,
  };
}

function shown(mark: string, lines: readonly string[]): string {
  return lines
    .map((line) => (line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`))
    .join("");
}
