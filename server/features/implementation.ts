// textDocument/implementation: what makes a name real. An attribute's types, the statements that put roles into a role
// attribute, the classes that inherit a common, the blocks that a boolean switches, and the calls that expand an interface.

import type { LocationLink, Range } from "vscode-languageserver-types";
import { N_ATTRS, N_COND, N_IF, N_TUNABLEPOLICY } from "../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { callsOf } from "./callers.ts";
import { linksTo } from "./links.ts";
import { occurrences } from "./references.ts";
import { meaningsOf, type SymbolUse, symbolAt } from "./symbolAt.ts";
import { parentsOf } from "./treeIndex.ts";
import { namedLocation, type Place, toRange, type View } from "./view.ts";

/** The places that give the symbol at a place its content. */
export function implementation(view: View, place: Place): LocationLink[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  const { compiled } = view.snapshot;
  const { db } = compiled;
  const links: LocationLink[] = [];
  for (const name of meaningsOf(view.snapshot, use)) {
    const datum = db.types.get(name);
    if (datum?.isAttribute === true) {
      const members: string[] = [];
      db.attrTypeMap[datum.value]?.forEach((bit) => {
        members.push(db.types.nameOf(bit + 1) ?? "");
      });
      links.push(...linksTo(view, use, asKind(members, "type")));
    }
    const heirs = [...db.classes].filter((one) => one.common?.name === name).map((one) => one.name);
    if (heirs.length > 0 && !use.slot.kinds.includes("type"))
      links.push(...linksTo(view, use, asKind(heirs, "class")));
    if (db.bools.get(name) !== undefined && !use.slot.kinds.includes("type"))
      links.push(...blocksUnder(view, place, use));
    if (db.roles.get(name)?.isAttribute === true && !use.slot.kinds.includes("type"))
      links.push(...membersPutIn(view, place, use));
    if (links.length === 0 && compiled.macro(name) !== undefined) links.push(...callLinks(view, use, name));
  }
  return links;
}

function asKind<K extends string>(names: readonly string[], kind: K): { name: string; kinds: [K] }[] {
  return names.map((name) => ({ name, kinds: [kind] }));
}

/** The calls of a macro, each as a whole. */
function callLinks(view: View, use: SymbolUse, name: string): LocationLink[] {
  const originSelectionRange = toRange(view, use.file, use.start, use.end);
  return callsOf(view, name).map(({ file, start, end, node }) => {
    const name = { start, end };
    return linkTo(view, originSelectionRange, file, node < 0 ? name : spanOf(file.tree, node), name);
  });
}

/** The statements that put roles into a role attribute, each at its role. */
function membersPutIn(view: View, place: Place, use: SymbolUse): LocationLink[] {
  const originSelectionRange = toRange(view, use.file, use.start, use.end);
  return occurrences(view, place).flatMap(({ file, start }) => {
    const { tree } = file;
    const other = symbolAt(file, start);
    const parent = other === undefined ? -1 : (parentsOf(tree)[other.node] as number);
    const statement = parent < 0 || tree.kind[parent] !== N_ATTRS ? -1 : (parentsOf(tree)[parent] as number);
    if (statement < 0) return [];
    const name = spanOf(tree, statement + 1);
    return [linkTo(view, originSelectionRange, file, spanOf(tree, statement), name)];
  });
}

/** The conditionals whose condition names a boolean. */
function blocksUnder(view: View, place: Place, use: SymbolUse): LocationLink[] {
  const originSelectionRange = toRange(view, use.file, use.start, use.end);
  const links: LocationLink[] = [];
  for (const found of occurrences(view, place)) {
    const { tree } = found.file;
    const other = symbolAt(found.file, found.start);
    const condition = other?.path.findLast((node) => tree.kind[node] === N_COND);
    const block = condition === undefined ? -1 : (parentsOf(tree)[condition] as number);
    if (block < 0) continue;
    if (tree.kind[block] !== N_IF && tree.kind[block] !== N_TUNABLEPOLICY) continue;
    links.push(linkTo(view, originSelectionRange, found.file, spanOf(tree, block), found));
  }
  return links;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(tree: SyntaxTree, node: number): Span {
  return { start: startOf(tree, node), end: endOf(tree, node) };
}

function linkTo(
  view: View,
  originSelectionRange: Range,
  file: SourceFile,
  whole: Span,
  name: Span,
): LocationLink {
  const { uri, range, selectionRange } = namedLocation(view, file, whole, name);
  return { originSelectionRange, targetUri: uri, targetRange: range, targetSelectionRange: selectionRange };
}
