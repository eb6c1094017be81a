// textDocument/inlayHint: names of parameters in front of arguments, what a permission macro contains, and what `$1` of
// an interface is, at its first use. Quiet by default: a call with one argument, an argument that says the name itself,
// and the parameter `domain`, with which most interfaces begin, get no hint.

import { type InlayHint, InlayHintKind, type Range } from "vscode-languageserver-types";
import { N_ARG, N_AVRULE, N_CALL, N_INTERFACE, N_NAME, N_SET } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../grammar/syntax/tree.ts";
import type { Compiled } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { childrenOf } from "./children.ts";
import { signatureOf } from "./parameters.ts";
import { offsetOf, toRange, type View } from "./view.ts";

/** What hints are shown. */
export interface InlaySettings {
  readonly parameterNames: "none" | "useful" | "all";
  readonly permissionSets: boolean;
  readonly parameterRoles: boolean;
}

export const DEFAULT_INLAY_SETTINGS: InlaySettings = {
  parameterNames: "useful",
  permissionSets: true,
  parameterRoles: true,
};

/** Permissions written out in a hint; the tooltip has all. */
const MOST_PERMISSIONS = 5;
const MOST_HINTS = 5000;
/** Members of a set that are looked at. */
const MOST_SETS = 100;

/** The hints of a part of a file. */
export function inlayHint(view: View, file: SourceFile, range: Range, settings: InlaySettings): InlayHint[] {
  const { tree } = file;
  const from = offsetOf(view, file, range.start);
  const to = offsetOf(view, file, range.end);
  const hints: InlayHint[] = [];
  for (let node = 1; node < tree.count && hints.length < MOST_HINTS; node++) {
    if (tree.first[node] === tree.last[node]) continue;
    const start = startOf(tree, node);
    if (start > to) break;
    if (endOf(tree, node) < from) {
      node = (tree.end[node] as number) - 1;
      continue;
    }
    const kind = tree.kind[node];
    if (kind === N_CALL && settings.parameterNames !== "none")
      parameterHints(view, file, node, settings.parameterNames === "all", hints);
    else if (kind === N_AVRULE && settings.permissionSets) permissionHint(view, file, node, hints);
    else if (kind === N_INTERFACE && settings.parameterRoles) roleHints(view, file, node, hints);
  }
  return hints;
}

function parameterHints(view: View, file: SourceFile, call: number, all: boolean, hints: InlayHint[]): void {
  const { tree } = file;
  const args = childrenOf(tree, call).filter((child) => tree.kind[child] === N_ARG);
  if (args.length === 0 || (!all && args.length === 1)) return;
  const token = tree.first[call] as number;
  const name = file.text.slice(tree.tokens.start[token], tree.tokens.end[token]);
  const macro = view.snapshot.compiled.macro(name);
  if (macro === undefined) return;
  const { parameters } = signatureOf(view, macro);
  args.forEach((arg, i) => {
    const parameter = parameters[i];
    if (parameter === undefined || tree.first[arg] === tree.last[arg]) return;
    if (!all && isTrivial(parameter.name, textOf(tree, arg), i)) return;
    hints.push({
      position: toRange(view, file, startOf(tree, arg), startOf(tree, arg)).start,
      label: `${parameter.name}:`,
      kind: InlayHintKind.Parameter,
      paddingRight: true,
      ...(parameter.summary === ""
        ? {}
        : { tooltip: { kind: "markdown" as const, value: parameter.summary } }),
    });
  });
}

/** True when a hint would say what the argument says, or nothing. */
function isTrivial(name: string, argument: string, index: number): boolean {
  if (name.startsWith("$") || argument.includes("\n")) return true;
  if (index === 0 && (name === "domain" || name === "source" || name === "type")) return true;
  const plain = name.replace(/_(?:t|type|domain)$/, "").toLowerCase();
  return argument.toLowerCase().includes(plain) || argument === `$${index + 1}`;
}

const sets = new WeakMap<
  Compiled,
  { readonly generation: number; readonly of: Map<string, readonly string[]> }
>();

/** What the permission macros of a rule contain. */
function permissionHint(view: View, file: SourceFile, rule: number, hints: InlayHint[]): void {
  const { tree } = file;
  const permissions = childrenOf(tree, rule)[3];
  if (permissions === undefined) return;
  const isSet = tree.kind[permissions] === N_SET;
  for (const node of isSet ? childrenOf(tree, permissions).slice(0, MOST_SETS) : [permissions])
    if (tree.kind[node] === N_NAME) permissionSetHint(view, file, node, hints);
}

function permissionSetHint(view: View, file: SourceFile, node: number, hints: InlayHint[]): void {
  const { tree } = file;
  const { compiled, generation } = view.snapshot;
  const name = textOf(tree, node);
  if (compiled.macro(name) === undefined) return;
  let known = sets.get(compiled);
  if (known === undefined || known.generation !== generation) {
    known = { generation, of: new Map() };
    sets.set(compiled, known);
  }
  let members = known.of.get(name);
  if (members === undefined) {
    members = compiled.expandSet(file.id, startOf(tree, node), endOf(tree, node));
    known.of.set(name, members);
  }
  if (members.length === 0) return;
  const shown = members.slice(0, MOST_PERMISSIONS).join(" ");
  const more = members.length > MOST_PERMISSIONS ? ` …${members.length}` : "";
  hints.push({
    position: toRange(view, file, endOf(tree, node), endOf(tree, node)).start,
    label: `{ ${shown}${more} }`,
    paddingLeft: true,
    tooltip: members.join(" "),
  });
}

/** After the first `$n` of each parameter, where an interface has several. */
function roleHints(view: View, file: SourceFile, definition: number, hints: InlayHint[]): void {
  const { tree } = file;
  const name = childrenOf(tree, definition)[0];
  const macro = name === undefined ? undefined : view.snapshot.compiled.macro(textOf(tree, name));
  if (macro === undefined || macro.file !== file.id || macro.start !== startOf(tree, definition)) return;
  const { parameters } = signatureOf(view, macro);
  if (parameters.length < 2) return;
  const seen = new Set<string>();
  for (let node = definition + 1; node < (tree.end[definition] as number); node++) {
    if (tree.kind[node] !== N_NAME) continue;
    const text = textOf(tree, node);
    const parameter = /^\$\d+$/.test(text) ? parameters[Number(text.slice(1)) - 1] : undefined;
    if (parameter === undefined || seen.has(text)) continue;
    seen.add(text);
    if (!parameter.documented || parameter.name.startsWith("$")) continue;
    hints.push({
      position: toRange(view, file, endOf(tree, node), endOf(tree, node)).start,
      label: `: ${parameter.name}`,
      kind: InlayHintKind.Type,
      ...(parameter.summary === "" ? {} : { tooltip: parameter.summary }),
    });
  }
}
