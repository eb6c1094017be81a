// Adjacent rules that differ in one part only become one: the permissions, targets, classes or sources of all. What
// stands between must be white space: a comment says something about one of the rules, and an `ifdef` decides about it.

import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { childrenOf } from "../children.ts";
import type { Rewrite } from "../rename/workspaceEdit.ts";
import { REWRITE, type Refactoring, rewrite } from "./refactoring.ts";
import {
  commentFollows,
  namesOf,
  type Selection,
  type SourceFile,
  setText,
  statementsIn,
} from "./selection.ts";
import { isPlainRule, type Part, separableNames } from "./splitRule.ts";

/** The part that differs, most usual first, and what is said of it. */
const UNIONS: readonly (readonly [Part, string])[] = [
  [3, "permissions"],
  [1, "targets"],
  [2, "classes"],
  [0, "sources"],
];

/** Offers to merge the rules that are selected. */
export function mergeRules(selection: Selection): Refactoring[] {
  const { file } = selection;
  const { nodes } = statementsIn(selection);
  if (nodes.length < 2 || !nodes.every((node) => isPlainRule(file, node))) return [];
  if (!areAdjacent(file, nodes)) return [];
  return UNIONS.flatMap(([part, what]) => {
    const groups = groupsOf(selection, nodes, part);
    const merged = groups.reduce((count, group) => count + group.length, 0);
    if (merged === 0) return [];
    // A remark behind the last rule stays where the selection ends: it must still be about that rule.
    const last = endOf(file.tree, nodes.at(-1) as number);
    if (commentFollows(file.text, last) && merged < nodes.length) return [];
    const into = groups.length === 1 ? "one" : `${groups.length}`;
    return [
      {
        title: `Merge ${merged} rules into ${into}: all ${what}`,
        kind: REWRITE,
        draft: () => ({ rewrites: groups.flatMap((group) => mergeGroup(selection, nodes, group, part)) }),
      },
    ];
  });
}

function areAdjacent({ tree, text }: SourceFile, nodes: readonly number[]): boolean {
  return nodes.every((node, i) => {
    const before = nodes[i - 1];
    return before === undefined || text.slice(endOf(tree, before), startOf(tree, node)).trim() === "";
  });
}

/** Rules that are alike but for a part; at least two each. */
function groupsOf({ view, file }: Selection, nodes: readonly number[], part: Part): number[][] {
  const groups = new Map<string, number[]>();
  for (const node of nodes) {
    if (separableNames(view, file, node, part) === undefined) continue;
    const key = childrenOf(file.tree, node).map((child, i) => (i === part ? "" : keyOf(file, child)));
    const text = [file.tree.data[node], ...key].join(":");
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [node]);
    else group.push(node);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Sets are alike in any order. */
function keyOf({ tree }: SourceFile, node: number): string {
  const names = namesOf(tree, node);
  return names === undefined ? textOf(tree, node).replace(/\s+/g, " ") : [...names].sort().join(" ");
}

function mergeGroup(
  { view, file }: Selection,
  nodes: readonly number[],
  group: readonly number[],
  part: Part,
): Rewrite[] {
  const { tree } = file;
  const lists = group.map((node) => separableNames(view, file, node, part) ?? []);
  const union = [...new Set(lists.flat())];
  if (part === 3 && lists.every((list) => isSorted(list))) union.sort();
  const [first, ...others] = group as [number, ...number[]];
  const set = childrenOf(tree, first)[part] as number;
  return [
    rewrite(file, startOf(tree, set), endOf(tree, set), setText(union)),
    ...others.map((node) => {
      const before = nodes[nodes.indexOf(node) - 1] as number;
      return rewrite(file, endOf(tree, before), endOf(tree, node), "");
    }),
  ];
}

function isSorted(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || (names[i - 1] as string) <= name);
}
