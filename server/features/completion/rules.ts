// Offers in rules that depend on its other parts: classes by what rules about the target name, permissions and permission
// sets that all classes of the rule have; levels and names of files.

import { CompletionItemKind } from "vscode-languageserver-types";
import { permissionDoc } from "../../kernel/permissions.ts";
import { permissionsOf } from "../../policydb/policydb.ts";
import { classesUsed, FIT_RULE, fitAt, usedOf } from "./fit.ts";
import { macroNames } from "./names.ts";
import { fittingSets, membersOf } from "./permissionSets.ts";
import { type Request, symbolOffers } from "./symbols.ts";

/** Classes, those that rules about the target name first, then the frequent ones; and sets of classes. */
export function classOffers(request: Request): void {
  const { view, context, offers } = request;
  const { db } = view.snapshot.compiled;
  const targets = context.target.flatMap((name) => (name === "self" ? context.source : [name]));
  const counts = classesUsed(
    db,
    targets.map((name) => db.types.valueOf(name)),
  );
  const points = (name: string): number => {
    const count = counts[db.classes.valueOf(name)] ?? 0;
    return count >= 1e6 ? FIT_RULE : Math.min(200, Math.round(Math.log2(count + 1) * 12));
  };
  symbolOffers(request, ["class"], ({ name }) => points(name));
  for (const { name, kind } of macroNames(view))
    if (kind === "macro" && name.endsWith("_class_set"))
      offers.add({
        label: name,
        kind: CompletionItemKind.Constant,
        what: "macro",
        detail: () => membersOf(view.snapshot.compiled, name, 8).join(" "),
        fit: 100,
      });
}

/** The permissions that all classes of the statement have, and before them the permission sets that fit; what is used most first. */
export function permissionOffers(request: Request): void {
  const { view, place, offers, context } = request;
  const { compiled } = view.snapshot;
  const names = [...new Set(context.classes.flatMap((name) => membersOf(compiled, name, 8)))];
  const known = names.map((name) => compiled.db.classes.get(name)).filter((datum) => datum !== undefined);
  const tables = known.map((datum) => permissionsOf(datum));
  if (tables.length === 0) return;
  const has = (permission: string): boolean => tables.every((table) => table.has(permission));
  const isInSet = context.given.length > 0;
  const fit = fitAt(view, place);
  const used = (name: string): number => usedOf(fit, compiled.words.find(name));
  for (const { name, permissions: members } of fittingSets(view, names, has))
    offers.add({
      label: name,
      kind: CompletionItemKind.Constant,
      what: "macro",
      detail: members.join(" "),
      fit: (isInSet ? 0 : FIT_RULE) + used(name),
    });
  for (const permission of tables[0]?.keys() ?? []) {
    if (!has(permission)) continue;
    offers.add({
      label: permission,
      kind: CompletionItemKind.EnumMember,
      what: "permission",
      detail: () => permissionDoc(known[0]?.name ?? "", permission)?.summary ?? "permission",
      fit: 100 + used(permission),
    });
  }
}

/** File names of the policy's own transitions for these classes. */
export function fileNameOffers({ view, context, offers }: Request): void {
  const { db } = view.snapshot.compiled;
  const wanted = new Set(context.classes.map((name) => db.classes.valueOf(name)));
  for (const { name, tclass } of db.filenameTransitions)
    if (wanted.has(tclass))
      offers.add({
        label: `"${name}"`,
        lower: name.toLowerCase(),
        kind: CompletionItemKind.File,
        what: "name",
        detail: "a file's name",
      });
}

/** Levels as the kind of policy has them. */
export function levelOffers(request: Request): void {
  const { offers, view } = request;
  const kind = CompletionItemKind.Constant;
  offers.add({ label: "s0", kind, what: "keyword", detail: "the lowest level", fit: 100 });
  for (const name of macroNames(view))
    if (/^(?:mls|mcs)_(?:system|all)/.test(name.name))
      offers.add({ label: name.name, kind: CompletionItemKind.Constant, what: "macro", detail: "level" });
  symbolOffers(request, ["sensitivity"]);
}
