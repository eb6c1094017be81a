// `sels check`: every finding about the policies at some paths, in one of several forms. Exit code 1 when a finding
// reaches the fail level.

import { resolve } from "node:path";
import type { Finding, Severity } from "../compiler/face.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { linesOf } from "../workspace/lines.ts";
import { isWithin, relativeTo } from "../workspace/paths.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { eachOnce, sourcePaths, sourcePlace } from "../workspace/sourcePlace.ts";
import { withoutAccepted, writeBaseline } from "./baseline.ts";
import { onChangedLines } from "./changedLines.ts";
import { type BinaryOptions, binaryFindings, isForBinary } from "./checkBinary.ts";
import { fixFindings } from "./fix.ts";
import { type Launched, replay } from "./launch.ts";
import { type OpenedWorkspace, openWorkspace, type SourceOptions, settingsOf } from "./load.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import { reportGcc } from "./report/gcc.ts";
import { reportGithub } from "./report/github.ts";
import { reportJson } from "./report/json.ts";
import { reportJunit } from "./report/junit.ts";
import { reportPretty } from "./report/pretty.ts";
import { counted, type Report, type ReportFinding, reaches } from "./report/report.ts";
import { reportSarif } from "./report/sarif.ts";
import { reportSite } from "./report/site.ts";
import type { Terminal } from "./terminal.ts";

export const CHECK_FORMATS = ["pretty", "gcc", "json", "sarif", "github", "junit"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export interface CheckOptions extends SourceOptions, BinaryOptions {
  readonly format: CheckFormat;
  /** findings at least as grave make the exit code 1 */
  readonly failLevel: Severity;
  /** findings less grave are not shown */
  readonly level: Severity;
  /** a file of accepted findings */
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  /** only findings on lines that changed since */
  readonly changedSince?: string;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly unsafeFixes?: boolean;
}

/** Runs the command; gives the exit code. With a cache, the answer is kept there for the next time. */
export function runCheck(
  given: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
  launched?: Launched,
): number {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const files = launched?.files ?? createNodeFileSystem();
  const places = given.length === 0 ? ["."] : given;
  const kernels = places.filter((place) => isForBinary(files, resolve(terminal.cwd, place)));
  const binaries = aboutBinaries(kernels, options, files, terminal.cwd);
  const sources = places.filter((place) => !kernels.includes(place));
  const opened = openWorkspace(sources, options, terminal, files);
  const snapshots = fixed(opened, options, terminal);
  const notes: string[] = [];
  const report = (time: () => number): Report => {
    const all = collectReport(snapshots, opened.paths, options.level, terminal.cwd, time);
    return narrow(withBinaries(all, binaries), options, terminal, notes);
  };
  const cache = launched?.cache;
  if (cache !== undefined) {
    const { out, err, code } = answerText(
      report(() => cache.timeMark),
      options,
      terminal,
    );
    const answer = cache.keep(out, err, code);
    if (answer !== undefined) return replay(answer, terminal, elapsed());
  }
  const { out, err, code } = answerText(report(elapsed), options, terminal);
  terminal.out(out);
  terminal.err(err);
  for (const note of notes) terminal.err(`${note}\n`);
  return code;
}

/** The projects, repaired where that was asked for. */
function fixed(
  { workspace, paths, snapshots }: OpenedWorkspace,
  options: CheckOptions,
  terminal: Terminal,
): readonly Snapshot[] {
  const dryRun = options.fixDryRun === true;
  if (options.fix !== true && !dryRun) return snapshots;
  fixFindings(workspace, paths, { dryRun, unsafe: options.unsafeFixes === true }, terminal);
  return workspace.snapshots();
}

interface AboutBinaries {
  readonly findings: readonly ReportFinding[];
  /** binaries and lists of contexts */
  readonly files: number;
}

function aboutBinaries(
  places: readonly string[],
  options: CheckOptions,
  files: FileSystem,
  cwd: string,
): AboutBinaries {
  const paths = places.map((place) => resolve(cwd, place));
  const contexts = (options.contexts ?? []).map((list) => resolve(cwd, list));
  const findings = binaryFindings(paths, { ...options, contexts }, settingsOf(options), files, cwd);
  return {
    findings: findings.filter(({ severity }) => reaches(severity, options.level)),
    files: paths.length + contexts.length,
  };
}

function withBinaries(report: Report, { findings, files }: AboutBinaries): Report {
  if (files === 0) return report;
  const all = [...findings, ...report.findings];
  const { summary } = report;
  return { findings: all, summary: { ...summary, ...countsOf(all), files: summary.files + files } };
}

/** Leaves out what the baseline accepts and what lies on lines that did not change; writes the baseline. */
function narrow(report: Report, options: CheckOptions, terminal: Terminal, notes: string[]): Report {
  const { cwd } = terminal;
  let findings = report.findings;
  if (options.changedSince !== undefined) findings = onChangedLines(findings, options.changedSince, cwd);
  if (options.baseline !== undefined) {
    const file = resolve(cwd, options.baseline);
    if (options.updateBaseline === true) {
      writeBaseline(findings, file, cwd);
      notes.push(`${counted(findings.length, "finding")} accepted in ${options.baseline}`);
      findings = [];
    } else {
      const { fresh, accepted, gone } = withoutAccepted(findings, file, cwd);
      findings = fresh;
      if (accepted > 0) notes.push(`${counted(accepted, "finding")} accepted by ${options.baseline}`);
      if (gone > 0 && options.changedSince === undefined)
        notes.push(`${counted(gone, "accepted finding")} no longer there; --update-baseline forgets them`);
    }
  }
  if (findings === report.findings) return report;
  return { findings, summary: { ...report.summary, ...countsOf(findings) } };
}

function countsOf(
  findings: readonly ReportFinding[],
): Pick<Report["summary"], "errors" | "warnings" | "informations" | "hints"> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: count("error"),
    warnings: count("warning"),
    informations: count("information"),
    hints: count("hint"),
  };
}

