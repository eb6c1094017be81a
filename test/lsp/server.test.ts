/**
 * The bundled server over real stdio: handshake, diagnostics that follow edits, features across files, watched
 * files, several roots, bad input, an orderly end. The bundle is built once, before all tests.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  CompletionList,
  DocumentSymbol,
  Hover,
  Location,
  LocationLink,
} from "vscode-languageserver-types";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";

const APP = `policy_module(app, 1.0.0)

type app_t;
kernel_read_files(app_t)
allow app_t self:netlink_route_socket nlmsg_write;
`;

let root = "";
let client: LspClient;
const app = () => join(root, "p/policy/modules/apps/app.te");

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-lsp-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) write(join(root, path), text);
  write(app(), APP);
  write(
    join(root, "mods/x.te"),
    "module x 1.0;\nrequire { type a_t; class file { read }; }\nallow a_t a_t:file read;\n",
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => {
  client = new LspClient();
});

afterEach(async () => {
  expect(await client.stop()).toBe(0);
  expect(client.log).toEqual([]);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("the server", () => {
  it("announces what it can do and asks for watched files and progress", async () => {
    const { capabilities, serverInfo } = await client.initialize(root);
    expect(serverInfo?.name).toBe("selinux-language-server");
    expect(capabilities).toMatchObject({
      positionEncoding: "utf-16",
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
    });
    await client.at("textDocument/hover", app(), 0, 0);
    expect(client.registered).toContain("workspace/didChangeWatchedFiles");
    expect(client.progress[0]).toBe("begin");
    expect(client.progress.at(-1)).toBe("end");
  });

  it("publishes a finding when an edit makes one, with the version, and takes it back", async () => {
    await client.initialize(root);
    await client.open(app(), APP);
    await client.change(app(), 2, [
      { range: { start: { line: 4, character: 6 }, end: { line: 4, character: 11 } }, text: "ape_t" },
    ]);
    const bad = await client.diagnosticsOf(app(), (p) => p.diagnostics.length > 0);
    expect(bad.version).toBe(2);
    expect(bad.diagnostics[0]).toMatchObject({
      code: "type-unknown",
      severity: 1,
      range: { start: { line: 4, character: 6 }, end: { line: 4, character: 11 } },
    });
    await client.change(app(), 3, [
      { range: { start: { line: 4, character: 6 }, end: { line: 4, character: 11 } }, text: "app_t" },
    ]);
    expect((await client.diagnosticsOf(app(), (p) => p.diagnostics.length === 0)).version).toBe(3);
  });

  it("publishes only files whose diagnostics changed", async () => {
    await client.initialize(root);
    await client.open(app(), `${APP}allow nobody_t self:file read;\n`);
    await client.diagnosticsOf(app(), (p) => p.diagnostics.length > 0);
    const before = client.published.length;
    await client.change(app(), 2, [{ range: at(0, 0), text: "# a comment\n" }]);
    await client.diagnosticsOf(app(), (p) => p.version === 2);
    expect(client.published.slice(before).map((p) => p.uri)).toEqual([`file://${app()}`]);
  });

  it("answers hover, definition, references, symbols and completion across files", async () => {
    await client.initialize(root);
    await client.open(app(), APP);
    const hover = await client.at<Hover>("textDocument/hover", app(), 4, 42);
    expect((hover.contents as { value: string }).value).toContain("RTM_NEWLINK");
    const [definition] = await client.at<LocationLink[]>("textDocument/definition", app(), 3, 4);
    expect(definition?.targetUri).toMatch(/kernel\.if$/);
    const references = await client.at<Location[]>("textDocument/references", app(), 2, 6, {
      context: { includeDeclaration: true },
    });
    expect(references.map((location) => location.range.start.line)).toEqual([2, 3, 4]);
    const symbols = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri: `file://${app()}` },
    });
    expect(symbols.map((symbol) => symbol.name)).toEqual(["app", "app_t"]);
    const list = await client.at<CompletionList>("textDocument/completion", app(), 4, 39);
    expect(list.items.map((item) => item.label)).toContain("nlmsg_read");
  });

  it("notices files made and deleted on disk", async () => {
    await client.initialize(root);
    await client.at("textDocument/hover", app(), 0, 0);
    const made = join(root, "p/policy/modules/apps/made.te");
    write(made, "policy_module(made, 1.0)\ntype made_t;\nallow made_t missing_t:file read;\n");
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: `file://${made}`, type: 1 }],
    });
    await client.diagnosticsOf(made, (p) => p.diagnostics.length === 1);
    rmSync(made);
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: `file://${made}`, type: 3 }],
    });
    await client.diagnosticsOf(made, (p) => p.diagnostics.length === 0);
  });

  it("speaks utf-8 positions with clients that want nothing else", async () => {
    const { capabilities } = await client.initialize(root, { general: { positionEncodings: ["utf-8"] } });
    expect(capabilities.positionEncoding).toBe("utf-8");
    await client.open(app(), `# é\n${APP}`);
    await client.change(app(), 2, [
      { range: { start: { line: 0, character: 4 }, end: { line: 0, character: 4 } }, text: "!" },
    ]);
    await client.change(app(), 3, [{ range: at(6, 0), text: "# é\nallow app_t ö_t:file read;" }]);
    const { diagnostics } = await client.diagnosticsOf(app(), (p) => p.diagnostics.length > 0);
    expect(diagnostics[0]?.range.start.line).toBe(7);
  });

  it("takes garbage, unknown schemes and files outside every project", async () => {
    await client.initialize(undefined);
    const junk = join(root, "junk.te");
    await client.open(junk, `\u0000${"({`'".repeat(2000)}`);
    await client.open("/nowhere/at/all.te", "type x_t;\nallow x_t y_t:file read;\n");
    await client.diagnosticsOf("/nowhere/at/all.te", (p) => p.diagnostics.length > 0);
    await client.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: "mailto:Untitled-1", languageId: "plaintext", version: 1, text: "type" },
    });
    const answer = await client.request("textDocument/hover", {
      textDocument: { uri: "mailto:Untitled-1" },
      position: { line: 0, character: 1 },
    });
    expect(answer).toBeNull();
  });
});

function at(line: number, character: number): object {
  return { start: { line, character }, end: { line, character } };
}
