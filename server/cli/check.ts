// `sels check`: every finding about the policies at some paths, in one of several forms. Exit code 1 when a finding
// reaches the fail level.

import { performance } from "node:perf_hooks";
import type { Finding, Severity, Site } from "../compiler/face.ts";
import { isWithin, relativeTo } from "../workspace/paths.ts";
import type { Answer } from "../workspace/resultCache.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type AnswerCache, replay } from "./launch.ts";
import { openWorkspace, type SourceOptions } from "./load.ts";
import { reportGcc } from "./report/gcc.ts";
import { reportJson } from "./report/json.ts";
import { reportPretty } from "./report/pretty.ts";
import { counted, type Report, type ReportFinding, type ReportSite, reaches } from "./report/report.ts";
import type { Terminal } from "./terminal.ts";

export type CheckFormat = "pretty" | "gcc" | "json";

export interface CheckOptions extends SourceOptions {
  readonly format: CheckFormat;
  /** findings at least as grave make the exit code 1 */
  readonly failLevel: Severity;
  /** findings less grave are not shown */
  readonly level: Severity;
}

/** Runs the command; gives the exit code. With a cache, the answer is kept there for the next time. */
export function runCheck(
  given: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
  cache?: AnswerCache,
): number {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const places = given.length === 0 ? ["."] : given;
  const { paths, snapshots } = openWorkspace(places, options, terminal, cache?.recording.files);
  const report = (time: () => number) => collectReport(snapshots, paths, options.level, terminal.cwd, time);
  const answer =
    cache === undefined
      ? undefined
      : cachedAnswer(
          report(() => cache.timeMark),
          options,
          terminal,
          cache,
        );
  if (answer !== undefined) return replay(answer, terminal, elapsed());
  const { out, err, code } = answerText(report(elapsed), options, terminal);
  terminal.out(out);
  terminal.err(err);
  return code;
}

function answerText(
  report: Report,
  options: CheckOptions,
  terminal: Terminal,
): { readonly out: string; readonly err: string; readonly code: number } {
  const out = render(report, options.format, terminal);
  const err = options.format === "json" ? "" : `${summaryLine(report, terminal)}\n`;
  const failed = report.findings.some((finding) => reaches(finding.severity, options.failLevel));
  return { out, err, code: failed ? 1 : 0 };
}

function cachedAnswer(
  report: Report,
  options: CheckOptions,
  terminal: Terminal,
  cache: AnswerCache,
): Answer | undefined {
  const { out, err, code } = answerText(report, options, terminal);
  return cache.keep(out, err, code);
}

function render(report: Report, format: CheckFormat, terminal: Terminal): string {
  if (format === "json") return reportJson(report);
  return format === "gcc" ? reportGcc(report) : reportPretty(report, terminal.colors, terminal.width);
}

/** The findings of some projects that lie at or below the paths asked for. */
export function collectReport(
  snapshots: readonly Snapshot[],
  paths: readonly string[],
  level: Severity,
  cwd: string,
  elapsed: () => number,
): Report {
  const findings: ReportFinding[] = [];
  const files = new Set<string>();
  let elsewhere = 0;
  for (const snapshot of snapshots) {
    const whole = paths.some((path) => isWithin(snapshot.project.root, path));
    const wanted = (path: string) => whole || paths.some((given) => isWithin(path, given));
    for (const notice of snapshot.project.notices)
      if (reaches(notice.severity, level) && wanted(notice.path))
        findings.push({
          ...notice,
          file: relativeTo(notice.path, cwd),
          lines: undefined,
          start: 0,
          end: 0,
          related: [],
        });
    for (const file of snapshot.files()) {
      const asked = wanted(file.path) && !file.foreign;
      if (asked) files.add(file.path);
      for (const finding of snapshot.findings(file.id)) {
        if (!reaches(finding.severity, level)) continue;
        if (asked) findings.push(reportFinding(snapshot, finding, cwd));
        else if (!file.foreign) elsewhere++;
      }
    }
  }
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return {
    findings,
    summary: {
      files: files.size,
      projects: snapshots.length,
      errors: count("error"),
      warnings: count("warning"),
      informations: count("information"),
      hints: count("hint"),
      elsewhere,
      milliseconds: Math.round(elapsed()),
    },
  };
}

function reportFinding(snapshot: Snapshot, finding: Finding, cwd: string): ReportFinding {
  const { severity, code, message } = finding;
  const related = finding.related.map((site) => ({
    ...reportSite(snapshot, site, cwd),
    message: site.message,
  }));
  return { ...reportSite(snapshot, finding, cwd), severity, code, message, related };
}

/** A place of a project as reporters take it. */
export function reportSite(snapshot: Snapshot, site: Site, cwd: string): ReportSite {
  const file = snapshot.file(site.file);
  return {
    file: file === undefined ? "?" : relativeTo(file.path, cwd),
    lines: file?.lines,
    start: site.start,
    end: site.end,
  };
}

function summaryLine(report: Report, terminal: Terminal): string {
  const { summary } = report;
  const { colors } = terminal;
  const parts: string[] = [];
  if (summary.errors > 0) parts.push(colors.red(counted(summary.errors, "error")));
  if (summary.warnings > 0) parts.push(colors.yellow(counted(summary.warnings, "warning")));
  const others = summary.informations + summary.hints;
  if (others > 0) parts.push(counted(others, "remark"));
  const verdict = parts.length === 0 ? colors.green("no findings") : parts.join(", ");
  const scope = `${counted(summary.files, "file")}, ${summary.milliseconds} ms`;
  const rest = summary.elsewhere > 0 ? `; ${summary.elsewhere} more elsewhere in the policy` : "";
  return `${verdict} (${scope})${rest}`;
}
