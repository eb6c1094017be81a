// The types that a module's own text declares, by name, with the place of the name. Types that templates make of an
// argument are not among them: what becomes of those is the template's affair.

import { N_TYPE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { CheckContext, CheckFile } from "../check.ts";
import { childOf, type Range } from "../selint/outline.ts";
import { eachPlace } from "../selint/visit.ts";

/** Names and places, made once for a tree. */
export function ownTypes(context: CheckContext, file: CheckFile): ReadonlyMap<string, Range> {
  return context.perTree("access.ownTypes", file, collect);
}

function collect(file: CheckFile): ReadonlyMap<string, Range> {
  const found = new Map<string, Range>();
  eachPlace(file, [N_TYPE], ({ tree, node }) => {
    const leaf = childOf(tree, node, 0);
    if (leaf >= 0) found.set(textOf(tree, leaf), { start: startOf(tree, leaf), end: endOf(tree, leaf) });
  });
  return found;
}
