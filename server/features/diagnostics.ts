// Diagnostics of one file: the snapshot's findings in LSP terms. Pure; when and what to publish is the business of
// lsp/diagnosticsHub.ts.

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver-types";
import { type CheckTag, rowOf } from "../checks/catalogue/catalogue.ts";
import type { Finding, Severity } from "../compiler/face.ts";
import { linesOf } from "../workspace/lines.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { eachOnce, sourcePaths, sourcePlace } from "../workspace/sourcePlace.ts";
import { rangeIn, toLocation, toRange, type View } from "./view.ts";

/** Severities in the protocol's terms. */
export const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** How editors draw a finding: faded or struck out. */
const TAGS: Readonly<Record<CheckTag, DiagnosticTag>> = {
  unnecessary: DiagnosticTag.Unnecessary,
  deprecated: DiagnosticTag.Deprecated,
};

/** Codes that have no row in the catalogue. */
const OWN_TAGS: ReadonlyMap<string, readonly CheckTag[]> = new Map([
  ["optional-dropped", ["unnecessary"]],
  ["interface-deprecated", ["deprecated"]],
]);

/** Editors get slow with more on one file, and nobody reads them. */
const MOST_DIAGNOSTICS = 1000;

/** Diagnostics of a file: of all its findings, or of those that are given. */
export function diagnostics(
  view: View,
  file: SourceFile,
  findings = view.snapshot.shownFindings(file.id),
): Diagnostic[] {
  return findings.slice(0, MOST_DIAGNOSTICS).map((finding) => toDiagnostic(view, file, finding));
}

/** What is wrong in the configuration files of a project, by path. */
export function configurationDiagnostics(view: View): ReadonlyMap<string, Diagnostic[]> {
  const byPath = new Map<string, Diagnostic[]>();
  for (const { path, text, start, end, message } of view.snapshot.project.configuration?.problems ?? []) {
    listAt(byPath, path).push({
      range: rangeIn(linesOf(text), start, end, view),
      severity: DiagnosticSeverity.Error,
      code: "config-invalid",
      source: "selinux",
      message,
    });
  }
  return byPath;
}

/** What is wrong in the files from which sources were generated, by path; an empty list where nothing is. */
export function generatedDiagnostics(view: View): ReadonlyMap<string, readonly Diagnostic[]> {
  const byPath = new Map<string, Diagnostic[]>();
  const { snapshot } = view;
  for (const file of snapshot.files()) {
    if (!file.generated) continue;
    for (const path of sourcePaths(file)) listAt(byPath, path);
    const found = eachOnce(file, snapshot.shownFindings(file.id));
    for (const finding of found.slice(0, MOST_DIAGNOSTICS))
      listAt(byPath, sourcePlace(file, finding.start, finding.end).path).push(
        toDiagnostic(view, file, finding),
      );
  }
  return byPath;
}

function listAt(byPath: Map<string, Diagnostic[]>, path: string): Diagnostic[] {
  const list = byPath.get(path) ?? [];
  byPath.set(path, list);
  return list;
}

/** A finding in the protocol's terms. */
export function toDiagnostic(view: View, file: SourceFile, finding: Finding): Diagnostic {
  const related = finding.related.flatMap((site) => {
    const location = toLocation(view, site);
    return location === undefined ? [] : [{ location, message: site.message }];
  });
  const tags = (rowOf(finding.code)?.tags ?? OWN_TAGS.get(finding.code) ?? []).map((tag) => TAGS[tag]);
  return {
    range: toRange(view, file, finding.start, Math.max(finding.start, finding.end)),
    severity: SEVERITY[finding.severity],
    code: finding.code,
    ...(view.checkPages === undefined || rowOf(finding.code) === undefined
      ? {}
      : { codeDescription: { href: `${view.checkPages}${finding.code}.md` } }),
    source: "selinux",
    message: finding.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(tags.length === 0 ? {} : { tags }),
  };
}
