// Who calls which macro, from the text: the calls of a macro in all files with the definition or module that each
// stands in, and the macros that a stretch of text calls. Interfaces, templates and defines alike; calls in branches
// that are off count, because a reader sees them. The compiler's graph of blocks knows what calls become, not this.

import { docsAbove } from "../../grammar/syntax/docs.ts";
import { N_ARG, N_CALL } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../grammar/syntax/tree.ts";
import type { Macro } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { childrenOf } from "./children.ts";
import { type SymbolUse, symbolOfToken } from "./symbolAt.ts";
import { definitionAround, leafOf, tokensOf } from "./treeIndex.ts";
import type { View } from "./view.ts";

/** A call, and the definition that holds it (-1: the module itself). */
export interface Call {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  /** the call's node; -1 for a use that is no call of its own, such as a permission set in a rule */
  readonly node: number;
  readonly definition: number;
}

/** All calls of a macro, file by file. */
export function callsOf(view: View, name: string): Call[] {
  const word = view.snapshot.compiled.words.find(name);
  const found: Call[] = [];
  if (word > 0) for (const file of view.snapshot.files()) addCalls(file, word, found);
  return found;
}

function addCalls(file: SourceFile, word: number, found: Call[]): void {
  for (const token of tokensOf(file.tree, word)) {
    const use = symbolOfToken(file, token);
    if (use === undefined || use.slot.declares || !mayBeMacro(use)) continue;
    const leaf = leafOf(file.tree, token);
    const node = leaf >= 0 && file.tree.kind[leaf] === N_CALL ? leaf : -1;
    const definition = definitionAround(file.tree, use.node);
    found.push({ file, start: use.start, end: use.end, node, definition });
  }
}

function mayBeMacro({ slot }: SymbolUse): boolean {
  return slot.kinds.length === 0 || slot.kinds.some((kind) => kind === "macro" || kind === "interface");
}

/** A macro that some text calls, with the places of the calls. */
export interface Callee {
  readonly macro: Macro;
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/** The macros that the nodes of a definition call, or that a file calls outside of its definitions. */
export function calleesIn(view: View, file: SourceFile, definition: number): Callee[] {
  const { tree } = file;
  const { compiled } = view.snapshot;
  const from = definition < 0 ? 0 : (tree.first[definition] as number);
  const to = definition < 0 ? tree.tokens.count : (tree.last[definition] as number);
  const known = new Map<number, Macro | null>();
  const places = new Map<number, { start: number; end: number }[]>();
  for (let token = from; token < to; token++) {
    const word = tree.tokens.word[token] as number;
    if (word === 0) continue;
    let target = known.get(word);
    if (target === undefined) {
      target = compiled.macro(compiled.words.text(word)) ?? null;
      known.set(word, target);
    }
    if (target === null || (target.file === file.id && target.nameStart === tree.tokens.start[token]))
      continue;
    const use = symbolOfToken(file, token);
    if (use === undefined || use.slot.declares || !mayBeMacro(use)) continue;
    if (definitionAround(tree, use.node) !== definition) continue;
    const list = places.get(word);
    if (list === undefined) places.set(word, [{ start: use.start, end: use.end }]);
    else list.push({ start: use.start, end: use.end });
  }
  return [...places].map(([word, list]) => ({ macro: known.get(word) as Macro, places: list }));
}

/** Name and extent of the definition at a node. */
export function definitionName(file: SourceFile, definition: number): string {
  const name = childrenOf(file.tree, definition)[0];
  return name === undefined ? "" : textOf(file.tree, name);
}

/** The first line of a definition's documentation. */
export function summaryOf(file: SourceFile, definition: number): string {
  return docsAbove(file.text, startOf(file.tree, definition))?.summary ?? "";
}

/** The texts of a call's arguments. */
export function argumentsOf(file: SourceFile, call: number): string[] {
  return childrenOf(file.tree, call)
    .filter((child) => file.tree.kind[child] === N_ARG)
    .map((child) => file.text.slice(startOf(file.tree, child), endOf(file.tree, child)).replace(/\s+/g, " "));
}
