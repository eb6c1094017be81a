// Code actions: the repairs of the findings in a range, "fix all of this kind in the file", and directives that silence
// a finding in place. What a repair does to the compiled policy is said in its title. Errors of the compiler get no
// directive, because none would silence them. A client that resolves edits gets them when an action is taken, made anew
// from the finding as it stands then; an action whose finding has gone comes back without an edit.

import type { CodeActionParams } from "vscode-languageserver-protocol";
import { type CodeAction, CodeActionKind, type WorkspaceEdit } from "vscode-languageserver-types";
import { applyFixes } from "../checks/applyFixes.ts";
import { rowOf } from "../checks/catalogue/catalogue.ts";
import type { Fix, TextChange } from "../checks/fix.ts";
import type { Finding } from "../compiler/face.ts";
import { lineAt, lineSpan } from "../workspace/lines.ts";
import type { SourceFile } from "../workspace/snapshot.ts";
import { toDiagnostic } from "./diagnostics.ts";
import { type EditAbilities, PLAIN_EDITS, workspaceEdit } from "./rename/workspaceEdit.ts";
import { offsetOf, type View } from "./view.ts";

export const FIX_ALL_KIND = "source.fixAll.selinux";
export const CODE_ACTION_KINDS: readonly string[] = [CodeActionKind.QuickFix, FIX_ALL_KIND];

/** What a client takes in code actions. */
export interface ActionAbilities {
  readonly edits: EditAbilities;
  /** it asks for the edit when an action is taken */
  readonly resolves: boolean;
}

const PLAIN_ACTIONS: ActionAbilities = { edits: PLAIN_EDITS, resolves: false };

/** What an action is resolved from: a repair of a finding, or all repairs of an id ("" for every id). */
type ActionData = { readonly path: string } & (
  | { readonly fix: string; readonly code: string; readonly start: number; readonly message: string }
  | { readonly fixAll: string }
);

/** The actions for a range of a file. */
export function codeActions(
  view: View,
  file: SourceFile,
  params: CodeActionParams,
  abilities: ActionAbilities = PLAIN_ACTIONS,
): CodeAction[] {
  if (file.foreign || file.generated) return [];
  const { only } = params.context;
  const wants = (kind: string): boolean =>
    only === undefined || only.some((asked) => asked === "" || `${kind}.`.startsWith(`${asked}.`));
  const start = offsetOf(view, file, params.range.start);
  const end = offsetOf(view, file, params.range.end);
  const here = view.snapshot
    .shownFindings(file.id)
    .filter((finding) => finding.start <= end && finding.end >= start);
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) actions.push(...repairs(view, file, here, abilities));
  if (wants(FIX_ALL_KIND))
    actions.push(...fixAll(view, file, only === undefined ? here : undefined, abilities));
  if (wants(CodeActionKind.QuickFix)) actions.push(...silence(view, file, here, abilities));
  return actions;
}

/** The file that an action of ours is about. */
export function codeActionPath(action: CodeAction): string | undefined {
  return dataOf(action)?.path;
}

/** An action with its edit; as it was when it is none of ours, or when what it repairs has gone. */
export function resolveCodeAction(view: View, action: CodeAction, { edits }: ActionAbilities): CodeAction {
  const data = dataOf(action);
  const file = data === undefined ? undefined : view.snapshot.fileAt(data.path);
  if (data === undefined || file === undefined) return action;
  const changes = "fix" in data ? changesOf(view, file, data) : allChanges(view, file, data.fixAll);
  if (changes === undefined) return action;
  return { ...action, edit: editOf(view, changes, edits) };
}

function dataOf({ data }: CodeAction): ActionData | undefined {
  if (typeof data !== "object" || data === null || typeof data.path !== "string") return undefined;
  return typeof data.fix === "string" || typeof data.fixAll === "string" ? (data as ActionData) : undefined;
}

/** The repairs of findings. Two findings with one repair get one action; of each finding one repair is preferred. */
function repairs(
  view: View,
  file: SourceFile,
  here: readonly Finding[],
  abilities: ActionAbilities,
): readonly CodeAction[] {
  const byRepair = new Map<string, CodeAction>();
  for (const finding of here) {
    let hasPreferred = false;
    for (const fix of view.snapshot.fixes(finding)) {
      const isPreferred: boolean = fix.preferred && !hasPreferred;
      hasPreferred ||= isPreferred;
      const key = `${fix.title} ${JSON.stringify(fix.changes)}`;
      const known = byRepair.get(key);
      if (known === undefined) byRepair.set(key, repair(view, file, finding, fix, isPreferred, abilities));
      else {
        known.diagnostics?.push(toDiagnostic(view, file, finding));
        if (isPreferred) known.isPreferred = true;
      }
    }
  }
  return [...byRepair.values()];
}

