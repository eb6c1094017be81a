// textDocument/references: every place that names the symbol, in all files of the project. One scan over the words
// of all trees; a place counts when its slot allows the kind of symbol that was asked for, so a role and a type of
// one name are kept apart.

import type { Location } from "vscode-languageserver-types";
import { N_CALL, N_MINUS, N_NAME } from "../../grammar/syntax/kinds.ts";
import { startOf } from "../../grammar/syntax/tree.ts";
import type { SymbolKind } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { declarationsOf, meaningsOf, type SymbolUse, symbolAt } from "./symbolAt.ts";
import { type Place, toLocation, type View } from "./view.ts";

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
  const locations: Location[] = [];
  for (const found of occurrences(view, place)) {
    if (found.declares && !includeDeclaration) continue;
    const location = toLocation(view, { file: found.file.id, start: found.start, end: found.end });
    if (location !== undefined) locations.push(location);
  }
  return locations;
}

/** The occurrences of the symbol at a place, file by file. */
export function occurrences(view: View, place: Place): Occurrence[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  const { words } = view.snapshot.compiled;
  const ids = new Set(
    meaningsOf(view.snapshot, use)
      .map((name) => words.find(name))
      .filter((id) => id > 0),
  );
  const own = words.find(use.name);
  if (own > 0) ids.add(own);
  const family = familyOf(view, use);
  const found: Occurrence[] = [];
  for (const file of view.snapshot.files()) collect(file, ids, family, found);
  return found;
}

/** The kinds that the symbol may be: what it is declared as, else what its place allows; empty means any. */
function familyOf(view: View, use: SymbolUse): ReadonlySet<SymbolKind> {
  const declared = declarationsOf(view.snapshot, use).map((declaration) => declaration.kind);
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
  const { tree } = file;
  for (let node = 0; node < tree.count; node++) {
    const kind = tree.kind[node];
    if ((kind !== N_NAME && kind !== N_MINUS && kind !== N_CALL) || !ids.has(tree.data[node] as number))
      continue;
    const offset = kind === N_MINUS ? nameOffset(file, node) : startOf(tree, node);
    const use = symbolAt(file, offset);
    if (use === undefined) continue;
    const { kinds, declares } = use.slot;
    if (kinds.length > 0 && family.size > 0 && !kinds.some((k) => family.has(k))) continue;
    found.push({ file, start: use.start, end: use.end, declares });
  }
}

/** Past the `-` of an exclusion. */
function nameOffset(file: SourceFile, node: number): number {
  let offset = startOf(file.tree, node);
  while (/[-\s]/.test(file.text[offset] ?? "")) offset++;
  return offset;
}
