// Completion of arguments: what the macro does with its parameter decides which kinds of names are offered, what its
// documentation says which come first. Macros with a syntax of their own have a table.

import { CompletionItemKind } from "vscode-languageserver-types";
import type { SymbolKind } from "../../compiler/face.ts";
import { expectedArgument } from "./expected.ts";
import { macroNames } from "./names.ts";
import { levelOffers, permissionOffers } from "./rules.ts";
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
    ["refpolicywarn", ["new"]],
    ["refpolicyerr", ["new"]],
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
  if (expected.isLevel) levelOffers(request);
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
  const { place, offers } = request;
  const word = (label: string, detail: string): void =>
    offers.add({ label, kind: CompletionItemKind.Keyword, what: "keyword", detail });
  if (what === "module") word(place.file.module, "this file's module");
  else if (what === "truth") for (const value of ["true", "false"]) word(value, "the default");
  else if (what === "option") optionOffers(request);
  else if (what !== "new") symbolOffers(request, [what]);
}

/** Build options: those that are set, and those that the reference policy asks for. */
function optionOffers({ view, offers }: Request): void {
  const { defines } = view.snapshot.compiled.options;
  for (const label of new Set([...defines.keys(), ...OPTIONS])) {
    const isSet = defines.has(label);
    const detail = isSet ? "a build option that is set" : "a build option that is not set";
    offers.add({ label, kind: CompletionItemKind.Keyword, what: "keyword", detail, fit: isSet ? 100 : 0 });
  }
}

const OPTIONS: readonly string[] = [
  "direct_sysadm_daemon",
  "distro_arch",
  "distro_debian",
  "distro_gentoo",
  "distro_redhat",
  "distro_suse",
  "enable_mcs",
  "enable_mls",
  "enable_ubac",
  "hide_broken_symptoms",
  "init_systemd",
];

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
