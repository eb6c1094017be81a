// A baseline: findings that are accepted, so that only new ones fail. A finding is known again by its file, its id and
// the text of its line, and counted, so lines may move; a finding whose line is changed is new. Paths are relative to
// the baseline's directory. Entries that no finding needs any more are told, and go with --update-baseline.

import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { lineAt, lineSpan } from "../workspace/lines.ts";
import type { ReportFinding } from "./report/report.ts";
import { UsageError } from "./terminal.ts";

/** How often each identity is accepted. */
type Accepted = Map<string, number>;

export interface BaselineResult {
  readonly fresh: readonly ReportFinding[];
  readonly accepted: number;
  /** accepted once, and not found any more */
  readonly gone: number;
}

/** Takes the accepted findings away. */
export function withoutAccepted(
  findings: readonly ReportFinding[],
  file: string,
  cwd: string,
): BaselineResult {
  const left = readBaseline(file);
  const fresh: ReportFinding[] = [];
  for (const finding of findings) {
    const key = identityOf(finding, file, cwd);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    else fresh.push(finding);
  }
  let gone = 0;
  for (const count of left.values()) gone += count;
  return { fresh, accepted: findings.length - fresh.length, gone };
}

/** Writes today's findings as accepted. */
export function writeBaseline(findings: readonly ReportFinding[], file: string, cwd: string): void {
  const counts: Accepted = new Map();
  for (const finding of findings) {
    const key = identityOf(finding, file, cwd);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const entries = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify({ version: 1, accepted: entries }, null, 1)}\n`);
    renameSync(temporary, file);
  } catch (error) {
    throw new UsageError(`${file}: cannot be written (${error instanceof Error ? error.message : error})`);
  }
}

function readBaseline(file: string): Accepted {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${file}: no such baseline; --update-baseline makes it`);
  }
  try {
    const value = JSON.parse(text) as { version?: unknown; accepted?: unknown };
    if (value.version === 1 && typeof value.accepted === "object" && value.accepted !== null)
      return new Map(
        Object.entries(value.accepted).filter(
          (entry): entry is [string, number] => typeof entry[1] === "number",
        ),
      );
  } catch {}
  throw new UsageError(`${file}: not a baseline of this program`);
}

/** Path, id and a hash of the line's text without its blanks at both ends. */
function identityOf(finding: ReportFinding, file: string, cwd: string): string {
  const path = relative(dirname(file), resolve(cwd, finding.file)).replaceAll("\\", "/");
  return `${path}|${finding.code}|${lineHash(finding)}`;
}

/** A hash that moves with the line; of the message where there is no line. */
export function lineHash(finding: ReportFinding): string {
  let text = finding.message;
  if (finding.lines !== undefined) {
    const { start, end } = lineSpan(finding.lines, lineAt(finding.lines, finding.start));
    text = finding.lines.text.slice(start, end).trim().replace(/\s+/g, " ");
  }
  return createHash("sha1").update(text).digest("hex").slice(0, 12);
}
