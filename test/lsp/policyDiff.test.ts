/**
 * What unsaved edits change, over real stdio: the request, the lens on a changed file, the command that shows it as a
 * virtual document which follows the edits; and that asking changes nothing.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { CodeLens } from "vscode-languageserver-types";
import type { PolicyDiffAnswer } from "../../server/features/extensions/policyDiff.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";
import { MODERN } from "../support/protocol/clients.ts";

const APP = `policy_module(app, 1.0.0)

type app_t;
allow app_t self:file read;
kernel_read_files(app_t)
`;
const EDITED = APP.replace("self:file read", "self:file write").replace(
  "kernel_read_files(app_t)\n",
  "type more_t;\n",
);

let root = "";
let client: LspClient;
const app = () => join(root, "p/policy/modules/apps/app.te");
const textDocument = () => ({ uri: `file://${app()}` });
const ask = () => client.request<PolicyDiffAnswer>("selinux/policyDiff", { textDocument: textDocument() });

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-policy-diff-"));
  const files = new Map([...parseFixture(TINY_TREE).files].map(([name, text]) => [join(root, name), text]));
  files.set(app(), APP);
  for (const [name, text] of files) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(async () => {
  client = new LspClient();
  await client.initialize(root, MODERN);
  await client.open(app(), APP);
});

afterEach(async () => {
  expect(await client.stop()).toBe(0);
  expect(client.log).toEqual([]);
});

it("nothing is changed; then an edit; then it is saved", async () => {
  expect(await ask()).toMatchObject({ grants: 0, revokes: 0, files: [], changes: [] });
  await client.change(app(), 2, [{ text: EDITED }]);
  const diff = await ask();
  expect(diff.changes.map(({ text, sign }) => [sign, text])).toEqual([
    ["changed", "allow app_t app_t:file { +write -read };"],
    ["removed", "allow app_t kernel_file_t:file { getattr open read };"],
    ["added", "type more_t;"],
  ]);
  expect(diff.changes.map(({ places }) => places.map(({ line }) => line))).toEqual([[4], [5], [5]]);
  expect(diff).toMatchObject({ grants: 1, revokes: 2, files: [`file://${app()}`] });
  writeFileSync(app(), EDITED);
  try {
    await client.connection.sendNotification("textDocument/didSave", { textDocument: textDocument() });
    expect((await ask()).changes).toEqual([]);
  } finally {
    writeFileSync(app(), APP);
  }
});

it("a lens on the changed file says it, and its command shows a document that follows the edits", async () => {
  const first = await client.request<CodeLens[]>("textDocument/codeLens", { textDocument: textDocument() });
  await client.change(app(), 2, [{ text: EDITED }]);
  const lenses = await client.request<CodeLens[]>("textDocument/codeLens", { textDocument: textDocument() });
  const isDiff = (lens: CodeLens | undefined) => (lens?.data as { isDiff?: boolean } | undefined)?.isDiff;
  expect(first.some(isDiff)).toBe(false);
  expect(lenses.map(isDiff).indexOf(true)).toBe(0);
  const { command } = await client.request<CodeLens>("codeLens/resolve", lenses[0] as CodeLens);
  expect(command?.title).toBe("this edit: grants 1, takes away 2, 1 other change");
  const answer = await client.request<PolicyDiffAnswer>("workspace/executeCommand", {
    command: command?.command,
    arguments: command?.arguments,
  });
  expect(answer.text).toContain(
    "~ allow app_t app_t:file { +write -read };  # policy/modules/apps/app.te:4\n",
  );
  await client.until(
    () => client.shown.includes(answer.uri),
    () => "document that is shown",
  );
  const content = async () =>
    (await client.request<{ text: string }>("workspace/textDocumentContent", { uri: answer.uri })).text;
  expect(await content()).toBe(answer.text);
  client.refreshed.length = 0;
  await client.change(app(), 3, [{ text: `${APP}type third_t;\n` }]);
  await client.until(
    () => client.refreshed.includes("textDocumentContent"),
    () => "refresh of the document",
  );
  expect(await content()).toContain("+ type third_t;");
});

it("asking changes nothing: diagnostics and answers are as before", async () => {
  await client.change(app(), 2, [{ text: `${EDITED}allow app_t nope_t:file read;\n` }]);
  const pull = () => client.request<object>("textDocument/diagnostic", { textDocument: textDocument() });
  const hover = () => client.at<object>("textDocument/hover", app(), 3, 8);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
  await pull();
  await pause();
  const before = [await pull(), await hover()];
  for (let i = 0; i < 3; i++) await ask();
  expect([await pull(), await hover()]).toEqual(before);
  await pause();
  expect([await pull(), await hover()]).toEqual(before);
});
