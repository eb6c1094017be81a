// `sels check --fix`: applies the preferred repairs round by round until nothing is left to repair. Only repairs that
// leave the compiled policy as it is are taken, unless the user asks for the others too. Files are written at the
// end (writeSource.ts).

import { applyFixes } from "../checks/applyFixes.ts";
import type { Fix } from "../checks/fix.ts";
import type { Finding } from "../compiler/face.ts";
import { isWithin, relativeTo } from "../workspace/paths.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { counted } from "./report/report.ts";
import type { Terminal } from "./terminal.ts";
import { writeSource } from "./writeSource.ts";

/** Rounds before we stop: repairs that undo each other would go on for ever. */
const MOST_ROUNDS = 40;

export interface FixRun {
  readonly dryRun: boolean;
  /** repairs that change the policy, too */
  readonly unsafe: boolean;
}

/** Repairs what lies at or below the paths; gives the number of repairs. */
export function fixFindings(
  workspace: Workspace,
  paths: readonly string[],
  run: FixRun,
  terminal: Terminal,
): number {
  const texts = new Map<string, string>();
  const titles = new Map<string, number>();
  let total = 0;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    terminal.progress("fixing, round", round, MOST_ROUNDS);
    const changed = workspace.snapshots().flatMap((snapshot) => {
      const { texts: fresh, applied } = applyFixes(fixesOf(snapshot, paths, run.unsafe), (id) => {
        const file = snapshot.file(id);
        return file === undefined || file.foreign || file.generated ? undefined : file.text;
      });
      total += applied.length;
      for (const { title } of applied) titles.set(title, (titles.get(title) ?? 0) + 1);
      return [...fresh].map(([id, text]) => [snapshot.file(id)?.path ?? "", text] as const);
    });
    if (changed.length === 0) break;
    for (const [path, text] of changed) {
      texts.set(path, text);
      workspace.open(path, `file://${path}`, round, text);
    }
  }
  terminal.endProgress();
  if (!run.dryRun) for (const [path, text] of texts) writeSource(path, text);
  for (const [title, count] of titles) terminal.err(`  ${title}${count > 1 ? ` (${count} times)` : ""}\n`);
  const files = [...texts.keys()].map((path) => relativeTo(path, terminal.cwd)).join(", ");
  const verb = run.dryRun ? "would be applied" : "applied";
  terminal.err(
    `${counted(total, "fix").replace("fixs", "fixes")} ${verb}${files === "" ? "" : ` in ${files}`}\n`,
  );
  if (!run.unsafe && workspace.snapshots().some((snapshot) => fixesOf(snapshot, paths, true).length > 0))
    terminal.err("other repairs change the policy: --unsafe-fixes makes them, too\n");
  return total;
}

function fixesOf(snapshot: Snapshot, paths: readonly string[], unsafe: boolean): readonly Fix[] {
  const { root } = snapshot.project;
  const whole = paths.some((path) => isWithin(root, path));
  const findings = snapshot.files().flatMap((file) => {
    if (file.foreign || file.generated) return [];
    if (!whole && !paths.some((path) => isWithin(file.path, path))) return [];
    return snapshot.findings(file.id);
  });
  const taken = (list: readonly Finding[]): readonly Fix[] =>
    list.flatMap((finding) => {
      const fixes = snapshot
        .fixes(finding)
        .filter((fix) => fix.preferred && (unsafe || fix.policy === "same"));
      return fixes.slice(0, 1);
    });
  // What is said about a text that cannot be read may not be so once it can, nor what hangs on names that are unknown:
  // syntax is mended first, then other errors.
  const errors = findings.filter(({ severity }) => severity === "error");
  const syntax = taken(errors.filter(({ code }) => isSyntax(code)));
  if (syntax.length > 0) return syntax;
  const grave = taken(errors);
  return grave.length > 0 ? grave : taken(findings);
}

function isSyntax(code: string): boolean {
  return code.startsWith("parse-") || code === "fc-syntax";
}
