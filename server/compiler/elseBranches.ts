// The else branch of an optional block may neither declare nor require anything (declare_symbol and require_symbol of
// checkpolicy's module_compiler.c), by itself or by what it calls; optional blocks inside of it may. Told at the statement
// or call in the branch, whether the branch is in the policy or not.

import { isReached, relatedCallsOf } from "./callers.ts";
import { OP_CALL, OP_DECL, OP_GENREQUIRE, OP_OPTIONAL, OP_REQUIRE, SYM_PERMISSION } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findingSink.ts";
import { originSite } from "./origin.ts";

/** Reports what else branches declare or require. There are few of them: every one is looked at after each edit. */
export function elseFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { blocks } = compiled.state;
  const declares = new Map<number, boolean>();
  for (const block of blocks.elses)
    if (isCurrent(compiled, block) && isReached(compiled, blocks.maker.at[block] as number))
      judge(compiled, sink, block, declares);
}

/** True when the code that a branch was made for leads to it still. */
function isCurrent(compiled: CompiledPolicy, branch: number): boolean {
  const { code, blocks } = compiled.state;
  for (const at of compiled.operations(blocks.maker.at[branch] as number))
    if (code.at[at] === OP_OPTIONAL && code.at[at + 2] === branch) return true;
  return false;
}

function judge(
  compiled: CompiledPolicy,
  sink: FindingSink,
  branch: number,
  declares: Map<number, boolean>,
): void {
  const { code } = compiled.state;
  for (const at of compiled.operations(branch)) {
    // A class is required together with its permissions: once is enough.
    if (code.at[at] !== OP_CALL && code.at[at + 1] === SYM_PERMISSION) continue;
    if (!isDeclaration(compiled, at, declares)) continue;
    const does = code.at[at] === OP_CALL ? "this call does" : "this does";
    sink.add(
      originSite(compiled, branch, at),
      "error",
      "else-declares",
      `the else branch of an optional block cannot declare or require anything, and ${does}`,
      relatedCallsOf(compiled, branch),
    );
  }
}

/** True for an operation that declares or requires, itself or in what it calls. */
function isDeclaration(compiled: CompiledPolicy, at: number, declares: Map<number, boolean>): boolean {
  const { code } = compiled.state;
  const op = code.at[at];
  if (op === OP_DECL || op === OP_REQUIRE || op === OP_GENREQUIRE) return true;
  if (op !== OP_CALL) return false;
  const block = code.at[at + 1] as number;
  const known = declares.get(block);
  if (known !== undefined) return known;
  declares.set(block, false);
  let found = false;
  for (const inner of compiled.operations(block)) found ||= isDeclaration(compiled, inner, declares);
  declares.set(block, found);
  return found;
}
