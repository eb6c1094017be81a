/**
 * Diagnostics by pull over real stdio: documents and workspace, result ids, related documents, parts, waiting,
 * cancellation, and that no finding reaches the client twice; refreshes when what is shown becomes old.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import type {
  DocumentDiagnosticReport,
  FullDocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver-protocol";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";
import { MODERN } from "../support/protocol/clients.ts";

const APP = "policy_module(app, 1.0.0)\n\ntype app_t;\nallow app_t lib_t:file read;\n";
const LIB = "policy_module(lib, 1.0.0)\n\ntype lib_t;\n";
const BAD = "policy_module(bad, 1.0.0)\n\ntype bad_t;\nallow bad_t nothing_t:file read;\n";

let root = "";
let client: LspClient;
const path = (name: string) => join(root, `p/policy/modules/apps/${name}.te`);
const uri = (name: string) => `file://${path(name)}`;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-pull-"));
  const files = new Map([...parseFixture(TINY_TREE).files].map(([name, text]) => [join(root, name), text]));
  files.set(path("app"), APP);
  files.set(path("lib"), LIB);
  files.set(path("bad"), BAD);
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

const pull = (name: string, previousResultId?: string) =>
  client.request<DocumentDiagnosticReport>("textDocument/diagnostic", {
    textDocument: { uri: uri(name) },
    identifier: "selinux",
    ...(previousResultId === undefined ? {} : { previousResultId }),
  });
/** The errors of a report; a warning that the module misses a require is beside the point here. */
const codes = (report: DocumentDiagnosticReport | WorkspaceDocumentDiagnosticReport | undefined) =>
  report?.kind === "full"
    ? report.items.filter((item) => item.severity === 1).map((item) => item.code)
    : report?.kind;
/** What the client shows of a file that the server pushed. */
const shown = (name: string) =>
  client.published.findLast((one) => one.uri === uri(name))?.diagnostics.map((item) => item.code) ?? [];

const rename = (from: string, to: string) => {
  const line = 2;
  const start = { line, character: 5 };
  return { range: { start, end: { line, character: 5 + from.length } }, text: to };
};

it("a document: full, then unchanged under the same id, then full after an edit; never pushed", async () => {
  const { capabilities } = await client.initialize(root, MODERN);
  expect(capabilities.diagnosticProvider).toMatchObject({
    interFileDependencies: true,
    workspaceDiagnostics: true,
  });
  await client.open(path("bad"), BAD);
  const first = await pull("bad");
  expect(codes(first)).toEqual(["type-unknown"]);
  const { resultId } = first as FullDocumentDiagnosticReport;
  expect(await pull("bad", resultId)).toEqual({ kind: "unchanged", resultId });
  await client.change(path("bad"), 2, [{ text: BAD.replace("nothing_t", "bad_t") }]);
  const mended = await pull("bad", resultId);
  expect(codes(mended)).toEqual([]);
  await client.change(path("bad"), 3, [{ text: BAD }]);
  expect((await pull("bad", mended.resultId)).resultId).toBe(resultId);
  expect(shown("bad")).toEqual([]);
});

it("files that are not open are pushed until the client asks about the workspace, and only then", async () => {
  await client.initialize(root, MODERN);
  await client.diagnosticsOf(path("bad"), (one) => one.diagnostics.length === 1);
  await client.open(path("bad"), BAD);
  await client.diagnosticsOf(path("bad"), (one) => one.diagnostics.length === 0);
  expect(codes(await pull("bad"))).toEqual(["type-unknown"]);
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri: uri("bad") } });
  await client.diagnosticsOf(path("bad"), (one) => one.diagnostics.length === 1);
  const report = await client.request<WorkspaceDiagnosticReport>("workspace/diagnostic", {
    previousResultIds: [],
  });
  expect(report.items.map((item) => [item.uri, item.version, codes(item)])).toContainEqual([
    uri("bad"),
    null,
    ["type-unknown"],
  ]);
  await client.diagnosticsOf(path("bad"), (one) => one.diagnostics.length === 0);
});

