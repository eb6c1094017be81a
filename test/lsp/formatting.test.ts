/** Formatting over real stdio: capabilities, a document, ranges and a typed line, after edits that are not saved. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TextEdit } from "vscode-languageserver-types";
import { linesOf, offsetAt } from "../../server/workspace/lines.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { LspClient } from "../support/lspClient.ts";

const TEXT =
  "policy_module(app,1.0.0)\n\n# é 😀\ntype  app_t ; # 😀\nifdef(`x', `\nkernel_read_files( app_t)\n')\n";

let root = "";
let client: LspClient;
const app = () => join(root, "p/policy/modules/apps/app.te");
const options = { tabSize: 8, insertSpaces: false };

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sels-format-lsp-"));
  for (const [path, text] of [...parseFixture(TINY_TREE).files, ["/p/policy/modules/apps/app.te", TEXT]]) {
    mkdirSync(dirname(join(root, path as string)), { recursive: true });
    writeFileSync(join(root, path as string), text as string);
  }
  client = new LspClient();
});

afterAll(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = linesOf(text);
  return edits.toReversed().reduce((now, { range, newText }) => {
    return now.slice(0, offsetAt(lines, range.start)) + newText + now.slice(offsetAt(lines, range.end));
  }, text);
}

it("announces what it formats", async () => {
  const { capabilities } = await client.initialize(join(root, "p"));
  expect(capabilities).toMatchObject({
    documentFormattingProvider: true,
    documentRangeFormattingProvider: { rangesSupport: true },
    documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n" },
  });
});

it("formats the text of the editor, not the one on disk", async () => {
  const unsaved = `${TEXT}type  b_t;\n`;
  await client.open(app(), unsaved);
  const ask = (method: string, more: object) =>
    client.connection.sendRequest<TextEdit[]>(method, {
      textDocument: { uri: `file://${app()}` },
      options,
      ...more,
    });
  const good =
    "policy_module(app, 1.0.0)\n\n# é 😀\ntype app_t; # 😀\nifdef(`x',`\n\tkernel_read_files(app_t)\n')\ntype b_t;\n";
  expect(applied(unsaved, await ask("textDocument/formatting", {}))).toBe(good);
  const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 1 } };
  const one = unsaved.replace("type  app_t ;", "type app_t;");
  expect(applied(unsaved, await ask("textDocument/rangeFormatting", { range }))).toBe(one);
  expect(applied(unsaved, await ask("textDocument/rangesFormatting", { ranges: [range, range] }))).toBe(one);
  const position = { line: 3, character: 13 };
  expect(applied(unsaved, await ask("textDocument/onTypeFormatting", { position, ch: ";" }))).toBe(one);
});