function repair(
  view: View,
  file: SourceFile,
  finding: Finding,
  fix: Fix,
  isPreferred: boolean,
  { edits, resolves }: ActionAbilities,
): CodeAction {
  const { path } = file;
  const { code, start, message } = finding;
  const data: ActionData = { path, fix: fix.title, code, start, message };
  return {
    title: titleOf(fix),
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(view, file, finding)],
    ...(isPreferred ? { isPreferred: true } : {}),
    ...(resolves ? { data } : { edit: editOf(view, fix.changes, edits) }),
  };
}

function titleOf({ title, policy }: Fix): string {
  return policy === "same" ? title : `${title} (${policy.changes})`;
}

/** What a repair changes now. The finding may have moved: of several with the same words the nearest is meant. */
function changesOf(
  view: View,
  file: SourceFile,
  data: Extract<ActionData, { fix: string }>,
): readonly TextChange[] | undefined {
  const same = view.snapshot
    .shownFindings(file.id)
    .filter(({ code, message }) => code === data.code && message === data.message)
    .sort((a, b) => Math.abs(a.start - data.start) - Math.abs(b.start - data.start));
  const [finding] = same;
  if (finding === undefined) return undefined;
  return view.snapshot.fixes(finding).find(({ title }) => title === data.fix)?.changes;
}

/** One action for each id in `here`, or a single one for every id when a client asks for this kind only. */
function fixAll(
  view: View,
  file: SourceFile,
  here: readonly Finding[] | undefined,
  { edits, resolves }: ActionAbilities,
): CodeAction[] {
  const ids = here === undefined ? [""] : [...new Set(here.map((finding) => finding.code))];
  return ids.flatMap((id): CodeAction[] => {
    const fixes = allFixes(view, file, id, resolves ? (id === "" ? 1 : 2) : Number.POSITIVE_INFINITY);
    if (fixes.length < (id === "" ? 1 : 2)) return [];
    const title = id === "" ? "Fix all that can be fixed in this file" : `Fix all ${id} in this file`;
    const data: ActionData = { path: file.path, fixAll: id };
    if (resolves) return [{ title, kind: FIX_ALL_KIND, data }];
    return [{ title, kind: FIX_ALL_KIND, edit: editOf(view, allChanges(view, file, id, fixes), edits) }];
  });
}

/** The safe repairs of an id in a file, at most `most`. */
function allFixes(view: View, file: SourceFile, id: string, most: number): readonly Fix[] {
  const found: Fix[] = [];
  for (const finding of view.snapshot.shownFindings(file.id)) {
    if (found.length >= most) break;
    if (id !== "" && finding.code !== id) continue;
    const fix = view.snapshot.fixes(finding).find((one) => one.preferred && one.policy === "same");
    if (fix !== undefined) found.push(fix);
  }
  return found;
}

function allChanges(
  view: View,
  file: SourceFile,
  id: string,
  fixes: readonly Fix[] = allFixes(view, file, id, Number.POSITIVE_INFINITY),
): readonly TextChange[] {
  const { applied } = applyFixes(fixes, (other) => (other === file.id ? file.text : undefined));
  return applied.flatMap((fix) => fix.changes);
}

/** Directives, one for each id: for the line and for the file. */
function silence(
  view: View,
  file: SourceFile,
  here: readonly Finding[],
  { edits }: ActionAbilities,
): CodeAction[] {
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
      edit: editOf(view, [{ file: file.id, start: at, end: at, text }], edits),
    });
    return [
      action(`Disable ${code} for this line`, line.start, `${indent}# sels-disable-next-line ${code}: \n`),
      action(`Disable ${code} for this file`, 0, `# sels-disable-file ${code}: \n`),
    ];
  });
}

function editOf(view: View, changes: readonly TextChange[], abilities: EditAbilities): WorkspaceEdit {
  const rewrites = changes.flatMap(({ file, start, end, text }) => {
    const source = view.snapshot.file(file);
    return source === undefined || source.generated ? [] : [{ file: source, start, end, text }];
  });
  return workspaceEdit(view, rewrites, abilities);
}
