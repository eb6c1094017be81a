// S-003, S-006 and W-009: the head of a module, and semicolons that end nothing.

import { N_EMPTY, N_MODULE, N_POLICYMODULE } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { childOf, keywordRange } from "./outline.ts";
import { TE, TE_IF, textCheck } from "./visit.ts";

export const strayModule = textCheck("S-006", TE, [N_MODULE], ({ tree, node }, say) => {
  say(
    keywordRange(tree, node),
    "`policy_module()` declares a module together with what every module requires",
  );
});

export const straySemicolon = textCheck("S-003", TE_IF, [N_EMPTY], ({ tree, node }, say) => {
  say(keywordRange(tree, node), "this semicolon ends nothing");
});

export const moduleName = textCheck("W-009", TE, [N_POLICYMODULE, N_MODULE], ({ tree, node, file }, say) => {
  const child = childOf(tree, node, 0);
  if (child < 0) return;
  const name = textOf(tree, child);
  const base = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  if (name === base) return;
  say(
    { start: startOf(tree, child), end: endOf(tree, child) },
    `module ${name} stands in a file called ${base}`,
  );
});
