// Code actions: the repairs of the findings in a range, "fix all of this kind in the file", and directives that silence
// a finding in place. What a repair does to the compiled policy is said in its title. Errors of the compiler get no
// directive, because none would silence them.

import type { CodeActionParams } from "vscode-languageserver-protocol";
import {
  type CodeAction,
  CodeActionKind,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-types";
import { applyFixes } from "../checks/applyFixes.ts";
import { rowOf } from "../checks/catalogue/catalogue.ts";
import type { Fix, TextChange } from "../checks/fix.ts";
import type { Finding } from "../compiler/face.ts";
import { lineAt, lineSpan } from "../workspace/lines.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { toDiagnostic } from "./diagnostics.ts";
import { offsetOf, toRange, type View } from "./view.ts";

export const FIX_ALL_KIND = "source.fixAll.selinux";
export const CODE_ACTION_KINDS: readonly string[] = [CodeActionKind.QuickFix, FIX_ALL_KIND];

/** The actions for a range of a file. */
export function codeActions(view: View, file: SourceFile, params: CodeActionParams): CodeAction[] {
  if (file.foreign || file.generated) return [];
  const { only } = params.context;
  const wants = (kind: string): boolean =>
    only === undefined || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
  const start = offsetOf(view, file, params.range.start);
  const end = offsetOf(view, file, params.range.end);
  const here = view.snapshot
    .shownFindings(file.id)
    .filter((finding) => finding.start <= end && finding.end >= start);
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix))
    for (const finding of here)
      for (const fix of view.snapshot.fixes(finding)) actions.push(repair(view, file, finding, fix));
  if (wants(FIX_ALL_KIND)) actions.push(...fixAll(view, file, only === undefined ? here : undefined));
  if (wants(CodeActionKind.QuickFix)) actions.push(...silence(view, file, here));
  return actions;
}

function repair(view: View, file: SourceFile, finding: Finding, fix: Fix): CodeAction {
  const effect = fix.policy === "same" ? "" : ` (${fix.policy.changes})`;
  return {
    title: `${fix.title}${effect}`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(view, file, finding)],
    ...(fix.preferred ? { isPreferred: true } : {}),
    edit: workspaceEdit(view, fix.changes),
  };
}

/** One action for each id in `here`, or a single one for every id when a client asks for this kind only. */
function fixAll(view: View, file: SourceFile, here: readonly Finding[] | undefined): CodeAction[] {
  const ids = here === undefined ? undefined : new Set(here.map((finding) => finding.code));
  const byId = new Map<string, Fix[]>();
  for (const finding of view.snapshot.shownFindings(file.id)) {
    if (ids !== undefined && !ids.has(finding.code)) continue;
    const fix = view.snapshot.fixes(finding).find((one) => one.preferred && one.policy === "same");
    if (fix === undefined) continue;
    const key = ids === undefined ? "" : finding.code;
    const list = byId.get(key);
    if (list === undefined) byId.set(key, [fix]);
    else list.push(fix);
  }
  return [...byId]
    .filter(([, fixes]) => fixes.length > 1 || ids === undefined)
    .map(([id, fixes]) => {
      const { applied } = applyFixes(fixes, (other) => (other === file.id ? file.text : undefined));
      return {
        title: id === "" ? "Fix all that can be fixed in this file" : `Fix all ${id} in this file`,
        kind: FIX_ALL_KIND,
        edit: workspaceEdit(
          view,
          applied.flatMap((fix) => fix.changes),
        ),
      };
    });
}

/** Directives, one for each id: for the line and for the file. */
function silence(view: View, file: SourceFile, here: readonly Finding[]): CodeAction[] {
  const seen = new Set<string>();
  return here.flatMap((finding) => {
    const { code } = finding;
    const origin = rowOf(code)?.origin ?? "compiler";
    if (seen.has(code) || (finding.severity === "error" && origin === "compiler")) return [];
    if (code.startsWith("disable-") || code === "config-invalid") return [];
    seen.add(code);
    const line = lineSpan(file.lines, lineAt(file.lines, finding.start));
    const indent = /^[ \t]*/.exec(file.text.slice(line.start, line.end))?.[0] ?? "";
    const action = (title: string, at: number, text: string): CodeAction => ({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [toDiagnostic(view, file, finding)],
      edit: workspaceEdit(view, [{ file: file.id, start: at, end: at, text }]),
    });
    return [
      action(`Disable ${code} for this line`, line.start, `${indent}# sels-disable-next-line ${code}: \n`),
      action(`Disable ${code} for this file`, 0, `# sels-disable-file ${code}: \n`),
    ];
  });
}

function workspaceEdit(view: View, changes: readonly TextChange[]): WorkspaceEdit {
  const edits: Record<string, TextEdit[]> = {};
  for (const change of changes) {
    const file = view.snapshot.file(change.file);
    if (file === undefined || file.generated) continue;
    const uri = view.uriOf(file.path);
    edits[uri] ??= [];
    edits[uri].push({ range: toRange(view, file, change.start, change.end), newText: change.text });
  }
  return { changes: edits };
}
