/** Diagnostics and answers about generated text over real stdio: pushed and pulled, closed and open, while it is typed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type {
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  FullDocumentDiagnosticReport,
  Location,
  LocationLink,
} from "vscode-languageserver-protocol";
import { CORENETWORK, CORENETWORK_TREE, TE_IN, USER } from "../support/corenetwork.ts";
import { parseFixture } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";
import { MODERN } from "../support/protocol/clients.ts";

const BAD = TE_IN.replace("allow port_t", "allow prt_t");
let root = "";
let client: LspClient;
const file = (path: string) => join(root, path);
const uri = (path: string) => `file://${file(path)}`;
/** The errors, by code and place; other remarks are beside the point here. */
const errorsOf = (items: readonly Diagnostic[]) =>
  items
    .filter(({ severity }) => severity === 1)
    .map(({ code, range: { start } }) => `${start.line}:${start.character} ${code}`);
/** Waits until the client was told just these errors of corenetwork.te.in. */
const told = async (...errors: string[]) =>
  client.diagnosticsOf(file(TE), ({ diagnostics }) => errorsOf(diagnostics).join() === errors.join());
const TE = `${CORENETWORK}.te.in`;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-generated-"));
  for (const [name, text] of parseFixture(CORENETWORK_TREE).files) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => {
  client = new LspClient();
});

afterEach(async () => {
  expect(await client.stop()).toBe(0);
  expect(client.log).toEqual([]);
  writeFileSync(file(TE), TE_IN);
});

it("pushes what is wrong for the .in file, closed or open, and takes it back", async () => {
  writeFileSync(file(TE), BAD);
  await client.initialize(file("p"));
  await told("13:6 type-unknown");
  await client.open(file(TE), BAD);
  await client.change(file(TE), 2, [{ text: TE_IN }]);
  await told();
  await client.change(file(TE), 3, [{ text: TE_IN.replace("ssh, tcp,", "ssh, tpc,") }]);
  expect((await told("7:18 port-proto")).version).toBe(3);
});

it("answers pulls about an open .in file, and requests at its places", async () => {
  await client.initialize(file("p"), MODERN);
  await client.open(file(TE), BAD);
  const report = await client.request<FullDocumentDiagnosticReport>("textDocument/diagnostic", {
    textDocument: { uri: uri(TE) },
    identifier: "selinux",
  });
  expect(errorsOf(report.items)).toEqual(["13:6 type-unknown"]);
  const links = await client.request<LocationLink[]>("textDocument/definition", {
    textDocument: { uri: uri(USER) },
    position: { line: 3, character: 12 },
  });
  expect(links.map(({ targetUri, targetSelectionRange }) => [targetUri, targetSelectionRange.start])).toEqual(
    [[uri(TE), { line: 6, character: 13 }]],
  );
  const found = await client.request<Location[]>("textDocument/references", {
    textDocument: { uri: uri(TE) },
    position: { line: 6, character: 14 },
    context: { includeDeclaration: true },
  });
  expect(found.map((one) => [one.uri, one.range.start.line])).toEqual([
    [uri(USER), 5],
    [uri(TE), 6],
  ]);
  // What is asked of the text alone is answered for what is typed, before any of it is saved.
  const typed = TE_IN.replace("allow port_t port_type:file read;", "allow port_t po");
  await client.change(file(TE), 2, [{ text: typed }]);
  const { items } = await client.request<CompletionList>("textDocument/completion", {
    textDocument: { uri: uri(TE) },
    position: { line: 13, character: 15 },
  });
  expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(["port_t", "http_port_t"]));
  const item = items.find(({ label }) => label === "http_port_t");
  const resolved = await client.request<CompletionItem>("completionItem/resolve", item ?? {});
  expect(JSON.stringify(resolved.documentation)).toContain("corenetwork.te.in:7");
  const outline = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
    textDocument: { uri: uri(TE) },
  });
  expect(outline.map(({ name }) => name)).toEqual(expect.arrayContaining(["port_t", "http", "ssh"]));
});
