// textDocument/completion: what may stand at the cursor, by its place in the statement. Lists are cut to the best
// matches of what is typed so far and marked incomplete, because a policy has nine thousand interfaces and editors
// ask again with every letter. Documentation of an item comes with completionItem/resolve.

import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
} from "vscode-languageserver-types";
import type { SymbolKind } from "../compiler/face.ts";
import { permissionDoc } from "../kernel/permissions.ts";
import { permissionsOf } from "../policydb/policydb.ts";
import { completionContext } from "./context.ts";
import { docOf, macroText, parameterNames } from "./hover/call.ts";
import { classText, typeText } from "./hover/symbols.ts";
import { keywordsFor, REQUIRE_KEYWORDS } from "./keywords.ts";
import type { Place, View } from "./view.ts";

/** Items in one answer. */
const MOST_ITEMS = 300;

/** What resolve needs to find an item again. */
interface ItemData {
  readonly path: string;
  readonly what: string;
}

/** What may be typed at a place. `snippets`: the client understands placeholders. */
export function completion(view: View, place: Place, snippets: boolean): CompletionList {
  const context = completionContext(place.file.text, place.offset);
  const sink = new Sink(context.prefix, place.file.path);
  switch (context.slot) {
    case "statement":
      keywords(place, sink, snippets);
      interfaces(view, sink, snippets);
      break;
    case "types":
      symbols(view, sink, ["type", "alias"], CompletionItemKind.Class, "type");
      symbols(view, sink, ["attribute"], CompletionItemKind.Interface, "attribute");
      sink.add("self", CompletionItemKind.Keyword, "the source itself");
      break;
    case "attributes":
      symbols(view, sink, ["attribute"], CompletionItemKind.Interface, "attribute");
      break;
    case "classes":
      symbols(view, sink, ["class"], CompletionItemKind.Enum, "class");
      macros(view, sink, /_class_set$/);
      break;
    case "permissions":
      permissions(view, sink, context.classes);
      break;
    case "roles":
      symbols(view, sink, ["role", "attribute_role"], CompletionItemKind.Value, "role");
      break;
    case "booleans":
      symbols(view, sink, ["bool", "tunable"], CompletionItemKind.Variable, "boolean");
      break;
    case "users":
      symbols(view, sink, ["user"], CompletionItemKind.Value, "user");
      break;
    case "require":
      for (const keyword of REQUIRE_KEYWORDS)
        sink.add(keyword, CompletionItemKind.Keyword, "declared elsewhere");
      break;
    case "xperm-kind":
      for (const kind of ["ioctl", "nlmsg"])
        sink.add(kind, CompletionItemKind.Keyword, "extended permission");
      break;
    case "arguments":
      symbols(view, sink, ["type", "alias"], CompletionItemKind.Class, "type");
      symbols(view, sink, ["attribute"], CompletionItemKind.Interface, "attribute");
      symbols(view, sink, ["class"], CompletionItemKind.Enum, "class");
      symbols(view, sink, ["role"], CompletionItemKind.Value, "role");
      break;
    default:
  }
  return sink.list();
}

/** The documentation of an item. */
export function resolveCompletion(view: View, item: CompletionItem): CompletionItem {
  const data = item.data as ItemData | undefined;
  if (data === undefined) return item;
  const macro = view.snapshot.compiled.macro(item.label);
  const value =
    data.what === "macro" && macro !== undefined
      ? macroText(view, macro)
      : data.what === "class"
        ? classText(view, item.label)
        : typeText(view, item.label);
  return value === undefined ? item : { ...item, documentation: { kind: "markdown", value } };
}

/** The project file in which a completion was asked for. */
export function completionPath(item: CompletionItem): string | undefined {
  return (item.data as ItemData | undefined)?.path;
}

/** Collects the items that match what is typed: those that start with it before those that hold it. */
class Sink {
  private readonly first: CompletionItem[] = [];
  private readonly second: CompletionItem[] = [];
  private readonly seen = new Set<string>();
  private readonly prefix: string;
  private readonly path: string;
  private cut = false;

  constructor(prefix: string, path: string) {
    this.prefix = prefix.toLowerCase();
    this.path = path;
  }

  add(
    label: string,
    kind: CompletionItemKind,
    detail: string,
    extra?: Partial<CompletionItem>,
    what = "type",
  ): void {
    const rank = this.rankOf(label);
    if (rank === 0 || this.seen.has(label)) return;
    const into = rank === 2 ? this.first : this.second;
    if (into.length >= MOST_ITEMS) {
      this.cut = true;
      return;
    }
    this.seen.add(label);
    const data: ItemData = { path: this.path, what };
    into.push({ label, kind, detail, sortText: `${rank === 2 ? 0 : 1}${label}`, data, ...extra });
  }

