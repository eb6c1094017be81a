// Links from a use to named symbols' declarations, for the requests that lead somewhere else than the declaration of
// the name under the cursor.

import type { LocationLink } from "vscode-languageserver-types";
import type { SymbolKind } from "../compiler/face.ts";
import type { SymbolUse } from "./symbolAt.ts";
import { namedLocation, toRange, type View } from "./view.ts";

/** A symbol by name and by what it may be. */
export interface NamedSymbol {
  readonly name: string;
  readonly kinds: readonly SymbolKind[];
}

/** More targets than this are a list that nobody reads. */
const MOST_LINKS = 2000;

/** Links to the declarations of symbols, each once, those that count first. */
export function linksTo(view: View, use: SymbolUse, symbols: readonly NamedSymbol[]): LocationLink[] {
  const originSelectionRange = toRange(view, use.file, use.start, use.end);
  const links: LocationLink[] = [];
  const seen = new Set<string>();
  for (const { name, kinds } of symbols)
    for (const found of view.snapshot.compiled.declarations(name)) {
      if (links.length >= MOST_LINKS) return links;
      if (!kinds.includes(found.kind) || seen.has(`${found.file}:${found.start}`)) continue;
      seen.add(`${found.file}:${found.start}`);
      const file = view.snapshot.file(found.file);
      if (file === undefined) continue;
      const whole = { start: found.declStart, end: found.declEnd };
      const { uri, range, selectionRange } = namedLocation(view, file, whole, found);
      links.push({
        originSelectionRange,
        targetUri: uri,
        targetRange: range,
        targetSelectionRange: selectionRange,
      });
    }
  return links;
}
