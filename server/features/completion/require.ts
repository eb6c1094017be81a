// The require that comes with a name of another module: inside an interface or an optional block, and in modules that are
// built on their own, accepting a name adds it to the require block of its scope (or makes one), as the repair of a
// missing require does. Names that the scope knows already bring nothing.

import type { CompletionItem } from "vscode-languageserver-types";
import { N_REQUIREITEM } from "../../../grammar/syntax/kinds.ts";
import { requireName } from "../../checks/fixes/requires.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { nodeStartingAt } from "../treeIndex.ts";
import { toRange, type View } from "../view.ts";
import type { ItemData } from "./offers.ts";

/** Keywords of require statements by what an item is. */
const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["type", "type"],
  ["alias", "type"],
  ["attribute", "attribute"],
  ["role", "role"],
  ["attribute_role", "attribute_role"],
  ["bool", "bool"],
  ["tunable", "bool"],
]);

/** The edits that an item brings besides its own text. */
export function requireEdits(
  view: View,
  label: string,
  data: ItemData,
): Pick<CompletionItem, "additionalTextEdits"> {
  const keyword = KEYWORDS.get(data.what);
  const { snapshot } = view;
  const file = snapshot.fileAt(data.path);
  if (keyword === undefined || file === undefined || file.foreign || file.generated) return {};
  if (file.role !== "te" && file.role !== "if") return {};
  const { compiled } = snapshot;
  if (file.role === "te" && isDeclaredHere(view, label, file)) return {};
  const option = (id: string, key: string): unknown =>
    snapshot.project.configuration?.control.option(id, key);
  const isMonolithic = compiled.options.mode === "monolithic";
  const change = requireName(file, Math.min(data.at, file.text.length), keyword, label, isMonolithic, option);
  if (change === undefined) return {};
  const text = file.text.includes("\r\n") ? change.text.replace(/\r?\n/g, "\r\n") : change.text;
  return { additionalTextEdits: [{ range: toRange(view, file, change.start, change.end), newText: text }] };
}

/** Declared in this very file, and not only required by it. */
function isDeclaredHere(view: View, label: string, { id, tree }: SourceFile): boolean {
  return view.snapshot.compiled
    .declarations(label)
    .some(({ file, declStart }) => file === id && nodeStartingAt(tree, declStart, N_REQUIREITEM) < 0);
}
