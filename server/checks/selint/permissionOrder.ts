// C-005: permissions that are not in alphabetical order, or named twice, in a rule or behind a class of a require
// block. Extended permissions are numbers and are compared as numbers.

import {
  N_AVRULE,
  N_COMPLEMENT,
  N_MINUS,
  N_NAME,
  N_REQUIREITEM,
  N_SET,
  N_XPERMRULE,
  N_XRANGE,
  SYM_CLASS,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { byCodeUnit } from "../../../grammar/text/order.ts";
import { childOf } from "./outline.ts";
import { TE_IF, textCheck } from "./visit.ts";

export const permissionOrder = textCheck(
  "C-005",
  TE_IF,
  [N_AVRULE, N_XPERMRULE, N_REQUIREITEM],
  (place, say) => {
    const { tree, node } = place;
    const set = permissionSet(tree, node);
    if (set < 0) return;
    const numbers = tree.kind[node] === N_XPERMRULE;
    let before = "";
    for (const item of permissionItems(tree, set)) {
      const text = item < 0 ? "" : textOf(tree, item);
      const order = before === "" || text === "" ? -1 : comparePermissions(before, text, numbers);
      if (order >= 0) {
        const range = { start: startOf(tree, item), end: endOf(tree, item) };
        say(range, order === 0 ? `${text} is named twice` : `${text} should stand before ${before}`);
        return;
      }
      before = text;
    }
  },
);

/** The node of a statement's permissions, or -1. */
export function permissionSet(tree: SyntaxTree, node: number): number {
  switch (tree.kind[node]) {
    case N_AVRULE:
      return childOf(tree, node, 3);
    case N_XPERMRULE:
      return childOf(tree, node, 4);
    case N_REQUIREITEM:
      return tree.data[node] === SYM_CLASS ? childOf(tree, node, 1) : -1;
    default:
      return -1;
  }
}

/** The items of a set in their order; -1 stands for what has no place in an order (a macro call, an `ifdef`). */
export function permissionItems(tree: SyntaxTree, set: number): readonly number[] {
  const items: number[] = [];
  const end = tree.end[set] as number;
  for (let node = set; node < end; ) {
    const kind = tree.kind[node];
    if (kind === N_SET || kind === N_COMPLEMENT) {
      node++;
      continue;
    }
    items.push(kind === N_NAME || kind === N_MINUS || kind === N_XRANGE ? node : -1);
    node = tree.end[node] as number;
  }
  return items;
}

/** By bytes, as SELint and `sort` in the C locale do; numbers by value. */
export function comparePermissions(left: string, right: string, numbers: boolean): number {
  if (numbers) {
    const difference = Number.parseInt(left, numberBase(left)) - Number.parseInt(right, numberBase(right));
    if (!Number.isNaN(difference) && difference !== 0) return difference;
  }
  return byCodeUnit(left, right);
}

function numberBase(text: string): number {
  return /^0x/i.test(text) ? 16 : 10;
}
