// C-006: a require block that is empty, whose kinds of names are not in the configured order, or whose names of one
// kind are not sorted. Keys: `ordering_requires` (the kinds in their order), `ordering_requires_same_flavor`.

import {
  N_GENREQUIRE,
  N_REQUIRE,
  N_REQUIREITEM,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_CLASS,
  SYM_ROLE,
  SYM_TUNABLE,
  SYM_TYPE,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { childOf, keywordRange, tokenRange, tokenText, wordTokens } from "./outline.ts";
import { type Option, TE_IF, textCheck, wordsOption } from "./visit.ts";

const FLAVORS: ReadonlyMap<number, string> = new Map([
  [SYM_BOOL, "bool"],
  [SYM_TUNABLE, "bool"],
  [SYM_CLASS, "class"],
  [SYM_ROLE, "role"],
  [SYM_ATTRIBUTEROLE, "attribute_role"],
  [SYM_ATTRIBUTE, "attribute"],
  [SYM_TYPE, "type"],
]);

const DEFAULT_ORDER = ["bool", "role", "attribute_role", "attribute", "type", "class"];

/** A required name. */
interface Required {
  readonly flavor: string;
  readonly token: number;
  readonly name: string;
}

export const requireOrder = textCheck("C-006", TE_IF, [N_REQUIRE, N_GENREQUIRE], (place, say, option) => {
  const { tree, node } = place;
  const compare = requireComparison(option);
  if (childOf(tree, node, 0) < 0) {
    say(keywordRange(tree, node), "this block requires nothing");
    return;
  }
  let before: Required | undefined;
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
    for (const required of requiredNames(tree, child)) {
      const order = before === undefined ? -1 : compare(before, required);
      if (before !== undefined && order >= 0) {
        const range = tokenRange(tree, required.token);
        if (order === 0) say(range, `${required.flavor} ${required.name} is required twice`);
        else
          say(
            range,
            `${required.flavor} ${required.name} should stand before ${before.flavor} ${before.name}`,
          );
        return;
      }
      before = required;
    }
  }
});

/** The names of an item; of a class its own name only. */
export function requiredNames(tree: SyntaxTree, item: number): readonly Required[] {
  const flavor = tree.kind[item] === N_REQUIREITEM ? FLAVORS.get(tree.data[item] as number) : undefined;
  if (flavor === undefined) return [];
  const tokens: number[] = [];
  wordTokens(tree, flavor === "class" ? childOf(tree, item, 0) : item, tokens);
  return tokens.map((token) => ({ flavor, token, name: tokenText(tree, token) }));
}

/** How two required names compare under the settings: above zero when the first should come later. */
export function requireComparison(option: Option): (left: Required, right: Required) => number {
  const order = wordsOption(option, "C-006", "ordering_requires", DEFAULT_ORDER);
  const sorted = option("C-006", "ordering_requires_same_flavor") !== false;
  return (left, right) => {
    const difference = order.indexOf(left.flavor) - order.indexOf(right.flavor);
    if (difference !== 0) return difference;
    if (!sorted) return -1;
    return compareNames(left.name, right.name);
  };
}

/** SELint's order of names: at the first difference, a final `t` of `_t` counts as its underscore. */
function compareNames(left: string, right: string): number {
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at++;
  return unitAt(left, at) - unitAt(right, at);
}

function unitAt(name: string, at: number): number {
  if (at >= name.length) return 0;
  const suffix = at === name.length - 1 && at > 0 && name.endsWith("_t");
  return name.charCodeAt(suffix ? at - 1 : at);
}
