// Findings for people: severity, code and message, the place, the source line with the bad name underlined, and
// the related places in the same form. Tabs become blanks so that carets stand where they should; very long lines
// are shown in part, around the finding. Pure: colours are handed in.

import { lineSpan, positionAt } from "../../workspace/lines.ts";
import type { Colors } from "../terminal.ts";
import { placeOf, type Report, type ReportFinding, type ReportSite } from "./report.ts";

const TAB = "    ";
/** Related places beyond this number are only counted. */
const MOST_RELATED = 5;

/** All findings, each followed by an empty line. */
export function reportPretty(report: Report, colors: Colors, width: number): string {
  return report.findings.map((finding) => prettyFinding(finding, colors, width)).join("");
}

function prettyFinding(finding: ReportFinding, colors: Colors, width: number): string {
  const paint = paintOf(finding.severity, colors);
  const name = finding.severity === "information" ? "info" : finding.severity;
  let text = `${paint(colors.bold(name))}${paint(`[${finding.code}]`)}${colors.bold(`: ${finding.message}`)}\n`;
  text += excerpt(finding, colors, paint, "^", width);
  for (const related of finding.related.slice(0, MOST_RELATED)) {
    text += `${colors.cyan("note")}: ${related.message}\n`;
    text += excerpt(related, colors, colors.cyan, "-", width);
  }
  const more = finding.related.length - MOST_RELATED;
  if (more > 0) text += `${colors.dim(`… and ${more} more related places`)}\n`;
  return `${text}\n`;
}

function paintOf(severity: ReportFinding["severity"], colors: Colors): (text: string) => string {
  if (severity === "error") return colors.red;
  if (severity === "warning") return colors.yellow;
  return severity === "information" ? colors.blue : colors.green;
}

/** The arrow line with the place, and the source line with its underline. */
function excerpt(
  site: ReportSite,
  colors: Colors,
  paint: (text: string) => string,
  mark: string,
  width: number,
): string {
  if (site.lines === undefined) return `  ${colors.dim("-->")} ${placeOf(site)}\n`;
  const { line } = positionAt(site.lines, site.start);
  const number = String(line + 1);
  const gutter = " ".repeat(number.length);
  const { shown, from, length } = cropLine(site, line, Math.max(40, width - number.length - 4));
  const bar = colors.dim("|");
  return [
    `${gutter}${colors.dim("-->")} ${placeOf(site)}`,
    `${gutter} ${bar}`,
    `${colors.dim(number)} ${bar} ${shown}`,
    `${gutter} ${bar} ${" ".repeat(from)}${paint(mark.repeat(Math.max(1, length)))}`,
    "",
  ].join("\n");
}

/** The line as shown, and where in it the finding lies. A finding over several lines is marked on the first. */
function cropLine(
  site: ReportSite,
  line: number,
  width: number,
): { shown: string; from: number; length: number } {
  const lines = site.lines as NonNullable<ReportSite["lines"]>;
  const { start, end } = lineSpan(lines, line);
  const stop = Math.min(Math.max(site.end, site.start), Math.max(end, site.start));
  const before = visible(lines.text.slice(start, site.start));
  const marked = visible(lines.text.slice(site.start, stop));
  const after = visible(lines.text.slice(stop, Math.max(stop, Math.min(end, stop + width))));
  const whole = before + marked + after;
  if (whole.length <= width) return { shown: whole, from: before.length, length: marked.length };
  const skip = Math.max(0, Math.min(before.length - 20, before.length + marked.length - width + 20));
  const head = skip > 0 ? "…" : "";
  const shown = (head + whole.slice(skip + head.length)).slice(0, width);
  return {
    shown,
    from: before.length - skip,
    length: Math.min(marked.length, width - (before.length - skip)),
  };
}

/** Tabs as blanks, control characters as dots: what a terminal would do with them is anyone's guess. */
function visible(text: string): string {
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    result +=
      character === "\t" ? TAB : code < 32 || code === 127 || (code >= 0x80 && code < 0xa0) ? "·" : character;
  }
  return result;
}
