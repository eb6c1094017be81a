// textDocument/hover: what the word under the cursor is and what it does. A name gets the text of its kind; the
// rest of a rule gets the access vector; the rest of a call gets its expansion. This file only decides which.

import type { Hover } from "vscode-languageserver-types";
import { pathTo } from "../../grammar/syntax/find.ts";
import {
  N_AVRULE,
  N_CALL,
  N_CONTEXT,
  N_FSUSE,
  N_GENCONTEXT,
  N_GENFSCON,
  N_IF,
  N_NETIFCON,
  N_NODECON,
  N_OPTIONAL,
  N_OPTIONALPOLICY,
  N_POLICYCAP,
  N_PORTCON,
  N_TUNABLEPOLICY,
  N_XPERMRULE,
  N_XRANGE,
} from "../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../grammar/syntax/tree.ts";
import { childrenOf } from "./children.ts";
import { effectiveText } from "./effective.ts";
import { callText, macroText } from "./hover/call.ts";
import { fileEntryText } from "./hover/fileEntry.ts";
import { capabilityText, initialSidText, ioctlNameText, moduleText, policycapText } from "./hover/kernel.ts";
import { keywordText } from "./hover/keyword.ts";
import { labelText } from "./hover/label.ts";
import { ruleText } from "./hover/rule.ts";
import {
  booleanText,
  classText,
  otherText,
  permissionText,
  roleText,
  typeText,
  userText,
} from "./hover/symbols.ts";
import { ioctlText } from "./ioctlText.ts";
import { paragraphs } from "./markdown.ts";
import { nlmsgNameText, nlmsgRangeText } from "./netlinkText.ts";
import { declarationsOf, meaningsOf, permissionClasses, type SymbolUse, symbolAt } from "./symbolAt.ts";
import { type Place, toRange, type View } from "./view.ts";

/** The hover at a place. */
export function hover(view: View, place: Place): Hover | undefined {
  const { file, offset } = place;
  const use = symbolAt(file, offset);
  if (use !== undefined) {
    const text = paragraphs([useText(view, use), surroundings(view, use)]);
    if (text !== "") return result(view, place, text, use.start, use.end);
  }
  const message = messageAt(view, place);
  if (message !== undefined) return message;
  const path = pathTo(file.tree, offset);
  const keyword = keywordText(place, path);
  const said = nodeHover(view, place, path);
  if (keyword === undefined) return said;
  // A rule says what it does; what its first word is for, people know by then.
  if (said !== undefined && isRule(file.tree.kind[path.at(-1) as number] as number)) return said;
  const rest = said === undefined ? undefined : (said.contents as { readonly value: string }).value;
  return result(view, place, paragraphs([keyword.text, rest]), keyword.start, keyword.end);
}

/** The hover of the statement around a place. */
function nodeHover(view: View, place: Place, path: readonly number[]): Hover | undefined {
  const { file } = place;
  for (let i = path.length - 1; i > 0; i--) {
    const node = path[i] as number;
    const kind = file.tree.kind[node] as number;
    const text =
      kind === N_CALL
        ? callText(view, file, node)
        : (ruleText(view, file, node) ??
          fileEntryText(view, file, node) ??
          (isLabel(kind) ? labelText(view, file, path.slice(0, i + 1)) : undefined));
    if (text !== undefined)
      return result(view, place, text, startOf(file.tree, node), endOf(file.tree, node));
    if (isContainer(kind)) return undefined;
  }
  return undefined;
}

function result(view: View, { file }: Place, value: string, start: number, end: number): Hover {
  return { contents: { kind: "markdown", value }, range: toRange(view, file, start, end) };
}

const LABELS = new Set([N_CONTEXT, N_GENCONTEXT, N_PORTCON, N_GENFSCON, N_FSUSE, N_NETIFCON, N_NODECON]);

function isLabel(kind: number): boolean {
  return LABELS.has(kind);
}

/** What surrounds a name: the effective decision of the rule whose type it is, or the context that it is part of. */
function surroundings(view: View, use: SymbolUse): string | undefined {
  if (use.slot.kinds.includes("type") && use.file.tree.kind[use.statement] === N_AVRULE)
    return effectiveText(view, use.file, use.statement);
  return labelText(view, use.file, use.path);
}

function isContainer(kind: number): boolean {
  return kind === N_OPTIONAL || kind === N_OPTIONALPOLICY || kind === N_TUNABLEPOLICY || kind === N_IF;
}

