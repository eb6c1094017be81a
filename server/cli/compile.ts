// `sels compile`: sources become a kernel policy, with the bytes that m4 and checkpolicy would give. Errors in the
// sources stop it, as they stop checkpolicy: exit code 1, and the first of them on standard error. The file is written
// beside its place and then moved there, so that an old policy stays whole when anything fails.

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { canonicalPolicy } from "../compiler/canonical.ts";
import type { Finding } from "../compiler/face.ts";
import { writePolicy } from "../policydb/binary/write.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { openProject, type SourceOptions } from "./load.ts";
import { counted, placeOf } from "./report/report.ts";
import { reportSite } from "./report/site.ts";
import { type Terminal, UsageError } from "./terminal.ts";

/** Errors that are shown before the rest is only counted. */
const SHOWN_ERRORS = 20;

export interface CompileOptions extends SourceOptions {
  /** where the policy goes */
  readonly output: string;
  readonly policyvers: number;
}

/** Compiles the policy at a path. */
export function runCompile(path: string, options: CompileOptions, terminal: Terminal): number {
  const snapshot = openProject(path, options, terminal);
  const { compiled } = snapshot;
  if (compiled.options.mode === "modular")
    throw new UsageError(
      `${path}: loadable modules; only a policy tree or a policy.conf becomes a kernel policy`,
    );
  const errors = errorsOf(snapshot);
  if (errors.length > 0) {
    showErrors(snapshot, errors, terminal);
    return 1;
  }
  const {
    bytes,
    errors: refused,
    warnings,
  } = writePolicy(canonicalPolicy(compiled), {
    version: options.policyvers,
  });
  for (const { message } of warnings) terminal.err(`sels: warning: ${message}\n`);
  if (refused.length > 0) {
    for (const { message } of refused) terminal.err(`sels: ${path}: ${message}\n`);
    return 1;
  }
  save(bytes, resolve(terminal.cwd, options.output), options.output);
  return 0;
}

/** Errors in file contexts are none of the kernel policy's. */
function errorsOf(snapshot: Snapshot): Finding[] {
  const errors: Finding[] = [];
  const labels = new Set(
    snapshot.compiled
      .sources()
      .filter(({ role }) => role === "fc")
      .map(({ id }) => id),
  );
  for (const file of snapshot.files())
    if (!labels.has(file.id))
      for (const finding of snapshot.shownFindings(file.id))
        if (finding.severity === "error") errors.push(finding);
  return errors;
}

function showErrors(snapshot: Snapshot, errors: readonly Finding[], terminal: Terminal): void {
  for (const finding of errors.slice(0, SHOWN_ERRORS)) {
    const place = placeOf(reportSite(snapshot, finding, terminal.cwd));
    terminal.err(`${place}: error: ${finding.message} [${finding.code}]\n`);
  }
  terminal.err(`sels: ${counted(errors.length, "error")}, nothing is written\n`);
}

function save(bytes: Uint8Array, path: string, shown: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new UsageError(`${shown}: ${error instanceof Error ? error.message : "cannot be written"}`);
  }
}
