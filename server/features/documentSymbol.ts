// textDocument/documentSymbol: the outline of a file. What it declares, interfaces and templates with the types
// they declare inside, and the blocks (optional, tunable, ifdef) that hold declarations.

import { type DocumentSymbol, SymbolKind } from "vscode-languageserver-types";
import { summaryAbove } from "../../grammar/syntax/docs.ts";
import * as kinds from "../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../grammar/syntax/tree.ts";
import { isInputText } from "../workspace/inputFile.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { childrenOf } from "./children.ts";
import { toRange, type View } from "./view.ts";

interface Outline {
  readonly kind: SymbolKind;
  readonly detail: string;
}

const DECLARATIONS: ReadonlyMap<number, Outline> = new Map([
  [kinds.N_TYPE, { kind: SymbolKind.Class, detail: "type" }],
  [kinds.N_ATTRIBUTE, { kind: SymbolKind.Interface, detail: "attribute" }],
  [kinds.N_ATTRIBUTEROLE, { kind: SymbolKind.Interface, detail: "attribute_role" }],
  [kinds.N_ROLE, { kind: SymbolKind.Object, detail: "role" }],
  [kinds.N_BOOL, { kind: SymbolKind.Boolean, detail: "bool" }],
  [kinds.N_GENBOOL, { kind: SymbolKind.Boolean, detail: "tunable" }],
  [kinds.N_DEFINE, { kind: SymbolKind.Constant, detail: "macro" }],
  [kinds.N_CLASS, { kind: SymbolKind.Enum, detail: "class" }],
  [kinds.N_ACCESSVECTOR, { kind: SymbolKind.Enum, detail: "class" }],
  [kinds.N_COMMON, { kind: SymbolKind.Enum, detail: "common" }],
  [kinds.N_SID, { kind: SymbolKind.Key, detail: "sid" }],
  [kinds.N_USER, { kind: SymbolKind.Object, detail: "user" }],
  [kinds.N_SENSITIVITY, { kind: SymbolKind.Number, detail: "sensitivity" }],
  [kinds.N_CATEGORY, { kind: SymbolKind.Number, detail: "category" }],
  [kinds.N_MODULE, { kind: SymbolKind.Module, detail: "module" }],
  [kinds.N_POLICYMODULE, { kind: SymbolKind.Module, detail: "module" }],
]);

const BLOCKS: ReadonlyMap<number, string> = new Map([
  [kinds.N_OPTIONAL, "optional"],
  [kinds.N_OPTIONALPOLICY, "optional_policy"],
  [kinds.N_TUNABLEPOLICY, "tunable_policy"],
  [kinds.N_IF, "if"],
  [kinds.N_IFDEF, "ifdef"],
]);

/** More symbols than this help nobody and choke editors (a policy.conf declares thousands). */
const MOST_SYMBOLS = 20_000;

/** The outline of a file. */
export function documentSymbol(view: View, file: SourceFile): DocumentSymbol[] {
  const budget = { left: MOST_SYMBOLS };
  return outline(view, file, 0, budget);
}

function outline(view: View, file: SourceFile, parent: number, budget: { left: number }): DocumentSymbol[] {
  const { tree } = file;
  const symbols: DocumentSymbol[] = [];
  for (const node of childrenOf(tree, parent)) {
    if (budget.left <= 0) break;
    const kind = tree.kind[node] as number;
    if (kind === kinds.N_INTERFACE) symbols.push(interfaceSymbol(view, file, node, budget));
    else if (DECLARATIONS.has(kind)) declaration(view, file, node, symbols, budget);
    else if (kind === kinds.N_BLOCK) symbols.push(...outline(view, file, node, budget));
    else if (BLOCKS.has(kind)) block(view, file, node, symbols, budget);
    else if (kind === kinds.N_CALL && isInputText(file)) madeOf(view, file, node, symbols, budget);
  }
  return symbols;
}

/** In an .in file, a call of a macro that only its generation knows: `network_port(http, …)` makes the types of a port. */
function madeOf(
  view: View,
  file: SourceFile,
  node: number,
  symbols: DocumentSymbol[],
  budget: { left: number },
): void {
  const { tree } = file;
  const first = tree.first[node] as number;
  const callee = tree.tokens.text.slice(tree.tokens.start[first], tree.tokens.end[first]);
  const argument = childrenOf(tree, node).find((child) => tree.kind[child] === kinds.N_ARG);
  if (argument === undefined || !/^[\w.-]+$/.test(textOf(tree, argument))) return;
  if (view.snapshot.compiled.macro(callee) !== undefined) return;
  symbols.push(symbol(view, file, node, argument, SymbolKind.Class, callee, [], budget));
}

function declaration(
  view: View,
  file: SourceFile,
  node: number,
  symbols: DocumentSymbol[],
  budget: { left: number },
): void {
  const name = childrenOf(file.tree, node)[0];
  const known = DECLARATIONS.get(file.tree.kind[node] as number);
  if (name === undefined || known === undefined || textOf(file.tree, name) === "") return;
  symbols.push(symbol(view, file, node, name, known.kind, known.detail, [], budget));
}

function interfaceSymbol(
  view: View,
  file: SourceFile,
  node: number,
  budget: { left: number },
): DocumentSymbol {
  const { tree } = file;
  const children = childrenOf(tree, node);
  const name = children[0] ?? node;
  const template = tree.data[node] === 1;
  const summary = summaryAbove(file.text, startOf(tree, node));
  const inner = children[1] === undefined ? [] : outline(view, file, children[1], budget);
  const detail = `${template ? "template" : "interface"}${summary === "" ? "" : ` – ${summary}`}`;
  return symbol(view, file, node, name, SymbolKind.Function, detail, inner, budget);
}

/** A block is shown only when something is declared in it. */
function block(
  view: View,
  file: SourceFile,
  node: number,
  symbols: DocumentSymbol[],
  budget: { left: number },
): void {
  const inner = outline(view, file, node, budget);
  if (inner.length === 0) return;
  const { tree } = file;
  const keyword = BLOCKS.get(tree.kind[node] as number) ?? "block";
  const first = childrenOf(tree, node)[0];
  const condition =
    first !== undefined && tree.kind[first] !== kinds.N_BLOCK ? ` ${textOf(tree, first).slice(0, 60)}` : "";
  const range = toRange(view, file, startOf(tree, node), endOf(tree, node));
  const head = toRange(
    view,
    file,
    startOf(tree, node),
    Math.min(startOf(tree, node) + keyword.length, endOf(tree, node)),
  );
  symbols.push({
    name: `${keyword}${condition}`,
    kind: SymbolKind.Namespace,
    range,
    selectionRange: head,
    children: inner,
  });
}

function symbol(
  view: View,
  file: SourceFile,
  node: number,
  name: number,
  kind: SymbolKind,
  detail: string,
  children: DocumentSymbol[],
  budget: { left: number },
): DocumentSymbol {
  budget.left--;
  const { tree } = file;
  return {
    name: textOf(tree, name),
    detail,
    kind,
    range: toRange(view, file, startOf(tree, node), endOf(tree, node)),
    selectionRange: toRange(view, file, startOf(tree, name), endOf(tree, name)),
    children,
  };
}
