// SARIF 2.1.0, for code scanning. Rules are the catalogue's rows that have findings; paths are relative to the working
// directory. Columns count UTF-16 code units and start at 1; a fingerprint is the hash of the finding's line and its
// count, so that a finding is known again when lines move.

import { rowOf } from "../../checks/catalogue/catalogue.ts";
import { explanationOf } from "../../features/explanations.ts";
import { lineHash } from "../baseline.ts";
import { version } from "../version.ts";
import { type Report, type ReportFinding, type ReportSite, rangeOf } from "./report.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const LEVELS = { error: "error", warning: "warning", information: "note", hint: "note" } as const;

/** One JSON document with a final newline. */
export function reportSarif(report: Report): string {
  const ids = [...new Set(report.findings.map((finding) => finding.code))].sort();
  const counts = new Map<string, number>();
  const results = report.findings.map((finding) => {
    const hash = `${finding.file}:${finding.code}:${lineHash(finding)}`;
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return {
      ruleId: finding.code,
      ruleIndex: ids.indexOf(finding.code),
      level: LEVELS[finding.severity],
      message: { text: finding.message },
      locations: [{ physicalLocation: physicalLocation(finding) }],
      ...relatedOf(finding),
      partialFingerprints: { "selsLine/v1": `${lineHash(finding)}:${count}` },
    };
  });
  const driver = {
    name: "sels",
    semanticVersion: version(),
    version: version(),
    rules: ids.map(ruleOf),
  };
  const run = {
    tool: { driver },
    columnKind: "utf16CodeUnits",
    results,
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

function ruleOf(id: string): object {
  const row = rowOf(id);
  const explained = explanationOf(id);
  const level = row?.severity;
  const text = row?.summary ?? explained?.title ?? id;
  const help = explained?.text ?? row?.why;
  return {
    id,
    shortDescription: { text },
    ...(help === undefined ? {} : { help: { text: help, markdown: help }, fullDescription: { text: help } }),
    defaultConfiguration:
      level === "off" ? { enabled: false } : { level: level === undefined ? "error" : LEVELS[level] },
    ...(row === undefined ? {} : { properties: { tags: [row.category, row.origin] } }),
  };
}

function relatedOf(finding: ReportFinding): object {
  if (finding.related.length === 0) return {};
  const relatedLocations = finding.related.map((site, index) => ({
    id: index + 1,
    message: { text: site.message },
    physicalLocation: physicalLocation(site),
  }));
  return { relatedLocations };
}

function physicalLocation(site: ReportSite): object {
  const uri = site.file.split("/").map(encodeURIComponent).join("/");
  const artifactLocation = { uri: site.file.startsWith("/") ? `file://${uri}` : uri };
  if (site.lines === undefined)
    return site.offset === undefined
      ? { artifactLocation }
      : { artifactLocation, region: { byteOffset: site.offset, byteLength: 0 } };
  const { start, end } = rangeOf(site);
  const region = {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
  return { artifactLocation, region };
}
