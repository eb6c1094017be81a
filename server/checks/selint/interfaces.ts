// S-004 and S-005: an interface grants access and declares nothing; what declares is a template. Also what an
// interface calls counts: a template that it calls declares for it.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BOOL,
  N_CALL,
  N_CLASS,
  N_GENBOOL,
  N_INTERFACE,
  N_ROLE,
  N_TYPE,
} from "../../../grammar/syntax/kinds.ts";
import { firstWord } from "./facts.ts";
import { enclosing, keywordRange } from "./outline.ts";
import { IF, type Place, policyCheck, textCheck } from "./visit.ts";

export const templateInInterface = policyCheck("S-004", IF, [N_CALL], (place, say, names) => {
  const { tree, node } = place;
  const name = names.nameAt(tree, tree.first[node] as number);
  const owner = names.isTemplate(name) ? interfaceOf(place) : "";
  if (owner === "") return;
  say(
    keywordRange(tree, node),
    `interface ${owner} calls template ${name}, so it should be a template itself`,
  );
});

const DECLARATIONS = [N_TYPE, N_ATTRIBUTE, N_ATTRIBUTEROLE, N_ROLE, N_BOOL, N_GENBOOL, N_CLASS];

export const declarationInInterface = textCheck("S-005", IF, DECLARATIONS, (place, say) => {
  const owner = interfaceOf(place);
  if (owner === "") return;
  const name = firstWord(place.tree, place.node);
  say(
    keywordRange(place.tree, place.node),
    `interface ${owner} declares ${name}, so it should be a template`,
  );
});

/** The interface that a statement is in; "" in a template or outside. */
function interfaceOf({ tree, outline, entry }: Place): string {
  const owner = enclosing(tree, outline, entry, N_INTERFACE);
  if (owner < 0) return "";
  const node = outline.node[owner] as number;
  return tree.data[node] === 1 ? "" : firstWord(tree, node);
}
