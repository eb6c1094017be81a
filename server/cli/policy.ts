// The policy that a query asks: sources, which know where each rule comes from, or a kernel binary, which does not.

import { resolve } from "node:path";
import type { PolicyDb } from "../policydb/policydb.ts";
import { isBinaryPolicy } from "../workspace/discover.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { openProject, type SourceOptions } from "./load.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import { openBinary } from "./openBinary.ts";
import type { Terminal } from "./terminal.ts";

export interface QueriedPolicy {
  readonly db: PolicyDb;
  /** undefined for a binary policy */
  readonly snapshot: Snapshot | undefined;
}

/** Options of every query. */
export interface PolicyOptions extends SourceOptions {
  readonly policy?: string;
}

/** Opens `--policy`, by default the current directory. */
export function openPolicy(options: PolicyOptions, terminal: Terminal): QueriedPolicy {
  const given = options.policy ?? ".";
  const path = resolve(terminal.cwd, given);
  const files = createNodeFileSystem();
  if (files.stat(path)?.kind === "file" && isBinaryPolicy(files, path))
    return openBinary(files.readFile(path) ?? new Uint8Array(), given);
  const snapshot = openProject(given, options, terminal);
  return { db: snapshot.compiled.db, snapshot };
}
