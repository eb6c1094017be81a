// callHierarchy: interfaces, templates and defines with those that call them and those that they call, across
// modules. A call that stands in no definition belongs to its module, which is an item of its own: nobody calls it,
// and what it calls is its policy. An item carries path and offset, so it outlives edits elsewhere.

import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Range,
  SymbolKind,
} from "vscode-languageserver-types";
import { N_DEFINE, N_INTERFACE, N_MODULE, N_POLICYMODULE } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import type { Macro } from "../../compiler/face.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { sourcePlace } from "../../workspace/sourcePlace.ts";
import { calleesIn, callsOf, definitionName, summaryOf } from "../callers.ts";
import { childrenOf } from "../children.ts";
import { symbolAt } from "../symbolAt.ts";
import { definitionAround, nodeStartingAt } from "../treeIndex.ts";
import { locationIn, namedLocation, offsetOf, type Place, type View } from "../view.ts";
import { itemPath } from "./item.ts";

/** The macro at a place: the one under the cursor, else the one around it, else the module. */
export function prepareCallHierarchy(view: View, place: Place): CallHierarchyItem[] {
  const use = symbolAt(place.file, place.offset);
  const macro = use === undefined ? undefined : view.snapshot.compiled.macro(use.name);
  if (macro !== undefined && (use?.slot.kinds.length === 0 || use?.slot.kinds.includes("macro")))
    return listOf(macroItem(view, macro));
  if (macro !== undefined && use?.slot.kinds.includes("interface")) return listOf(macroItem(view, macro));
  const definition = use === undefined ? -1 : definitionAround(place.file.tree, use.node);
  return listOf(holderItem(view, place.file, definition));
}

function listOf(item: CallHierarchyItem | undefined): CallHierarchyItem[] {
  return item === undefined ? [] : [item];
}

/** Who calls the item. */
export function incomingCalls(view: View, item: CallHierarchyItem): CallHierarchyIncomingCall[] {
  if (item.kind === SymbolKind.Module) return [];
  const found = new Map<string, CallHierarchyIncomingCall>();
  for (const { file, start, end, definition } of callsOf(view, item.name)) {
    const key = `${file.id}:${definition}`;
    let call = found.get(key);
    if (call === undefined) {
      call = { from: holderItem(view, file, definition), fromRanges: [] };
      found.set(key, call);
    }
    call.fromRanges.push(rangeAt(view, file, start, end, call.from));
  }
  return [...found.values()];
}

/** What the item calls. */
export function outgoingCalls(view: View, item: CallHierarchyItem): CallHierarchyOutgoingCall[] {
  const file = view.snapshot.fileAt(itemPath(item) ?? "");
  if (file === undefined) return [];
  const definition = item.kind === SymbolKind.Module ? -1 : definitionOf(view, file, item);
  if (definition < 0 && item.kind !== SymbolKind.Module) return [];
  return calleesIn(view, file, definition).flatMap(({ macro, places }) => {
    const to = macroItem(view, macro);
    if (to === undefined) return [];
    return [{ to, fromRanges: places.map(({ start, end }) => rangeAt(view, file, start, end, item)) }];
  });
}

/** Where an item calls, in the item's file; macros may have made the call out of another text: that is at its name. */
function rangeAt(view: View, file: SourceFile, start: number, end: number, item: CallHierarchyItem): Range {
  const { uri, range } = locationIn(view, file, start, end);
  return uri === item.uri ? range : item.selectionRange;
}

function spanOf(tree: SyntaxTree, node: number): { readonly start: number; readonly end: number } {
  return { start: startOf(tree, node), end: endOf(tree, node) };
}

/** The definition that an item stands for, by its place or, after an edit above it, by its name. */
function definitionOf(view: View, file: SourceFile, item: CallHierarchyItem): number {
  // The range of one in generated text is that of what it was made from.
  const at = file.generated ? -1 : offsetOf(view, file, item.range.start);
  for (const kind of at < 0 ? [] : [N_INTERFACE, N_DEFINE]) {
    const node = nodeStartingAt(file.tree, at, kind);
    if (node >= 0 && definitionName(file, node) === item.name) return node;
  }
  const macro = view.snapshot.compiled.macro(item.name);
  if (macro === undefined || macro.file !== file.id) return -1;
  const found = nodeStartingAt(file.tree, macro.start, N_INTERFACE);
  return found >= 0 ? found : nodeStartingAt(file.tree, macro.start, N_DEFINE);
}

function macroItem(view: View, macro: Macro): CallHierarchyItem | undefined {
  const file = view.snapshot.file(macro.file);
  if (file === undefined) return undefined;
  const { start, end, nameStart, nameEnd } = macro;
  return {
    name: macro.name,
    kind: macro.kind === "macro" ? SymbolKind.Constant : SymbolKind.Function,
    detail: `${macro.kind} of ${file.module || baseName(file)}`,
    ...namedLocation(view, file, { start, end }, { start: nameStart, end: nameEnd }),
    data: { path: file.path },
  };
}

/** The definition at a node as an item, or its module. */
function holderItem(view: View, file: SourceFile, definition: number): CallHierarchyItem {
  const { tree } = file;
  if (definition >= 0) {
    const name = childrenOf(tree, definition)[0] ?? definition;
    const summary = summaryOf(file, definition);
    const of = file.module || baseName(file);
    return {
      name: definitionName(file, definition),
      kind: tree.kind[definition] === N_DEFINE ? SymbolKind.Constant : SymbolKind.Function,
      detail: summary === "" ? of : `${of} – ${summary}`,
      ...namedLocation(view, file, spanOf(tree, definition), spanOf(tree, name)),
      data: { path: file.path },
    };
  }
  const statement = childrenOf(tree, 0).find(
    (node) => tree.kind[node] === N_POLICYMODULE || tree.kind[node] === N_MODULE,
  );
  const start = statement === undefined ? 0 : startOf(tree, statement);
  const end = statement === undefined ? 0 : endOf(tree, statement);
  const { uri, range } = locationIn(view, file, start, end);
  return {
    name: file.module || baseName(file),
    kind: SymbolKind.Module,
    detail: baseName(file),
    uri,
    range,
    selectionRange: range,
    data: { path: file.path },
  };
}

function baseName(file: SourceFile): string {
  const { path } = sourcePlace(file, 0, 0);
  return path.slice(path.lastIndexOf("/") + 1);
}
