// Policy tests for other programs: as JSON and as JUnit's XML, where every assertion is a case, those that pass, too.

import type { Lines } from "../workspace/lines.ts";
import { escapeXml } from "./report/junit.ts";
import { placeOf, type ReportFinding, type ReportSite, rangeOf } from "./report/report.ts";

/** An assertion as reporters take it. */
export interface ReportedAssertion {
  readonly start: number;
  readonly end: number;
  /** names of the tests around it */
  readonly tests: readonly string[];
  /** as written, on one line */
  readonly text: string;
  readonly outcome: "passed" | "failed" | "invalid";
  /** why it failed */
  readonly finding: ReportFinding | undefined;
}

/** A test file with its outcomes. */
export interface ReportedTest {
  readonly file: string;
  readonly lines: Lines;
  readonly assertions: readonly ReportedAssertion[];
  readonly findings: readonly ReportFinding[];
}

/** One JSON document with a final newline; ranges as in LSP (0-based, UTF-16 columns, end exclusive). */
export function reportTestJson(tests: readonly ReportedTest[], milliseconds: number): string {
  const all = tests.flatMap((test) => test.assertions);
  const count = (outcome: string) => all.filter((one) => one.outcome === outcome).length;
  const assertions = tests.flatMap((test) =>
    test.assertions.map((one) => ({
      file: test.file,
      range: rangeOf(siteOf(test, one)),
      tests: one.tests,
      assertion: one.text,
      outcome: one.outcome,
    })),
  );
  const findings = tests.flatMap((test) =>
    test.findings.map((finding) => ({
      file: finding.file,
      range: rangeOf(finding),
      severity: finding.severity,
      code: finding.code,
      message: finding.message,
      related: finding.related.map((related) => ({
        file: related.file,
        range: rangeOf(related),
        message: related.message,
      })),
    })),
  );
  const summary = {
    files: tests.length,
    passed: count("passed"),
    failed: count("failed"),
    invalid: count("invalid"),
    milliseconds,
  };
  return `${JSON.stringify({ assertions, findings, summary }, null, 2)}\n`;
}

/** One XML document: a suite for each file, a case for each assertion, and one for each mistake in the file. */
export function reportTestJunit(tests: readonly ReportedTest[]): string {
  const suites = tests.map((test) => {
    const mistakes = test.findings.filter(
      ({ severity, code }) => severity === "error" && code !== "test-failed",
    );
    const cases = [
      ...test.assertions
        .filter((one) => one.outcome !== "invalid")
        .map((one) => caseText(test, placeOf(siteOf(test, one)), one.text, one.tests, one.finding)),
      ...mistakes.map((one) => caseText(test, placeOf(one), one.code, [], one)),
    ];
    const failures = test.assertions.filter((one) => one.outcome === "failed").length;
    return {
      cases: cases.length,
      failures,
      errors: mistakes.length,
      text: `  <testsuite name="${escapeXml(test.file)}" tests="${cases.length}" failures="${failures}" errors="${mistakes.length}">\n${cases.join("")}  </testsuite>\n`,
    };
  });
  const sum = (of: (suite: (typeof suites)[number]) => number) =>
    suites.reduce((total, suite) => total + of(suite), 0);
  const head = `<testsuites name="sels test" tests="${sum((s) => s.cases)}" failures="${sum((s) => s.failures)}" errors="${sum((s) => s.errors)}">\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}${suites.map((suite) => suite.text).join("")}</testsuites>\n`;
}

function caseText(
  { file }: ReportedTest,
  place: string,
  name: string,
  tests: readonly string[],
  finding: ReportFinding | undefined,
): string {
  const title = [...tests, `${name} (${place.slice(file.length + 1)})`].join(" › ");
  const head = `    <testcase classname="${escapeXml(file)}" name="${escapeXml(title)}">`;
  if (finding === undefined) return `${head}</testcase>\n`;
  const element = finding.code === "test-failed" ? "failure" : "error";
  const related = finding.related.map((site) => `\n  ${placeOf(site)}: ${site.message}`);
  const message = escapeXml(finding.message.split("\n")[0] ?? "");
  const body = escapeXml(`${place}: ${finding.message}${related.join("")}`);
  return `${head}<${element} type="${escapeXml(finding.code)}" message="${message}">${body}</${element}></testcase>\n`;
}

function siteOf({ file, lines }: ReportedTest, { start, end }: ReportedAssertion): ReportSite {
  return { file, lines, start, end };
}
