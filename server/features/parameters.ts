// The parameters of a macro with names that people know: from its documentation, from a numbered list `Parameters:` in
// the comments above (the support macros have these), else from what the body does with `$1`. Kept with the tree of the
// file that defines the macro.

import { docsAbove } from "../../grammar/syntax/docs.ts";
import { N_AVRULE, N_CALL, N_DEFINE, N_INTERFACE, N_NAME } from "../../grammar/syntax/kinds.ts";
import { type SyntaxTree, textOf } from "../../grammar/syntax/tree.ts";
import type { Macro } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { childrenOf } from "./children.ts";
import { commentAbove } from "./comments.ts";
import { slotOf } from "./symbolAt.ts";
import { nodeStartingAt, pathOf } from "./treeIndex.ts";
import type { View } from "./view.ts";

export interface Parameter {
  readonly name: string;
  readonly summary: string;
  readonly optional: boolean;
  /** false when the name was guessed from the body */
  readonly documented: boolean;
}

export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly summary: string;
  readonly desc: string;
}

const known = new WeakMap<SyntaxTree, Map<number, Signature>>();
/** How far above a define its numbered list may stand. */
const LIST_WINDOW = 8000;

/** The signature of a macro. */
export function signatureOf(view: View, macro: Macro): Signature {
  const file = view.snapshot.file(macro.file);
  if (file === undefined) return { parameters: [], summary: "", desc: "" };
  let signatures = known.get(file.tree);
  if (signatures === undefined) {
    signatures = new Map();
    known.set(file.tree, signatures);
  }
  let signature = signatures.get(macro.start);
  if (signature === undefined) {
    signature = readSignature(file, macro);
    signatures.set(macro.start, signature);
  }
  return signature;
}

function readSignature(file: SourceFile, macro: Macro): Signature {
  const docs = docsAbove(file.text, macro.start);
  const listed = docs === undefined || docs.params.length === 0 ? listAbove(file.text, macro.start) : [];
  const count = Math.max(macro.arity, docs?.params.length ?? 0);
  const parameters: Parameter[] = [];
  for (let i = 0; i < count; i++) {
    const doc = docs?.params[i];
    const summary = doc?.summary ?? listed[i] ?? "";
    const optional = doc?.optional === true;
    const isNamed = doc !== undefined && doc.name !== "";
    const name = isNamed ? doc.name : (nameOfListed(listed[i]) ?? guess(file, macro, i + 1).name);
    parameters.push({ name, summary, optional, documented: isNamed || listed[i] !== undefined });
  }
  const above = docs?.summary ?? commentAbove(file.text, macro.start) ?? "";
  const summary = listed.length > 0 ? above.replace(LIST, "").trim() : above;
  return { parameters: apart(parameters), summary, desc: docs?.desc ?? "" };
}

/** The list of parameters within a comment; it is shown as the parameters' own documentation. */
const LIST = /^Parameters:[ \t]*(?:\n[ \t]*\d+\..*)+/m;

/** `source domain` as `source_domain`, `container (directory) type` as `container`; undefined for what is a sentence. */
function nameOfListed(listed: string | undefined): string | undefined {
  const words = listed
    ?.replace(/\([^)]*\)/g, " ")
    .replace(/\btype\s*$/, "")
    .trim()
    .toLowerCase();
  const name = words?.replace(/[^a-z0-9]+/g, "_");
  return name !== undefined && /^[a-z][a-z0-9]*(?:_[a-z0-9]+){0,3}$/.test(name) ? name : undefined;
}

/** The same name for two parameters says nothing: the second gets its number. */
function apart(parameters: readonly Parameter[]): Parameter[] {
  const seen = new Set<string>();
  return parameters.map((one, i) => {
    const name = seen.has(one.name) ? `${one.name}${i + 1}` : one.name;
    seen.add(name);
    return { ...one, name };
  });
}

/** `# Parameters:`, `# 1. domain type`, … of the comment nearest above. */
function listAbove(text: string, offset: number): readonly string[] {
  const window = text.slice(Math.max(0, offset - LIST_WINDOW), offset);
  const from = window.lastIndexOf("# Parameters:");
  if (from < 0) return [];
  const found: string[] = [];
  for (const line of window.slice(from).split("\n").slice(1)) {
    const match = /^#\s*(\d+)\.\s*(.+?)\s*$/.exec(line);
    if (match !== null) found[Number(match[1]) - 1] = match[2] as string;
    else if (!line.startsWith("#")) break;
  }
  return found;
}

/** What the body does with a parameter: `source` and `target` of rules, `prefix` of names, else `$n`. */
function guess(file: SourceFile, macro: Macro, n: number): { readonly name: string } {
  const { tree } = file;
  let node = nodeStartingAt(tree, macro.start, N_INTERFACE);
  if (node < 0) node = nodeStartingAt(tree, macro.start, N_DEFINE);
  if (node < 0) return { name: `$${n}` };
  const parameter = `$${n}`;
  for (let at = node + 1; at < (tree.end[node] as number); at++) {
    if (tree.kind[at] !== N_NAME) continue;
    const text = textOf(tree, at);
    if (!text.includes(parameter) || /^\d/.test(text.slice(text.indexOf(parameter) + parameter.length)))
      continue;
    if (text !== parameter) return { name: "prefix" };
    const path = pathOf(tree, at);
    const { slot, statement } = slotOf(tree, path);
    const kind = slot.kinds[0];
    if (kind === undefined || statement < 0 || tree.kind[statement] === N_CALL) continue;
    if (kind === "type" && tree.kind[statement] === N_AVRULE)
      return { name: childrenOf(tree, statement)[0] === at ? "source" : "target" };
    return { name: kind.replace("_", " ") };
  }
  return { name: parameter };
}
