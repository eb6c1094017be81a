// looked at now and then, off by default. Interfaces that nothing in the project calls, and rules
// that take a type out of a set, which are easily misread.

import {
  N_ARG,
  N_AVRULE,
  N_CALL,
  N_INTERFACE,
  N_MINUS,
  N_XPERMRULE,
  RULE_NEVERALLOW,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { firstWord } from "./facts.ts";
import { childCount, childOf } from "./outline.ts";
import { IF, policyCheck, TE_IF } from "./visit.ts";

export const unusedInterface = policyCheck("X-001", IF, [N_INTERFACE], ({ tree, node }, say, names) => {
  const name = firstWord(tree, node);
  const child = childOf(tree, node, 0);
  if (child < 0 || names.called.has(name)) return;
  const what = tree.data[node] === 1 ? "template" : "interface";
  say({ start: startOf(tree, child), end: endOf(tree, child) }, `nothing calls ${what} ${name}`);
});

export const exclusion = policyCheck(
  "X-002",
  TE_IF,
  [N_AVRULE, N_XPERMRULE, N_CALL],
  ({ tree, node }, say, names) => {
    if (tree.kind[node] !== N_CALL) {
      if (tree.data[node] === RULE_NEVERALLOW) return;
      for (const [index, what] of [
        [0, "sources"],
        [1, "targets"],
      ] as const) {
        const minus = firstMinus(tree, childOf(tree, node, index));
        if (minus < 0) continue;
        say(
          { start: startOf(tree, minus), end: endOf(tree, minus) },
          `the ${what} of this rule leave a type out`,
        );
        return;
      }
      return;
    }
    for (let arg = node + 1; arg < (tree.end[node] as number); arg = tree.end[arg] as number) {
      const minus = tree.kind[arg] === N_ARG ? firstMinus(tree, arg) : -1;
      // A lone `-x` is spliced into a set by the macro; only a set written here is easily misread.
      if (minus < 0 || (minus === arg + 1 && childCount(tree, arg) === 1)) continue;
      const name = textOf(tree, minus).replace(/^-\s*/, "");
      if (names.modulesOf("type", name) === undefined && names.modulesOf("attribute", name) === undefined)
        continue;
      say({ start: startOf(tree, minus), end: endOf(tree, minus) }, "this argument leaves a type out");
      return;
    }
  },
);

function firstMinus(tree: SyntaxTree, node: number): number {
  if (node < 0) return -1;
  for (let inner = node; inner < (tree.end[node] as number); inner++)
    if (tree.kind[inner] === N_MINUS) return inner;
  return -1;
}
