// Which lines changed since a revision, from git: new files count whole. git is called without a shell, and the
// revision can be no option. What git cannot answer is a usage error.

import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { positionAt } from "../workspace/lines.ts";
import type { ReportFinding } from "./report/report.ts";
import { UsageError } from "./terminal.ts";

/** Changed lines by absolute path, each from and to (both included, from 1); undefined: the whole file. */
type Changed = ReadonlyMap<string, readonly (readonly [number, number])[] | undefined>;

/** The findings that lie on changed lines. */
export function onChangedLines(
  findings: readonly ReportFinding[],
  revision: string,
  cwd: string,
): readonly ReportFinding[] {
  const changed = changedSince(revision, cwd);
  return findings.filter((finding) => {
    const path = resolve(cwd, finding.file);
    if (!changed.has(path)) return false;
    const ranges = changed.get(path);
    if (ranges === undefined || finding.lines === undefined) return true;
    const first = positionAt(finding.lines, finding.start).line + 1;
    const last = positionAt(finding.lines, Math.max(finding.start, finding.end - 1)).line + 1;
    return ranges.some(([from, to]) => first <= to && last >= from);
  });
}

function changedSince(revision: string, cwd: string): Changed {
  if (revision.startsWith("-") || revision === "") throw new UsageError(`‘${revision}’ is no revision`);
  const top = git(cwd, ["rev-parse", "--show-toplevel"]).trim();
  git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  const changed = new Map<string, [number, number][] | undefined>();
  const flags = [
    "-c",
    "core.quotePath=false",
    "diff",
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--no-renames",
  ];
  let ranges: [number, number][] = [];
  for (const line of git(top, [...flags, revision, "--"]).split("\n")) {
    const file = /^\+\+\+ (?:b\/)?(.*?)\t?$/.exec(line);
    if (file !== null) {
      ranges = [];
      if (file[1] !== "/dev/null") changed.set(resolve(top, file[1] as string), ranges);
      continue;
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk === null) continue;
    const from = Number(hunk[1]);
    const count = Number(hunk[2] ?? "1");
    // Where lines were only taken away, what stands there now has changed its neighbours.
    ranges.push(count === 0 ? [from, from + 1] : [from, from + count - 1]);
  }
  const untracked = git(top, ["ls-files", "-z", "--others", "--exclude-standard"]).split("\0");
  for (const path of untracked) if (path !== "") changed.set(resolve(top, path), undefined);
  return changed;
}

function git(cwd: string, args: readonly string[]): string {
  try {
    return execFileSync("git", args, {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const said = (error as { stderr?: unknown }).stderr;
    const reason = typeof said === "string" ? (said.trim().split("\n")[0] ?? "") : "";
    throw new UsageError(`git: ${reason === "" ? `cannot answer ‘git ${args.join(" ")}’` : reason}`);
  }
}
