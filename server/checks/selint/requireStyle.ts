// S-001 and S-008: a require block in a module's own file, where an interface of the owner would do, and a
// `gen_require` whose argument is not quoted, so that m4 expands it before it is meant to.

import { N_GENREQUIRE, N_REQUIRE, N_REQUIREITEM, SYM_CLASS } from "../../../grammar/syntax/kinds.ts";
import { T_LQUOTE } from "../../../grammar/text/tokens.ts";
import { keywordRange } from "./outline.ts";
import { TE, TE_IF, textCheck } from "./visit.ts";

export const requireInModule = textCheck("S-001", TE, [N_REQUIRE, N_GENREQUIRE], ({ tree, node }, say) => {
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
    if (tree.kind[child] !== N_REQUIREITEM || tree.data[child] === SYM_CLASS) continue;
    say(
      keywordRange(tree, node),
      "a module should not require names of others: call an interface of their owner",
    );
    return;
  }
});

export const unquotedRequire = textCheck("S-008", TE_IF, [N_GENREQUIRE], ({ tree, node }, say) => {
  const inner = (tree.first[node] as number) + 2;
  if (inner >= (tree.last[node] as number) || tree.tokens.type[inner] === T_LQUOTE) return;
  say(keywordRange(tree, node), "the argument of gen_require is not quoted");
});
