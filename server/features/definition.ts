// textDocument/definition: from a name to where it is declared. A macro leads to its definition, a permission to
// its class's access vector, a template's `$1_t` to what it stands for; a name that a template declares leads to
// the declaring statement and to the call that made it.

import type { LocationLink } from "vscode-languageserver-types";
import type { Site } from "../compiler/face.ts";
import { declarationsOf, meaningsOf, type SymbolUse, symbolAt } from "./symbolAt.ts";
import { namedLocation, type Place, toRange, type View } from "./view.ts";

/** Where the symbol at a place is declared. */
export function definition(view: View, place: Place): LocationLink[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  const links: LocationLink[] = [];
  const known = new Set<string>();
  const origin = toRange(view, place.file, use.start, use.end);
  const add = (name: Site, whole: Site) => {
    const file = view.snapshot.file(name.file);
    if (file === undefined) return;
    const { uri, range, selectionRange } = namedLocation(view, file, whole, name);
    const key = `${uri} ${selectionRange.start.line}:${selectionRange.start.character}`;
    if (known.has(key)) return;
    known.add(key);
    links.push({
      originSelectionRange: origin,
      targetUri: uri,
      targetRange: range,
      targetSelectionRange: selectionRange,
    });
  };
  for (const declaration of declarationsOf(view.snapshot, use)) {
    const { file, start, end, declStart, declEnd } = declaration;
    add({ file, start, end }, { file, start: declStart, end: declEnd });
    for (const call of declaration.via ?? []) add(call, call);
  }
  addMacros(view, use, add);
  return links;
}

/** Macros are not always among the declarations of a slot: a permission set may be one. */
function addMacros(view: View, use: SymbolUse, add: (name: Site, whole: Site) => void): void {
  for (const name of meaningsOf(view.snapshot, use).slice(0, 20)) {
    const macro = view.snapshot.compiled.macro(name);
    if (macro === undefined) continue;
    const { file, start, end, nameStart, nameEnd } = macro;
    add({ file, start: nameStart, end: nameEnd }, { file, start, end });
  }
}
