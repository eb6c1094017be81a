/**
 * Policy tests over real stdio: an open test file is evaluated at its own edits and, when checks are through, after
 * edits of the policy; by push and by pull.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type {
  CompletionList,
  DocumentSymbol,
  FullDocumentDiagnosticReport,
} from "vscode-languageserver-protocol";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";
import { MODERN } from "../support/protocol/clients.ts";

const APP = "policy_module(app, 1.0.0)\n\ntype app_t;\nallow app_t self:file read;\n";
const TEST = "# kept\ndeny app_t self:file write;\n";

let root = "";
let client: LspClient;
const app = () => join(root, "p/policy/modules/apps/app.te");
const test = () => join(root, "p/app.sels-test");

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-policy-test-"));
  const files = new Map([...parseFixture(TINY_TREE).files].map(([name, text]) => [join(root, name), text]));
  files.set(app(), APP);
  files.set(test(), TEST);
  for (const [name, text] of files) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => {
  client = new LspClient();
});

afterEach(async () => {
  expect(await client.stop()).toBe(0);
  expect(client.log).toEqual([]);
});

/** What a client that is told has of the test file, as soon as that is so. */
const until = (holds: (messages: readonly string[]) => boolean) =>
  client.diagnosticsOf(test(), ({ diagnostics }) => holds(diagnostics.map((one) => String(one.message))));

it("is told after an edit of the test and after one of the policy, and forgotten when closed", async () => {
  await client.initialize(root);
  await client.open(app(), APP);
  await client.open(test(), TEST);
  await client.change(test(), 2, [{ text: TEST.replace("write", "{ read write }") }]);
  await until(([first]) => first === "the policy allows app_t app_t:file read");
  await client.change(app(), 2, [{ text: APP.replace("file read", "file { read write }") }]);
  await until(([first]) => first === "the policy allows app_t app_t:file { read write }");
  await client.change(app(), 3, [{ text: APP.replace("file read", "file open") }]);
  await until((messages) => messages.length === 0);
  await client.change(test(), 3, [{ text: "deny app_tt self:file write;" }]);
  await until(([first]) => first?.includes("did you mean app_t?") === true);
  await client.connection.sendNotification("textDocument/didClose", {
    textDocument: { uri: `file://${test()}` },
  });
  await until((messages) => messages.length === 0);
});

it("is answered to a client that asks", async () => {
  await client.initialize(root, MODERN);
  await client.open(test(), "deny app_t self:file { read write };\n");
  const report = await client.request<FullDocumentDiagnosticReport>("textDocument/diagnostic", {
    textDocument: { uri: `file://${test()}` },
    identifier: "selinux",
  });
  expect(report.items).toMatchObject([
    {
      code: "test-failed",
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 35 } },
      relatedInformation: [{ location: { uri: `file://${app()}` } }],
    },
  ]);
});

it("completes and outlines, and has no answer to what sources answer", async () => {
  await client.initialize(root, MODERN);
  await client.open(test(), "deny app_t self:file ope");
  const at = { textDocument: { uri: `file://${test()}` }, position: { line: 0, character: 24 } };
  const list = await client.request<CompletionList>("textDocument/completion", at);
  expect(list.items.map((item) => item.label)).toEqual(["open"]);
  expect(await client.request("completionItem/resolve", list.items[0] as object)).toEqual(list.items[0]);
  await client.change(test(), 2, [{ text: "reach system_r kernel_t;" }]);
  const symbols = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
    textDocument: at.textDocument,
  });
  expect(symbols.map((symbol) => symbol.name)).toEqual(["reach system_r kernel_t"]);
  expect(await client.request("textDocument/hover", at)).toBeNull();
  await client.change(test(), 3, [{ text: "reach systm_r kernel_t;" }]);
  const range = { start: { line: 0, character: 7 }, end: { line: 0, character: 7 } };
  const context = { diagnostics: [] };
  const asked = { textDocument: at.textDocument, range, context };
  const place = { start: { line: 0, character: 6 }, end: { line: 0, character: 13 } };
  expect(await client.request("textDocument/codeAction", asked)).toMatchObject([
    {
      title: "Change to system_r",
      edit: { changes: { [at.textDocument.uri]: [{ range: place, newText: "system_r" }] } },
    },
  ]);
  const refactorings = { ...asked, context: { diagnostics: [], only: ["refactor"] } };
  expect(await client.request("textDocument/codeAction", refactorings)).toEqual([]);
});
