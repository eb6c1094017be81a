// typeHierarchy: attributes above their types, a bounding type above those that it bounds, commons above the classes
// that inherit them. An item's data say its kind, because a class and a type may share a name.

import { SymbolKind, type TypeHierarchyItem } from "vscode-languageserver-types";
import type { SymbolKind as PolicyKind } from "../../compiler/face.ts";
import { declarationsOf, meaningsOf, symbolAt } from "../symbolAt.ts";
import { namedLocation, type Place, type View } from "../view.ts";

type Kind = "type" | "attribute" | "class" | "common";

const ICONS: Readonly<Record<Kind, SymbolKind>> = {
  type: SymbolKind.Class,
  attribute: SymbolKind.Interface,
  class: SymbolKind.Enum,
  common: SymbolKind.Enum,
};

/** More items than this no editor shows well; `domain` has some hundreds of types. */
const MOST_ITEMS = 3000;

/** The type, attribute, class or common at a place; a macro's parameter is all types that it stands for. */
export function prepareTypeHierarchy(view: View, place: Place): TypeHierarchyItem[] {
  const use = symbolAt(place.file, place.offset);
  if (use === undefined) return [];
  const { db } = view.snapshot.compiled;
  const declared = new Set<PolicyKind>(declarationsOf(view.snapshot, use).map(({ kind }) => kind));
  return meaningsOf(view.snapshot, use).flatMap((name) => {
    const datum = db.types.get(name);
    const isType = declared.has("type") || declared.has("attribute") || declared.has("alias");
    if (datum !== undefined && isType)
      return itemOf(view, datum.name, datum.isAttribute ? "attribute" : "type");
    if (declared.has("class")) return itemOf(view, name, "class");
    return declared.has("common") ? itemOf(view, name, "common") : [];
  });
}

/** What stands above an item. */
export function supertypes(view: View, item: TypeHierarchyItem): TypeHierarchyItem[] {
  const { db } = view.snapshot.compiled;
  const kind = kindOf(item);
  if (kind === "class") {
    const common = db.classes.get(item.name)?.common?.name;
    return common === undefined ? [] : itemOf(view, common, "common");
  }
  const datum = kind === "type" ? db.types.get(item.name) : undefined;
  if (datum === undefined || datum.isAttribute) return [];
  const found: TypeHierarchyItem[] = [];
  db.typeAttrMap[datum.value]?.forEach((bit) => {
    const other = db.types.at(bit + 1);
    if (other?.isAttribute === true) found.push(...itemOf(view, other.name, "attribute"));
  });
  const bounds = db.types.nameOf(datum.bounds);
  if (bounds !== undefined) found.push(...itemOf(view, bounds, "type"));
  return found;
}

/** What stands below an item. */
export function subtypes(view: View, item: TypeHierarchyItem): TypeHierarchyItem[] {
  const { db } = view.snapshot.compiled;
  const kind = kindOf(item);
  if (kind === "common")
    return [...db.classes]
      .filter((one) => one.common?.name === item.name)
      .flatMap((one) => itemOf(view, one.name, "class"));
  const datum = kind === "class" ? undefined : db.types.get(item.name);
  if (datum === undefined) return [];
  const found: TypeHierarchyItem[] = [];
  if (datum.isAttribute)
    db.attrTypeMap[datum.value]?.forEach((bit) => {
      const name = bit + 1 === datum.value ? undefined : db.types.nameOf(bit + 1);
      if (name !== undefined && found.length < MOST_ITEMS) found.push(...itemOf(view, name, "type"));
    });
  else
    for (const one of db.types)
      if (one.bounds === datum.value && !one.isAttribute) found.push(...itemOf(view, one.name, "type"));
  return found;
}

function kindOf(item: TypeHierarchyItem): Kind {
  const kind = (item.data as { readonly kind?: unknown } | null | undefined)?.kind;
  return kind === "attribute" || kind === "class" || kind === "common" ? kind : "type";
}

/** A symbol at its declaration; nothing when it is declared nowhere that an editor can open. */
function itemOf(view: View, name: string, kind: Kind): TypeHierarchyItem[] {
  for (const found of view.snapshot.compiled.declarations(name)) {
    if (found.kind !== kind) continue;
    const file = view.snapshot.file(found.file);
    if (file === undefined) continue;
    return [
      {
        name,
        kind: ICONS[kind],
        detail: file.module === "" ? kind : `${kind} of ${file.module}`,
        ...namedLocation(view, file, { start: found.declStart, end: found.declEnd }, found),
        data: { path: file.path, kind },
      },
    ];
  }
  return [];
}
