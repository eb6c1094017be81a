// textDocument/foldingRange: statements and blocks that stretch over lines, runs of comment lines, and the sections
// that banners of number signs make in the reference policy's files. From tokens and lines alone.

import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver-types";
import { N_BLOCK, N_FILE } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { lineAt, lineSpan } from "../workspace/lines.ts";
import type { SourceFile } from "../workspace/snapshot.ts";

/** More than this no editor takes (a policy.conf has more blocks). */
const MOST_RANGES = 5000;

/** The ranges of a file that an editor may fold. */
export function foldingRange(file: SourceFile): FoldingRange[] {
  const ranges = [...nodeRanges(file), ...commentRanges(file), ...sectionRanges(file)];
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine).slice(0, MOST_RANGES);
}

/** One range for each first line: the widest node wins, its last line stays in sight when it only closes. */
function nodeRanges(file: SourceFile): FoldingRange[] {
  const { tree, lines } = file;
  const byLine = new Map<number, number>();
  for (let node = 1; node < tree.count && byLine.size < MOST_RANGES; node++) {
    const kind = tree.kind[node];
    if (kind === N_FILE || kind === N_BLOCK) continue;
    const first = tree.first[node] as number;
    if ((tree.last[node] as number) - first < 2) continue;
    const startLine = lineAt(lines, startOf(tree, node));
    const lastLine = lineAt(lines, Math.max(0, endOf(tree, node) - 1));
    if (lastLine <= startLine || byLine.has(startLine)) continue;
    byLine.set(startLine, isClosing(file, lastLine) ? lastLine - 1 : lastLine);
  }
  return [...byLine]
    .filter(([startLine, endLine]) => endLine > startLine)
    .map(([startLine, endLine]) => ({ startLine, endLine }));
}

/** `')`, `}`, `};`: shown below the fold. */
function isClosing(file: SourceFile, line: number): boolean {
  const { start, end } = lineSpan(file.lines, line);
  return /^\s*[')};]+\s*$/.test(file.text.slice(start, end));
}

function lineText(file: SourceFile, line: number): string {
  const { start, end } = lineSpan(file.lines, line);
  return file.text.slice(start, end);
}

function commentRanges(file: SourceFile): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const count = file.lines.starts.length;
  for (let line = 0; line < count; line++) {
    if (!isComment(file, line)) continue;
    let last = line;
    while (last + 1 < count && isComment(file, last + 1)) last++;
    if (last > line) ranges.push({ startLine: line, endLine: last, kind: FoldingRangeKind.Comment });
    line = last;
  }
  return ranges;
}

function isComment(file: SourceFile, line: number): boolean {
  let at = file.lines.starts[line] as number;
  while (file.text.charCodeAt(at) === 32 || file.text.charCodeAt(at) === 9) at++;
  return file.text.charCodeAt(at) === 35;
}

/** `####…`, `#`, `# Title`, `#` and what follows, until the next banner. Interface files use banners for every interface. */
function sectionRanges(file: SourceFile): FoldingRange[] {
  if (file.role === "if") return [];
  const banners: number[] = [];
  const count = file.lines.starts.length;
  for (let line = 0; line + 1 < count; line++) {
    if (!isComment(file, line) || !/^#{10,}\s*$/.test(lineText(file, line))) continue;
    const title = /^#\s*$/.test(lineText(file, line + 1)) ? line + 2 : line + 1;
    if (title < count && /^#\s*[^#\s]/.test(lineText(file, title))) banners.push(line);
  }
  return banners.flatMap((startLine, i) => {
    let endLine = (banners[i + 1] ?? count) - 1;
    while (endLine > startLine && lineText(file, endLine).trim() === "") endLine--;
    return endLine > startLine + 2 ? [{ startLine, endLine, kind: FoldingRangeKind.Region }] : [];
  });
}
