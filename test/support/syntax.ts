/**
 * Prints syntax trees as short expressions, so that a test can say what a statement becomes on one line:
 * `(AVRULE:1 a b c {d e})`. Names print as their word, `-x` as itself, sets in braces, operators as signs.
 */
import * as kinds from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { textOf } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";

const NAMES = new Map<number, string>(
  Object.entries(kinds)
    .filter(([name]) => name.startsWith("N_"))
    .map(([name, kind]) => [kind as number, name.slice(2)]),
);
const OPERATORS = ["?", "!", "&&", "||", "^", "==", "!=", "dom", "domby", "incomp"];

/** The children of a node. */
export function childrenOf(tree: SyntaxTree, node: number): number[] {
  const children: number[] = [];
  const end = tree.end[node] as number;
  for (let child = node + 1; child < end; child = tree.end[child] as number) children.push(child);
  return children;
}

/** A node and all below it as an expression. */
export function printNode(tree: SyntaxTree, node: number, words: Words): string {
  const kind = tree.kind[node] as number;
  const data = tree.data[node] as number;
  switch (kind) {
    case kinds.N_NAME:
      return words.text(data);
    case kinds.N_MINUS:
      return `-${words.text(data)}`;
    case kinds.N_STAR:
      return "*";
    case kinds.N_OP:
      return OPERATORS[data] ?? "?";
    case kinds.N_RAW:
    case kinds.N_UNKNOWN: {
      const flag = data === 0 ? "" : `:${data}`;
      return `(${NAMES.get(kind)}${flag} «${textOf(tree, node).replace(/\s+/g, " ")}»)`;
    }
  }
  const inner = childrenOf(tree, node).map((child) => printNode(tree, child, words));
  if (kind === kinds.N_SET) return `{${inner.join(" ")}}`;
  const head = NAMES.get(kind) ?? `?${kind}`;
  const label = kind === kinds.N_CALL ? `CALL ${words.text(data)}` : data === 0 ? head : `${head}:${data}`;
  return `(${[label, ...inner].join(" ")})`;
}

/** All children of N_FILE, separated by blanks. */
export function printTree(tree: SyntaxTree, words: Words): string {
  return childrenOf(tree, 0)
    .map((child) => printNode(tree, child, words))
    .join(" ");
}

/** Errors as `code start-end «text»` in the order of the text. */
export function printErrors(tree: SyntaxTree): string[] {
  return tree.errors.map(
    (error) =>
      `${error.code} ${error.start}-${error.end} «${tree.tokens.text.slice(error.start, error.end)}»`,
  );
}

/** What is wrong with the tree itself, whatever was parsed; undefined when it is sound. */
export function treeDefect(tree: SyntaxTree): string | undefined {
  const { tokens } = tree;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.start[i] as number;
    if ((tokens.end[i] as number) <= start) return `token ${i} is empty`;
    if (i > 0 && start < (tokens.end[i - 1] as number)) return `token ${i} overlaps`;
  }
  if (tree.count < 1 || tree.end[0] !== tree.count) return "the root does not span all nodes";
  for (let node = 0; node < tree.count; node++) {
    const end = tree.end[node] as number;
    if (end <= node || end > tree.count) return `node ${node} ends at ${end}`;
    if ((tree.last[node] as number) > tokens.count) return `node ${node} ends behind the tokens`;
    if ((tree.first[node] as number) > (tree.last[node] as number))
      return `node ${node} ends before it starts`;
    let child = node + 1;
    while (child < end) {
      if ((tree.first[child] as number) < (tree.first[node] as number))
        return `node ${child} starts too early`;
      if ((tree.last[child] as number) > (tree.last[node] as number)) return `node ${child} ends too late`;
      child = tree.end[child] as number;
    }
    if (child !== end) return `the children of node ${node} do not fill it`;
  }
  for (const error of tree.errors) {
    if (error.start > error.end || error.end > tokens.text.length)
      return `error ${error.code} out of the text`;
    if (error.start === error.end && tokens.count > 0) return `error ${error.code} is empty`;
  }
  return undefined;
}
