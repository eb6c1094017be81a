// C-007: a rule between a type and itself, where `self` says what is meant. Attributes are left alone, since `self`
// means less there; an argument counts only when it is surely one type (`$1_t`).

import { N_AVRULE, N_MINUS, N_NAME, N_SET, N_XPERMRULE } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { childCount, childOf } from "./outline.ts";
import { policyCheck, TE_IF } from "./visit.ts";

export const useSelf = policyCheck("C-007", TE_IF, [N_AVRULE, N_XPERMRULE], ({ tree, node }, say, names) => {
  const source = onlyName(tree, childOf(tree, node, 0));
  const target = onlyName(tree, childOf(tree, node, 1));
  if (source < 0 || target < 0) return;
  const name = textOf(tree, source);
  if (name !== textOf(tree, target) || name === "self") return;
  const isType = name.startsWith("$") ? name.endsWith("_t") : names.modulesOf("type", name) !== undefined;
  if (!isType) return;
  say({ start: startOf(tree, target), end: endOf(tree, target) }, `\`self\` says the same as ${name} here`);
});

/** The name that a set consists of, with or without braces, or -1. */
function onlyName(tree: SyntaxTree, set: number): number {
  if (set < 0) return -1;
  if (tree.kind[set] === N_NAME) return set;
  if (tree.kind[set] !== N_SET || childCount(tree, set) !== 1) return -1;
  const child = childOf(tree, set, 0);
  return tree.kind[child] === N_MINUS ? -1 : onlyName(tree, child);
}
