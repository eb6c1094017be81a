// The symbol under the cursor: its name as written, what kinds it may be, the names it stands for (a template's
// `$1_t` stands for one per caller) and where those are declared. Everything that asks "what is this word?" starts
// here. It resolves nothing that the compiler can resolve itself.

import { pathTo, tokenAt } from "../../grammar/syntax/find.ts";
import {
  N_ACCESSVECTOR,
  N_ALIAS,
  N_ARG,
  N_ATTRS,
  N_AVRULE,
  N_CALL,
  N_COMMON,
  N_COMPLEMENT,
  N_CONSTRAIN,
  N_CTERM,
  N_MINUS,
  N_NAME,
  N_RAW,
  N_REQUIREITEM,
  N_ROLETRANSITION,
  N_SET,
  N_STAR,
  N_UNKNOWN,
  N_XPERMRULE,
  N_XRANGE,
  SYM_CLASS,
} from "../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import { T_CALLEE, T_WORD } from "../../grammar/text/tokens.ts";
import type { Declaration, SymbolKind } from "../compiler/face.ts";
import type { Snapshot, SourceFile } from "../workspace/snapshot.ts";
import { childrenOf } from "./children.ts";
import {
  ANY,
  attributeListSlot,
  constraintSlot,
  NOTHING,
  PERMISSION_SLOT,
  requireSlot,
  SLOTS,
  type Slot,
} from "./slots.ts";
import { leafOf, pathOf } from "./treeIndex.ts";

export interface SymbolUse {
  readonly file: SourceFile;
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly slot: Slot;
  /** nodes from the file to the name */
  readonly path: readonly number[];
  /** the statement in whose slot the name stands, -1 when none */
  readonly statement: number;
}

/** Most instantiations of a template that are looked at. */
const MOST_MEANINGS = 50;

/** The symbol at an offset. */
export function symbolAt(file: SourceFile, offset: number): SymbolUse | undefined {
  const { tree } = file;
  const path = pathTo(tree, offset);
  const node = path.at(-1) as number;
  const kind = tree.kind[node];
  if (kind === N_CALL) {
    const token = tree.first[node] as number;
    if (offset < (tree.tokens.start[token] as number) || offset > (tree.tokens.end[token] as number))
      return undefined;
    return useOfPath(file, path);
  }
  if (kind === N_NAME || kind === N_MINUS) return unlessNothing(useOfPath(file, path));
  const token = UNREAD.has(kind as number) ? tokenAt(tree.tokens, offset) : -1;
  return token < 0 ? undefined : useInText(file, token, path);
}

/** The symbol that a token is; undefined for tokens that are no names. */
export function symbolOfToken(file: SourceFile, token: number): SymbolUse | undefined {
  const { tree } = file;
  const leaf = leafOf(tree, token);
  const kind = leaf < 0 ? N_ARG : tree.kind[leaf];
  if (kind === N_NAME || kind === N_MINUS || kind === N_CALL)
    return unlessNothing(useOfPath(file, pathOf(tree, leaf)));
  return useInText(file, token, leaf < 0 ? [0] : pathOf(tree, leaf));
}

/** A filesystem type may be spelled like a module, a file name like a type: that makes them none. */
function unlessNothing(use: SymbolUse): SymbolUse | undefined {
  return use.slot === NOTHING ? undefined : use;
}

/** Nodes whose text only m4 understands: a word there is a name, but its place says nothing. */
const UNREAD = new Set([N_RAW, N_ARG, N_UNKNOWN]);

function useInText(file: SourceFile, token: number, path: readonly number[]): SymbolUse | undefined {
  const { tokens } = file.tree;
  const type = tokens.type[token];
  if (type !== T_WORD && type !== T_CALLEE) return undefined;
  const start = tokens.start[token] as number;
  const end = tokens.end[token] as number;
  const name = tokens.text.slice(start, end);
  const slot = type === T_CALLEE ? MACRO_SLOT : ANY;
  return { file, node: path.at(-1) as number, start, end, name, slot, path, statement: -1 };
}

/** The use of the name or call at the end of a path. */
function useOfPath(file: SourceFile, path: readonly number[]): SymbolUse {
  const { tree } = file;
  const node = path.at(-1) as number;
  if (tree.kind[node] === N_CALL) {
    const token = tree.first[node] as number;
    const start = tree.tokens.start[token] as number;
    const end = tree.tokens.end[token] as number;
    const name = tree.tokens.text.slice(start, end);
    return { file, node, start, end, name, slot: MACRO_SLOT, path, statement: node };
  }
  const end = endOf(tree, node);
  let start = startOf(tree, node);
  if (tree.kind[node] === N_MINUS)
    while (start < end && /[-\s]/.test(tree.tokens.text[start] as string)) start++;
  const { slot, statement } = slotOf(tree, path);
  return { file, node, start, end, name: tree.tokens.text.slice(start, end), slot, path, statement };
}

export const MACRO_SLOT: Slot = { kinds: ["interface", "template", "macro"], declares: false };

