// Optional blocks that expand to nothing: checkpolicy wants at least one statement (avrules_block of policy_parse.y), and m4
// leaves an empty block where a call expands to no text, as one to an interface that is only kept for its name. Braces with
// nothing between them are a matter of the grammar. A stray `;` is a statement, so where one stands nothing is said.

import { T_SEMI } from "../../grammar/text/tokens.ts";
import { BLOCK_COND, BLOCK_OPTIONAL, BLOCK_OPTIONAL_ELSE } from "./blocks.ts";
import { LEADS_KNOWN, OP_CALL, OP_OPTIONAL } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findings.ts";
import { isReached, originSite, relatedCallsOf } from "./provenance.ts";

/** The operands of OP_OPTIONAL. */
const BRANCHES = [
  [1, "this optional block"],
  [2, "the else branch of this optional block"],
] as const;

/** Reports optional blocks without a statement. Every block that leads to nothing but calls is looked at. */
export function emptyOptionalFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { code } = compiled.state;
  for (const [maker, empty] of emptyBlocks(compiled)) {
    if (!isReached(compiled, maker)) continue;
    for (const at of compiled.operations(maker)) {
      if (code.at[at] !== OP_OPTIONAL) continue;
      for (const [operand, branch] of BRANCHES) {
        if (!empty.delete(code.at[at + operand] as number)) continue;
        const { file, start } = originSite(compiled, maker, at);
        const message = `${branch} expands to nothing, which checkpolicy does not take`;
        const end = start + (/^\w*/.exec(textAt(compiled, file, start)) ?? [""])[0].length;
        sink.add({ file, start, end }, "error", "parse-syntax", message, relatedCallsOf(compiled, maker));
      }
    }
  }
}

/** Blocks of optionals that hold no statement, by the blocks that hold them. */
function emptyBlocks(compiled: CompiledPolicy): ReadonlyMap<number, Set<number>> {
  const { blocks } = compiled.state;
  const plain = LEADS_KNOWN | (1 << OP_CALL);
  const found = new Map<number, Set<number>>();
  // After every edit all blocks of the policy pass here: the columns are read as plain arrays.
  const kinds = blocks.kind.at;
  const starts = blocks.codeStart.at;
  const contents = blocks.contents.at;
  const leads = blocks.leadsKnown ? blocks.leads.at : contents;
  const { count } = blocks;
  for (let block = 0; block < count; block++) {
    const kind = kinds[block] as number;
    if (kind !== BLOCK_OPTIONAL && kind !== BLOCK_OPTIONAL_ELSE) continue;
    if ((((leads[block] as number) || (contents[block] as number)) & ~plain) !== 0) continue;
    if ((starts[block] as number) < 0 || !isEmpty(compiled, block, new Set())) continue;
    const maker = blocks.maker.at[block] as number;
    const others = found.get(maker);
    if (others === undefined) found.set(maker, new Set([block]));
    else others.add(block);
  }
  return found;
}

function textAt(compiled: CompiledPolicy, file: number, start: number): string {
  return compiled.sourceOf(file)?.tree.tokens.text.slice(start, start + 40) ?? "";
}

/** True for a block of nothing but calls to such blocks, without a `;` in its text. */
function isEmpty(compiled: CompiledPolicy, block: number, seen: Set<number>): boolean {
  if (seen.has(block)) return true;
  seen.add(block);
  const { blocks, code, units } = compiled.state;
  for (const at of compiled.operations(block)) {
    if (code.at[at] !== OP_CALL) return false;
    const callee = code.at[at + 1] as number;
    if (blocks.kind.at[callee] === BLOCK_COND || !isEmpty(compiled, callee, seen)) return false;
  }
  const unit = units.all[blocks.unit.at[block] as number];
  if (unit === undefined || blocks.dynamic.at[block] !== 0) return false;
  const { tree } = unit;
  const body = unit.node + (blocks.body.at[block] as number);
  const stop = tree.last[body] as number;
  for (let token = tree.first[body] as number; token < stop; token++)
    if (tree.tokens.type[token] === T_SEMI) return false;
  return true;
}
