// A call of an interface, template or support macro becomes its body: arguments filled in, comments kept, one level deep,
// in the caller's indentation. What the body requires joins the gen_require of the caller's block; where there is none it
// stands in front. A module outside of optional blocks need not require what it declares itself.

import { N_CALL, N_GENREQUIRE, N_OPTIONAL, N_OPTIONALPOLICY } from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { Macro } from "../../compiler/face.ts";
import { childrenOf } from "../children.ts";
import type { Rewrite } from "../rename/workspaceEdit.ts";
import { pathOf } from "../treeIndex.ts";
import { callArguments, type Inlined, inlined, itemsOf, type RequiredItem } from "./macroBody.ts";
import { INLINE, type Refactoring, rewrite } from "./refactoring.ts";
import { indentAt, type Selection, type SourceFile, statementsIn, type View } from "./selection.ts";

/** The offer to inline the call that is selected. */
export function inlineCall(selection: Selection): Refactoring[] {
  const { view, file } = selection;
  const { parent, nodes } = statementsIn(selection);
  const [call] = nodes;
  if (call === undefined || nodes.length > 1 || file.tree.kind[call] !== N_CALL) return [];
  const macro = calledMacro(view, file, call);
  const args = callArguments(file, call);
  if (macro === undefined || args === undefined || !standsAlone(file, call)) return [];
  const body = inlined(view, macro, args);
  if (body === undefined) return [];
  const draft = () => ({ rewrites: inlineEdits(view, file, parent, call, body) });
  return [{ title: `Inline ${macro.name}`, kind: INLINE, draft }];
}

function calledMacro(view: View, { tree }: SourceFile, call: number): Macro | undefined {
  const token = tree.first[call] as number;
  return view.snapshot.compiled.macro(
    tree.tokens.text.slice(tree.tokens.start[token], tree.tokens.end[token]),
  );
}

/** True when nothing but white space and a comment shares the lines of a call. */
function standsAlone({ tree, text }: SourceFile, call: number): boolean {
  const [start, end] = [startOf(tree, call), endOf(tree, call)];
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  return before.trim() === "" && /^[ \t]*(#.*)?(\r?\n|$)/.test(text.slice(end));
}

function inlineEdits(
  view: View,
  file: SourceFile,
  parent: number,
  call: number,
  { required, lines }: Inlined,
): Rewrite[] {
  const { tree, text } = file;
  const start = startOf(tree, call);
  const indent = indentAt(text, start);
  const remark = /^[ \t]*(#.*)?/.exec(text.slice(endOf(tree, call)))?.[0] ?? "";
  const end = endOf(tree, call) + remark.length;
  const home = requireBefore(file, parent, call);
  const needed = newItems(view, file, call, home, required);
  const output: string[] = remark.trim() === "" ? [] : [remark.trim()];
  const edits: Rewrite[] = [];
  if (home !== undefined && needed.length > 0) edits.push(addToRequire(file, home.node, needed));
  else if (needed.length > 0) {
    output.push("gen_require(`", ...itemLines(needed).map((line) => `\t${line}`), "')");
    if (lines.length > 0) output.push("");
  }
  output.push(...lines);
  if (output.length > 0) {
    const indented = output.map((line, i) => (line === "" || i === 0 ? line : indent + line));
    edits.push(rewrite(file, start, end, indented.join("\n")));
  } else {
    const next = end + (/^\r?\n/.exec(text.slice(end, end + 2))?.[0].length ?? 0);
    edits.push(rewrite(file, start - indent.length, next, ""));
  }
  return edits;
}

interface Home {
  readonly node: number;
  readonly items: readonly RequiredItem[];
}

/** The gen_require of a block that stands in front of a statement and holds names only. */
function requireBefore({ tree }: SourceFile, parent: number, call: number): Home | undefined {
  for (const node of childrenOf(tree, parent)) {
    if (node >= call) return undefined;
    const items = tree.kind[node] === N_GENREQUIRE ? itemsOf(tree, node) : undefined;
    if (items !== undefined) return { node, items };
  }
  return undefined;
}

/** What is not required yet, and not declared by the module itself. */
function newItems(
  view: View,
  file: SourceFile,
  call: number,
  home: Home | undefined,
  required: readonly RequiredItem[],
): RequiredItem[] {
  const known = new Set((home?.items ?? []).map(keyOf));
  const { tree } = file;
  const mayLackOwn =
    file.role === "te" &&
    !pathOf(tree, call).some(
      (node) => tree.kind[node] === N_OPTIONAL || tree.kind[node] === N_OPTIONALPOLICY,
    );
  return required.filter((item) => {
    if (known.has(keyOf(item)) || (mayLackOwn && declares(view, file, item))) return false;
    known.add(keyOf(item));
    return true;
  });
}

function keyOf({ keyword, text }: RequiredItem): string {
  return `${keyword} ${text}`;
}

/** True when a file declares a name wherever it counts. */
function declares(view: View, file: SourceFile, { keyword, text }: RequiredItem): boolean {
  return view.snapshot.compiled
    .declarations(text)
    .some(
      (one) =>
        one.file === file.id &&
        one.active &&
        one.via === undefined &&
        one.kind === keyword &&
        childrenOf(file.tree, 0).some((node) => startOf(file.tree, node) === one.declStart),
    );
}

/** Items of one kind share a line, classes have one each. */
export function itemLines(items: readonly RequiredItem[]): string[] {
  const lines: string[] = [];
  const keywords = new Map<string, string[]>();
  for (const { keyword, text } of items) {
    if (keyword === "class") lines.push(`class ${text};`);
    else if (keywords.has(keyword)) keywords.get(keyword)?.push(text);
    else keywords.set(keyword, [text]);
  }
  return [...[...keywords].map(([keyword, names]) => `${keyword} ${names.join(", ")};`), ...lines];
}

/** Adds items behind the last one of a gen_require. */
function addToRequire(file: SourceFile, node: number, items: readonly RequiredItem[]): Rewrite {
  const { tree, text } = file;
  const last = childrenOf(tree, node).at(-1);
  const lines = itemLines(items);
  if (last === undefined) {
    const at = text.indexOf("`", startOf(tree, node)) + 1;
    return rewrite(file, at, at, ` ${lines.join(" ")} `);
  }
  const at = endOf(tree, last);
  const start = startOf(tree, last);
  const isOwnLine = text.slice(text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
  const separator = isOwnLine ? `\n${indentAt(text, start)}` : " ";
  return rewrite(file, at, at, lines.map((line) => separator + line).join(""));
}
