// Whose a name is: the module whose source declares it, and what kind of name it is in a require. Names that several
// modules declare, or none, belong to nobody.

import type { SymbolKind } from "../../compiler/face.ts";
import type { SourceFile, View } from "./selection.ts";

/** What names in rules can be, and how they are required. */
const KEYWORDS: ReadonlyMap<SymbolKind, string> = new Map([
  ["type", "type"],
  ["alias", "type"],
  ["attribute", "attribute"],
  ["role", "role"],
  ["attribute_role", "attribute_role"],
]);

export interface Owned {
  readonly name: string;
  /** how it is required */
  readonly keyword: string;
  /** the source that declares it */
  readonly home: SourceFile;
}

/** The owner of a name; undefined where there is not exactly one. */
export function ownerOf(view: View, name: string): Owned | undefined {
  const { snapshot } = view;
  const found = snapshot.compiled.declarations(name).filter(({ kind }) => KEYWORDS.has(kind));
  const active = found.filter((one) => one.active);
  const [first, ...others] = active.length > 0 ? active : found;
  const home = first === undefined ? undefined : snapshot.file(first.file);
  const keyword = first === undefined ? undefined : KEYWORDS.get(first.kind);
  if (home === undefined || keyword === undefined || home.role !== "te") return undefined;
  if (others.some(({ file, kind }) => file !== home.id || KEYWORDS.get(kind) !== keyword)) return undefined;
  return { name, keyword, home };
}
