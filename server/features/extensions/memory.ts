// The size of a policy in the server: what the command `selinux.memoryUsage` says of each, so that “why does it take so much”
// has an answer. Counts are of what is kept, not of bytes: these are the process's.

import type { View } from "../view.ts";

export interface PolicySize {
  readonly root: string;
  readonly kind: string;
  readonly files: number;
  /** of all texts */
  readonly characters: number;
  readonly tokens: number;
  readonly nodes: number;
  readonly types: number;
  readonly interfaces: number;
  /** entries of the access vector table */
  readonly rules: number;
}

/** Counts what a policy holds. */
export function policySize({ snapshot, uriOf }: View): PolicySize {
  const { compiled, project } = snapshot;
  const files = snapshot.files();
  const sum = (count: (file: (typeof files)[number]) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    root: uriOf(project.root),
    kind: project.kind,
    files: files.length,
    characters: sum(({ text }) => text.length),
    tokens: sum(({ tree }) => tree.tokens.count),
    nodes: sum(({ tree }) => tree.count),
    types: compiled.db.types.nprim,
    interfaces: compiled.macros().length,
    rules: compiled.db.avtab.length,
  };
}
