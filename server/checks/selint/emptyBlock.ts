// E-009: an optional or require block in which nothing but comments stands. checkpolicy and checkmodule refuse an
// empty one.

import {
  N_BLOCK,
  N_EMPTY,
  N_GENREQUIRE,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_REQUIRE,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { keywordRange } from "./outline.ts";
import { TE_IF, textCheck } from "./visit.ts";

const BLOCKS = [N_OPTIONAL, N_OPTIONALPOLICY, N_GENREQUIRE, N_REQUIRE];

export const emptyBlock = textCheck("E-009", TE_IF, BLOCKS, ({ tree, node }, say) => {
  const kind = tree.kind[node];
  if (kind === N_GENREQUIRE || kind === N_REQUIRE) {
    if (holdsNothing(tree, node)) say(keywordRange(tree, node), "this block requires nothing");
    return;
  }
  for (let block = node + 1; block < (tree.end[node] as number); block = tree.end[block] as number)
    if (tree.kind[block] === N_BLOCK && holdsNothing(tree, block)) {
      say(keywordRange(tree, node), "this optional block holds nothing");
      return;
    }
});

/** Are there only semicolons in a node, if anything? */
function holdsNothing(tree: SyntaxTree, node: number): boolean {
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
    if (tree.kind[child] !== N_EMPTY) return false;
  return true;
}
