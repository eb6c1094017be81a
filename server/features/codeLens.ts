// textDocument/codeLens: "effective access" above each allow rule. The list is places only, found in the tree; what a
// lens says is worked out when an editor shows it (codeLens/resolve).

import type { CodeLens } from "vscode-languageserver-types";
import { pathTo } from "../../grammar/syntax/find.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { effectiveLine, isAllow } from "./effective.ts";
import { offsetOf, toRange, type View } from "./view.ts";

/** Lenses of one file; a monolithic policy has a hundred thousand rules. */
const MOST_LENSES = 5000;

interface LensData {
  readonly path: string;
}

/** A lens for each allow rule of a file. */
export function codeLens(view: View, file: SourceFile): CodeLens[] {
  const lenses: CodeLens[] = [];
  const data: LensData = { path: file.path };
  for (let node = 1; node < file.tree.count && lenses.length < MOST_LENSES; node++)
    if (isAllow(file, node))
      lenses.push({ range: toRange(view, file, startOf(file.tree, node), endOf(file.tree, node)), data });
  return lenses;
}

/** The lens with its line. */
export function resolveCodeLens(view: View, lens: CodeLens): CodeLens {
  const file = view.snapshot.fileAt(codeLensPath(lens) ?? "");
  const node =
    file === undefined
      ? undefined
      : pathTo(file.tree, offsetOf(view, file, lens.range.start)).findLast((one) => isAllow(file, one));
  const title =
    file === undefined || node === undefined ? "effective access: ?" : effectiveLine(view, file, node);
  return { ...lens, command: { title, command: "" } };
}

/** The file of a lens. */
export function codeLensPath(lens: CodeLens): string | undefined {
  const path = (lens.data as Partial<LensData> | undefined)?.path;
  return typeof path === "string" ? path : undefined;
}
