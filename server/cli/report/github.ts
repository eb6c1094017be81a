// Annotations of GitHub Actions: workflow commands, one a line, with the escapes that the runner undoes.

import { type Report, type ReportFinding, rangeOf } from "./report.ts";

const COMMANDS = { error: "error", warning: "warning", information: "notice", hint: "notice" } as const;

/** One workflow command a finding. */
export function reportGithub(report: Report): string {
  return report.findings
    .map((finding) => {
      const properties = [`file=${property(finding.file)}`];
      if (finding.lines !== undefined) {
        const { start, end } = rangeOf(finding);
        properties.push(`line=${start.line + 1}`, `endLine=${end.line + 1}`);
        // Columns are refused for findings over several lines.
        if (start.line === end.line)
          properties.push(`col=${start.character + 1}`, `endColumn=${end.character + 1}`);
      }
      properties.push(`title=${property(finding.code)}`);
      return `::${COMMANDS[finding.severity]} ${properties.join(",")}::${data(messageOf(finding))}\n`;
    })
    .join("");
}

function messageOf({ message, lines, offset }: ReportFinding): string {
  return lines === undefined && offset !== undefined ? `byte ${offset}: ${message}` : message;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
