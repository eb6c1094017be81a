// `sels test`: the assertions of policy test files against the policy of their place. Exit code 1 when one fails or
// cannot be understood; 2 when there is nothing to test or no policy to test it with.

import { resolve } from "node:path";
import { isPolicyTest, POLICY_TEST_EXTENSION } from "../../grammar/policyTest/fileName.ts";
import type { AskedPolicy } from "../features/access/explain.ts";
import { type TestedFile, type TestFinding, testPolicy } from "../features/policyTest/findings.ts";
import { assertionText } from "../features/policyTest/wording.ts";
import { decodeSource } from "../workspace/decode.ts";
import { discover } from "../workspace/discover.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { type Lines, linesOf, positionAt } from "../workspace/lines.ts";
import { directoryOf, isWithin, relativeTo } from "../workspace/paths.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { openWorkspace, type SourceOptions, settingsOf } from "./load.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import { openPolicy } from "./policy.ts";
import { reportGcc } from "./report/gcc.ts";
import { reportGithub } from "./report/github.ts";
import { reportPretty } from "./report/pretty.ts";
import { counted, type Report, type ReportFinding } from "./report/report.ts";
import { reportSite } from "./report/site.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type ReportedTest, reportTestJson, reportTestJunit } from "./testReport.ts";

const TEST_FORMATS = ["pretty", "gcc", "json", "github", "junit"] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

export interface TestOptions extends SourceOptions {
  readonly format: TestFormat;
  readonly policy?: string;
  readonly verbose?: boolean;
}

/** How deep below a directory test files are looked for. */
const SEARCH_DEPTH = 20;

/** Runs the command; gives the exit code. */
export function runTest(given: readonly string[], options: TestOptions, terminal: Terminal): number {
  const started = performance.now();
  const files = createNodeFileSystem();
  const places = (given.length === 0 ? ["."] : given).map((path) => resolve(terminal.cwd, path));
  const paths = [...new Set(places.flatMap((place) => testFiles(files, place, terminal)))];
  if (paths.length === 0)
    throw new UsageError(
      `no ${POLICY_TEST_EXTENSION} file in ${given.length === 0 ? "the current directory" : given.join(", ")}`,
    );
  const policyOf = policies(files, options, terminal);
  const tests = paths.map((path) => runFile(files, path, policyOf(path), terminal.cwd));
  const milliseconds = Math.round(performance.now() - started);
  terminal.out(render(tests, milliseconds, options, terminal));
  if (options.format === "pretty" || options.format === "gcc")
    terminal.err(`${summaryLine(tests, milliseconds, terminal)}\n`);
  return tests.some((test) => test.findings.some(({ severity }) => severity === "error")) ? 1 : 0;
}

/** A test file itself, or those below a directory, by name. Links to directories are not followed. */
function testFiles(files: FileSystem, path: string, terminal: Terminal): readonly string[] {
  const kind = files.stat(path)?.kind;
  if (kind === undefined)
    throw new UsageError(`${relativeTo(path, terminal.cwd)}: no such file or directory`);
  if (kind === "file") return [path];
  const found: string[] = [];
  const search = (directory: string, depth: number): void => {
    for (const entry of files.list(directory) ?? []) {
      const below = directory === "/" ? `/${entry.name}` : `${directory}/${entry.name}`;
      if (entry.kind === "file") {
        if (isPolicyTest(entry.name)) found.push(below);
      } else if (
        depth > 0 &&
        !entry.symbolicLink &&
        entry.name !== "node_modules" &&
        !entry.name.startsWith(".")
      )
        search(below, depth - 1);
    }
  };
  search(path, SEARCH_DEPTH);
  return found.sort();
}

/** The policy of a test file: the one that is named, or that of the nearest directory above that has one. */
function policies(
  files: FileSystem,
  options: TestOptions,
  terminal: Terminal,
): (path: string) => AskedPolicy {
  if (options.policy !== undefined) {
    const policy = openPolicy(options, terminal);
    return () => policy;
  }
  const opened = new Map<string, readonly Snapshot[]>();
  return (path) => {
    const directory = policyDirectory(files, path, options, terminal.cwd);
    let snapshots = opened.get(directory);
    if (snapshots === undefined) {
      snapshots = openWorkspace([directory], options, terminal).snapshots;
      opened.set(directory, snapshots);
    }
    const holding = snapshots
      .filter(({ project }) => isWithin(path, project.root))
      .sort((a, b) => b.project.root.length - a.project.root.length);
    const snapshot = holding[0] ?? (snapshots.length === 1 ? snapshots[0] : undefined);
    if (snapshot !== undefined) return { db: snapshot.compiled.db, snapshot };
    const roots = snapshots.map(({ project }) => relativeTo(project.root, terminal.cwd)).join(", ");
    throw new UsageError(
      `${relativeTo(path, terminal.cwd)}: there are several policies (${roots}); name one with --policy`,
    );
  };
}

