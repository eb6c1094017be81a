// textDocument/codeLens: above each allow rule its effective access (where the policy has users: without the base policy
// nothing can be decided), above each interface its callers, above each type the rules that name it, and at the top of a
// file with unsaved changes what they change in the policy. The list is places only, found in the tree; what a lens says
// is worked out when an editor shows it (codeLens/resolve).

import type { CodeLens } from "vscode-languageserver-types";
import { pathTo } from "../../grammar/syntax/find.ts";
import { N_ATTRIBUTE, N_INTERFACE, N_TYPE } from "../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../grammar/syntax/tree.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { callsOf } from "./callers.ts";
import { childrenOf } from "./children.ts";
import { effectiveLine, isAllow } from "./effective.ts";
import { counted } from "./markdown.ts";
import { summaryOf } from "./policyDiffText.ts";
import { ruleCounts } from "./policyIndex.ts";
import { offsetOf, toRange, type View } from "./view.ts";

/** Lenses of one file; a monolithic policy has a hundred thousand rules. */
const MOST_LENSES = 5000;

interface LensData {
  readonly path: string;
  /** the lens of a whole file: what its unsaved edits change */
  readonly isDiff?: boolean;
}

/** A lens for each allow rule, interface, type and attribute of a file. */
export function codeLens(view: View, file: SourceFile): CodeLens[] {
  const lenses: CodeLens[] = [];
  const { tree } = file;
  const data: LensData = { path: file.path };
  if (view.snapshot.unsavedPaths().includes(file.path))
    lenses.push({ range: toRange(view, file, 0, 0), data: { ...data, isDiff: true } });
  for (let node = 1; node < tree.count && lenses.length < MOST_LENSES; node++) {
    if (!hasLens(view, file, node)) continue;
    // On one line: an editor puts a lens above the range's first line.
    const end = tree.kind[node] === N_INTERFACE ? endOf(tree, node + 1) : endOf(tree, node);
    lenses.push({ range: toRange(view, file, startOf(tree, node), end), data });
  }
  return lenses;
}

function hasLens(view: View, file: SourceFile, node: number): boolean {
  const kind = file.tree.kind[node];
  if (kind === N_INTERFACE || kind === N_TYPE || kind === N_ATTRIBUTE) return true;
  return isAllow(file, node) && view.snapshot.compiled.db.users.nprim > 0;
}

/** The lens with its line. */
export function resolveCodeLens(view: View, lens: CodeLens): CodeLens {
  const file = view.snapshot.fileAt(codeLensPath(lens) ?? "");
  if (file === undefined) return { ...lens, command: { title: "?", command: "" } };
  if ((lens.data as LensData).isDiff === true) {
    const { paths, diff } = view.snapshot.unsaved();
    const what = paths.length > 1 ? `unsaved edits of ${paths.length} files` : "this edit";
    const title = `${what}: ${summaryOf(diff)}`;
    return { ...lens, command: { title, command: "selinux.policyDiff", arguments: [view.uriOf(file.path)] } };
  }
  const start = offsetOf(view, file, lens.range.start);
  const node = pathTo(file.tree, start).findLast(
    (one) => hasLens(view, file, one) && startOf(file.tree, one) === start,
  );
  const title = node === undefined ? "?" : titleOf(view, file, node);
  return { ...lens, command: { title, command: "" } };
}

function titleOf(view: View, file: SourceFile, node: number): string {
  if (isAllow(file, node)) return effectiveLine(view, file, node);
  const name = childrenOf(file.tree, node)[0];
  const text = name === undefined ? "" : textOf(file.tree, name);
  return file.tree.kind[node] === N_INTERFACE ? callersLine(view, text) : rulesLine(view, text);
}

/** `12 callers in 5 modules`. */
export function callersLine(view: View, name: string): string {
  const calls = callsOf(view, name);
  if (calls.length === 0) return "no callers";
  const modules = new Set(calls.map((call) => call.file.module));
  return `${counted(calls.length, "caller")} in ${counted(modules.size, "module")}`;
}

/** `allow rules: 12 as source (340 with attributes), 5 as target`. */
function rulesLine(view: View, name: string): string {
  const { db } = view.snapshot.compiled;
  const value = db.types.valueOf(name);
  if (value === 0) return name.includes("$") ? "one type for each caller" : "not part of the policy";
  const { asSource, asTarget } = ruleCounts(view.snapshot);
  let source = asSource[value] ?? 0;
  let target = asTarget[value] ?? 0;
  const own = `${source} as source, ${target} as target`;
  if (db.types.at(value)?.isAttribute === true) {
    const members = db.attrTypeMap[value]?.size() ?? 0;
    return `allow rules: ${own}; ${counted(members, "type")}`;
  }
  db.typeAttrMap[value]?.forEach((bit) => {
    if (bit + 1 === value) return;
    source += asSource[bit + 1] ?? 0;
    target += asTarget[bit + 1] ?? 0;
  });
  return `allow rules: ${own}; with its attributes ${source} and ${target}`;
}

/** The file of a lens. */
export function codeLensPath(lens: CodeLens): string | undefined {
  const path = (lens.data as Partial<LensData> | undefined)?.path;
  return typeof path === "string" ? path : undefined;
}
