// textDocument/declaration: from a use to the require that lets the name in (the nearest one around it), as a C
// programmer goes to the extern declaration; from a require, and where no require is around, to the declaration.

import type { LocationLink } from "vscode-languageserver-types";
import { N_BLOCK, N_GENREQUIRE, N_NAME, N_REQUIRE, N_REQUIREITEM } from "../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import { childrenOf } from "./children.ts";
import { definition } from "./definition.ts";
import { type SymbolUse, symbolAt } from "./symbolAt.ts";
import { locationIn, type Place, toRange, type View } from "./view.ts";

/** Where the name at a place comes from. */
export function declaration(view: View, place: Place): LocationLink[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  const item = isRequired(use) ? -1 : requiredAs(use);
  if (item < 0) return definition(view, place);
  const { tree } = place.file;
  const { uri, range } = locationIn(view, place.file, startOf(tree, item), endOf(tree, item));
  return [
    {
      originSelectionRange: toRange(view, place.file, use.start, use.end),
      targetUri: uri,
      targetRange: range,
      targetSelectionRange: range,
    },
  ];
}

/** True for names inside a require. */
export function isRequired(use: SymbolUse): boolean {
  return use.path.some((node) => use.file.tree.kind[node] === N_REQUIREITEM);
}

/** The leaf in a require around a use that names the same thing, innermost block first; -1 for none. */
export function requiredAs(use: SymbolUse): number {
  const { tree } = use.file;
  for (let i = use.path.length - 1; i >= 0; i--) {
    const node = use.path[i] as number;
    if (tree.kind[node] !== N_BLOCK && i !== 0) continue;
    for (const child of childrenOf(tree, node))
      if (tree.kind[child] === N_REQUIRE || tree.kind[child] === N_GENREQUIRE) {
        const leaf = leafNamed(tree, child, use.name);
        if (leaf >= 0) return leaf;
      }
  }
  return -1;
}

function leafNamed(tree: SyntaxTree, require: number, name: string): number {
  for (let node = require + 1; node < (tree.end[require] as number); node++)
    if (tree.kind[node] === N_NAME && tree.tokens.text.startsWith(name, startOf(tree, node)))
      if (endOf(tree, node) - startOf(tree, node) === name.length) return node;
  return -1;
}
