// Completion in policy test files: keywords with the shape of an assertion, and the policy's own names. Names come from
// the policy's tables, so that only what counts in the build is offered.

import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
} from "vscode-languageserver-types";
import { permissionDoc } from "../../kernel/permissions.ts";
import { type ClassDatum, type PolicyDb, permissionsOf } from "../../policydb/policydb.ts";
import type { View } from "../view.ts";
import { testSlot } from "./slot.ts";

/** Items in one answer. */
const MOST_ITEMS = 300;

const KEYWORDS: readonly (readonly [string, string, string])[] = [
  ["allow", "allow ${1:source} ${2:target}:${3:class} ${4:permissions};", "every source may do all of it"],
  ["deny", "deny ${1:source} ${2:target}:${3:class} ${4:permissions};", "no source may do any of it"],
  ["label", "label ${1:/path} ${2:type};", "the label of a path"],
  ["transition", "transition ${1:source} ${2:executable} -> ${3:domain};", "executing leads there"],
  ["reach", "reach ${1:role} ${2:domain};", "a role can get into a domain"],
  ["noreach", "noreach ${1:role} ${2:domain};", "a role cannot get into a domain"],
  ["test", 'test "${1:name}" {\n\t$0\n}', "assertions under a name"],
  ["with", "with ${1:boolean}=${2:true} {\n\t$0\n}", "assertions with booleans set"],
];

/** What may be typed at an offset. `snippets`: the client understands placeholders. */
export function testCompletion(view: View, text: string, offset: number, snippets: boolean): CompletionList {
  const { db } = view.snapshot.compiled;
  const { slot, prefix, classes } = testSlot(text, offset);
  const typed = prefix.toLowerCase();
  const items: CompletionItem[] = [];
  let isCut = false;
  const add = (label: string, kind: CompletionItemKind, detail: string, more?: Partial<CompletionItem>) => {
    const at = label.toLowerCase().indexOf(typed);
    if (at < 0) return;
    if (items.length >= MOST_ITEMS) isCut = true;
    else items.push({ label, kind, detail, sortText: `${at === 0 ? 0 : 1}${label}`, ...more });
  };
  if (slot === "statement")
    for (const [label, insertText, detail] of KEYWORDS)
      add(
        label,
        CompletionItemKind.Keyword,
        detail,
        snippets ? { insertText, insertTextFormat: InsertTextFormat.Snippet } : {},
      );
  if (slot === "target") add("self", CompletionItemKind.Keyword, "the source itself");
  if (slot === "types" || slot === "target")
    for (const { name, isAttribute } of db.types)
      add(
        name,
        isAttribute ? CompletionItemKind.Interface : CompletionItemKind.Class,
        isAttribute ? "attribute" : "type",
      );
  if (slot === "classes") for (const { name } of db.classes) add(name, CompletionItemKind.Enum, "class");
  if (slot === "permissions")
    for (const [name, detail] of permissions(db, classes)) add(name, CompletionItemKind.EnumMember, detail);
  if (slot === "roles")
    for (const { name, isAttribute } of db.roles)
      if (isAttribute !== true) add(name, CompletionItemKind.Value, "role");
  if (slot === "booleans")
    for (const { name, state } of db.bools)
      add(name, CompletionItemKind.Variable, `boolean, ${state} by default`);
  if (slot === "truth")
    for (const value of ["true", "false"]) add(value, CompletionItemKind.Constant, "of the boolean");
  if (slot === "with") add("with", CompletionItemKind.Keyword, "set booleans");
  return { isIncomplete: isCut, items };
}

/** Permissions that all the classes have, with what they allow. */
function permissions(db: PolicyDb, names: readonly string[]): [string, string][] {
  const classes = names
    .map((name) => db.classes.get(name))
    .filter((datum): datum is ClassDatum => datum !== undefined);
  const [first, ...others] = classes;
  if (first === undefined) return [];
  return [...permissionsOf(first).keys()]
    .filter((name) => others.every((other) => permissionsOf(other).has(name)))
    .map((name) => [name, permissionDoc(first.name, name)?.summary ?? "permission"]);
}
