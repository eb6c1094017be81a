// Rare statements (those that globals.ts reads) as text, so that what leaves the policy can be compared with what enters: the
// same statements in the same order leave everything that was made of them as it is.

import { textOf } from "../../grammar/syntax/tree.ts";
import { OP_DECL, OP_GENREQUIRE, OP_LENGTH, OP_REQUIRE, OP_STATEMENT } from "./code.ts";
import { statementAt } from "./globals.ts";
import { GROUP_TYPE, groupOf } from "./optionals.ts";
import type { CompilerState } from "./state.ts";

/**
 * Writes down the rare statements of a run of code; false when their text is gone. `edited`: units whose text has been
 * replaced since the code was made, so that the text before counts.
 */
export function describeRare(
  state: CompilerState,
  block: number,
  start: number,
  stop: number,
  into: string[],
  edited?: ReadonlySet<number>,
): boolean {
  const modular = state.options.mode === "modular";
  const { code, blocks, units } = state;
  const unit = blocks.unit.at[block] as number;
  const isEdited = edited?.has(unit) === true;
  for (let at = start; at < stop; at += OP_LENGTH[code.at[at] as number] as number) {
    const op = code.at[at];
    if (op === OP_DECL) {
      if (groupOf(code.at[at + 1] as number) !== GROUP_TYPE)
        into.push(`${code.at[at + 1]} ${code.at[at + 2]} ${code.at[at + 3]}`);
    } else if (op === OP_REQUIRE || op === OP_GENREQUIRE) {
      if (modular) into.push(`${code.at[at + 1]} ${code.at[at + 2]} ${code.at[at + 3]}`);
    } else if (op === OP_STATEMENT) {
      const before = units.all[unit]?.before;
      if (isEdited && before === undefined) return false;
      const statement = statementAt(state, block, at);
      const old = isEdited && statement.base >= 0 && before !== undefined;
      const tree = old ? before.tree : statement.tree;
      const node = old ? before.node + (code.at[at + 2] as number) : statement.node;
      into.push(`${textOf(tree, node)}|${statement.args.join()}`);
    }
  }
  return true;
}