it("an edit that breaks another open document says so with the answer, or by a refresh", async () => {
  await client.initialize(root, MODERN);
  await client.open(path("app"), APP);
  await client.open(path("lib"), LIB);
  expect(codes(await pull("app"))).toEqual([]);
  const lib = await pull("lib");
  await client.change(path("lib"), 2, [rename("lib_t", "other_t")]);
  const answer = await pull("lib", lib.resultId);
  expect(codes(answer.relatedDocuments?.[uri("app")] as DocumentDiagnosticReport)).toEqual(["type-unknown"]);
  // The same the other way round, and the client does not ask.
  client.refreshed.length = 0;
  await client.change(path("lib"), 3, [rename("other_t", "lib_t")]);
  await client.until(
    () => client.refreshed.includes("diagnostic"),
    () => "refresh of diagnostics",
  );
  expect(codes(await pull("app"))).toEqual([]);
});

it("the workspace: in parts, waiting while nothing changes, until something does or the client gives up", async () => {
  await client.initialize(root, MODERN);
  const partsOf = (token: string) =>
    client.parts
      .filter((part) => part.token === token)
      .flatMap((part) => (part.value as WorkspaceDiagnosticReport).items);
  const ask = (token: string, previous: readonly WorkspaceDocumentDiagnosticReport[]) => {
    const previousResultIds = previous.map((item) => ({ uri: item.uri, value: item.resultId as string }));
    const source = new CancellationTokenSource();
    const params = { identifier: "selinux", previousResultIds, partialResultToken: token };
    return { source, answer: client.connection.sendRequest("workspace/diagnostic", params, source.token) };
  };
  expect(await ask("one", []).answer).toEqual({ items: [] });
  const known = partsOf("one");
  expect(known.map((item) => item.uri)).toContain(uri("bad"));
  const waiting = ask("two", known);
  let isOver = false;
  void waiting.answer.then(() => {
    isOver = true;
  });
  await client.open(path("lib"), LIB);
  await pull("lib");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isOver).toBe(false);
  await client.change(path("lib"), 2, [rename("lib_t", "other_t")]);
  await waiting.answer;
  const parts = partsOf("two");
  expect(codes(parts.find((item) => item.uri === uri("app")))).toEqual(["type-unknown"]);
  expect(parts.find((item) => item.uri === uri("bad"))?.kind).toBe("unchanged");
  const state = new Map([...known, ...parts].map((item) => [item.uri, item]));
  const given = ask("three", [...state.values()]);
  setTimeout(() => given.source.cancel(), 50);
  await expect(given.answer).rejects.toMatchObject({ code: -32800 });
});

it("a client that cannot be told to ask again gets the whole answer, or has to ask again", async () => {
  await client.initialize(root, { textDocument: { diagnostic: {} } });
  await client.open(path("bad"), BAD);
  // The server may be done before the edit reaches it, so some are tried; one that says it is enough.
  const outcomes: unknown[] = [];
  for (let version = 2; version < 60 && !outcomes.includes(-32802); version += 2) {
    await client.change(path("bad"), version, [{ text: `${BAD}# ${version}` }]);
    const early = pull("bad").then(
      () => "answered",
      (error: { readonly code: number; readonly data?: unknown }) => {
        expect(error.data).toEqual({ retriggerRequest: true });
        return error.code;
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 15));
    await client.change(path("bad"), version + 1, [{ text: `${BAD}# ${version}+` }]);
    outcomes.push(await early);
  }
  expect(outcomes).toContain(-32802);
  expect(codes(await pull("bad"))).toEqual(["type-unknown"]);
  expect(client.refreshed).toEqual([]);
});

it("tokens, hints and lenses are asked for anew when files change on disk, and with several documents open", async () => {
  await client.initialize(root, MODERN);
  const views = ["semanticTokens", "inlayHint", "codeLens"];
  const all = () => views.every((kind) => client.refreshed.includes(kind));
  await client.until(all, () => "refresh after loading");
  client.refreshed.length = 0;
  writeFileSync(path("bad"), `${BAD}# x\n`);
  const changes = [{ uri: uri("bad"), type: 2 }];
  await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  await client.until(all, () => "refresh after a change on disk");
  await client.open(path("lib"), LIB);
  await client.open(path("app"), APP);
  client.refreshed.length = 0;
  await client.change(path("lib"), 2, [rename("lib_t", "other_t")]);
  await client.until(all, () => "refresh after an edit");
});
