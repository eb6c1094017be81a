// Names that stand in sources which are not applied: declarations in modules that the build leaves out, and, for
// loadable modules, names that only require blocks know (the headers' types are declared in a policy that is not at
// hand). Read from syntax alone, once a tree; names with parameters mean nothing here and are passed over.

import {
  N_ALIAS,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BOOL,
  N_DEFINE,
  N_GENBOOL,
  N_INTERFACE,
  N_MODULE,
  N_NAME,
  N_POLICYMODULE,
  N_REQUIREITEM,
  N_ROLE,
  N_TYPE,
  N_TYPEALIAS,
  N_USER,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_CATEGORY,
  SYM_CLASS,
  SYM_ROLE,
  SYM_SENSITIVITY,
  SYM_TUNABLE,
  SYM_TYPE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import type { SymbolKind } from "./face.ts";

/** A name as written. */
export interface PlainName {
  readonly kind: SymbolKind;
  readonly word: number;
  readonly node: number;
  readonly statement: number;
}

const DECLARED: ReadonlyMap<number, SymbolKind> = new Map([
  [N_TYPE, "type"],
  [N_ATTRIBUTE, "attribute"],
  [N_ATTRIBUTEROLE, "attribute_role"],
  [N_ROLE, "role"],
  [N_BOOL, "bool"],
  [N_GENBOOL, "bool"],
  [N_USER, "user"],
]);

const REQUIRED: ReadonlyMap<number, SymbolKind> = new Map([
  [SYM_CLASS, "class"],
  [SYM_ROLE, "role"],
  [SYM_TYPE, "type"],
  [SYM_ATTRIBUTE, "attribute"],
  [SYM_ATTRIBUTEROLE, "attribute_role"],
  [SYM_USER, "user"],
  [SYM_BOOL, "bool"],
  [SYM_TUNABLE, "tunable"],
  [SYM_SENSITIVITY, "sensitivity"],
  [SYM_CATEGORY, "category"],
]);

const declared = new WeakMap<SyntaxTree, readonly PlainName[]>();
const required = new WeakMap<SyntaxTree, readonly PlainName[]>();
const modules = new WeakMap<SyntaxTree, readonly PlainName[]>();

/** What a tree declares outside macros. */
export function plainDeclarations(tree: SyntaxTree, words: Words): readonly PlainName[] {
  return remembered(declared, tree, (names) => {
    for (let node = 1; node < tree.count; ) {
      const kind = tree.kind[node] as number;
      if (kind === N_INTERFACE || kind === N_DEFINE) {
        node = tree.end[node] as number;
        continue;
      }
      const symbol = DECLARED.get(kind);
      if (symbol !== undefined) {
        const isTunable = symbol === "bool" && tree.data[node] === 1;
        add(names, tree, words, isTunable ? "tunable" : symbol, node + 1, node);
      }
      if (kind === N_TYPE || kind === N_TYPEALIAS) addAliases(names, tree, words, node);
      node++;
    }
  });
}

/** What a tree's require blocks name. */
export function plainRequires(tree: SyntaxTree, words: Words): readonly PlainName[] {
  return remembered(required, tree, (names) => {
    for (let node = 1; node < tree.count; node++) {
      if (tree.kind[node] !== N_REQUIREITEM) continue;
      const symbol = REQUIRED.get(tree.data[node] as number);
      if (symbol === undefined) continue;
      const first = tree.end[node + 1] as number;
      for (let leaf = node + 1; leaf < (tree.end[node] as number); leaf++)
        add(names, tree, words, symbol === "class" && leaf >= first ? "permission" : symbol, leaf, node);
    }
  });
}

/** The module that a tree declares. */
export function moduleNames(tree: SyntaxTree, words: Words): readonly PlainName[] {
  return remembered(modules, tree, (names) => {
    for (let node = 1; node < tree.count; node = tree.end[node] as number)
      if (tree.kind[node] === N_POLICYMODULE || tree.kind[node] === N_MODULE)
        add(names, tree, words, "module", node + 1, node);
  });
}

function remembered(
  cache: WeakMap<SyntaxTree, readonly PlainName[]>,
  tree: SyntaxTree,
  collect: (names: PlainName[]) => void,
): readonly PlainName[] {
  let names = cache.get(tree);
  if (names === undefined) {
    const found: PlainName[] = [];
    collect(found);
    names = found;
    cache.set(tree, names);
  }
  return names;
}

function addAliases(names: PlainName[], tree: SyntaxTree, words: Words, statement: number): void {
  for (let list = statement + 1; list < (tree.end[statement] as number); list = tree.end[list] as number)
    if (tree.kind[list] === N_ALIAS)
      for (let node = list + 1; node < (tree.end[list] as number); node++)
        add(names, tree, words, "alias", node, statement);
}

function add(
  names: PlainName[],
  tree: SyntaxTree,
  words: Words,
  kind: SymbolKind,
  node: number,
  statement: number,
): void {
  if (node >= (tree.end[statement] as number) || tree.kind[node] !== N_NAME) return;
  const word = tree.data[node] as number;
  if (word > 0 && !words.text(word).includes("$")) names.push({ kind, word, node, statement });
}
