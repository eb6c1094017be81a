/**
 * What an editor without extensions of ours can do: commands, virtual documents with their way back to the sources, and a
 * trace of how long requests take.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DocumentLink, Location } from "vscode-languageserver-types";
import type { Expansion } from "../../server/features/extensions/expand.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";

const APP = `policy_module(app, 1.0.0)

type app_t;
kernel_read_files(app_t)
if (kernel_may_write) { allow app_t self:file read; }
`;

let root = "";
let client: LspClient;
const app = () => join(root, "p/policy/modules/apps/app.te");
const uri = () => `file://${app()}`;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sels-commands-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) write(join(root, path), text);
  write(app(), APP);
  client = new LspClient();
  await client.initialize(root);
  await client.open(app(), APP);
});

afterAll(async () => {
  expect(client.log).toEqual([]);
  expect(await client.stop()).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const run = <T>(command: string, ...given: unknown[]): Promise<T> =>
  client.request<T>("workspace/executeCommand", { command, arguments: given });

describe("commands", () => {
  it("expandAt: the rules of a line, and the document is shown", async () => {
    const shown = client.shown.length;
    const found = await run<Expansion>("selinux.expandAt", uri(), { line: 3, character: 0 });
    expect(found.rules[0]?.text).toMatch(/^allow app_t kernel_file_t:file \{ .*read.* \};/);
    await client.until(
      () => client.shown.length > shown,
      () => "document to show",
    );
    expect(client.shown.at(-1)).toBe(found.uri);
  });

  it("expandAt: a place that is none is refused with a reason", async () => {
    await expect(
      run("selinux.expandAt", `file://${root}/none.te`, { line: 0, character: 0 }),
    ).rejects.toThrow(/selinux\/expand takes/);
    await expect(run("selinux.no")).rejects.toThrow(/no command/);
  });

  it("memoryUsage: of the process, and what each policy holds", async () => {
    const found = await run<{
      process: { heapUsed: number };
      documents: number;
      policies: { root: string; files: number; characters: number; rules: number }[];
    }>("selinux.memoryUsage");
    expect(found.process.heapUsed).toBeGreaterThan(1_000_000);
    expect(found.documents).toBe(1);
    expect(found.policies.map((one) => one.root)).toEqual([`file://${join(root, "p")}`]);
    expect(found.policies[0]?.characters).toBeGreaterThan(APP.length);
    expect(found.policies[0]?.rules).toBeGreaterThan(2);
  });
});

describe("an expansion as a document", () => {
  const LINE = 4;
  const virtual = () => `selinux-expansion:${app()}?line=${LINE}`;

  it("links each rule to the statement that it comes from", async () => {
    const textDocument = { uri: virtual() };
    const { text } = await client.request<{ text: string }>("workspace/textDocumentContent", textDocument);
    const links = await client.request<DocumentLink[]>("textDocument/documentLink", { textDocument });
    const lines = text.split("\n");
    const shown = links.map(({ range: { start, end }, target }) => [
      lines[start.line]?.slice(start.character, end.character),
      target,
    ]);
    const iface = join(root, "p/policy/modules/kernel/kernel.if");
    expect(shown).toEqual([["# kernel.if:19", `file://${iface}#L19,2`]]);
  });

  it("leads from a rule to its statement, and to the call", async () => {
    const found = await client.request<Location[]>("textDocument/definition", {
      textDocument: { uri: virtual() },
      position: { line: 1, character: 4 },
    });
    expect(found.map((one) => [one.uri.replace(/.*\//, ""), one.range.start.line])).toEqual([
      ["kernel.if", 18],
      ["app.te", 3],
    ]);
  });

  it("is no source: opened, it is neither judged nor part of a policy", async () => {
    const document = {
      uri: virtual(),
      languageId: "selinux",
      version: 1,
      text: "allow nope_t nope_t:file read;\n",
    };
    await client.connection.sendNotification("textDocument/didOpen", { textDocument: document });
    const textDocument = { uri: virtual() };
    expect(await client.request("textDocument/foldingRange", { textDocument })).toBeNull();
    await client.connection.sendNotification("textDocument/didClose", { textDocument });
    expect(client.published.filter((one) => one.uri.startsWith("selinux-"))).toEqual([]);
  });
});

it("a trace tells how long requests take, and only while it is asked for", async () => {
  const told: string[] = [];
  client.connection.onNotification(
    "$/logTrace",
    ({ message }: { message: string }) => void told.push(message),
  );
  await client.connection.sendNotification("$/setTrace", { value: "messages" });
  await client.at("textDocument/hover", app(), 2, 6);
  await client.connection.sendNotification("$/setTrace", { value: "off" });
  await client.at("textDocument/hover", app(), 2, 6);
  await client.at("textDocument/hover", app(), 2, 6);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^textDocument\/hover: [\d.]+ ms$/);
});
