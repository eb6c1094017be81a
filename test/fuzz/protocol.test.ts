/**
 * A client that keeps to no rule: requests of wrong shape, positions that are not there, changes out of order, documents
 * that nobody opened, cancellations. The server on stdio answers every request, with a result or an error, and lives.
 * Seeded, so a failure replays.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { FEATURES } from "../../server/features/index.ts";
import { createRandom } from "../compiler/incrementalEdits.ts";
import { LspClient } from "../support/lspClient.ts";

const scratch = mkdtempSync(join(tmpdir(), "sels-protocol-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const TEXT =
  "module a 1.0;\nrequire { type a_t; class file { read write }; }\nallow a_t a_t:file read;\nallow a_t nope_t:file read;\n";
const NUMBERS = [0, 1, 2, 3, -1, -2147483648, 2147483647, 1e12, 0.5, 99];
const METHODS = [
  ...FEATURES.map((feature) => feature.method),
  "selinux/expand",
  "selinux/computeAv",
  "selinux/query",
  "selinux/needs",
  "selinux/nlmsg",
  "selinux/status",
  "no/such",
];

/** Sends `count` messages of a seed; gives the number of requests that were answered. */
async function misbehave(
  client: LspClient,
  seed: number,
  count: number,
): Promise<[asked: number, answered: number]> {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const uri = (): unknown =>
    pick<unknown>([
      `file://${scratch}/a.te`,
      `file://${scratch}/b.te`,
      "untitled:x",
      "",
      "%%%",
      7,
      null,
      "file:///",
    ]);
  const position = (): unknown =>
    pick<unknown>([
      { line: pick(NUMBERS), character: pick(NUMBERS) },
      null,
      {},
      { line: "x", character: [] },
    ]);
  const range = (): unknown => pick<unknown>([{ start: position(), end: position() }, undefined, null, 3]);
  const shape = (): object | null =>
    pick<object | null>([
      null,
      [],
      {},
      { textDocument: null },
      { textDocument: { uri: uri() }, position: position() },
      {
        textDocument: { uri: uri(), version: pick(NUMBERS) },
        position: position(),
        range: range(),
        positions: [position()],
        context: pick<unknown>([{ diagnostics: [], includeDeclaration: true }, null, {}]),
        newName: pick(["b_t", "", "a b", "é"]),
        query: pick(["", "a", "\u0000"]),
        source: "a_t",
        target: "a_t",
        class: "file",
        text: "f(a",
      },
    ]);
  let asked = 0;
  const answers: Promise<boolean>[] = [];
  for (let i = 0; i < count; i++) {
    const kind = random(10);
    const textDocument = {
      uri: uri(),
      languageId: "selinux",
      version: pick(NUMBERS),
      text: pick<unknown>([TEXT, "", "`", 5]),
    };
    if (kind === 0) await client.connection.sendNotification("textDocument/didOpen", { textDocument });
    else if (kind === 1) await client.connection.sendNotification("textDocument/didClose", { textDocument });
    else if (kind < 5) {
      const contentChanges = [{ range: range(), text: pick<unknown>(["x", "type b_t;\n", "", "{", null]) }];
      await client.connection.sendNotification("textDocument/didChange", { textDocument, contentChanges });
    } else {
      asked++;
      const source = new CancellationTokenSource();
      const answer = client.connection.sendRequest(pick(METHODS), shape(), source.token);
      answers.push(
        answer.then(
          () => true,
          () => true,
        ),
      );
      if (random(4) === 0) source.cancel();
    }
  }
  return [asked, (await Promise.all(answers)).filter(Boolean).length];
}

describe("a client that keeps to no rule", () => {
  it.each([1, 2, 3])(
    "seed %i: every request is answered and the server lives on",
    async (seed) => {
      writeFileSync(join(scratch, "a.te"), TEXT);
      const client = new LspClient(["--stdio"], { lenient: true });
      await client.initialize(scratch);
      const [asked, answered] = await misbehave(client, seed, 400);
      expect(asked).toBeGreaterThan(100);
      expect(answered).toBe(asked);
      // And what it says about a document is as right as ever.
      const path = join(scratch, `fresh${seed}.te`);
      await client.open(path, TEXT.replace("module a", `module fresh${seed}`));
      const found = await client.diagnosticsOf(path, (last) => last.diagnostics.length > 0);
      expect(found.diagnostics.some((item) => JSON.stringify(item.message).includes("nope_t"))).toBe(true);
      expect(await client.stop()).toBe(0);
    },
    60_000,
  );
});
