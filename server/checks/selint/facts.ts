// What one file declares, defines and calls, worked out once for its tree: the pieces from which names.ts puts the
// index of the whole policy together, so that an edit costs the facts of one file. Every branch of an `ifdef` counts,
// as with SELint, which does not know the build's options. Names in a template's body are kept with the template.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BOOL,
  N_CALL,
  N_GENBOOL,
  N_GENREQUIRE,
  N_GENUSER,
  N_INTERFACE,
  N_REQUIRE,
  N_ROLE,
  N_TYPE,
  N_TYPEALIAS,
  N_USER,
} from "../../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import { childOf, outlineOf, tokenText, wordTokens } from "./outline.ts";
import { aliasesIn, isBareWord } from "./statement.ts";

/** What kind of name is meant; SELint's “flavor”. */
export type Flavor = "type" | "attribute" | "attribute_role" | "role" | "user" | "bool";

/** A declared name. */
export interface DeclaredName {
  readonly flavor: Flavor;
  readonly name: string;
  /** name of the template whose body declares it; "" outside templates */
  readonly template: string;
}

/** A call in the body of a template. */
export interface TemplateCall {
  readonly name: string;
  readonly entry: number;
  readonly template: string;
}

/** An interface or template. */
export interface DefinedMacro {
  readonly name: string;
  readonly entry: number;
  readonly template: boolean;
}

export interface FileFacts {
  readonly declared: readonly DeclaredName[];
  /** entries of the calls outside of templates: most of a policy, so they are numbers and no more */
  readonly called: readonly number[];
  readonly calledInTemplates: readonly TemplateCall[];
  readonly defined: readonly DefinedMacro[];
}

const remembered = new WeakMap<SyntaxTree, FileFacts>();

/** The facts of a tree. */
export function factsOf(tree: SyntaxTree): FileFacts {
  const known = remembered.get(tree);
  if (known !== undefined) return known;
  const facts = makeFacts(tree);
  remembered.set(tree, facts);
  return facts;
}

function makeFacts(tree: SyntaxTree): FileFacts {
  const outline = outlineOf(tree);
  const declared: DeclaredName[] = [];
  const called: number[] = [];
  const calledInTemplates: TemplateCall[] = [];
  const defined: DefinedMacro[] = [];
  let template = "";
  let templateEnd = 0;
  let requireEnd = 0;
  for (let entry = 0; entry < outline.count; entry++) {
    const node = outline.node[entry] as number;
    if (node >= templateEnd) template = "";
    if (node < requireEnd) continue;
    switch (tree.kind[node]) {
      case N_INTERFACE: {
        const name = firstWord(tree, node);
        defined.push({ name, entry, template: tree.data[node] === 1 });
        if (tree.data[node] === 1) {
          template = name;
          templateEnd = tree.end[node] as number;
        }
        break;
      }
      case N_REQUIRE:
      case N_GENREQUIRE:
        requireEnd = tree.end[node] as number;
        break;
      case N_CALL:
        if (isBareWord(tree, node)) break;
        if (template === "") called.push(entry);
        else calledInTemplates.push({ name: tokenText(tree, tree.first[node] as number), entry, template });
        break;
      default:
        addDeclared(tree, node, template, declared);
    }
  }
  return { declared, called, calledInTemplates, defined };
}

function addDeclared(tree: SyntaxTree, node: number, template: string, into: DeclaredName[]): void {
  const flavor = FLAVORS.get(tree.kind[node] as number);
  if (flavor !== undefined) into.push({ flavor, name: firstWord(tree, node), template });
  const kind = tree.kind[node];
  if (kind === N_TYPE || kind === N_TYPEALIAS)
    for (const token of aliasesIn(tree, node))
      into.push({ flavor: "type", name: tokenText(tree, token), template });
}

const FLAVORS: ReadonlyMap<number, Flavor> = new Map<number, Flavor>([
  [N_TYPE, "type"],
  [N_ATTRIBUTE, "attribute"],
  [N_ATTRIBUTEROLE, "attribute_role"],
  [N_ROLE, "role"],
  [N_BOOL, "bool"],
  [N_GENBOOL, "bool"],
  [N_USER, "user"],
  [N_GENUSER, "user"],
]);

/** The first name of a statement. */
export function firstWord(tree: SyntaxTree, node: number): string {
  const child = childOf(tree, node, 0);
  if (child < 0) return "";
  const tokens: number[] = [];
  wordTokens(tree, child, tokens);
  return tokens.length === 0 ? "" : tokenText(tree, tokens[0] as number);
}

/** The arguments of a call as texts: the words of each, with blanks between them. */
export function argumentTexts(tree: SyntaxTree, node: number): readonly string[] {
  const texts: string[] = [];
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
    const tokens: number[] = [];
    wordTokens(tree, child, tokens);
    texts.push(tokens.map((token) => tokenText(tree, token)).join(" "));
  }
  return texts;
}