function useText(view: View, use: SymbolUse): string | undefined {
  if (use.slot.xperm === true) return xpermText(view, use);
  if (use.file.tree.kind[use.node] === N_CALL) return callText(view, use.file, use.node);
  const classes = permissionClasses(view.snapshot, use);
  if (classes !== undefined) {
    const text = permissionText(view, use.name, classes);
    if (text !== undefined) return paragraphs([text, capabilityText(use.name, classes)]);
  }
  if (use.file.tree.kind[use.statement] === N_POLICYCAP) return policycapText(view, use.name);
  if (use.slot.kinds.includes("module")) return moduleText(view, use.file, use.name);
  if (use.slot.kinds.includes("sid")) {
    const text = initialSidText(view, use.name);
    if (text !== undefined) return text;
  }
  const names = meaningsOf(view.snapshot, use);
  if (use.name.includes("$")) return parameterText(view, use, names);
  return nameText(view, use);
}

/** A plain name: by the kinds that its place allows, else by whatever has that name. */
function nameText(view: View, use: SymbolUse): string | undefined {
  const { name } = use;
  const declarations = declarationsOf(view.snapshot, use);
  const kinds = new Set<string>(use.slot.kinds);
  for (const declaration of declarations) kinds.add(declaration.kind);
  const any = use.slot.kinds.length === 0;
  const macro = view.snapshot.compiled.macro(name);
  if (macro !== undefined && (kinds.has("macro") || kinds.has("interface") || any))
    return macroText(view, macro);
  if (kinds.has("type") || kinds.has("attribute") || kinds.has("alias") || any) {
    const text = typeText(view, name);
    if (text !== undefined) return text;
  }
  if (kinds.has("class") || any) {
    const text =
      declarations.some((d) => d.kind === "class") || kinds.has("class") ? classText(view, name) : undefined;
    if (text !== undefined) return text;
  }
  if (kinds.has("role") || kinds.has("attribute_role") || any) {
    const text = roleText(view, name);
    if (text !== undefined) return text;
  }
  if (kinds.has("user") || any) {
    const text = userText(view, name);
    if (text !== undefined) return text;
  }
  if (kinds.has("bool") || kinds.has("tunable") || any) {
    const text = booleanText(view, name);
    if (text !== undefined) return text;
  }
  const first = declarations[0];
  if (first !== undefined) return otherText(view, first);
  return nlmsgNameText(name);
}

/** `$1` or `$1_t`: what it stands for. */
function parameterText(view: View, use: SymbolUse, names: readonly string[]): string {
  if (names.length === 0) return `\`${use.name}\` – a parameter; nothing calls this macro.`;
  if (names.length === 1) {
    const text = typeText(view, names[0] as string);
    return paragraphs([`\`${use.name}\` stands for \`${names[0]}\`.`, text]);
  }
  const shown = names.slice(0, 30).map((name) => `\`${name}\``);
  const more = names.length > shown.length ? ", …" : "";
  return `\`${use.name}\` stands for ${shown.join(", ")}${more}.`;
}

/** A number of an extended permission: netlink messages or ioctls. */
function xpermText(view: View, use: SymbolUse): string | undefined {
  const { tree } = use.file;
  const statement = use.path.findLast((node) => tree.kind[node] === N_XPERMRULE);
  if (statement === undefined) return undefined;
  const [, , classNode, kindNode] = childrenOf(tree, statement);
  if (classNode === undefined || kindNode === undefined) return undefined;
  const range = use.path.findLast((node) => tree.kind[node] === N_XRANGE);
  const ends = range === undefined ? [use.node] : childrenOf(tree, range);
  const values = ends.map((node) => Number(textOf(tree, node)));
  const low = values[0] ?? Number.NaN;
  const high = values.at(-1) ?? low;
  if (Number.isNaN(low) || Number.isNaN(high)) return nameText(view, use);
  const classes = view.snapshot.compiled.expandSet(
    use.file.id,
    startOf(tree, classNode),
    endOf(tree, classNode),
  );
  if (textOf(tree, kindNode) === "nlmsg")
    return paragraphs(classes.slice(0, 4).map((name) => nlmsgRangeText(name, low, high)));
  return ioctlText(low, high);
}

/** A netlink message's or an ioctl's name anywhere, comments included. */
function messageAt(view: View, place: Place): Hover | undefined {
  const { text } = place.file;
  let start = place.offset;
  let end = place.offset;
  while (start > 0 && /\w/.test(text[start - 1] as string)) start--;
  while (end < text.length && /\w/.test(text[end] as string)) end++;
  const word = text.slice(start, end);
  if (!/^[A-Z][A-Z0-9_]{4,}$/.test(word)) return undefined;
  const found = nlmsgNameText(word) ?? ioctlNameText(word);
  return found === undefined ? undefined : result(view, place, found, start, end);
}

/** True for statements that have a rule hover; tests use it. */
export function isRule(kind: number): boolean {
  return kind === N_AVRULE || kind === N_XPERMRULE;
}
