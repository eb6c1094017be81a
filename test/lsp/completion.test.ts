/**
 * Completion over real stdio on the reference policy: what stands in the distribution's files is offered where it stands,
 * near the top once three letters are typed, and an accepted name of another module brings its require.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CompletionItem, CompletionList } from "vscode-languageserver-types";
import { randomSource } from "../analysis/generatedPolicy.ts";
import { LspClient } from "../support/lspClient.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

const FILES = [
  "services/apache",
  "system/mount",
  "kernel/files",
  "services/dbus",
  "roles/sysadm",
  "apps/gpg",
];
const POSITIONS = 150;

describeWithOracle("completion in the reference policy", [POLICY_SOURCE], () => {
  const root = policySource() ?? "";
  const pathOf = (file: string): string => join(root, "policy/modules", file);
  let client: LspClient;

  beforeAll(async () => {
    client = new LspClient();
    await client.initialize(root);
    await client.at("textDocument/hover", pathOf("system/mount.te"), 0, 0);
  }, 60_000);

  afterAll(async () => {
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  it("offers the words that people wrote, near the top", async () => {
    const random = randomSource(5);
    const ranks: number[] = [];
    while (ranks.length < POSITIONS) {
      const path = pathOf(`${FILES[random(FILES.length)]}.${["te", "if", "fc"][random(3)]}`);
      const lines = readFileSync(path, "utf8").split("\n");
      const line = random(lines.length);
      const text = lines[line] ?? "";
      // Words of calls, rules and contexts; not names that a line makes, nor comments.
      if (/^\s*(?:#|$|type |attribute |interface|template|ifdef|'|gen_require|gen_tunable|\/)/.test(text)) {
        if (!text.includes("gen_context(")) continue;
      }
      const words = [...text.matchAll(/[a-z]\w*_[a-z]+\b/g)].filter(
        (match) => !text.slice(0, match.index).includes("#"),
      );
      const match = words[random(Math.max(1, words.length))];
      if (match === undefined || match[0].includes("gen_context") || text[match.index - 1] === "$") continue;
      if (/^(?:optional_policy|tunable_policy|policy_module|typeattribute|typealias)$/.test(match[0]))
        continue;
      if (text.includes("alias ") || text.includes('"') || /[/$]/.test(text[match.index - 1] ?? "")) continue;
      const found = await client.at<CompletionList>("textDocument/completion", path, line, match.index + 3);
      ranks.push(found.items.findIndex(({ label }) => label === match[0]));
    }
    const share = (test: (rank: number) => boolean): number => ranks.filter(test).length / ranks.length;
    expect(share((rank) => rank >= 0)).toBeGreaterThan(0.95);
    expect(share((rank) => rank >= 0 && rank < 10)).toBeGreaterThan(0.85);
  }, 60_000);

  it("brings the require of a type of another module", async () => {
    const path = pathOf("system/mount.if");
    const text = readFileSync(path, "utf8");
    const insertAt = text.indexOf("\tdomtrans_pattern", text.indexOf("`mount_domtrans'"));
    const edited = `${text.slice(0, insertAt)}\tallow $1 sysctl_kern\n${text.slice(insertAt)}`;
    await client.open(path, edited);
    const before = edited.slice(0, insertAt + "\tallow $1 sysctl_kern".length).split("\n");
    const [line, character] = [before.length - 1, (before.at(-1) ?? "").length];
    const list = await client.at<CompletionList>("textDocument/completion", path, line, character);
    const item = list.items.find(({ label }) => label === "sysctl_kernel_t");
    expect(item).toBeDefined();
    const resolved = await client.request<CompletionItem>("completionItem/resolve", item as object);
    const edits = (resolved.additionalTextEdits ??
      item?.additionalTextEdits) as CompletionItem["additionalTextEdits"];
    expect(edits?.map(({ newText }) => newText.trim())).toEqual(["type sysctl_kernel_t;"]);
    expect(edits?.[0]?.range.start.line).toBeLessThan(line);
    expect(JSON.stringify(resolved.documentation)).toContain("sysctl_kernel_t");
  });
});
