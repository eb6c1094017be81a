// Completion of arguments: what the macro does with its parameter decides which kinds of names are offered, what its
// documentation says which come first. Macros with a syntax of their own have a table.

import { CompletionItemKind } from "vscode-languageserver-types";
import type { SymbolKind } from "../../compiler/face.ts";
import { expectedArgument } from "./expected.ts";
import { macroNames } from "./names.ts";
import { permissionOffers } from "./rules.ts";
import { attributeFit, type Request, symbolOffers } from "./symbols.ts";

/** Arguments of macros that m4 or the reference policy's support files define. */
const BUILTIN: ReadonlyMap<string, readonly (SymbolKind | "module" | "option" | "truth" | "new")[]> = new Map(
  [
    ["policy_module", ["module", "new"]],
    ["gen_bool", ["bool", "truth"]],
    ["gen_tunable", ["tunable", "truth"]],
    ["gen_user", ["user", "new", "role", "new", "new"]],
    ["ifdef", ["option"]],
    ["ifndef", ["option"]],
  ],
);

const GENERAL: readonly SymbolKind[] = ["type", "alias", "attribute", "class", "role"];

/** Offers for the argument at the cursor. */
export function argumentOffers(request: Request): void {
  const { view, context } = request;
  const call = context.call ?? "";
  const builtin = BUILTIN.get(call)?.[context.argument];
  if (builtin !== undefined) {
    builtinOffers(request, builtin);
    return;
  }
  const expected = expectedArgument(view, call, context.argument);
  if (expected === undefined) {
    symbolOffers(request, GENERAL);
    return;
  }
  const kinds = new Set(expected.kinds);
  if (kinds.has("type")) kinds.add("alias");
  const fit = expected.attribute === undefined ? undefined : attributeFit(view, expected.attribute);
  const named = [...kinds].filter((kind) => NAMED.has(kind));
  if (named.length > 0) symbolOffers(request, named, fit);
  if (kinds.has("permission")) setOffers(request);
  if (expected.composes) prefixes(request);
}

const NAMED: ReadonlySet<SymbolKind> = new Set<SymbolKind>([
  "type",
  "alias",
  "attribute",
  "role",
  "attribute_role",
  "class",
  "bool",
  "tunable",
  "user",
  "sid",
  "sensitivity",
]);

function builtinOffers(request: Request, what: SymbolKind | "module" | "option" | "truth" | "new"): void {
  const { place, offers, view } = request;
  const word = (label: string, detail: string): void =>
    offers.add({ label, kind: CompletionItemKind.Keyword, what: "keyword", detail });
  if (what === "module") word(place.file.module, "this file's module");
  else if (what === "truth") for (const value of ["true", "false"]) word(value, "the default");
  else if (what === "option")
    for (const name of view.snapshot.compiled.options.defines.keys())
      word(name, "a build option that is set");
  else if (what !== "new") symbolOffers(request, [what]);
}

/** Permission macros and, where the call names a class before, its permissions. */
function setOffers(request: Request): void {
  const { view, offers, context } = request;
  if (context.classes.length > 0) {
    permissionOffers(request);
    return;
  }
  for (const { name, kind, lower } of macroNames(view))
    if (kind === "macro" && name.endsWith("_perms"))
      offers.add({
        label: name,
        lower,
        kind: CompletionItemKind.Constant,
        what: "macro",
        detail: "permissions",
      });
}

/** Beginnings of names: the module's, and those of its types. */
function prefixes({ place, offers }: Request): void {
  const { file } = place;
  const add = (label: string): void =>
    offers.add({ label, kind: CompletionItemKind.Text, what: "prefix", detail: "beginning of names" });
  if (file.module !== "") add(file.module);
  for (const [, stem] of file.text.matchAll(/^type ([a-z]\w*)_t\b/gm)) if (stem !== undefined) add(stem);
}
