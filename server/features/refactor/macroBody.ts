// The body of a macro as text to be put elsewhere: what it requires of its own, apart, and the rest with the arguments
// filled in as m4 does it. Bodies that m4 alone understands give nothing: `$*`, parameters that the call leaves out
// (inside another macro they would catch that one's), pieces that no rule takes.

import {
  N_ARG,
  N_BLOCK,
  N_DEFINE,
  N_GENREQUIRE,
  N_IFELSE,
  N_INTERFACE,
  N_MESSAGE,
  N_RAW,
  N_REQUIREITEM,
  N_UNKNOWN,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { T_DNL, T_LQUOTE, T_RQUOTE } from "../../../grammar/text/tokens.ts";
import type { Macro } from "../../compiler/face.ts";
import { childrenOf } from "../children.ts";
import { nodeStartingAt } from "../treeIndex.ts";
import { hasComment, type SourceFile, type View } from "./selection.ts";

const QUOTED = 1;
const NOT_PLAIN = 2;
const TRAILING_BLANK = 4;

/** What a call becomes, one level down. */
export interface Inlined {
  /** `type a_t;`: what the macro requires itself, name by name */
  readonly required: readonly RequiredItem[];
  /** lines without the indentation of the macro; none for a macro that only requires */
  readonly lines: readonly string[];
}

/** A name that is required. */
export interface RequiredItem {
  /** `type`, `class` … */
  readonly keyword: string;
  /** the name; for a class with its permissions */
  readonly text: string;
}

/** What a call becomes; undefined where nobody but m4 can tell. */
export function inlined(view: View, macro: Macro, args: readonly string[]): Inlined | undefined {
  const file = view.snapshot.file(macro.file);
  const body = file === undefined ? -1 : bodyOf(file, macro);
  if (file === undefined || body < 0) return undefined;
  const { tree } = file;
  if (!isUnderstood(tree, body)) return undefined;
  const cuts: { readonly start: number; readonly end: number }[] = [];
  const required: RequiredItem[] = [];
  for (const node of childrenOf(tree, body)) {
    const items = tree.kind[node] === N_GENREQUIRE ? itemsOf(tree, node) : undefined;
    if (items === undefined && tree.kind[node] !== N_MESSAGE) continue;
    required.push(...(items ?? []));
    cuts.push({ start: startOf(tree, node), end: endOf(tree, node) });
  }
  const first = tree.first[body] as number;
  const last = (tree.last[body] as number) - 1;
  if (tree.tokens.type[first] !== T_LQUOTE || tree.tokens.type[last] !== T_RQUOTE) return undefined;
  const text = without(file.text, tree.tokens.end[first] as number, tree.tokens.start[last] as number, cuts);
  if (/\$[*@#0]/.test(text) || highest(text, required) > args.length) return undefined;
  const fill = (given: string): string =>
    given.replace(/\$(\d+)/g, (_, n: string) => args[Number(n) - 1] ?? "");
  return {
    required: required.map(({ keyword, text: name }) => ({ keyword, text: fill(name) })),
    lines: dedented(fill(text)),
  };
}

/** The texts of a call's arguments as m4 hands them on; undefined where these are more than names and sets. */
export function callArguments({ tree, text }: SourceFile, call: number): readonly string[] | undefined {
  const args: string[] = [];
  for (const arg of childrenOf(tree, call)) {
    const data = tree.data[arg] as number;
    if (tree.kind[arg] !== N_ARG || (data & (NOT_PLAIN | TRAILING_BLANK)) !== 0 || hasComment(tree, arg))
      return undefined;
    const given = text.slice(startOf(tree, arg), endOf(tree, arg));
    const isQuoted = (data & QUOTED) !== 0;
    const bare = isQuoted ? given.slice(1, -1) : given;
    if (/[`']/.test(bare)) return undefined;
    args.push(isQuoted ? bare : bare.trim());
  }
  return args;
}

function bodyOf({ tree }: SourceFile, macro: Macro): number {
  let node = nodeStartingAt(tree, macro.start, N_INTERFACE);
  if (node < 0) node = nodeStartingAt(tree, macro.start, N_DEFINE);
  if (node < 0) return -1;
  return childrenOf(tree, node).find((child) => tree.kind[child] === N_BLOCK) ?? -1;
}

function isUnderstood(tree: SyntaxTree, body: number): boolean {
  for (let node = body; node < (tree.end[body] as number); node++) {
    const kind = tree.kind[node];
    if (kind === N_UNKNOWN || kind === N_RAW || kind === N_IFELSE || kind === N_DEFINE) return false;
  }
  for (let token = tree.first[body] as number; token < (tree.last[body] as number); token++)
    if (tree.tokens.type[token] === T_DNL) return false;
  return true;
}

/** What a gen_require names; undefined when there is more in it than names. */
export function itemsOf(tree: SyntaxTree, require: number): RequiredItem[] | undefined {
  if (hasComment(tree, require)) return undefined;
  const items: RequiredItem[] = [];
  for (const item of childrenOf(tree, require)) {
    const first = tree.first[item] as number;
    if (tree.kind[item] !== N_REQUIREITEM) return undefined;
    const keyword = tree.tokens.text.slice(tree.tokens.start[first], tree.tokens.end[first]);
    const names = childrenOf(tree, item).map((name) => textOf(tree, name).replace(/\s+/g, " "));
    if (keyword === "class") items.push({ keyword, text: names.join(" ") });
    else items.push(...names.map((text) => ({ keyword, text })));
  }
  return items;
}

function without(
  text: string,
  start: number,
  end: number,
  cuts: readonly { readonly start: number; readonly end: number }[],
): string {
  let kept = "";
  let at = start;
  for (const cut of cuts) {
    kept += text.slice(at, cut.start);
    at = cut.end;
  }
  return kept + text.slice(at, end);
}

function highest(text: string, required: readonly RequiredItem[]): number {
  const all = [text, ...required.map((item) => item.text)].join("\n");
  return Math.max(0, ...[...all.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
}

/** Lines without the indentation that all share; no blank ones at the ends, nor two in a row. */
export function dedented(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== "").map((line) => /^[ \t]*/.exec(line)?.[0] ?? "");
  let common = indents[0] ?? "";
  for (const indent of indents) while (!indent.startsWith(common)) common = common.slice(0, -1);
  const cut = lines.map((line) => line.slice(common.length));
  const kept = cut.filter((line, i) => line !== "" || (cut[i - 1] ?? "") !== "");
  while (kept.at(-1) === "") kept.pop();
  while (kept[0] === "") kept.shift();
  return kept;
}
