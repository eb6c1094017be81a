// C-004: an interface or template without a comment in front of it.

import { N_INTERFACE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import { firstWord } from "./facts.ts";
import { childOf } from "./outline.ts";
import { IF, type Place, textCheck } from "./visit.ts";

export const interfaceComment = textCheck("C-004", IF, [N_INTERFACE], (place, say) => {
  if (hasCommentBefore(place)) return;
  const { tree, node } = place;
  const name = childOf(tree, node, 0);
  if (name < 0) return;
  const range = { start: startOf(tree, name), end: endOf(tree, name) };
  const what = tree.data[node] === 1 ? "template" : "interface";
  say(range, `${what} ${firstWord(tree, node)} has no comment above it that says what it does`);
});

/** Is there a comment line between what stands before and this definition? */
function hasCommentBefore({ file, tree, outline, entry, node }: Place): boolean {
  let from = 0;
  for (let before = entry - 1; before >= 0; before--) {
    if (outline.up[before] !== outline.up[entry]) continue;
    from = endOf(tree, outline.node[before] as number);
    // What follows on the line of the statement before belongs to that statement.
    const line = file.text.indexOf("\n", from);
    from = line < 0 ? from : line;
    break;
  }
  return /^[ \t]*#/m.test(file.text.slice(from, startOf(tree, node)));
}
