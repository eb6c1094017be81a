/**
 * Every request of the server, under clients of every kind and every encoding, held against LSP 3.18: a bare client, an
 * editor, a modern one; at every word of files with text outside of ASCII. And the watcher itself: each kind of breach
 * is noticed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FEATURES } from "../../server/features/index.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";
import { BARE, EDITOR, MODERN, merge } from "../support/protocol/clients.ts";
import { isRecord } from "../support/protocol/places.ts";
import { ProtocolWatch } from "../support/protocol/watch.ts";

const APP = `policy_module(app, 1.0.0)

# café 😀 naïve
type app_t, domain; # 😀😀 é
role system_r types app_t;
kernel_read_files(app_t) # ü
allow app_t { kernel_file_t nope_t }:file { read write };
allow app_t self:netlink_route_socket nlmsg_write;
if (kernel_may_write) { allow app_t self:file read; }
`;

let root = "";
const app = () => join(root, "p/policy/modules/apps/app.te");

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-strict-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) write(join(root, path), text);
  write(app(), APP);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const ENCODINGS = ["utf-8", "utf-16", "utf-32"] as const;

/** Columns of the starts of words, in an encoding. */
function places(text: string, encoding: string): { line: number; character: number }[] {
  const units = (part: string) =>
    encoding === "utf-8" ? Buffer.byteLength(part) : encoding === "utf-32" ? [...part].length : part.length;
  return text.split("\n").flatMap((found, line) =>
    [...found.matchAll(/[\w(]+/g)].map(({ index }) => ({
      line,
      character: units(found.slice(0, index)),
    })),
  );
}

/** Sends every request of the table at every place, and follows items to what resolves them. */
async function askEverything(client: LspClient, encoding: string, canPrepare: boolean): Promise<number> {
  const textDocument = { uri: `file://${app()}` };
  const options = { tabSize: 4, insertSpaces: false };
  const end = { line: APP.split("\n").length - 1, character: 0 };
  const range = { start: { line: 0, character: 0 }, end };
  const diagnostics = client.published.findLast((one) => one.uri === textDocument.uri)?.diagnostics ?? [];
  const shapes: Readonly<Record<string, (position: object) => object>> = {
    "textDocument/references": (position) => ({ position, context: { includeDeclaration: true } }),
    "textDocument/selectionRange": (position) => ({ positions: [position] }),
    "textDocument/codeAction": (position) => ({
      range: { start: position, end: position },
      context: { diagnostics },
    }),
    "textDocument/rename": (position) => ({ position, newName: "renamed_t" }),
    "textDocument/onTypeFormatting": (position) => ({ position, ch: "\n", options }),
  };
  const whole: Readonly<Record<string, object>> = {
    "textDocument/inlayHint": { range },
    "textDocument/rangeFormatting": { range, options },
    "textDocument/rangesFormatting": { ranges: [range], options },
    "textDocument/formatting": { options },
    "textDocument/semanticTokens/range": { range },
    "textDocument/semanticTokens/full/delta": { previousResultId: "none" },
  };
  const wholes = /documentSymbol|foldingRange|documentLink|codeLens$|semanticTokens\/full$|diagnostic$/;
  const positions = places(APP, encoding);
  const inner: [string, unknown][] = [];
  let asked = 0;
  for (const { method } of FEATURES) {
    if (!method.startsWith("textDocument/")) continue;
    if (method === "textDocument/prepareRename" && !canPrepare) continue;
    const each = whole[method] ?? (wholes.test(method) ? {} : undefined);
    for (const position of each === undefined ? positions : [undefined]) {
      const more = each ?? shapes[method]?.(position as object) ?? { position };
      const answer = await client.connection
        .sendRequest(method, { textDocument, ...more })
        .catch((error: { code?: number }) => {
          if (error.code === undefined) throw error;
          return null; // refused with a reason: rename of what has no name
        });
      asked++;
      if (method === "textDocument/codeLens")
        inner.push(...listOf(answer).map(resolving("codeLens/resolve")));
      if (method === "textDocument/codeAction")
        inner.push(
          ...listOf(answer)
            .filter((item) => (item as { kind?: string }).kind !== undefined)
            .map(resolving("codeAction/resolve")),
        );
      if (method === "textDocument/completion")
        inner.push(
          ...listOf((answer as { items?: unknown })?.items)
            .slice(0, 3)
            .map(resolving("completionItem/resolve")),
        );
      for (const item of method === "textDocument/prepareCallHierarchy" ? listOf(answer) : [])
        inner.push(["callHierarchy/incomingCalls", { item }], ["callHierarchy/outgoingCalls", { item }]);
      for (const item of method === "textDocument/prepareTypeHierarchy" ? listOf(answer) : [])
        inner.push(["typeHierarchy/supertypes", { item }], ["typeHierarchy/subtypes", { item }]);
    }
  }
  for (const [method, params] of inner)
    if (FEATURES.some((one) => one.method === method)) {
      await client.connection.sendRequest(method, params);
      asked++;
    }
  await client.request("workspace/symbol", { query: "app" });
  client.verify();
  return asked;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function resolving(method: string): (item: unknown) => [string, unknown] {
  return (item) => [method, item];
}

describe("every request, held against the protocol", () => {
  it.each(
    Object.entries({ BARE, EDITOR, MODERN }).flatMap(([name, capabilities]) =>
      ENCODINGS.map((encoding) => [name, encoding, capabilities] as const),
    ),
  )("%s client, %s", async (name, encoding, capabilities) => {
    const client = new LspClient();
    const general = { general: { positionEncodings: [encoding] } };
    const { capabilities: served } = await client.initialize(
      root,
      merge(capabilities, general),
      undefined,
      {},
    );
    expect(served.positionEncoding).toBe(encoding);
    await client.open(app(), APP);
    if (name !== "MODERN") await client.diagnosticsOf(app(), (last) => last.diagnostics.length > 0);
    expect(await askEverything(client, encoding, isRecord(served.renameProvider))).toBeGreaterThan(300);
    // Type before an emoji, then ask about what stands behind it.
    const at = { line: 3, character: encoding === "utf-8" ? 23 : encoding === "utf-16" ? 23 : 23 };
    await client.change(app(), 2, [{ range: { start: at, end: at }, text: "ß" }]);
    await client.at("textDocument/hover", app(), 6, 8);
    expect(await client.stop()).toBe(0);
    expect(client.log).toEqual([]);
  });
});

describe("the watcher", () => {
  const URI = "file:///nowhere/a.te";
  const start = (capabilities: object = EDITOR): ProtocolWatch => {
    const watch = new ProtocolWatch();
    const announced = { hoverProvider: true, renameProvider: true, documentFormattingProvider: true };
    watch.sent({
      jsonrpc: "2.0",
      id: 0,
      method: "initialize",
      params: { processId: null, rootUri: null, capabilities },
    });
    watch.received({ jsonrpc: "2.0", id: 0, result: { capabilities: announced } });
    watch.sent({ jsonrpc: "2.0", method: "initialized", params: {} });
    const textDocument = { uri: URI, languageId: "x", version: 1, text: "one\n😀 two" };
    watch.sent({ jsonrpc: "2.0", method: "textDocument/didOpen", params: { textDocument } });
    return watch;
  };
  const ask = (watch: ProtocolWatch, method: string, params: object, result: unknown): readonly string[] => {
    watch.sent({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: { textDocument: { uri: URI }, ...params },
    });
    watch.received({ jsonrpc: "2.0", id: 1, result });
    return watch.breaches;
  };
  const span = (line: number, from: number, to: number) => ({
    start: { line, character: from },
    end: { line, character: to },
  });
  const position = { line: 0, character: 0 };
  const options = { tabSize: 4, insertSpaces: true };
  const markdown = { kind: "markdown", value: "x" };

  it("finds nothing wrong with a right talk", () => {
    expect(
      ask(start(), "textDocument/hover", { position }, { contents: markdown, range: span(1, 2, 6) }),
    ).toEqual([]);
  });

  it.each<[string, object, unknown, RegExp]>([
    ["textDocument/hover", { position }, { contents: markdown, extra: 1 }, /extra is not in the protocol/],
    ["textDocument/hover", { position }, {}, /contents is missing/],
    ["textDocument/hover", { position }, undefined, /neither result nor error|not|no object/],
    ["textDocument/hover", { position: 3 }, null, /client.*position: 3 is no object/],
    ["textDocument/hover", { position }, { contents: { kind: "html", value: "" } }, /html/],
    ["textDocument/hover", { position }, { contents: markdown, range: span(0, 0, 4) }, /is not in file/],
    ["textDocument/hover", { position }, { contents: markdown, range: span(1, 1, 2) }, /is not in file/],
    ["textDocument/hover", { position }, { contents: markdown, range: span(0, 2, 1) }, /ends before/],
    ["textDocument/hover", { position: { line: -1, character: 0 } }, null, /-1 is no uinteger/],
    [
      "textDocument/formatting",
      { options },
      [
        { range: span(0, 0, 2), newText: "" },
        { range: span(0, 1, 3), newText: "" },
      ],
      /overlap/,
    ],
    ["textDocument/completion", { position }, [], /was never announced/],
    [
      "textDocument/rename",
      { position, newName: "x" },
      { changes: { "file:///no/such.te": [{ range: span(0, 0, 1), newText: "" }] } },
      /does not exist/,
    ],
    [
      "textDocument/rename",
      { position, newName: "x" },
      { documentChanges: [{ kind: "create", uri: "file:///x", options: { overwrite: 1 } }] },
      /./,
    ],
  ])("%s %j → %j", (method, params, result, wanted) => {
    expect(ask(start(), method, params, result).join("\n")).toMatch(wanted);
  });

  it("notices what the client never announced", () => {
    const bare = merge(BARE, {});
    expect(ask(start(bare), "textDocument/hover", { position }, { contents: markdown })[0]).toMatch(
      /uses markdown/,
    );
    const from = (message: object) => {
      const watch = start(bare);
      watch.received({ jsonrpc: "2.0", ...message });
      return watch.breaches.join("\n");
    };
    expect(from({ id: 9, method: "workspace/codeLens/refresh" })).toMatch(/did not announce/);
    const registrations = [{ id: "a", method: "textDocument/hover" }];
    expect(from({ id: 9, method: "client/registerCapability", params: { registrations } })).toMatch(
      /takes no registration/,
    );
    expect(
      from({
        id: 9,
        method: "client/unregisterCapability",
        params: { unregisterations: [{ id: "b", method: "x" }] },
      }),
    ).toMatch(/not registered/);
    expect(
      from({ method: "$/progress", params: { token: 5, value: { kind: "begin", title: "x" } } }),
    ).toMatch(/nobody made/);
    expect(from({ method: "no/such", params: {} })).toMatch(/not in the protocol/);
    expect(from({ id: 77, result: null })).toMatch(/answer to nothing/);
  });
});
