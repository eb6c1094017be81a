// Where a macro is defined, as findings point to it.

import { endOf, startOf } from "../../../grammar/syntax/tree.ts";
import type { RelatedSite } from "../../compiler/face.ts";
import type { MacroUse } from "./usage.ts";

/** The name in a macro's definition. */
export function definitionOf(macro: MacroUse): RelatedSite {
  const name = macro.node + 1;
  const { tree } = macro.file;
  return { file: macro.file.id, start: startOf(tree, name), end: endOf(tree, name), message: "defined here" };
}
