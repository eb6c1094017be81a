// What a statement names, in SELint's order: the sources, then the targets, then the result, and every word in the
// arguments of a call. Words are given as tokens, so that a report has its place. A name behind `-` is the name. It
// does not say what a name is.

import {
  N_ALIAS,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_AVRULE,
  N_BOOL,
  N_CALL,
  N_GENBOOL,
  N_PERMISSIVE,
  N_RANGETRANSITION,
  N_REQUIREITEM,
  N_ROLE,
  N_ROLEALLOW,
  N_ROLEATTRIBUTE,
  N_ROLETRANSITION,
  N_ROLETYPES,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
  N_XPERMRULE,
  SYM_CLASS,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { childCount, childOf, wordTokens } from "./outline.ts";

/** The tokens of the names in a statement; a declaration's own name comes first. Empty for what names nothing. */
export function namesIn(tree: SyntaxTree, node: number): readonly number[] {
  const names: number[] = [];
  switch (tree.kind[node]) {
    case N_AVRULE:
    case N_XPERMRULE:
    case N_RANGETRANSITION:
      wordTokens(tree, childOf(tree, node, 0), names);
      wordTokens(tree, childOf(tree, node, 1), names);
      break;
    case N_TYPERULE:
      wordTokens(tree, childOf(tree, node, 0), names);
      wordTokens(tree, childOf(tree, node, 1), names);
      wordTokens(tree, childOf(tree, node, 3), names);
      break;
    case N_ROLETRANSITION:
      wordTokens(tree, childOf(tree, node, 0), names);
      wordTokens(tree, childOf(tree, node, 1), names);
      wordTokens(tree, childOf(tree, node, childCount(tree, node) - 1), names);
      break;
    case N_ROLEALLOW:
    case N_ROLETYPES:
    case N_TYPEATTRIBUTE:
    case N_ROLEATTRIBUTE:
    case N_PERMISSIVE:
    case N_TYPEALIAS:
    case N_TYPE:
    case N_ATTRIBUTE:
    case N_ATTRIBUTEROLE:
    case N_ROLE:
    case N_BOOL:
    case N_GENBOOL:
      for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
        wordTokens(tree, child, names);
      break;
    case N_CALL:
      for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
        wordTokens(tree, child, names);
      break;
    case N_REQUIREITEM:
      if (tree.data[node] !== SYM_CLASS) wordTokens(tree, node, names);
      break;
    default:
  }
  return names;
}

/** Does a statement declare its first name? */
export function isDeclaration(kind: number): boolean {
  return kind === N_TYPE || kind === N_ATTRIBUTE || kind === N_ATTRIBUTEROLE || kind === N_ROLE;
}

/** The alias names that a statement declares, as tokens. */
export function aliasesIn(tree: SyntaxTree, node: number): readonly number[] {
  const names: number[] = [];
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
    if (tree.kind[child] === N_ALIAS) wordTokens(tree, child, names);
  return names;
}

/** Is a bare word or a call without arguments in parentheses? */
export function isBareWord(tree: SyntaxTree, node: number): boolean {
  return (tree.last[node] as number) - (tree.first[node] as number) === 1;
}
