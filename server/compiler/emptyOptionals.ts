// Optional blocks that expand to nothing: checkpolicy wants at least one statement (avrules_block of policy_parse.y), and m4
// leaves an empty block where a call expands to no text, as one to an interface that is only kept for its name. Braces with
// nothing between them are a matter of the grammar. A stray `;` is a statement, so where one stands nothing is said.

import { T_SEMI } from "../../grammar/text/tokens.ts";
import { BLOCK_COND, BLOCK_ROOT, type Blocks, isOptionalBlock } from "./blocks.ts";
import { firstCallerOf, relatedCallsOf } from "./callers.ts";
import { OP_CALL } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { originSite } from "./origin.ts";

/** What the operands of OP_OPTIONAL are. */
const BLOCK = "this optional block";
const ELSE_BRANCH = "the else branch of this optional block";

const CALLS_ONLY = 1 << OP_CALL;

/** What may have become empty since it was last asked: an edit of a rule changes no other block. */
export class EmptyCandidates {
  /** blocks of optionals that were made since, and hold nothing but calls */
  fresh: number[] = [];
  /** any may be: at first, and when a macro that was evaluated again holds nothing but calls */
  any = true;
  /** those that were found */
  known: readonly number[] = [];

  /** Takes note of the blocks that an edit had evaluated; those that were there before `oldCount` not for the first time. */
  note({ kind, contents }: Blocks, evaluated: readonly number[], oldCount: number): void {
    if (this.any) return;
    for (const block of evaluated) {
      if (kind.at[block] === BLOCK_ROOT || ((contents.at[block] as number) & ~CALLS_ONLY) !== 0) continue;
      if (block < oldCount) this.any = true;
      else if (isOptionalBlock(kind.at[block] as number)) this.fresh.push(block);
    }
  }
}

/** Reports optional blocks without a statement. */
export function emptyOptionalFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { code } = compiled.state;
  for (const block of emptyBlocks(compiled)) {
    const caller = firstCallerOf(compiled, block);
    if (caller === undefined) continue;
    const { file, start } = originSite(compiled, caller.block, caller.at);
    const branch = code.at[caller.at + 1] === block ? BLOCK : ELSE_BRANCH;
    const message = `${branch} expands to nothing, which checkpolicy does not take`;
    const end = start + (/^\w*/.exec(textAt(compiled, file, start)) ?? [""])[0].length;
    sink.add({ file, start, end }, "error", "parse-syntax", message, relatedCallsOf(compiled, caller.block));
  }
}

/** Blocks of optionals that hold no statement; some may be in use no more. */
function emptyBlocks(compiled: CompiledPolicy): readonly number[] {
  const candidates = compiled.state.emptyCandidates;
  const found: number[] = [];
  const look = (block: number): void => {
    if (isEmpty(compiled, block, new Set())) found.push(block);
  };
  if (candidates.any) everyCandidate(compiled, look);
  else for (const block of [...candidates.known, ...candidates.fresh]) look(block);
  candidates.any = false;
  candidates.fresh = [];
  candidates.known = found;
  return found;
}

/** Asks about every block of an optional that holds nothing but calls, unless its first callee holds more. */
function everyCandidate(compiled: CompiledPolicy, look: (block: number) => void): void {
  const { blocks, code } = compiled.state;
  const kinds = blocks.kind.at;
  const starts = blocks.codeStart.at;
  const contents = blocks.contents.at;
  const { count } = blocks;
  for (let block = 0; block < count; block++) {
    if (!isOptionalBlock(kinds[block] as number) || ((contents[block] as number) & ~CALLS_ONLY) !== 0)
      continue;
    const at = starts[block] as number;
    if (at < 0) continue;
    const callee = contents[block] === 0 ? -1 : (code.at[at + 1] as number);
    if (callee < 0 || ((contents[callee] as number) & ~CALLS_ONLY) === 0) look(block);
  }
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
