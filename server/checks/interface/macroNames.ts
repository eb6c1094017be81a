// Names that m4 would not take for what they are meant as. A macro whose name is no word to m4 can be defined and never
// called. Names that m4 would expand: something declared under the name of a support macro, of a word that the build defines,
// or of an m4 builtin that needs no parenthesis. Interfaces are E-006.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BOOL,
  N_GENBOOL,
  N_INTERFACE,
  N_ROLE,
  N_TYPE,
  N_TYPEALIAS,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import { isM4Word } from "../labelling/m4Words.ts";
import { childOf, tokenRange, wordTokens } from "../selint/outline.ts";
import { aliasesIn } from "../selint/statement.ts";
import { IF, policyCheck, TE_IF, textCheck } from "../selint/visit.ts";

/** What m4 reads as one word. */
const M4_WORD = /^[A-Za-z_]\w*$/;

export const uncallableMacro = textCheck("macro-uncallable", IF, [N_INTERFACE], ({ tree, node }, say) => {
  const name = childOf(tree, node, 0);
  if (name < 0) return;
  const text = textOf(tree, name).replace(/^`|'$/g, "");
  if (text === "" || text.includes("$") || M4_WORD.test(text)) return;
  say(
    { start: startOf(tree, name), end: endOf(tree, name) },
    `nobody can call ${text}: to m4 a macro's name is letters, digits and underscores`,
  );
});

const DECLARING = [N_TYPE, N_TYPEALIAS, N_ATTRIBUTE, N_ATTRIBUTEROLE, N_ROLE, N_BOOL, N_GENBOOL];

export const macroName = policyCheck(
  "name-is-macro",
  TE_IF,
  DECLARING,
  ({ tree, node }, say, names, context) => {
    const tokens = [...aliasesIn(tree, node)];
    if (tree.kind[node] !== N_TYPEALIAS) {
      const first: number[] = [];
      wordTokens(tree, childOf(tree, node, 0), first);
      tokens.push(...first.slice(0, 1));
    }
    for (const token of tokens) {
      const name = names.nameAt(tree, token);
      // m4 does not see a word that a minus or dot goes on with as another one, so `read-file` is two words to it too.
      const called = tree.tokens.text.charAt(tree.tokens.end[token] as number) === "(";
      if (!isM4Word(context, name, called) && context.compiled.macro(name)?.kind !== "macro") continue;
      say(tokenRange(tree, token), `${name} is also a macro, and m4 puts its text in place of the name`);
    }
  },
);