  /** False for what would not be taken anyway: its documentation need not be read. */
  wants(label: string): boolean {
    const rank = this.rankOf(label);
    if (rank === 0) return false;
    const full = (rank === 2 ? this.first : this.second).length >= MOST_ITEMS;
    if (full) this.cut = true;
    return !full;
  }

  /** 2 starts with it, 1 holds it, 0 neither. */
  rankOf(label: string): number {
    if (this.prefix === "") return 2;
    const at = label.toLowerCase().indexOf(this.prefix);
    return at === 0 ? 2 : at > 0 ? 1 : 0;
  }

  list(): CompletionList {
    const items = [...this.first, ...this.second].slice(0, MOST_ITEMS);
    return { isIncomplete: this.cut || items.length < this.first.length + this.second.length, items };
  }
}

function keywords(place: Place, sink: Sink, snippets: boolean): void {
  for (const { label, snippet, detail } of keywordsFor(place.file.role)) {
    const extra = snippets ? { insertText: snippet, insertTextFormat: InsertTextFormat.Snippet } : {};
    sink.add(label, CompletionItemKind.Keyword, detail, extra, "keyword");
  }
}

function symbols(
  view: View,
  sink: Sink,
  kinds: readonly SymbolKind[],
  kind: CompletionItemKind,
  detail: string,
): void {
  for (const declaration of view.snapshot.compiled.symbols(kinds))
    if (declaration.active) sink.add(declaration.name, kind, detail, undefined, detail);
}

/** Interfaces and templates, with their summaries and the parameters to fill in. */
function interfaces(view: View, sink: Sink, snippets: boolean): void {
  for (const macro of view.snapshot.compiled.macros()) {
    if (macro.kind === "macro" && !/_(pattern|perms)$/.test(macro.name)) continue;
    if (!sink.wants(macro.name)) continue;
    const doc = docOf(view, macro);
    const names = parameterNames(macro, doc);
    const placeholders = names.map((name, i) => `\${${i + 1}:${name.replace(/[$}\\]/g, "")}}`).join(", ");
    const extra = snippets
      ? { insertText: `${macro.name}(${placeholders})`, insertTextFormat: InsertTextFormat.Snippet }
      : {};
    const kind = macro.kind === "macro" ? CompletionItemKind.Constant : CompletionItemKind.Function;
    const labelDetails = { detail: `(${names.join(", ")})` };
    sink.add(macro.name, kind, doc?.summary || macro.kind, { ...extra, labelDetails }, "macro");
  }
}

function macros(view: View, sink: Sink, pattern: RegExp): void {
  for (const macro of view.snapshot.compiled.macros())
    if (macro.kind === "macro" && pattern.test(macro.name))
      sink.add(
        macro.name,
        CompletionItemKind.Constant,
        macro.body.replace(/\s+/g, " ").slice(0, 120),
        undefined,
        "macro",
      );
}

/** The permissions that all classes of the statement have, and the permission sets that fit one of them. */
function permissions(view: View, sink: Sink, names: readonly string[]): void {
  const { db } = view.snapshot.compiled;
  const classes = names.flatMap((name) => {
    const macro = view.snapshot.compiled.macro(name);
    return macro === undefined ? [name] : (macro.body.match(/\w+/g) ?? []);
  });
  const known = classes.map((name) => db.classes.get(name)).filter((datum) => datum !== undefined);
  const tables = known.map((datum) => permissionsOf(datum));
  for (const permission of tables[0]?.keys() ?? []) {
    if (!tables.every((table) => table.has(permission))) continue;
    const summary = permissionDoc(known[0]?.name ?? "", permission)?.summary ?? "permission";
    sink.add(permission, CompletionItemKind.EnumMember, summary, undefined, "permission");
  }
  const stems = classes.map((name) => name.replace(/_socket$/, ""));
  for (const macro of view.snapshot.compiled.macros())
    if (
      macro.kind === "macro" &&
      macro.name.endsWith("_perms") &&
      stems.some((stem) => macro.name.includes(stem))
    )
      sink.add(
        macro.name,
        CompletionItemKind.Constant,
        macro.body.replace(/\s+/g, " ").slice(0, 120),
        undefined,
        "macro",
      );
}
