// W-003: an interface requires a name that nothing behind the require block uses. An interface whose name ends with
// `_stub` exists only to require, so that an optional block holds when the module is there.

import {
  N_BLOCK,
  N_GENREQUIRE,
  N_INTERFACE,
  N_REQUIRE,
  N_REQUIREITEM,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_ROLE,
  SYM_TYPE,
} from "../../../grammar/syntax/kinds.ts";
import { firstWord } from "./facts.ts";
import { enclosing, tokenRange, tokenText, wordTokens } from "./outline.ts";
import { IF, type Place, textCheck } from "./visit.ts";

const WHAT: ReadonlyMap<number, string> = new Map([
  [SYM_TYPE, "type"],
  [SYM_ATTRIBUTE, "attribute"],
  [SYM_ATTRIBUTEROLE, "role attribute"],
  [SYM_ROLE, "role"],
]);

export const unusedRequire = textCheck("W-003", IF, [N_REQUIRE, N_GENREQUIRE], (place, say) => {
  const { tree, outline, entry, node } = place;
  const owner = enclosing(tree, outline, entry, N_INTERFACE);
  if (owner < 0) return;
  const ownerNode = outline.node[owner] as number;
  if (tree.data[ownerNode] !== 1 && firstWord(tree, ownerNode).endsWith("_stub")) return;
  const used = wordsBehind(place);
  for (let item = entry + 1; item < outline.count; item++) {
    const itemNode = outline.node[item] as number;
    if (itemNode >= (tree.end[node] as number)) break;
    const what = tree.kind[itemNode] === N_REQUIREITEM ? WHAT.get(tree.data[itemNode] as number) : undefined;
    if (what === undefined) continue;
    const tokens: number[] = [];
    wordTokens(tree, itemNode, tokens);
    for (const token of tokens)
      if (!used.has(tree.tokens.word[token] as number))
        say(tokenRange(tree, token), `${what} ${tokenText(tree, token)} is required but not used`);
  }
});

/** The words between the end of a require block and the end of the block that it stands in. */
function wordsBehind({ tree, outline, entry, node }: Place): ReadonlySet<number> {
  const up = outline.up[entry] as number;
  const around = up >= 0 ? (outline.node[up] as number) : 0;
  const stop = tree.kind[around] === N_BLOCK || up >= 0 ? (tree.last[around] as number) : tree.tokens.count;
  const used = new Set<number>();
  for (let token = tree.last[node] as number; token < stop; token++)
    used.add(tree.tokens.word[token] as number);
  return used;
}
