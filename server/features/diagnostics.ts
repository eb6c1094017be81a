// Diagnostics of one file: the snapshot's findings in LSP terms. Pure; when and what to publish is the business of
// lsp/diagnosticsHub.ts.

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver-types";
import type { Finding, Severity } from "../compiler/face.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { toLocation, toRange, type View } from "./view.ts";

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Findings about text that has no effect (editors fade it), and about names that go away (they strike it out). */
const TAGS: ReadonlyMap<string, DiagnosticTag> = new Map([
  ["optional-dropped", DiagnosticTag.Unnecessary],
  ["interface-deprecated", DiagnosticTag.Deprecated],
]);

/** Editors get slow with more on one file, and nobody reads them. */
const MOST_DIAGNOSTICS = 1000;

/** All diagnostics of a file. */
export function diagnostics(view: View, file: SourceFile): Diagnostic[] {
  return view.snapshot
    .shownFindings(file.id)
    .slice(0, MOST_DIAGNOSTICS)
    .map((finding) => toDiagnostic(view, file, finding));
}

function toDiagnostic(view: View, file: SourceFile, finding: Finding): Diagnostic {
  const related = finding.related.flatMap((site) => {
    const location = toLocation(view, site);
    return location === undefined ? [] : [{ location, message: site.message }];
  });
  const tag = TAGS.get(finding.code);
  return {
    range: toRange(view, file, finding.start, Math.max(finding.start, finding.end)),
    severity: SEVERITY[finding.severity],
    code: finding.code,
    source: "selinux",
    message: finding.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(tag === undefined ? {} : { tags: [tag] }),
  };
}
