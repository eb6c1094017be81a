// W-008 and W-013: permissions that an allow rule should not hold: everything but some, and `audit_access`, which
// only says what is audited.

import {
  N_AVRULE,
  N_COMPLEMENT,
  N_STAR,
  RULE_ALLOW,
  RULE_AUDITALLOW,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import { childOf, tokenRange, tokenText, wordTokens } from "./outline.ts";
import { TE_IF, textCheck } from "./visit.ts";

export const wildcardPermissions = textCheck("W-008", TE_IF, [N_AVRULE], ({ tree, node }, say) => {
  const set = childOf(tree, node, 3);
  if (tree.data[node] !== RULE_ALLOW || set < 0) return;
  for (let item = set; item < (tree.end[set] as number); item++) {
    const kind = tree.kind[item];
    if (kind !== N_STAR && kind !== N_COMPLEMENT) continue;
    const what = kind === N_STAR ? "every permission" : "every permission but some";
    say(
      { start: startOf(tree, item), end: endOf(tree, item) },
      `this allows ${what}, also those that a later kernel adds`,
    );
    return;
  }
});

export const auditAccess = textCheck("W-013", TE_IF, [N_AVRULE], ({ tree, node }, say) => {
  if (tree.data[node] !== RULE_ALLOW && tree.data[node] !== RULE_AUDITALLOW) return;
  const tokens: number[] = [];
  wordTokens(tree, childOf(tree, node, 3), tokens);
  const found = tokens.find((token) => tokenText(tree, token) === "audit_access");
  if (found === undefined) return;
  say(tokenRange(tree, found), "audit_access grants nothing: it belongs into dontaudit rules");
});
