/**
 * Refactorings at a selection of a small tree (`«…»` marks it), and on a whole tree: the texts that an offer makes, and
 * what the offer does to the policy that is compiled from scratch out of them.
 */
import type {
  CodeAction,
  CreateFile,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver-types";
import { comparePolicies } from "../../../server/analysis/policyDiff/compare.ts";
import { changeText } from "../../../server/checks/applyFixes.ts";
import { refactorActions, resolveRefactor } from "../../../server/features/refactor/refactor.ts";
import type { RefactorAbilities } from "../../../server/features/refactor/refactoring.ts";
import type { SourceFile, View } from "../../../server/features/refactor/selection.ts";
import { toRange } from "../../../server/features/view.ts";
import { linesOf, offsetAt } from "../../../server/workspace/lines.ts";
import { createMemoryFileSystem } from "../../../server/workspace/memoryFileSystem.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { parseFixture, TINY_TREE } from "../../support/fixture.ts";

export const LAZY: RefactorAbilities = {
  edits: { documentChanges: true, annotations: true, renamesFiles: true, makesFiles: true },
  resolves: true,
};
export const EAGER: RefactorAbilities = {
  edits: { documentChanges: false, annotations: false, renamesFiles: false },
  resolves: false,
};

/** What stands at a selection. */
export interface Offered {
  readonly view: View;
  readonly file: SourceFile;
  readonly actions: readonly CodeAction[];
  readonly files: ReadonlyMap<string, string>;
}

/** The policy of some files. */
export function snapshotOf(files: ReadonlyMap<string, string>): Snapshot {
  const workspace = new Workspace(createMemoryFileSystem(new Map(files)));
  runToEnd(workspace.addRoot("/"));
  const [snapshot] = workspace.snapshots();
  if (snapshot === undefined) throw new Error("no policy");
  return snapshot;
}

/** The view of a snapshot, as a client with files on its disk has it. */
export function viewOf(snapshot: Snapshot): View {
  return { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
}

/** The actions for offsets of a file. */
export function actionsFor(
  view: View,
  file: SourceFile,
  start: number,
  end: number,
  abilities: RefactorAbilities = LAZY,
  only?: string[],
): CodeAction[] {
  const range = toRange(view, file, start, end);
  const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
  return refactorActions(view, file, { textDocument: { uri: "" }, range, context }, abilities);
}

/** Offers for `«…»` in text that follows the small tree. */
export function offered(text: string, abilities: RefactorAbilities = LAZY, only?: string[]): Offered {
  const { files } = parseFixture(TINY_TREE + text);
  let selection: { path: string; start: number; end: number } | undefined;
  for (const [path, content] of files) {
    const start = content.indexOf("«");
    if (start < 0) continue;
    selection = { path, start, end: content.indexOf("»") - 1 };
    files.set(path, content.replace(/[«»]/g, ""));
  }
  if (selection === undefined) throw new Error("nothing is selected");
  const view = viewOf(snapshotOf(files));
  const file = view.snapshot.fileAt(selection.path);
  if (file === undefined) throw new Error(`${selection.path} is no source`);
  const { start, end } = selection;
  return { view, file, files, actions: actionsFor(view, file, start, end, abilities, only) };
}

/** The files after an action with this title was taken. */
export function taken(given: Offered, title: string | RegExp): Map<string, string> {
  const action = given.actions.find((one) =>
    typeof title === "string" ? one.title === title : title.test(one.title),
  );
  if (action === undefined)
    throw new Error(`no ${String(title)} among ${given.actions.map((one) => one.title).join("; ")}`);
  const { edit } = action.edit === undefined ? resolveRefactor(given.view, action, LAZY) : action;
  return applyEdit(edit ?? {}, given.files);
}

/** Files after a workspace edit. */
export function applyEdit(edit: WorkspaceEdit, files: ReadonlyMap<string, string>): Map<string, string> {
  const after = new Map(files);
  const changes = (edit.documentChanges ?? []) as (TextDocumentEdit | CreateFile)[];
  for (const change of changes) {
    if ("kind" in change) {
      after.set(pathOf(change.uri), after.get(pathOf(change.uri)) ?? "");
      continue;
    }
    const text = after.get(pathOf(change.textDocument.uri));
    if (text === undefined) throw new Error(`no file ${change.textDocument.uri}`);
    after.set(pathOf(change.textDocument.uri), edited(text, change.edits as Edits));
  }
  for (const [uri, edits] of Object.entries(edit.changes ?? {}))
    after.set(pathOf(uri), edited(after.get(pathOf(uri)) ?? "", edits));
  return after;
}

type Edits = readonly TextEdit[];

function edited(text: string, edits: Edits): string {
  const lines = linesOf(text);
  return changeText(
    text,
    edits.map(({ range, newText }) => ({
      file: 0,
      start: offsetAt(lines, range.start),
      end: offsetAt(lines, range.end),
      text: newText,
    })),
  );
}

function pathOf(uri: string): string {
  return uri.replace("file://", "");
}

/** What the policy says after, and did not before (and the other way round). */
export function policyChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const { changes } = comparePolicies(snapshotOf(before).compiled.db, snapshotOf(after).compiled.db);
  return changes.map(({ sign, text }) => `${sign} ${text}`);
}

/** Errors of the compiler in some files. */
export function errorsOf(files: ReadonlyMap<string, string>): string[] {
  const { compiled } = snapshotOf(files);
  return [...compiled.findings().values()]
    .flat()
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message);
}
