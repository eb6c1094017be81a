// Walking the syntax tree for features: children as a list. Searching by offset is grammar/syntax/find.ts.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";

/** The children of a node, in order. */
export function childrenOf(tree: SyntaxTree, node: number): number[] {
  const children: number[] = [];
  const stop = tree.end[node] as number;
  for (let child = node + 1; child < stop; child = tree.end[child] as number) children.push(child);
  return children;
}
