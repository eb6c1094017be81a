/** A policy.conf as large as a whole policy's: colours come for what is shown, and edits deep in it keep everything right. */
import { expect, it } from "vitest";
import type { SemanticTokens } from "vscode-languageserver-types";
import { type ClientAbilities, FEATURES } from "../../server/features/index.ts";
import { DEFAULT_INLAY_SETTINGS } from "../../server/features/inlayHint.ts";
import type { View } from "../../server/features/view.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";

const CLIENT: ClientAbilities = {
  snippets: true,
  locationLinks: true,
  hierarchicalSymbols: true,
  inlayHints: DEFAULT_INLAY_SETTINGS,
};
const HEAD =
  "class file\nsid kernel\nclass file { read write }\ntype a_t;\nrole r;\nrole r types a_t;\nallow a_t a_t:file read;\n";
const RULES = 40_000;
const CONF = `${HEAD}${"allow a_t a_t:file write;\n".repeat(RULES)}allow a_t nope_t:file read;\nuser u roles r;\nsid kernel u:r:a_t\n`;
const PATH = "/c/policy.conf";

function open(): Workspace {
  const workspace = new Workspace(createMemoryFileSystem(new Map([[PATH, CONF]])));
  runToEnd(workspace.addRoot("/c"));
  workspace.open(PATH, `file://${PATH}`, 1, CONF);
  return workspace;
}

function ask(workspace: Workspace, method: string, params: object): unknown {
  const snapshot = workspace.snapshotOf(PATH);
  if (snapshot === undefined) throw new Error("no policy");
  const view: View = { snapshot, encoding: "utf-16", uriOf: (path) => `file://${path}` };
  return FEATURES.find((one) => one.method === method)?.answer(view, PATH, params, CLIENT);
}

it("semantic tokens are told for ranges, not at once", () => {
  const workspace = open();
  expect(ask(workspace, "textDocument/semanticTokens/full", {})).toBeUndefined();
  expect(ask(workspace, "textDocument/semanticTokens/full/delta", { previousResultId: "1" })).toBeUndefined();
  const range = { start: { line: 20_000, character: 0 }, end: { line: 20_001, character: 0 } };
  const { data } = ask(workspace, "textDocument/semanticTokens/range", { range }) as SemanticTokens;
  expect(data.length / 5).toBeGreaterThan(4);
  expect(data.length / 5).toBeLessThan(15);
});

it("findings far behind an edit move with it", () => {
  const workspace = open();
  const lineOf = (): number[] => {
    for (const _ of workspace.catchUp());
    const snapshot = workspace.snapshotOf(PATH);
    const file = snapshot?.fileAt(PATH);
    if (snapshot === undefined || file === undefined) throw new Error("no policy");
    return snapshot
      .findings(file.id)
      .filter(({ message }) => message.includes("nope_t"))
      .map(({ start }) => file.text.slice(0, start).split("\n").length - 1);
  };
  const line = HEAD.split("\n").length - 1 + RULES;
  expect(lineOf()).toEqual([line]);
  const at = { line: 20_000, character: 0 };
  workspace.change(PATH, 2, [{ range: { start: at, end: at }, text: "# a remark\n\n" }], "utf-16");
  expect(lineOf()).toEqual([line + 2]);
  const end = { line: 20_002, character: 0 };
  workspace.change(PATH, 3, [{ range: { start: at, end }, text: "" }], "utf-16");
  expect(lineOf()).toEqual([line]);
});
