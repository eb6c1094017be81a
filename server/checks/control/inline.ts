// Directives in comments. Ours: `# sels-disable-next-line ID, ID: reason`, `# sels-disable-line ID`, `# sels-disable
// ID` up to `# sels-enable ID` or the end, and `# sels-disable-file ID`; `all` stands for every id. Behind the ids may
// stand `until YYYY-MM-DD`, the last day on which it holds. SELint's
// `#selint-disable: C-001, W-002` trails a statement or the opener of a block and holds for that; as in SELint's
// lexer there is no blank behind `#`, nothing follows the ids, and it is read in .te and .if files only. Unlike
// SELint we compare whole ids. Pure: which findings a directive covers is a question of offsets.

import { tokenBefore } from "../../../grammar/syntax/find.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import type { FileRole } from "../../compiler/face.ts";

/** One id that a directive names. */
export interface Disable {
  /** as written, or `all` */
  readonly id: string;
  /** place of the id */
  readonly start: number;
  readonly end: number;
  /** findings that start within these offsets are covered */
  readonly from: number;
  readonly to: number;
  /** the last day on which it holds, as written, and the place of `until` and that day */
  readonly until?: { readonly day: string; readonly start: number; readonly end: number };
}

const NO_DIRECTIVES: readonly Disable[] = [];
const OURS = /#[#\s]*sels-(disable-next-line|disable-line|disable-file|disable|enable)\b([^\n]*)/g;
const SELINT = /#selint-disable: ?([CSWEF]-\d+(?:, ?[CSWEF]-\d+)*)\r?$/gm;
const UNTIL = /\buntil\b[ \t]*([^\s,]*)/i;
const ID = /[A-Za-z][\w-]*/g;

/** The directives of a file's text. */
export function directivesOf(text: string, role: FileRole, tree: SyntaxTree): readonly Disable[] {
  if (!text.includes("sels-") && !text.includes("selint-disable")) return NO_DIRECTIVES;
  const found: Disable[] = [];
  ownDirectives(text, found);
  if (role === "te" || role === "if") selintDirectives(text, tree, found);
  return found;
}

function ownDirectives(text: string, found: Disable[]): void {
  /** regions that are open: index into `found` by id */
  const open = new Map<string, number>();
  for (const match of text.matchAll(OURS)) {
    const [whole, kind, rest = ""] = match as unknown as [string, string, string];
    const at = match.index + whole.length - rest.length;
    const head = rest.slice(0, reasonAt(rest));
    const dated = UNTIL.exec(head);
    const until = dated === null ? {} : { until: lastDay(dated, at) };
    const names = head.slice(0, dated?.index);
    for (const { 0: id, index } of names.matchAll(ID)) {
      const place = { id, start: at + index, end: at + index + id.length, ...until };
      const key = id.toLowerCase();
      if (kind === "disable-line") found.push({ ...place, ...lineAround(text, match.index) });
      else if (kind === "disable-next-line") found.push({ ...place, ...nextLine(text, at) });
      else if (kind === "disable-file") found.push({ ...place, from: 0, to: text.length + 1 });
      else if (kind === "disable") {
        open.set(key, found.length);
        found.push({ ...place, from: at, to: text.length + 1 });
      } else {
        for (const name of key === "all" ? [...open.keys()] : [key]) {
          const from = open.get(name);
          if (from !== undefined) found[from] = { ...(found[from] as Disable), to: at };
          open.delete(name);
        }
      }
    }
  }
}

function lastDay(dated: RegExpExecArray, at: number): NonNullable<Disable["until"]> {
  const start = at + dated.index;
  return { day: dated[1] ?? "", start, end: start + dated[0].trimEnd().length };
}

/** Where the ids end: at a colon or at two dashes, behind which the reason stands. */
function reasonAt(rest: string): number {
  const at = rest.search(/:|\s--/);
  return at < 0 ? rest.length : at;
}

function lineAround(text: string, offset: number): { readonly from: number; readonly to: number } {
  const end = text.indexOf("\n", offset);
  return { from: text.lastIndexOf("\n", offset - 1) + 1, to: end < 0 ? text.length + 1 : end };
}

/** The next line that holds more than blanks and a comment. */
function nextLine(text: string, offset: number): { readonly from: number; readonly to: number } {
  let end = text.indexOf("\n", offset);
  while (end >= 0) {
    const from = end + 1;
    const next = text.indexOf("\n", from);
    const line = text.slice(from, next < 0 ? text.length : next);
    if (/^\s*[^#\s]/.test(line)) return { from, to: next < 0 ? text.length + 1 : next };
    end = next;
  }
  return { from: text.length, to: text.length + 1 };
}

function selintDirectives(text: string, tree: SyntaxTree, found: Disable[]): void {
  for (const match of text.matchAll(SELINT)) {
    const covered = selintExtent(text, tree, match.index);
    if (covered === undefined) continue;
    const at = match.index + match[0].indexOf(":") + 1;
    for (const { 0: id, index } of (match[1] as string).matchAll(ID)) {
      const start = at + match[0].slice(match[0].indexOf(":") + 1).search(/\S/) + index;
      found.push({ id, start, end: start + id.length, ...covered });
    }
  }
}

/** The statement that a directive trails, or the block whose opener stands before it; whole lines. */
function selintExtent(
  text: string,
  tree: SyntaxTree,
  offset: number,
): { readonly from: number; readonly to: number } | undefined {
  const token = tokenBefore(tree.tokens, offset);
  if (token < 0) return undefined;
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  if ((tree.tokens.end[token] as number) <= line) return undefined; // alone on its line: no effect
  const opener = /[{`]/.test(text.charAt(tree.tokens.start[token] as number));
  let node = -1;
  for (let at = 1; at < tree.count; at++) {
    const first = tree.first[at] as number;
    const last = tree.last[at] as number;
    if (first > token || last <= token) continue;
    if (opener) node = at;
    else if (last === token + 1 && first < last) {
      node = at;
      break;
    }
  }
  const own = lineAround(text, offset);
  if (node < 0) return own;
  const start = Math.min(own.from, text.lastIndexOf("\n", startOf(tree, node) - 1) + 1);
  return { from: start, to: Math.max(own.to, endOf(tree, node)) };
}
