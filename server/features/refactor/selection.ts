// What refactorings ask of the text: which statements are selected, whether a comment stands in the way, the names of a
// set, the indentation of a line. It knows the shape of statements and nothing of what they mean.

import { pathTo } from "../../../grammar/syntax/find.ts";
import { N_BLOCK, N_FILE, N_NAME, N_SET } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { childrenOf } from "../children.ts";
import type { View } from "../view.ts";

export type { SourceFile, View };

/** A stretch of a file; empty for a mere cursor. */
export interface Selection {
  readonly view: View;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Statements that stand side by side. */
export interface Statements {
  /** N_FILE or N_BLOCK */
  readonly parent: number;
  readonly nodes: readonly number[];
}

/** A selection without the white space at its ends; a cursor in front of a line's first word goes to the word. */
export function trimmed(selection: Selection): Selection {
  const { text } = selection.file;
  let { start, end } = selection;
  const isBlank = (at: number): boolean => /\s/.test(text[at] ?? "");
  if (start === end) {
    const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
    if (line.trim() === "") while (text[start] === " " || text[start] === "\t") start++;
    return { ...selection, start, end: start };
  }
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return { ...selection, start, end };
}

/** The statements of one block that a selection touches; the innermost block that holds all of it. */
export function statementsIn({ file: { tree }, start, end }: Selection): Statements {
  const from = pathTo(tree, start);
  const to = new Set(pathTo(tree, end));
  const isHome = (node: number): boolean => tree.kind[node] === N_FILE || tree.kind[node] === N_BLOCK;
  const parent = from.filter((node) => to.has(node) && isHome(node)).at(-1) ?? 0;
  const nodes = childrenOf(tree, parent).filter((node) => {
    const [first, last] = [startOf(tree, node), endOf(tree, node)];
    return start === end ? first <= start && last >= start : first < end && last > start;
  });
  return { parent, nodes: start === end ? nodes.slice(-1) : nodes };
}

/** True when a comment stands between the tokens of a node. */
export function hasComment(tree: SyntaxTree, node: number): boolean {
  const { text, start, end } = tree.tokens;
  const last = tree.last[node] as number;
  for (let token = (tree.first[node] as number) + 1; token < last; token++)
    if (text.slice(end[token - 1], start[token]).includes("#")) return true;
  return false;
}

/** True when a comment follows on the line of an offset. */
export function commentFollows(text: string, offset: number): boolean {
  return /^[ \t]*#/.test(text.slice(offset, offset + 200));
}

/** The white space that a line begins with. */
export function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** The names of a plain set or of a single name; undefined for anything else. */
export function namesOf(tree: SyntaxTree, node: number): readonly string[] | undefined {
  if (tree.kind[node] === N_NAME) return [textOf(tree, node)];
  if (tree.kind[node] !== N_SET || tree.tokens.text[startOf(tree, node)] !== "{") return undefined;
  const children = childrenOf(tree, node);
  if (children.length === 0 || children.some((child) => tree.kind[child] !== N_NAME)) return undefined;
  return [...new Set(children.map((child) => textOf(tree, child)))];
}

/** Names as a set is written. */
export function setText(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : `{ ${names.join(" ")} }`;
}

/** The text from the beginning of a node's line, when only white space stands before it, to behind its line's end. */
export function wholeLines(text: string, start: number, end: number): { start: number; end: number } {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const stop = next < 0 ? text.length : next;
  if (text.slice(lineStart, start).trim() !== "" || text.slice(end, stop).trim() !== "")
    return { start, end };
  return { start: lineStart, end: next < 0 ? stop : stop + 1 };
}
