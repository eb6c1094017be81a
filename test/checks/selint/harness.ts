/**
 * Runs SELint's checks directly over a snapshot, without the runner: what a check says is what it says, whatever the
 * settings and comments would make of it.
 */

import { parseSubstitutions } from "../../../server/analysis/labelling/lookup.ts";
import type { Check, CheckContext, CheckFile } from "../../../server/checks/check.ts";
import { SELINT_CHECKS } from "../../../server/checks/selint/index.ts";
import type { Finding } from "../../../server/compiler/face.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";

export type Found = Omit<Finding, "severity">;

/** Settings: id → key → value. */
export type Options = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A context over a snapshot. */
export function contextOf(snapshot: Snapshot, options: Options = {}): CheckContext {
  const shared = new Map<string, unknown>();
  const trees = new Map<string, unknown>();
  const remember = <T>(table: Map<string, unknown>, key: string, make: () => T): T => {
    if (!table.has(key)) table.set(key, make());
    return table.get(key) as T;
  };
  return {
    compiled: snapshot.compiled,
    substitutions: parseSubstitutions(snapshot.project.substitutions ?? ""),
    file: (id) => snapshot.file(id),
    files: () => snapshot.files(),
    option: (id, key) => options[id]?.[key],
    prepare: function* () {},
    shared: (key, make) => remember(shared, key, make),
    perTree: (key, file, make) => remember(trees, `${key} ${file.id}`, () => make(file)),
  };
}

/** The findings of some checks (all by default) about the project's own files, in the order of files and places. */
export function runChecks(
  snapshot: Snapshot,
  options: Options = {},
  checks: readonly Check[] = SELINT_CHECKS,
): readonly Found[] {
  const context = contextOf(snapshot, options);
  const found: Found[] = [];
  for (const file of context.files()) {
    if (file.foreign) continue;
    const mine: Found[] = [];
    for (const check of checks) runOn(check, context, file, mine);
    found.push(...mine.sort((a, b) => a.start - b.start || (a.code < b.code ? -1 : 1)));
  }
  return found;
}

function runOn(check: Check, context: CheckContext, file: CheckFile, into: Found[]): void {
  if (check.scope === "whole" || !check.roles.includes(file.role)) return;
  const report = (said: Omit<Found, "file" | "related"> & Partial<Pick<Found, "related">>) => {
    into.push({ related: [], ...said, file: file.id });
  };
  if (check.scope === "text") check.run(file, context.option, report);
  else for (const _ of check.run(context, file, report) ?? []);
}
