// Offers of declared names: types, attributes, roles, booleans … by kind, with points for the place. Names come from the
// policy's own tables, so only what counts in the build is offered.

import { CompletionItemKind } from "vscode-languageserver-types";
import type { SymbolKind } from "../../compiler/face.ts";
import type { Place, View } from "../view.ts";
import type { CompletionContext } from "./context.ts";
import { FIT_EXPECTED, FIT_RULE, type Fit, fitAt, fitOf, targetsUsed } from "./fit.ts";
import { type Name, symbolNames } from "./names.ts";
import type { Offers } from "./offers.ts";

/** One request. */
export interface Request {
  readonly view: View;
  readonly place: Place;
  readonly context: CompletionContext;
  readonly offers: Offers;
  readonly snippets: boolean;
}

const ICONS: ReadonlyMap<SymbolKind, CompletionItemKind> = new Map<SymbolKind, CompletionItemKind>([
  ["type", CompletionItemKind.Class],
  ["alias", CompletionItemKind.Class],
  ["attribute", CompletionItemKind.Interface],
  ["class", CompletionItemKind.Enum],
  ["bool", CompletionItemKind.Variable],
  ["tunable", CompletionItemKind.Variable],
  ["sensitivity", CompletionItemKind.Constant],
  ["category", CompletionItemKind.Constant],
]);

/** Names of some kinds, with points for the place, the module and the words around. */
export function symbolOffers(
  { view, place, offers }: Request,
  kinds: readonly SymbolKind[],
  likely: (name: Name) => number = () => 0,
): void {
  let fit: Fit | undefined;
  for (const name of symbolNames(view, kinds)) {
    const match = offers.match(name.lower);
    if (match === 0) continue;
    fit ??= fitAt(view, place);
    const offer = {
      label: name.name,
      lower: name.lower,
      kind: ICONS.get(name.kind) ?? CompletionItemKind.Value,
      what: name.kind,
      detail: () => detailOf(view, name),
      fit: likely(name) + fitOf(view, place, fit, name),
    };
    offers.add(offer, match);
  }
}

function detailOf(view: View, { kind, file }: Name): string {
  const module = view.snapshot.file(file)?.module ?? "";
  const what = kind.replace("_", " ").replace(/^bool$/, "boolean");
  return module === "" ? what : `${what} of ${module}`;
}

/** Points for types that have an attribute. */
export function attributeFit(view: View, attribute: string): (name: Name) => number {
  const { types, attrTypeMap } = view.snapshot.compiled.db;
  const members = attrTypeMap[types.valueOf(attribute)];
  if (members === undefined) return () => 0;
  return ({ name, kind }) => {
    const value = types.valueOf(name);
    return kind !== "attribute" && value > 0 && members.has(value - 1) ? FIT_EXPECTED : 0;
  };
}

/** Points for types that the source, or the class behind the cursor, has in rules. */
export function targetFit({ view, place, context }: Request): (name: Name) => number {
  const { db } = view.snapshot.compiled;
  const behind = /^[\w.$]*\s*:\s*(\w+)/.exec(place.file.text.slice(place.offset, place.offset + 200))?.[1];
  const used = targetsUsed(
    db,
    db.types.valueOf(context.source[0] ?? ""),
    behind === undefined ? 0 : db.classes.valueOf(behind),
  );
  return ({ name }) => (used[db.types.valueOf(name)] === 1 ? FIT_RULE : 0);
}
