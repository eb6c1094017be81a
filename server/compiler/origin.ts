// Code position → the statement that it was made from.

import { endOf, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import { BLOCK_MACRO, BLOCK_ROOT } from "./blocks.ts";
import { OP_LENGTH } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Site } from "./face.ts";

/** The syntax behind a code position: tree, node and file. */
export function originNode(
  compiled: CompiledPolicy,
  block: number,
  at: number,
): { readonly tree: SyntaxTree; readonly node: number; readonly file: number } {
  const { blocks, code, units } = compiled.state;
  const unit = units.all[blocks.unit.at[block] as number] as CompiledPolicy["state"]["units"]["all"][number];
  const relative = code.at[at + (OP_LENGTH[code.at[at] as number] as number) - 1] as number;
  const node = unit.node + relative;
  return { tree: unit.tree, node: node < unit.tree.count ? node : unit.node, file: unit.file };
}

/** The place of the statement or call behind a code position. */
export function originSite(compiled: CompiledPolicy, block: number, at: number): Site {
  const { tree, node, file } = originNode(compiled, block, at);
  return { file, start: startOf(tree, node), end: endOf(tree, node) };
}

/** The nearest enclosing block that is an application of a macro, or a file's root. */
export function applicationOf(compiled: CompiledPolicy, block: number): number {
  const { blocks } = compiled.state;
  let at = block;
  while (
    blocks.kind.at[at] !== BLOCK_MACRO &&
    blocks.kind.at[at] !== BLOCK_ROOT &&
    (blocks.maker.at[at] as number) >= 0
  )
    at = blocks.maker.at[at] as number;
  return at;
}
