/** A diagnostic leads to the page of its check: the link is a file that is there and is about that check. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { LspClient } from "../support/lspClient.ts";

it("links diagnostics to the pages of their checks", async () => {
  const client = new LspClient();
  await client.initialize(undefined);
  await client.open(
    "/nowhere/m.te",
    "module m 1.0;\nrequire { class file read; }\nallow a_t a_t:file read;\n",
  );
  const { diagnostics } = await client.diagnosticsOf(
    "/nowhere/m.te",
    (found) => found.diagnostics.length > 0,
  );
  const [first] = diagnostics;
  const page = readFileSync(fileURLToPath(first?.codeDescription?.href ?? ""), "utf8");
  expect(page).toContain(`# ${String(first?.code)}\n`);
  expect(await client.stop()).toBe(0);
});
