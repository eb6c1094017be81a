// The formatter of policy source: walks the gaps between tokens and rewrites the white space in them, by the layout
// (layout.ts) and the habits within a line (spacing.ts). Lines keep their breaks, but statements that share a line of
// a tall block part. A statement's first line is indented by its block; its other lines keep their distance from it.
// It never looks at what a statement means, and never touches a comment, except its indentation.

import { endOf, firstChild, nextSibling, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { T_ELSE, T_RBRACE, T_RPAREN } from "../../../grammar/text/tokens.ts";
import { columnAfter, type FormatOptions, minimalChange, type TextChange } from "./change.ts";
import {
  indentationAt,
  isDocumentation,
  type LineEnd,
  lineEndAround,
  lineEndIn,
  readGap,
  type Stretch,
} from "./gap.ts";
import { BEGINS, BETWEEN, CLOSES, FROZEN, type Layout, layOut, OPENS } from "./layout.ts";
import { spacing } from "./spacing.ts";

/** Blank lines that may stand together. */
const MOST_BLANK_LINES = 2;

/** How a file is to be read. */
export interface PolicyStyle extends FormatOptions {
  /** false: no m4 */
  readonly m4: boolean;
  /** commas of calls stay as they are: the macros of the reference policy's support files have no blanks there */
  readonly looseCommas: boolean;
}

/** The statements of the file that touch a stretch of its text, with one neighbour on either side. */
export function statementsAt(tree: SyntaxTree, start: number, end: number): readonly number[] {
  const all: number[] = [];
  for (let node = firstChild(tree, 0); node >= 0; node = nextSibling(tree, 0, node)) all.push(node);
  let from = all.findIndex((node) => endOf(tree, node) >= start);
  if (from < 0) from = all.length - 1;
  let to = all.findIndex((node) => startOf(tree, node) > end);
  if (to < 0) to = all.length;
  return all.slice(Math.max(0, from - 1), to + 1);
}

/** The changes that format some statements of a file. */
export function policyChanges(
  tree: SyntaxTree,
  top: readonly number[],
  style: PolicyStyle,
): readonly TextChange[] {
  const writer = new Writer(tree, layOut(tree, top, style.looseCommas), style);
  const { count } = tree.tokens;
  const first = top[0];
  const last = top.at(-1);
  writer.run(
    first === undefined ? 0 : (tree.first[first] as number),
    last === undefined ? count : (tree.last[last] as number),
  );
  return writer.changes;
}

/** The state of one run; it lives as long as the call of `policyChanges`. */
class Writer {
  readonly changes: TextChange[] = [];
  private readonly tree: SyntaxTree;
  private readonly text: string;
  private readonly layout: Layout;
  private readonly style: PolicyStyle;
  /** the indentation of the line of each token, before and after */
  private readonly oldIndent: string[] = [];
  private readonly newIndent: string[] = [];
  /** of the last gap that had one */
  private lineEnd: LineEnd = "\n";
  private before = "";
  private now = "";

  constructor(tree: SyntaxTree, layout: Layout, style: PolicyStyle) {
    this.tree = tree;
    this.text = tree.tokens.text;
    this.layout = layout;
    this.style = style;
  }

  /** The gaps in front of the tokens `first` … `last`. */
  run(first: number, last: number): void {
    const { tokens } = this.tree;
    this.lineEnd = lineEndAround(this.text, first > 0 ? (tokens.end[first - 1] as number) : 0);
    if (first > 0) {
      this.before = indentationAt(this.text, tokens.start[first] as number);
      this.now = this.before;
    }
    for (let token = first; token <= last; token++) {
      this.gap(token);
      this.oldIndent[token] = this.before;
      this.newIndent[token] = this.now;
    }
  }

  private gap(token: number): void {
    const { text, layout } = this;
    const { tokens } = this.tree;
    const start = token > 0 ? (tokens.end[token - 1] as number) : text.charCodeAt(0) === 0xfeff ? 1 : 0;
    const end = token < tokens.count ? (tokens.start[token] as number) : text.length;
    const style = layout.style[token] as number;
    const lineEnd = lineEndIn(text, start, end);
    this.lineEnd = lineEnd ?? this.lineEnd;
    const stretches = style === FROZEN ? undefined : readGap(text, start, end, this.style.m4);
    if (stretches === undefined) {
      if (start === 0 || lineEnd !== undefined) this.freeze(end);
      return;
    }
    const [only] = stretches;
    const isEdge = token === 0 || token === tokens.count;
    if (stretches.length === 1 && only !== undefined && only.lines === 0 && !isEdge)
      this.inLine(token, style, start, end);
    else for (const stretch of stretches) this.stretch(token, stretch, stretch === stretches.at(-1));
  }

  private freeze(end: number): void {
    this.before = indentationAt(this.text, end);
    this.now = this.before;
  }

  private inLine(token: number, style: number, start: number, end: number): void {
    const { layout, text } = this;
    const { type } = this.tree.tokens;
    if (style === BETWEEN) {
      if (layout.splits[token] !== 1) return;
      this.now = this.indentOf(token, "");
      this.change(start, end, this.lineEnd + this.now);
      return;
    }
    const gap = text.slice(start, end);
    const wanted = spacing(style, type[token - 1] as number, type[token] as number, gap);
    if (wanted !== gap) this.change(start, end, wanted);
  }

  /** White space with line ends in it, or at the beginning or end of the file. */
  private stretch(token: number, { start, end, lines }: Stretch, isLast: boolean): void {
    const { count } = this.tree.tokens;
    const isFirst = start <= 1 && this.text.slice(0, start).trim() === "";
    if (isLast && token === count) {
      if (!isFirst) this.change(start, end, this.lineEnd);
      return;
    }
    if (lines === 0 && !isFirst) return;
    const old = isFirst && lines === 0 ? this.text.slice(start, end) : indentationAt(this.text, end);
    const indent = isLast ? this.indentOf(token, old) : this.commentIndent(token, end, old);
    const breaks = isFirst ? 0 : 1 + Math.min(lines - 1, MOST_BLANK_LINES);
    this.change(start, end, (lineEndIn(this.text, start, end) ?? this.lineEnd).repeat(breaks) + indent);
    if (!isLast) return;
    this.before = old;
    this.now = indent;
  }

  /** How the line of a token is to be indented. */
  private indentOf(token: number, old: string): string {
    const { layout, newIndent } = this;
    const owner = layout.owner[token] as number;
    const type = this.tree.tokens.type[token];
    const place = layout.place[token];
    if (place === BEGINS) return owner < 0 ? "" : (newIndent[owner] ?? "") + this.style.indent;
    if (place === CLOSES || place === OPENS || type === T_ELSE) return newIndent[owner] ?? "";
    return this.moved(old, owner, type === T_RBRACE || type === T_RPAREN);
  }

  private commentIndent(token: number, at: number, old: string): string {
    const { layout, newIndent, text } = this;
    const owner = layout.owner[token] as number;
    const place = layout.place[token];
    let indent = "";
    if (token < this.tree.tokens.count) {
      if (place === CLOSES) indent = (newIndent[owner] ?? "") + this.style.indent;
      else indent = place === BEGINS ? this.indentOf(token, old) : this.moved(old, owner, false);
    }
    // Rules that somebody switched off stand in the first column, and stay there.
    const isOff = old === "" && (isDocumentation(text, at) || /[^ \r\n]/.test(text.charAt(at + 1)));
    return isOff ? "" : indent;
  }

  /** The indentation of a further line of a statement: as far from its first line as before. */
  private moved(old: string, owner: number, closes: boolean): string {
    const from = this.oldIndent[owner] ?? "";
    const to = this.newIndent[owner] ?? "";
    let rest = "";
    if (old.startsWith(from)) rest = old.slice(from.length);
    else {
      const columns = columnAfter(old) - columnAfter(from);
      if (columns > 0) rest = this.style.indent.repeat(Math.max(1, columns >> 3));
    }
    return rest === "" && !closes ? to + this.style.indent : to + rest;
  }

  private change(start: number, end: number, wanted: string): void {
    const change = minimalChange(this.text, start, end, wanted);
    if (change !== undefined) this.changes.push(change);
  }
}
