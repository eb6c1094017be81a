// Which files are of interest to findings that look at files one by one: those with syntax errors, policy.conf files, those
// with a module statement. Most policies have none of them, and after an edit a thousand trees need not be asked.
// It keeps up with the list of sources (compile.ts) and judges nothing.

import { N_MODULE } from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Source } from "./face.ts";

export class FileFacts {
  /** files whose text has syntax errors */
  readonly withErrors = new Set<number>();
  /** policy.conf files */
  readonly confs = new Set<number>();
  /** files with module statements at their top level: the nodes of these */
  readonly modules = new Map<number, readonly number[]>();

  /** Takes a file's new version in; undefined for a file that is gone. */
  note(id: number, source: Source | undefined): void {
    mark(this.withErrors, id, source !== undefined && source.tree.errors.length > 0);
    mark(this.confs, id, source?.role === "conf");
    const statements = source === undefined ? [] : moduleStatements(source);
    if (statements.length > 0) this.modules.set(id, statements);
    else this.modules.delete(id);
  }
}

function mark(set: Set<number>, id: number, isIn: boolean): void {
  if (isIn) set.add(id);
  else set.delete(id);
}

function moduleStatements({ role, tree }: Source): readonly number[] {
  return role === "te" || role === "conf"
    ? topLevel(tree).filter((node) => tree.kind[node] === N_MODULE)
    : [];
}

/** The statements of a file's top level. */
export function topLevel(tree: SyntaxTree): number[] {
  const found: number[] = [];
  const stop = tree.end[0] as number;
  for (let node = 1; node < stop; node = tree.end[node] as number) found.push(node);
  return found;
}
