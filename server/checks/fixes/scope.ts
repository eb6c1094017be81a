// Where a module can say that it requires a name: the block of statements that a use stands in, and the require block
// that is already there. An interface's body and an optional block are scopes of their own (checkmodule's is_id_in_scope);
// conditional blocks and `ifdef` are not, so the search goes on around them. Reads the tree, changes nothing.

import {
  N_BLOCK,
  N_GENREQUIRE,
  N_INTERFACE,
  N_MODULE,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_POLICYMODULE,
  N_REQUIRE,
  N_REQUIREITEM,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import type { CheckFile } from "../check.ts";
import type { TextChange } from "../fix.ts";
import { indentAt, placeAt } from "../selint/fixText.ts";
import { outlineOf } from "../selint/outline.ts";
import type { Place } from "../selint/visit.ts";

/** A block of statements that requires names for itself. */
export interface RequireScope {
  /** N_BLOCK, or 0 for the whole file */
  readonly block: number;
  /** the require block in front of the use; -1 when there is none */
  readonly require: number;
}

/** The innermost scope around a statement; `outermost`: the module's own, whatever stands around. */
export function scopeOf(place: Place, outermost = false): RequireScope {
  const { tree, outline } = place;
  let block = 0;
  for (let up = outline.up[place.entry] as number; up >= 0 && block === 0; up = outline.up[up] as number) {
    const node = outline.node[up] as number;
    const over = outline.up[up] as number;
    if (tree.kind[node] !== N_BLOCK || over < 0) continue;
    const kind = tree.kind[outline.node[over] as number];
    if (kind === N_INTERFACE) block = node;
    else if (!outermost && (kind === N_OPTIONAL || kind === N_OPTIONALPOLICY)) block = node;
  }
  return { block, require: requireIn(place, block) };
}

/** The scopes around an offset, the innermost first: what a name that is typed there would be required in. */
export function scopesAt(
  file: CheckFile,
  offset: number,
): readonly { readonly place: Place; readonly scope: RequireScope }[] {
  const { tree } = file;
  const outline = outlineOf(tree);
  const around = placeAt(file, offset, offset);
  const scopes: { place: Place; scope: RequireScope }[] = [];
  const add = (block: number, entry: number): void => {
    const place = { file, tree, outline, entry, node: nodeAfter(tree, block, offset) };
    scopes.push({ place, scope: { block, require: requireIn(place, block) } });
  };
  for (let entry = around?.entry ?? -1; entry >= 0; entry = outline.up[entry] as number) {
    const node = outline.node[entry] as number;
    const over = outline.up[entry] as number;
    const kind = tree.kind[node] === N_BLOCK && over >= 0 ? tree.kind[outline.node[over] as number] : 0;
    if (kind === N_INTERFACE || kind === N_OPTIONAL || kind === N_OPTIONALPOLICY) add(node, entry);
    if (kind === N_INTERFACE) return scopes;
  }
  add(0, 0);
  return scopes;
}

/** The first statement of a block that ends behind an offset, or what follows the block. */
function nodeAfter(tree: SyntaxTree, block: number, offset: number): number {
  const stop = tree.end[block] as number;
  for (let child = block + 1; child < stop; child = tree.end[child] as number)
    if (tree.first[child] !== tree.last[child] && endOf(tree, child) >= offset) return child;
  return stop;
}

/** The require blocks directly in a block. */
export function requiresIn({ tree }: Place, block: number): readonly number[] {
  const found: number[] = [];
  for (let child = block + 1; child < (tree.end[block] as number); child = tree.end[child] as number)
    if (tree.kind[child] === N_GENREQUIRE || tree.kind[child] === N_REQUIRE) found.push(child);
  return found;
}

/** The last require block directly in a block of statements and in front of a statement, with items or empty. */
function requireIn({ tree, node }: Place, block: number): number {
  let found = -1;
  for (
    let child = block + 1;
    child < node && child < (tree.end[block] as number);
    child = tree.end[child] as number
  )
    if (tree.kind[child] === N_GENREQUIRE || tree.kind[child] === N_REQUIRE) found = child;
  return found;
}

/** The statements of a require block that name something. */
export function itemsOf({ tree }: Place, require: number): readonly number[] {
  const items: number[] = [];
  for (let child = require + 1; child < (tree.end[require] as number); child = tree.end[child] as number)
    if (tree.kind[child] === N_REQUIREITEM) items.push(child);
  return items;
}

/** Puts a new require block with these lines at the head of a scope. */
export function newRequire(place: Place, { block }: RequireScope, lines: readonly string[]): TextChange {
  const { file, tree } = place;
  const isPlain = moduleHead(place, N_MODULE) >= 0;
  const [open, close] = isPlain ? ["require {", "}"] : ["gen_require(`", "')"];
  const write = (indent: string): string =>
    [open, ...lines.map((line) => `\t${line}`), close].map((line) => `${indent}${line}`).join("\n");
  const insert = (at: number, text: string): TextChange => ({ file: file.id, start: at, end: at, text });
  if (block > 0) {
    const inner = `${indentAt(file.text, startOf(tree, block))}\t`;
    return insert(startOf(tree, block) + 1, `\n${write(inner)}\n`);
  }
  const head = Math.max(moduleHead(place, N_POLICYMODULE), moduleHead(place, N_MODULE));
  return head < 0 ? insert(0, `${write("")}\n\n`) : insert(endOf(tree, head), `\n\n${write("")}`);
}

/** The module statement of this kind at the top of the file, or -1. */
function moduleHead({ tree }: Place, kind: number): number {
  for (let node = 1; node < (tree.end[0] as number); node = tree.end[node] as number)
    if (tree.kind[node] === kind) return node;
  return -1;
}
