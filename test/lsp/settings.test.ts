/** Mistakes in the editor's settings are told once, and what is right beside them counts. */
import { afterEach, expect, it } from "vitest";
import { parseSettings } from "../../server/lsp/configuration.ts";
import { LspClient } from "../support/lspClient.ts";

const WRONG = { checks: { "C-05": "off", "W-001": "loud", "W-002": "off" } };

let client: LspClient | undefined;

afterEach(async () => {
  await client?.stop();
});

it.each([
  [WRONG.checks, 2],
  [{ overrides: [{ files: ["*.te"], cheks: {} }] }, 1],
  ["off", 1],
  [{ "W-001": "off" }, 0],
  [undefined, 0],
])("%j: %i mistakes", (checks, count) => {
  expect(parseSettings({ checks }).mistakes).toHaveLength(count);
});

it("the server shows them, and not again while they stay the same", async () => {
  client = new LspClient();
  const { connection } = client;
  const shown: string[] = [];
  connection.onNotification("window/showMessage", ({ message }: { message: string }) => {
    shown.push(message);
  });
  connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
    items.map(() => WRONG),
  );
  await client.initialize("/nowhere", { workspace: { configuration: true } });
  for (let i = 0; i < 2; i++) {
    await connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await connection.sendRequest("workspace/symbol", { query: "" });
  }
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("‘C-05’ is not known");
});
