// textDocument/completion: what may stand at the cursor, by its place in the statement (completion/context.ts), the best
// first (completion/fit.ts, offers.ts). Documentation, and the require that a name of another module needs, come with
// completionItem/resolve.

import type { CompletionItem, CompletionList } from "vscode-languageserver-types";
import { sourcePlace } from "../workspace/sourcePlace.ts";
import { type CompletionContext, completionContext, fileContextAt, prefixAt } from "./completion/context.ts";
import { type ItemData, Offers } from "./completion/offers.ts";
import { requireEdits } from "./completion/require.ts";
import { addOffers } from "./completion/slots.ts";
import { macroText } from "./hover/call.ts";
import { booleanText, classText, permissionText, roleText, typeText, userText } from "./hover/symbols.ts";
import { type Place, toRange, type View } from "./view.ts";

/** What may be typed at a place. `snippets`: the client understands placeholders; `resolves`: it asks for edits later. */
export function completion(view: View, place: Place, snippets: boolean, resolves = true): CompletionList {
  const context = contextAt(place);
  const { file, offset } = place;
  const at = offset - context.prefix.length;
  const offers = new Offers(context.prefix, [...context.given, ...ownName(view, place)]);
  addOffers({ view, place, context, offers, snippets });
  const list = offers.list(file.path, at, toRange(view, file, at, offset), context.classes);
  if (resolves) return list;
  const items = list.items.map((item) => ({
    ...item,
    ...requireEdits(view, item.label, item.data as ItemData),
  }));
  return { ...list, items };
}

/** The name at the cursor, when nothing but this place declares it: half a declaration is no name to offer. */
function ownName({ snapshot }: View, { file, offset }: Place): readonly string[] {
  const { text } = file;
  const start = offset - prefixAt(text, offset).length;
  const name = text.slice(start, offset) + (/^[\w.$]*/.exec(text.slice(offset, offset + 200))?.[0] ?? "");
  const declared = name === "" ? [] : snapshot.compiled.declarations(name);
  const isHere = declared.every((one) => {
    const other = snapshot.file(one.file);
    const at = other === undefined ? undefined : sourcePlace(other, one.start, one.end);
    return at?.path === file.path && at.start === start;
  });
  return declared.length > 0 && isHere ? [name] : [];
}

function contextAt({ file, offset }: Place): CompletionContext {
  return file.role === "fc" ? fileContextAt(file.text, offset) : completionContext(file.text, offset);
}

/** The documentation of an item, and the edits that come with it. */
export function resolveCompletion(view: View, item: CompletionItem): CompletionItem {
  const data = item.data as ItemData | undefined;
  if (data === undefined) return item;
  const value = documentationOf(view, item.label, data);
  const edits = item.additionalTextEdits === undefined ? requireEdits(view, item.label, data) : {};
  if (value === undefined) return { ...item, ...edits };
  return { ...item, ...edits, documentation: { kind: "markdown", value } };
}

function documentationOf(view: View, label: string, { what, classes }: ItemData): string | undefined {
  switch (what) {
    case "interface":
    case "template":
    case "macro": {
      const macro = view.snapshot.compiled.macro(label);
      return macro === undefined ? undefined : macroText(view, macro);
    }
    case "class":
      return classText(view, label);
    case "permission":
      return permissionText(view, label, classes ?? []);
    case "role":
    case "attribute_role":
      return roleText(view, label);
    case "user":
      return userText(view, label);
    case "bool":
    case "tunable":
      return booleanText(view, label);
    case "type":
    case "alias":
    case "attribute":
      return typeText(view, label);
    default:
      return undefined;
  }
}

/** The project file in which a completion was asked for. */
export function completionPath(item: CompletionItem): string | undefined {
  return (item.data as ItemData | undefined)?.path;
}
