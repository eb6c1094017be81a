// The else branch of an optional block may neither declare nor require anything (declare_symbol and require_symbol of
// checkpolicy's module_compiler.c), by itself or by what it calls; optional blocks inside of it may. Told at the statement
// or call in the branch, whether the branch is in the policy or not.

import { OP_CALL, OP_DECL, OP_GENREQUIRE, OP_OPTIONAL, OP_REQUIRE, SYM_PERMISSION } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { FindingSink } from "./findings.ts";
import { originSite, relatedCallsOf } from "./provenance.ts";

/** Reports what else branches declare or require. */
export function elseFindings(compiled: CompiledPolicy, sink: FindingSink): void {
  const { code, blocks } = compiled.state;
  const seen = new Set<number>();
  const declares = new Map<number, boolean>();
  for (const applied of compiled.activation.appliedBlocks()) {
    if (((blocks.contents.at[applied] as number) & (1 << OP_OPTIONAL)) === 0) continue;
    // What stands in a branch that is off has optional blocks, too.
    const inside = [applied];
    for (let block = inside.pop(); block !== undefined; block = inside.pop()) {
      if (seen.has(block)) continue;
      seen.add(block);
      for (const at of compiled.operations(block)) {
        const op = code.at[at];
        if (op === OP_CALL && block !== applied) inside.push(code.at[at + 1] as number);
        if (op !== OP_OPTIONAL) continue;
        const otherwise = code.at[at + 2] as number;
        inside.push(code.at[at + 1] as number);
        if (otherwise < 0) continue;
        inside.push(otherwise);
        judge(compiled, sink, otherwise, declares);
      }
    }
  }
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
