// textDocument/references: every place that names the symbol, in all files of the project; documentHighlight: the
// same in one file. Words are looked up in the files' indices, never searched for in text. A place counts when its
// slot allows the kind of symbol that was asked for, so a role and a type of one name are kept apart; a name that is
// passed to a macro counts like any other. A macro's `$1` is a name of that macro only.

import { type DocumentHighlight, DocumentHighlightKind, type Location } from "vscode-languageserver-types";
import type { Declaration, SymbolKind } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { sourcePlace } from "../workspace/sourcePlace.ts";
import { declarationsOf, meaningsOf, type SymbolUse, symbolAt, symbolOfToken } from "./symbolAt.ts";
import { definitionAround, tokensOf } from "./treeIndex.ts";
import { locationIn, type Place, toRange, type View } from "./view.ts";

/** One occurrence of a name. */
export interface Occurrence {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly declares: boolean;
}

/** Kinds that share one name space, so that a use of one may mean the other. */
const FAMILIES: readonly (readonly SymbolKind[])[] = [
  ["type", "attribute", "alias"],
  ["role", "attribute_role"],
  ["bool", "tunable"],
  ["interface", "template", "macro"],
];

/** All places that name the symbol at a place. */
export function references(view: View, place: Place, includeDeclaration: boolean): Location[] {
  const found = occurrences(view, place);
  return locationsOf(view, includeDeclaration ? found : found.filter((one) => !one.declares));
}

/** The places in the same file; declarations are writes. */
export function documentHighlight(view: View, place: Place): DocumentHighlight[] {
  const found = occurrences(view, place, [place.file]);
  const highlightOf = ({ file, start, end, declares }: Occurrence): DocumentHighlight => ({
    range: toRange(view, file, start, end),
    kind: declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  });
  if (!place.file.generated) return found.map(highlightOf);
  // The .in file that was asked about is one of two, and what one call made has one place.
  const { path } = sourcePlace(place.file, place.offset, place.offset);
  const here = found.filter(({ file, start, end }) => sourcePlace(file, start, end).path === path);
  return unique(here.map(highlightOf), ({ range }) => JSON.stringify(range));
}

/** Occurrences as locations, each once. */
export function locationsOf(view: View, found: readonly Occurrence[]): Location[] {
  const written: Location[] = [];
  const generated: Location[] = [];
  let last: SourceFile | undefined;
  let uri = "";
  for (const { file, start, end } of found) {
    if (file.generated) {
      generated.push(locationIn(view, file, start, end));
      continue;
    }
    if (file !== last) uri = view.uriOf(file.path);
    last = file;
    written.push({ uri, range: toRange(view, file, start, end) });
  }
  if (generated.length === 0) return written;
  return [...written, ...unique(generated, (location) => JSON.stringify(location))];
}

function unique<T>(list: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(list.map((one) => [key(one), one])).values()];
}

/** The occurrences of the symbol at a place, file by file; in some files only when these are given. */
export function occurrences(view: View, place: Place, files?: readonly SourceFile[]): Occurrence[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  if (/^\$[\d*@]+$/.test(use.name)) return parameterUses(view, use);
  const { words } = view.snapshot.compiled;
  const declarations = declarationsOf(view.snapshot, use);
  const family = familyOf(use, declarations);
  const ids = new Set<number>();
  for (const name of meaningsOf(view.snapshot, use)) {
    const id = words.find(name);
    if (id > 0) ids.add(id);
  }
  const found: Occurrence[] = use.name.includes("$") ? [...parameterUses(view, use)] : [];
  for (const file of files ?? view.snapshot.files()) collect(file, ids, family, found);
  return withDeclarations(view, found, declarations, files);
}

/** Names made of a parameter are their macro's own: `$1_t` elsewhere is another thing. */
function parameterUses(view: View, use: SymbolUse): Occurrence[] {
  const { file } = use;
  const { tree } = file;
  const definition = definitionAround(tree, use.node);
  if (definition < 0) return [];
  const found: Occurrence[] = [];
  for (const token of tokensOf(tree, view.snapshot.compiled.words.find(use.name))) {
    if (token < (tree.first[definition] as number) || token >= (tree.last[definition] as number)) continue;
    const other = symbolOfToken(file, token);
    if (other !== undefined)
      found.push({ file, start: other.start, end: other.end, declares: other.slot.declares });
  }
  return found;
}

/** The kinds that the symbol may be: what it is declared as, else what its place allows; empty means any. */
export function familyOf(use: SymbolUse, declarations: readonly Declaration[]): ReadonlySet<SymbolKind> {
  const declared = declarations.map((declaration) => declaration.kind);
  const kinds = new Set<SymbolKind>(declared.length > 0 ? declared : use.slot.kinds);
  for (const family of FAMILIES)
    if (family.some((kind) => kinds.has(kind))) for (const kind of family) kinds.add(kind);
  return kinds;
}

function collect(
  file: SourceFile,
  ids: ReadonlySet<number>,
  family: ReadonlySet<SymbolKind>,
  found: Occurrence[],
): void {
  for (const id of ids)
    for (const token of tokensOf(file.tree, id)) {
      const use = symbolOfToken(file, token);
      if (use === undefined) continue;
      const { kinds, declares } = use.slot;
      if (kinds.length > 0 && family.size > 0 && !kinds.some((kind) => family.has(kind))) continue;
      found.push({ file, start: use.start, end: use.end, declares });
    }
}

/** Adds declarations that spell the name otherwise: `foo` of `some_template(foo)` declares `foo_t`. */
function withDeclarations(
  view: View,
  found: Occurrence[],
  declarations: readonly Declaration[],
  files: readonly SourceFile[] | undefined,
): Occurrence[] {
  for (const declaration of declarations) {
    if (declaration.via === undefined) continue;
    const file = view.snapshot.file(declaration.file);
    if (file === undefined || files?.some((one) => one.id === file.id) === false) continue;
    const { start, end } = declaration;
    if (found.some((other) => other.file.id === file.id && other.start === start)) continue;
    found.push({ file, start, end, declares: true });
  }
  return found;
}
