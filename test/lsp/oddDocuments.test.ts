/**
 * Documents as editors open them now and then: without a file, of another file system, on Windows, with odd names, empty, with
 * carriage returns only, with one very long line, twice in two folders; and clients that announce nothing. Each is asked
 * about everything, also far beyond its end, and nothing ends up in the log.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Hover } from "vscode-languageserver-types";
import { FEATURES } from "../../server/features/index.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";

/** Without macros: such a module needs no headers, which take their time to load. */
const PLAIN =
  "module odd 1.0;\ntype odd_t;\nrequire { type other_t; class process fork; class file read; }\nallow odd_t self:process fork;\nallow odd_t nope_t:file read;\n";
const MODULE =
  "policy_module(odd, 1.0)\ntype odd_t;\nallow odd_t self:process fork;\nallow odd_t nope_t:file read;\n";
const LONG = `module odd 1.0; type odd_t; ${"allow odd_t self:process fork; ".repeat(1000)}\n`;

let root = "";
afterAll(() => rmSync(root, { recursive: true, force: true }));

function makeTree(): string {
  if (root !== "") rmSync(root, { recursive: true, force: true });
  root = mkdtempSync(join(tmpdir(), "sels-odd-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const options = { tabSize: 4, insertSpaces: false };
const FAR = { line: 99_999, character: 99_999 };

/** Sends each request about a document, at a place and far beyond its end; gives how many had an answer. */
async function askAll(client: LspClient, uri: string): Promise<number> {
  let answered = 0;
  for (const { method } of FEATURES.filter((one) => one.method.startsWith("textDocument/")))
    for (const position of [{ line: 1, character: 6 }, FAR]) {
      const start = { line: 0, character: 0 };
      const answer = await client.connection
        .sendRequest(method, {
          textDocument: { uri },
          // An edit at a document's end is not around a place beyond it, as the protocol wants.
          position: method === "textDocument/completion" ? start : position,
          positions: [position],
          range: { start, end: position },
          ranges: [{ start, end: position }],
          context: { includeDeclaration: true, diagnostics: [] },
          options,
          ch: "\n",
          newName: "renamed_t",
          previousResultId: "none",
        })
        .catch((error: { code?: number }) => {
          if (error.code === -32603) throw error;
          return null;
        });
      if (answer !== null) answered++;
    }
  return answered;
}

const URIS: readonly (readonly [name: string, uri: string])[] = [
  ["no file", "untitled:Untitled-1"],
  ["a revision", "git:/work/odd.te?%7B%22ref%22%3A%22HEAD%22%7D"],
  ["an output channel", "output:tasks"],
  ["another file system", "vscode-vfs://github/a/b/odd.te"],
  ["Windows", "file:///c%3A/policy/odd.te"],
  ["Windows, capital", "file:///C:/policy/odd.te"],
  ["Windows, a share", "file://server/share/odd.te"],
  ["percent-encoded", "file:///tmp/no%20such%20place/%C3%B6dd%23.te"],
  ["broken percents", "file:///tmp/no%zz/odd.te"],
  ["no suffix", "file:///tmp/no-such-place/odd"],
  ["no path", "file:///"],
];

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ["a module", PLAIN],
  ["empty", ""],
  ["carriage returns", PLAIN.replaceAll("\n", "\r")],
  ["CR LF", PLAIN.replaceAll("\n", "\r\n")],
  ["one long line", LONG],
  ["a byte order mark", `\ufeff${PLAIN}`],
  ["no text at all", "\0\u0001\ufffd".repeat(40)],
];

describe("odd documents", () => {
  it.each([
    ["an editor", undefined],
    ["a client that announces nothing but what it shows", { textDocument: { publishDiagnostics: {} } }],
  ])(
    "%s",
    async (_name, base) => {
      const client = new LspClient(["--stdio"], { lenient: true });
      await client.initialize(makeTree(), {}, undefined, base);
      const cases = [
        ...URIS.map(([name, uri]) => [name, uri, PLAIN] as const),
        ...TEXTS.map(([name, text], i) => [name, `file://${root}/odd${i}.te`, text] as const),
      ];
      for (const [name, uri, text] of cases) {
        const textDocument = { uri, languageId: "selinux", version: 5, text };
        await client.connection.sendNotification("textDocument/didOpen", { textDocument });
        const answered = await askAll(client, uri);
        if (text === PLAIN && /untitled|vfs|\.te$/.test(uri)) expect(answered, name).toBeGreaterThan(15);
        // Versions that go back, stand still, or are none; ranges that are not there.
        for (const version of [5, 3, null, 4_000_000_000]) {
          const contentChanges = [{ range: { start: FAR, end: { line: 0, character: 0 } }, text: "# " }];
          await client.connection.sendNotification("textDocument/didChange", {
            textDocument: { uri, version },
            contentChanges,
          });
        }
        await client.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position: FAR });
        await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
      }
      expect(client.log).toEqual([]);
      expect(await client.stop()).toBe(0);
    },
    120_000,
  );

  it("carriage returns alone end lines, for places too", async () => {
    const client = new LspClient();
    await client.initialize(makeTree());
    const path = join(root, "odd.te");
    await client.open(path, PLAIN.replaceAll("\n", "\r"));
    const found = await client.diagnosticsOf(path, (last) => last.diagnostics.length > 0);
    expect(found.diagnostics.map((one) => one.range.start.line)).toContain(4);
    const hover = await client.at<Hover>("textDocument/hover", path, 1, 6);
    expect(JSON.stringify(hover)).toContain("type odd_t");
    expect(await client.stop()).toBe(0);
  });
});

describe("folders", () => {
  const hoverOn = async (client: LspClient, path: string): Promise<string> =>
    JSON.stringify(await client.at<Hover>("textDocument/hover", path, 3, 11));

  it("two that hold the same file: one answers, and each finding is published once", async () => {
    const client = new LspClient();
    makeTree();
    const apps = join(root, "p/policy/modules/apps");
    mkdirSync(apps);
    const path = join(apps, "odd.te");
    writeFileSync(path, MODULE);
    await client.initialize(root);
    const added = [{ uri: `file://${apps}`, name: "apps" }];
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added, removed: [] },
    });
    await client.open(path, MODULE);
    const found = await client.diagnosticsOf(path, (last) => last.diagnostics.length > 0);
    const unknown = found.diagnostics.filter((one) => JSON.stringify(one.message).includes("nope_t"));
    expect(unknown).toHaveLength(1);
    expect(JSON.stringify(await client.at<Hover>("textDocument/hover", path, 1, 6))).toContain("type odd_t");
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [], removed: added },
    });
    expect(JSON.stringify(await client.at<Hover>("textDocument/hover", path, 1, 6))).toContain("type odd_t");
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  it("one that is renamed: the policy is found at its new place", async () => {
    const client = new LspClient();
    makeTree();
    const folder = (name: string) => ({ uri: `file://${join(root, name)}`, name });
    const kernel = (name: string) => join(root, name, "policy/modules/kernel/kernel.te");
    await client.initialize(join(root, "p"));
    expect(await hoverOn(client, kernel("p"))).toContain("attribute domain");
    renameSync(join(root, "p"), join(root, "q"));
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [folder("q")], removed: [folder("p")] },
    });
    expect(await hoverOn(client, kernel("q"))).toContain("attribute domain");
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
  });
});
