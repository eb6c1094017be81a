/** Code actions: repairs, fix-all and directives, as edits that do what their titles say. */
import { expect, it } from "vitest";
import type { CodeAction, TextEdit } from "vscode-languageserver-types";
import { changeText } from "../../server/checks/applyFixes.ts";
import {
  codeActionPath,
  codeActions,
  FIX_ALL_KIND,
  resolveCodeAction,
} from "../../server/features/codeAction.ts";
import { offsetAt } from "../../server/workspace/lines.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import type { Snapshot, SourceFile } from "../../server/workspace/snapshot.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";

const APP = "/p/policy/modules/apps/app.te";
const TEXT =
  "policy_module(app, 1.0)\n\ntype app_t;\nallow app_t self:file { write read };\n  allow app_t self:dir { search getattr };\nallow app_t no_t:file read;\n";

function open(text: string): { snapshot: Snapshot; file: SourceFile } {
  const workspace = new Workspace(
    createMemoryFileSystem(new Map([...parseFixture(TINY_TREE).files, [APP, text]])),
  );
  runToEnd(workspace.addRoot("/"));
  runToEnd(workspace.catchUp());
  const snapshot = workspace.snapshotOf(APP) as Snapshot;
  return { snapshot, file: snapshot.fileAt(APP) as SourceFile };
}

function actionsAt(text: string, line: number, only?: string[]): { actions: CodeAction[]; file: SourceFile } {
  const { snapshot, file } = open(text);
  const view = { snapshot, encoding: "utf-16", uriOf: (path: string) => `file://${path}` } as const;
  const range = { start: { line, character: 0 }, end: { line, character: 80 } };
  const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
  return { actions: codeActions(view, file, { textDocument: { uri: "" }, range, context }), file };
}

function after({ actions, file }: { actions: CodeAction[]; file: SourceFile }, title: RegExp): string {
  const edits: readonly TextEdit[] =
    actions.find((action) => title.test(action.title))?.edit?.changes?.[`file://${APP}`] ?? [];
  const changes = edits.map(({ range, newText }) => ({
    file: 0,
    start: offsetAt(file.lines, range.start),
    end: offsetAt(file.lines, range.end),
    text: newText,
  }));
  return changeText(file.text, changes);
}

it("repairs the finding at the place, and all of its kind in the file", () => {
  const given = actionsAt(TEXT, 3);
  const quick = given.actions.filter((action) => action.kind === "quickfix" && action.isPreferred === true);
  expect(quick.length).toBeGreaterThan(0);
  expect(after(given, /^Fix all C-005/)).toBe(
    TEXT.replace("write read", "read write").replace("search getattr", "getattr search"),
  );
});

it("fixes everything when a client asks for that only", () => {
  const given = actionsAt(TEXT, 0, [FIX_ALL_KIND]);
  expect(given.actions.map((action) => action.kind)).toEqual([FIX_ALL_KIND]);
  expect(after(given, /^Fix all that/)).toContain("{ read write }");
});

it("silences a finding with a directive that works, and offers none for the compiler's errors", () => {
  const silenced = after(actionsAt(TEXT, 4), /^Disable C-005 for this line/);
  expect(silenced).toContain("  # sels-disable-next-line C-005: \n  allow app_t self:dir");
  const { snapshot, file } = open(silenced);
  const line = silenced.indexOf("self:dir");
  expect(snapshot.findings(file.id).filter((one) => one.code === "C-005" && one.start > line)).toEqual([]);
  const titles = actionsAt(TEXT, 5).actions.map((action) => action.title);
  expect(titles.filter((title) => title.includes("type-unknown"))).toEqual([]);
});

const ABLE = {
  edits: { documentChanges: true, annotations: false, renamesFiles: false },
  resolves: true,
} as const;

/** Actions on a line for a client that resolves edits, and the view to resolve them in. */
function lazyAt(text: string, line: number, only?: string[]) {
  const { snapshot, file } = open(text);
  const view = {
    snapshot,
    encoding: "utf-16",
    uriOf: (path: string) => `file://${path}`,
    versionOf: () => 7,
  } as const;
  const range = { start: { line, character: 0 }, end: { line, character: 80 } };
  const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
  return {
    view,
    file,
    actions: codeActions(view, file, { textDocument: { uri: "" }, range, context }, ABLE),
  };
}

function textAfter(file: SourceFile, action: CodeAction): string {
  const [edit] = action.edit?.documentChanges ?? [];
  if (edit === undefined || !("textDocument" in edit)) throw new Error("no edit of a document");
  expect(edit.textDocument).toEqual({ uri: `file://${APP}`, version: 7 });
  const changes = (edit.edits as TextEdit[]).map(({ range, newText }) => ({
    file: 0,
    start: offsetAt(file.lines, range.start),
    end: offsetAt(file.lines, range.end),
    text: newText,
  }));
  return changeText(file.text, changes);
}

it("makes edits when an action is taken, with the document's version", () => {
  const { view, file, actions } = lazyAt(TEXT, 3);
  const sort = actions.find(({ title }) => title === "Sort the permissions") as CodeAction;
  expect(sort.edit).toBeUndefined();
  expect(codeActionPath(sort)).toBe(APP);
  expect(textAfter(file, resolveCodeAction(view, sort, ABLE))).toBe(TEXT.replace("write read", "read write"));
  const all = actions.find(({ title }) => title.startsWith("Fix all C-005")) as CodeAction;
  expect(all.edit).toBeUndefined();
  expect(textAfter(file, resolveCodeAction(view, all, ABLE))).toBe(
    TEXT.replace("write read", "read write").replace("search getattr", "getattr search"),
  );
});

it("resolves an action at the finding's new place, and leaves one alone whose finding has gone", () => {
  const { actions } = lazyAt(TEXT, 3);
  const sort = actions.find(({ title }) => title === "Sort the permissions") as CodeAction;
  const moved = lazyAt(TEXT.replace("type app_t;", "# one\n# more\ntype app_t;"), 0);
  expect(textAfter(moved.file, resolveCodeAction(moved.view, sort, ABLE))).toContain(
    "self:file { read write };",
  );
  const mended = lazyAt(
    TEXT.replace("write read", "read write").replace("search getattr", "getattr search"),
    3,
  );
  expect(resolveCodeAction(mended.view, sort, ABLE).edit).toBeUndefined();
  expect(codeActionPath({ title: "x", data: { refactor: "y", path: APP } })).toBeUndefined();
});

it("prefers one repair of a finding, and says what it does to the policy", () => {
  const text = TEXT.replace("no_t", "ap_t");
  const { actions } = actionsAt(text, 5);
  const repairs = actions.filter(({ title }) => /^(?:Write|Declare)/.test(title));
  expect(repairs.map(({ title, isPreferred }) => [title, isPreferred])).toEqual([
    ["Write app_t (this is about app_t)", true],
    ["Declare type ap_t (adds type ap_t;)", undefined],
  ]);
  expect(after(actionsAt(text, 5), /^Write app_t/)).toContain("allow app_t app_t:file read;");
});