/** The nearest directory above a file with a policy at or below it; not above the current directory. */
function policyDirectory(files: FileSystem, path: string, options: TestOptions, cwd: string): string {
  const settings = settingsOf(options);
  for (let directory = directoryOf(path); ; directory = directoryOf(directory)) {
    if (discover(files, directory, settings).length > 0) return directory;
    if (directory === cwd || directory === "/" || !isWithin(directory, cwd)) break;
  }
  throw new UsageError(`${relativeTo(path, cwd)}: no policy found above it; name one with --policy`);
}

function runFile(files: FileSystem, path: string, policy: AskedPolicy, cwd: string): ReportedTest {
  const bytes = files.readFile(path);
  if (bytes === undefined) throw new UsageError(`${relativeTo(path, cwd)}: cannot be read`);
  const { text } = decodeSource(bytes);
  const lines = linesOf(text);
  const file = relativeTo(path, cwd);
  const tested = testPolicy(policy, text);
  const findings = tested.findings.map((finding) => reportFinding(policy, finding, file, lines, cwd));
  return { file, lines, assertions: reportedAssertions(tested, findings, text), findings };
}

function reportedAssertions(
  { assertions, findings }: TestedFile,
  reported: readonly ReportFinding[],
  text: string,
): ReportedTest["assertions"] {
  return assertions.map(({ assertion, outcome, finding }) => ({
    start: assertion.start,
    end: assertion.end,
    tests: assertion.tests,
    text: assertionText(text, assertion),
    outcome,
    finding: finding === undefined ? undefined : reported[findings.indexOf(finding)],
  }));
}

function reportFinding(
  { snapshot }: AskedPolicy,
  { start, end, severity, code, message, related }: TestFinding,
  file: string,
  lines: Lines,
  cwd: string,
): ReportFinding {
  const sites = snapshot === undefined ? [] : related;
  return {
    file,
    lines,
    start,
    end,
    severity,
    code,
    message,
    related: sites.map((site) => ({
      ...reportSite(snapshot as Snapshot, site, cwd),
      message: site.message,
    })),
  };
}

function render(
  tests: readonly ReportedTest[],
  milliseconds: number,
  { format, verbose }: TestOptions,
  terminal: Terminal,
): string {
  if (format === "json") return reportTestJson(tests, milliseconds);
  if (format === "junit") return reportTestJunit(tests);
  const report = reportOf(tests, milliseconds);
  if (format === "github") return reportGithub(report);
  if (format === "gcc") return reportGcc(report);
  const listed = verbose === true ? tests.map((test) => listing(test, terminal)).join("") : "";
  return listed + reportPretty(report, terminal.colors, terminal.width);
}

/** Every assertion with its outcome. */
function listing({ file, lines, assertions }: ReportedTest, { colors }: Terminal): string {
  const marks = { passed: colors.green("pass"), failed: colors.red("FAIL"), invalid: colors.yellow("????") };
  const rows = assertions.map(({ start, text, outcome, tests }) => {
    const around = tests.length === 0 ? "" : colors.dim(`${tests.join(" › ")} › `);
    return `${marks[outcome]} ${colors.dim(`${file}:${positionAt(lines, start).line + 1}`)} ${around}${text}\n`;
  });
  return `${rows.join("")}\n`;
}

function reportOf(tests: readonly ReportedTest[], milliseconds: number): Report {
  const findings = tests.flatMap((test) => test.findings);
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    findings,
    summary: {
      files: tests.length,
      projects: 1,
      errors: count("error"),
      warnings: count("warning"),
      informations: count("information"),
      hints: 0,
      elsewhere: 0,
      milliseconds,
    },
  };
}

function summaryLine(tests: readonly ReportedTest[], milliseconds: number, { colors }: Terminal): string {
  const assertions = tests.flatMap((test) => test.assertions);
  const count = (outcome: string) => assertions.filter((one) => one.outcome === outcome).length;
  const mistakes = tests
    .flatMap((test) => test.findings)
    .filter(({ severity, code }) => severity === "error" && code !== "test-failed").length;
  const parts = [colors.green(`${count("passed")} passed`)];
  if (count("failed") > 0) parts.push(colors.red(`${count("failed")} failed`));
  if (mistakes > 0) parts.push(colors.red(counted(mistakes, "mistake")));
  return `${parts.join(", ")} (${counted(tests.length, "file")}, ${milliseconds} ms)`;
}
