// Findings as JSON, ranges as in LSP (0-based, UTF-16 columns, end exclusive); a byte offset in files without lines.

import { type Report, rangeOf } from "./report.ts";

/** One JSON document with a final newline. */
export function reportJson(report: Report): string {
  const findings = report.findings.map((finding) => ({
    file: finding.file,
    range: rangeOf(finding),
    ...(finding.offset === undefined ? {} : { offset: finding.offset }),
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    related: finding.related.map((related) => ({
      file: related.file,
      range: rangeOf(related),
      message: related.message,
    })),
  }));
  return `${JSON.stringify({ findings, summary: report.summary }, null, 2)}\n`;
}
