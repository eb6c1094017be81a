/**
 * Refactorings over real stdio: announced with their kinds, resolved late for a client that can, with versions and new
 * files; a client that can neither resolve nor make files gets whole edits and no offer that needs a file.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeAction, InitializeResult, TextDocumentEdit } from "vscode-languageserver-protocol";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";
import { MODERN } from "../support/protocol/clients.ts";

const TE =
  "policy_module(app, 1.0)\ntype app_t;\nallow app_t self:file { read write };\nallow app_t kernel_file_t:dir read;\n";

const PLAIN = {
  textDocument: {
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["refactor"] } } },
  },
};

describe.each([
  ["resolves and makes files", MODERN, true],
  ["does neither", PLAIN, false],
] as const)("a client that %s", (_, base, isModern) => {
  const root = mkdtempSync(join(tmpdir(), "sels-refactor-"));
  const te = join(root, "policy/modules/apps/app.te");
  const client = new LspClient();
  let initialized: InitializeResult;

  beforeAll(async () => {
    for (const [path, text] of [
      ...parseFixture(TINY_TREE).files,
      ["/p/policy/modules/apps/app.te", TE] as const,
    ]) {
      const file = join(root, path.slice("/p/".length));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    initialized = await client.initialize(root, {}, undefined, base);
    await client.open(te, TE, 7);
  }, 60_000);

  afterAll(async () => {
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
    rmSync(root, { recursive: true, force: true });
  });

  function actions(from: number, to: number): Promise<CodeAction[]> {
    return client.request("textDocument/codeAction", {
      textDocument: { uri: `file://${te}` },
      range: { start: { line: from, character: 0 }, end: { line: to, character: 0 } },
      context: { diagnostics: [], only: ["refactor"] },
    });
  }

  it("is told of the kinds", () => {
    expect(initialized.capabilities.codeActionProvider).toMatchObject({ resolveProvider: true });
    const { codeActionKinds } = initialized.capabilities.codeActionProvider as { codeActionKinds: string[] };
    expect(codeActionKinds).toEqual(expect.arrayContaining(["refactor.extract", "refactor.rewrite"]));
  });

  it("gets edits", async () => {
    const found = await actions(2, 2);
    const split = found.find(({ title }) => title.startsWith("Split")) as CodeAction;
    expect(split.edit === undefined).toBe(isModern);
    const { edit } = isModern ? await client.request<CodeAction>("codeAction/resolve", split) : split;
    const texts = isModern
      ? ((edit?.documentChanges ?? []) as TextDocumentEdit[]).map(({ textDocument, edits }) => [
          textDocument.version,
          edits,
        ])
      : [[undefined, edit?.changes?.[`file://${te}`]]];
    const newText = "allow app_t self:file read;\nallow app_t self:file write;";
    expect(texts).toEqual([[isModern ? 7 : undefined, [expect.objectContaining({ newText })]]]);
  });

  it("makes files, or is not asked to", async () => {
    const extract = (await actions(2, 3)).find(({ title }) => title.startsWith("Extract"));
    expect(extract !== undefined).toBe(isModern);
    if (extract === undefined) return;
    const { edit } = await client.request<CodeAction>("codeAction/resolve", extract);
    expect(edit?.documentChanges?.[0]).toMatchObject({
      kind: "create",
      uri: `file://${te.replace(/te$/, "if")}`,
    });
  });
});
