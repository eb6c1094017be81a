// A file's tokens with their types, kept from one version to the next: statements that an edit did not touch are not
// looked at again while the policy answers what was asked about them as before. Equal to a fresh computation.

import { sameStatements } from "../../../grammar/syntax/sameStatements.ts";
import type { SameStatements, SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { Compiled } from "../../compiler/face.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import {
  type ClassifiedTokens,
  classifyTokens,
  droppedOptionals,
  type Evidence,
  isCurrent,
  noEvidence,
} from "./classify.ts";

/** All tokens of one version of a file. */
export interface KeptTokens extends ClassifiedTokens {
  readonly tree: SyntaxTree;
  readonly evidence: Evidence;
  /** the policy that was asked, which tokens do not keep alive when it has been compiled anew, and the state of its names */
  readonly asked: { readonly compiled: WeakRef<Compiled>; readonly generation: number };
  readonly dropped: readonly number[];
}

/** The tokens of a file, and what of them is as it was; `before` is what was known of an earlier version. */
export function classifyFile(
  snapshot: Snapshot,
  file: SourceFile,
  before?: KeptTokens,
): { readonly classified: KeptTokens; readonly same?: SameStatements } {
  const { compiled } = snapshot;
  const { tree } = file;
  const dropped = droppedOptionals(snapshot, file);
  const same = before === undefined ? undefined : unchanged(compiled, tree, dropped, before);
  if (before === undefined || same === undefined) {
    const classified = emptyTokens(compiled, tree, dropped, noEvidence());
    classifyTokens(compiled, tree, [0, tree.tokens.count], classified, dropped, classified.evidence);
    return { classified };
  }
  const { head, tail, oldTail } = same;
  const classified = emptyTokens(compiled, tree, dropped, before.evidence);
  for (const column of ["type", "modifiers"] as const) {
    classified[column].set(before[column].subarray(0, head));
    classified[column].set(before[column].subarray(oldTail), tail);
  }
  classifyTokens(compiled, tree, [head, tail], classified, dropped, classified.evidence);
  return { classified, same };
}

function emptyTokens(
  compiled: Compiled,
  tree: SyntaxTree,
  dropped: readonly number[],
  evidence: Evidence,
): KeptTokens {
  const { count } = tree.tokens;
  const columns = { first: 0, type: new Uint8Array(count), modifiers: new Uint8Array(count) };
  const asked = { compiled: new WeakRef(compiled), generation: compiled.namesGeneration() };
  return { ...columns, tree, dropped, evidence, asked };
}

/** What an edit left as it was; undefined when the policy says something else about it. */
function unchanged(
  compiled: Compiled,
  tree: SyntaxTree,
  dropped: readonly number[],
  before: KeptTokens,
): SameStatements | undefined {
  const { asked, evidence } = before;
  const isAsBefore = asked.compiled.deref() === compiled && asked.generation === compiled.namesGeneration();
  if (!isAsBefore && !isCurrent(compiled, evidence)) return undefined;
  const same = sameStatements(before.tree, tree);
  const { head, tail, oldTail } = same;
  const now = dropped.filter((token) => token < head || token >= tail);
  const then = before.dropped
    .filter((token) => token < head || token >= oldTail)
    .map((token) => (token < head ? token : token + tail - oldTail));
  return now.length === then.length && now.every((token, i) => token === then[i]) ? same : undefined;
}