/** The slot of the innermost node of a path, looking through sets. */
export function slotOf(
  tree: SyntaxTree,
  path: readonly number[],
): { readonly slot: Slot; readonly statement: number } {
  let at = path.length - 1;
  while (at > 0 && isSetPart(tree.kind[path[at - 1] as number] as number)) at--;
  const parent = path[at - 1];
  if (parent === undefined) return { slot: ANY, statement: -1 };
  const kind = tree.kind[parent] as number;
  if (kind === N_ARG) return { slot: ANY, statement: path[at - 2] ?? -1 };
  if (kind === N_ATTRS || kind === N_ALIAS) {
    const statement = path[at - 2] ?? parent;
    const slot = kind === N_ALIAS ? (SLOTS.get(N_ALIAS) as readonly Slot[])[0] : undefined;
    return { slot: slot ?? attributeListSlot(tree.kind[statement] as number), statement };
  }
  const slots = SLOTS.get(kind);
  if (slots === undefined && kind !== N_REQUIREITEM && kind !== N_CTERM)
    return { slot: ANY, statement: parent };
  const index = indexOf(tree, parent, path[at] as number, Math.max(3, (slots?.length ?? 0) - 1));
  if (kind === N_REQUIREITEM) {
    const data = tree.data[parent] as number;
    return { slot: data === SYM_CLASS && index > 0 ? PERMISSION_SLOT : requireSlot(data), statement: parent };
  }
  if (kind === N_CTERM) {
    const left = childrenOf(tree, parent)[0] as number;
    const text = tree.tokens.text.slice(startOf(tree, left), endOf(tree, left));
    return { slot: index === 0 ? ANY : constraintSlot(text), statement: parent };
  }
  if (slots === undefined) return { slot: ANY, statement: parent };
  // `role_transition a_r b_t c_r;`: without a class, the third name is the new role.
  if (kind === N_ROLETRANSITION && index === 2 && childrenOf(tree, parent).length === 3)
    return { slot: slots[3] as Slot, statement: parent };
  return { slot: slots[Math.min(index, slots.length - 1)] as Slot, statement: parent };
}

/** Which child a node is; `most` for all from there on, since the last slot repeats and lists may be long. */
function indexOf(tree: SyntaxTree, parent: number, child: number, most: number): number {
  let index = 0;
  for (let at = parent + 1; at !== child && index < most; at = tree.end[at] as number) index++;
  return index;
}

function isSetPart(kind: number): boolean {
  return kind === N_SET || kind === N_COMPLEMENT || kind === N_STAR || kind === N_XRANGE;
}

/** The plain names that a use stands for: itself, or what its parameters become. */
export function meaningsOf(snapshot: Snapshot, use: SymbolUse): readonly string[] {
  if (!use.name.includes("$")) return [use.name];
  return snapshot.compiled.meaningsAt(use.file.id, use.start, MOST_MEANINGS);
}

/** Where the symbol of a use is declared; active declarations first. */
export function declarationsOf(snapshot: Snapshot, use: SymbolUse): readonly Declaration[] {
  const wanted = new Set<SymbolKind>(use.slot.kinds);
  if (wanted.has("type")) wanted.add("alias");
  const found: Declaration[] = [];
  for (const name of meaningsOf(snapshot, use))
    for (const declaration of snapshot.compiled.declarations(name))
      if (wanted.size === 0 || wanted.has(declaration.kind)) found.push(declaration);
  const classes = permissionClasses(snapshot, use);
  const fitting = classes === undefined ? found : found.filter((d) => fitsClasses(snapshot, d, classes));
  return [...(fitting.length > 0 ? fitting : found)].sort((a, b) => Number(b.active) - Number(a.active));
}

/** For a permission: the classes of its statement. undefined where the statement has none. */
export function permissionClasses(snapshot: Snapshot, use: SymbolUse): readonly string[] | undefined {
  if (!use.slot.kinds.includes("permission")) return undefined;
  const { tree } = use.file;
  const kind = tree.kind[use.statement];
  const children = use.statement < 0 ? [] : childrenOf(tree, use.statement);
  const at =
    kind === N_AVRULE || kind === N_XPERMRULE ? 2 : kind === N_CONSTRAIN || kind === N_REQUIREITEM ? 0 : -1;
  if (kind === N_ACCESSVECTOR || kind === N_COMMON) {
    const name = children[0] as number;
    return [tree.tokens.text.slice(startOf(tree, name), endOf(tree, name))];
  }
  const set = children[at];
  if (set === undefined) return undefined;
  return snapshot.compiled.expandSet(use.file.id, startOf(tree, set), endOf(tree, set));
}

/** True when a permission's declaration belongs to one of the classes, or to a common that one of them inherits. */
function fitsClasses(snapshot: Snapshot, declaration: Declaration, classes: readonly string[]): boolean {
  if (declaration.kind !== "permission") return true;
  const file = snapshot.file(declaration.file);
  if (file === undefined) return false;
  // A name may be declared thousands of times in one statement; going down from the file would look at all of them.
  const leaf = leafOf(file.tree, tokenAt(file.tree.tokens, declaration.start));
  const statement = (leaf < 0 ? [] : pathOf(file.tree, leaf)).find((node) => {
    const kind = file.tree.kind[node];
    return kind === N_ACCESSVECTOR || kind === N_COMMON;
  });
  if (statement === undefined) return false;
  const name = childrenOf(file.tree, statement)[0] as number;
  const owner = file.tree.tokens.text.slice(startOf(file.tree, name), endOf(file.tree, name));
  if (classes.includes(owner)) return true;
  return classes.some((c) => snapshot.compiled.db.classes.get(c)?.common?.name === owner);
}
