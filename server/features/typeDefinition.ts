// textDocument/typeDefinition: what a thing is an instance of. A type's attributes (and the type behind an alias, and
// the type that bounds it), the class of a permission, the common that a class inherits. For a macro's `$1` those of
// all types that it stands for.

import type { LocationLink } from "vscode-languageserver-types";
import type { SymbolKind } from "../compiler/face.ts";
import { permissionValue } from "../policydb/policydb.ts";
import { linksTo, type NamedSymbol } from "./links.ts";
import { meaningsOf, permissionClasses, symbolAt } from "./symbolAt.ts";
import type { Place, View } from "./view.ts";

/** The declarations of what the symbol at a place belongs to. */
export function typeDefinition(view: View, place: Place): LocationLink[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  const classes = permissionClasses(view.snapshot, use);
  const { db } = view.snapshot.compiled;
  const owners = (classes ?? []).filter((name) => {
    const datum = db.classes.get(name);
    return datum !== undefined && permissionValue(datum, use.name) > 0;
  });
  if (owners.length > 0) return linksTo(view, use, named(owners, ["class"]));
  const kinds = new Set<SymbolKind>(use.slot.kinds);
  const any = kinds.size === 0;
  const above = new Set<string>();
  const found: NamedSymbol[] = [];
  for (const name of meaningsOf(view.snapshot, use)) {
    if (any || kinds.has("type") || kinds.has("alias"))
      for (const one of attributesOf(view, name)) {
        if (above.has(one)) continue;
        above.add(one);
        found.push({ name: one, kinds: ["attribute", "type"] });
      }
    const common = kinds.has("class") ? db.classes.get(name)?.common?.name : undefined;
    if (common !== undefined) found.push({ name: common, kinds: ["common"] });
  }
  return linksTo(view, use, found);
}

function named(names: readonly string[], kinds: readonly SymbolKind[]): NamedSymbol[] {
  return names.map((name) => ({ name, kinds }));
}

/** Attributes of a type, the type itself for an alias, and its bounding type. */
function attributesOf(view: View, name: string): string[] {
  const { db } = view.snapshot.compiled;
  const datum = db.types.get(name);
  if (datum === undefined || datum.isAttribute) return [];
  const names = datum.name === name ? [] : [datum.name];
  db.typeAttrMap[datum.value]?.forEach((bit) => {
    const attribute = db.types.at(bit + 1);
    if (attribute?.isAttribute === true) names.push(attribute.name);
  });
  const bounds = db.types.nameOf(datum.bounds ?? 0);
  return bounds === undefined ? names : [...names, bounds];
}
