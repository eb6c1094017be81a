// JUnit's XML, which every CI shows: a suite for each file, a case for each finding; errors and warnings are failures.
// A run without findings has one case that passes, because some readers refuse an empty report.

import { placeOf, type Report, type ReportFinding } from "./report.ts";

/** One XML document. */
export function reportJunit(report: Report): string {
  const byFile = new Map<string, ReportFinding[]>();
  for (const finding of report.findings) {
    const list = byFile.get(finding.file);
    if (list === undefined) byFile.set(finding.file, [finding]);
    else list.push(finding);
  }
  const suites = [...byFile].map(([file, findings]) => {
    const failures = findings.filter(isFailure).length;
    const cases = findings.map(
      (finding) =>
        `    <testcase classname="${escapeXml(file)}" name="${escapeXml(`${finding.code} ${placeOf(finding)}`)}">${bodyOf(finding)}</testcase>\n`,
    );
    return `  <testsuite name="${escapeXml(file)}" tests="${findings.length}" failures="${failures}" errors="0">\n${cases.join("")}  </testsuite>\n`;
  });
  const none = `  <testsuite name="sels check" tests="1" failures="0" errors="0">\n    <testcase classname="sels" name="no findings"></testcase>\n  </testsuite>\n`;
  const tests = Math.max(1, report.findings.length);
  const failures = report.findings.filter(isFailure).length;
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="sels check" tests="${tests}" failures="${failures}">\n`;
  return `${head}${suites.length === 0 ? none : suites.join("")}</testsuites>\n`;
}

function isFailure({ severity }: ReportFinding): boolean {
  return severity === "error" || severity === "warning";
}

function bodyOf(finding: ReportFinding): string {
  const text = `${placeOf(finding)}: ${finding.severity}: ${finding.message}`;
  if (!isFailure(finding)) return `<system-out>${escapeXml(text)}</system-out>`;
  return `<failure type="${escapeXml(finding.code)}" message="${escapeXml(finding.message)}">${escapeXml(text)}</failure>`;
}

/** Text within an element or attribute. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "·")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
