// `file:line:column: severity: message [code]`, 1-based: what editors, make and CI logs have parsed for decades.

import { placeOf, type Report } from "./report.ts";

/** One line a finding; related places follow as notes. */
export function reportGcc(report: Report): string {
  let text = "";
  for (const finding of report.findings) {
    const severity =
      finding.severity === "information" || finding.severity === "hint" ? "info" : finding.severity;
    text += `${placeOf(finding)}: ${severity}: ${oneLine(finding.message)} [${finding.code}]\n`;
    for (const related of finding.related) text += `${placeOf(related)}: note: ${oneLine(related.message)}\n`;
  }
  return text;
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ");
}
