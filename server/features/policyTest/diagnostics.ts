// Diagnostics of a policy test file in an editor: what `sels test` says, at the same places. The file is no source of
// the policy: its text is handed in, and which policy it tests is decided here, by where it lies.

import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver-types";
import { parsePolicyTest } from "../../../grammar/policyTest/policyTest.ts";
import type { Severity } from "../../compiler/face.ts";
import { type Lines, type PositionEncoding, positionAt } from "../../workspace/lines.ts";
import { directoryOf, isWithin } from "../../workspace/paths.ts";
import { toLocation, type View } from "../view.ts";
import { type TestFinding, testPolicy } from "./findings.ts";

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Editors get slow with more on one file. */
const MOST_DIAGNOSTICS = 1000;

/** The policy that a test file is about: the innermost around it, else the only one; undefined when that is not clear. */
export function testedView(views: readonly View[], path: string): View | undefined {
  const rootOf = ({ snapshot: { project } }: View) =>
    project.kind === "policy.conf" ? directoryOf(project.root) : project.root;
  const around = views
    .filter((view) => isWithin(path, rootOf(view)))
    .sort((a, b) => rootOf(b).length - rootOf(a).length);
  return around[0] ?? (views.length === 1 ? views[0] : undefined);
}

/** What is wrong in a test file that no policy is known for. */
export function orphanDiagnostics(lines: Lines, encoding: PositionEncoding): Diagnostic[] {
  const { errors, assertions } = parsePolicyTest(lines.text);
  const found = errors.map(({ start, end, message }): Diagnostic => {
    const range = { start: positionAt(lines, start, encoding), end: positionAt(lines, end, encoding) };
    return { range, severity: DiagnosticSeverity.Error, code: "test-syntax", source: "selinux", message };
  });
  const [first] = assertions;
  if (first === undefined) return found;
  const range = {
    start: positionAt(lines, first.start, encoding),
    end: positionAt(lines, first.end, encoding),
  };
  const message = "nothing is tested: it is not clear which policy this file is about";
  return [
    ...found,
    { range, severity: DiagnosticSeverity.Warning, code: "test-policy", source: "selinux", message },
  ];
}

/** What is wrong in a test file. */
export function policyTestDiagnostics(view: View, lines: Lines): Diagnostic[] {
  const { snapshot } = view;
  const { findings } = testPolicy({ db: snapshot.compiled.db, snapshot }, lines.text);
  return findings.slice(0, MOST_DIAGNOSTICS).map((finding) => toDiagnostic(view, lines, finding));
}

function toDiagnostic(view: View, lines: Lines, finding: TestFinding): Diagnostic {
  const related = finding.related.flatMap((site) => {
    const location = toLocation(view, site);
    return location === undefined ? [] : [{ location, message: site.message }];
  });
  return {
    range: {
      start: positionAt(lines, finding.start, view.encoding),
      end: positionAt(lines, finding.end, view.encoding),
    },
    severity: SEVERITY[finding.severity],
    code: finding.code,
    source: "selinux",
    message: finding.message,
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}
