// What a module says about another module's types belongs to that module: all rules of the block with the same source
// about the types of one module become an interface there, called in their place. Rules with a remark of their own stay,
// because the remark would be left behind.

import { N_AVRULE, N_XPERMRULE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import { childrenOf } from "../children.ts";
import { extract, interfacesOf, type Movable, movable, type Piece, sourceOf } from "./extraction.ts";
import { ownerOf } from "./ownership.ts";
import { MOVE, type Refactoring } from "./refactoring.ts";
import {
  commentFollows,
  hasComment,
  type Selection,
  type SourceFile,
  statementsIn,
  type View,
  wholeLines,
} from "./selection.ts";

/** The offer to move what is said about another module's type to that module. */
export function moveAccess(selection: Selection): Refactoring[] {
  const { view, file } = selection;
  const { parent, nodes } = statementsIn(selection);
  const [rule] = nodes;
  if (rule === undefined || nodes.length > 1 || file.role !== "te" || !isRule(file, rule)) return [];
  const home = ownerOfAll(view, file, rule);
  const destination = home === undefined ? undefined : interfacesOf(view, home);
  if (home === undefined || destination === undefined) return [];
  const source = sourceOf(file, rule);
  const group = childrenOf(file.tree, parent).filter(
    (node) =>
      node === rule ||
      (isRule(file, node) &&
        sourceOf(file, node) === source &&
        !isRemarkedOn(file, node) &&
        ownerOfAll(view, file, node)?.id === home.id),
  );
  const rules = movable(view, file, group);
  if (rules === undefined) return [];
  const count = group.length === 1 ? "this rule" : `${group.length} rules`;
  return [
    {
      title: `Move ${count} of ${rules.source} to an interface of ${home.module}`,
      kind: MOVE,
      makesFiles: destination.file === undefined,
      draft: () => moving(view, rules, rule, destination),
    },
  ];
}

function moving(
  view: View,
  rules: Movable,
  rule: number,
  destination: Parameters<typeof extract>[3],
): ReturnType<typeof extract> {
  const { file } = rules;
  const pieceOf = (node: number): Piece => ({ start: startOf(file.tree, node), end: endOf(file.tree, node) });
  const removals = rules.nodes
    .filter((node) => node !== rule)
    .map((node) => wholeLines(file.text, startOf(file.tree, node), endOf(file.tree, node)));
  return extract(view, rules, rules.nodes.map(pieceOf), destination, removals, pieceOf(rule));
}

function isRule(file: SourceFile, node: number): boolean {
  const kind = file.tree.kind[node];
  return (kind === N_AVRULE || kind === N_XPERMRULE) && !hasComment(file.tree, node);
}

/** The other module that owns every name of a rule but its source. */
function ownerOfAll(view: View, file: SourceFile, node: number): SourceFile | undefined {
  const kind = file.tree.kind[node];
  // A rule about extended permissions has no access vector to name an interface after.
  const source = sourceOf(file, node);
  const target = childrenOf(file.tree, node)[1];
  if (kind === undefined || source === undefined || target === undefined) return undefined;
  const words = file.text.slice(startOf(file.tree, target), endOf(file.tree, target)).match(/[\w.]+/g) ?? [];
  const homes = words.map((word) => ownerOf(view, word)?.home);
  const [home] = homes;
  if (home === undefined || home.module === file.module) return undefined;
  return homes.every((one) => one?.id === home.id) && ownerOf(view, source)?.home.id !== home.id
    ? home
    : undefined;
}

/** True when a remark stands behind a rule, or on the line above. */
function isRemarkedOn({ tree, text }: SourceFile, node: number): boolean {
  const start = startOf(tree, node);
  const above = text.slice(0, text.lastIndexOf("\n", start - 1) + 1).trimEnd();
  const line = above.slice(above.lastIndexOf("\n") + 1);
  const isAdjacent = text.slice(above.length, start).split("\n").length <= 2;
  return commentFollows(text, endOf(tree, node)) || (isAdjacent && /^\s*#/.test(line));
}