function answerText(
  report: Report,
  options: CheckOptions,
  terminal: Terminal,
): { readonly out: string; readonly err: string; readonly code: number } {
  const out = render(report, options.format, terminal);
  const isForMachines = options.format !== "pretty" && options.format !== "gcc";
  const err = isForMachines ? "" : `${summaryLine(report, terminal)}\n`;
  const failed = report.findings.some((finding) => reaches(finding.severity, options.failLevel));
  return { out, err, code: failed ? 1 : 0 };
}

function render(report: Report, format: CheckFormat, terminal: Terminal): string {
  if (format === "json") return reportJson(report);
  if (format === "sarif") return reportSarif(report);
  if (format === "github") return reportGithub(report);
  if (format === "junit") return reportJunit(report);
  return format === "gcc" ? reportGcc(report) : reportPretty(report, terminal.colors, terminal.width);
}

/** The findings of some projects that lie at or below the paths asked for. */
function collectReport(
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
    findings.push(...configurationFindings(snapshot, level, cwd));
    for (const file of snapshot.files()) {
      const isAsked = (path: string) => wanted(path) && !file.foreign;
      for (const path of sourcePaths(file).filter(isAsked)) files.add(path);
      for (const finding of eachOnce(file, snapshot.findings(file.id, level))) {
        if (!reaches(finding.severity, level)) continue;
        if (isAsked(sourcePlace(file, finding.start, finding.end).path))
          findings.push(reportFinding(snapshot, finding, cwd));
        else if (!file.foreign) elsewhere++;
      }
    }
  }
  return {
    findings,
    summary: {
      files: files.size,
      projects: snapshots.length,
      ...countsOf(findings),
      elsewhere,
      milliseconds: Math.round(elapsed()),
    },
  };
}

/** What is wrong in the configuration files of a project. */
function configurationFindings(snapshot: Snapshot, level: Severity, cwd: string): ReportFinding[] {
  if (!reaches("error", level)) return [];
  return (snapshot.project.configuration?.problems ?? []).map(({ path, text, start, end, message }) => ({
    file: relativeTo(path, cwd),
    lines: linesOf(text),
    start,
    end,
    severity: "error",
    code: "config-invalid",
    message,
    related: [],
  }));
}

function reportFinding(snapshot: Snapshot, finding: Finding, cwd: string): ReportFinding {
  const { severity, code, message } = finding;
  const related = finding.related.map((site) => ({
    ...reportSite(snapshot, site, cwd),
    message: site.message,
  }));
  return { ...reportSite(snapshot, finding, cwd), severity, code, message, related };
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
