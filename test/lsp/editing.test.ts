/**
 * The features of editing over real stdio on the reference policy: one server, one load, answers about files as the
 * distribution ships them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  DocumentHighlight,
  FoldingRange,
  InlayHint,
  Location,
  SemanticTokens,
  SignatureHelp,
  SymbolInformation,
  TypeHierarchyItem,
} from "vscode-languageserver-types";
import { LspClient } from "../support/lspClient.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

describeWithOracle("editing the reference policy", [POLICY_SOURCE], () => {
  const root = policySource() ?? "";
  const te = join(root, "policy/modules/system/mount.te");
  const iface = join(root, "policy/modules/system/mount.if");
  let client: LspClient;
  /** line and column just inside the first occurrence of a text */
  const inside = (path: string, text: string): [number, number] => {
    const before = readFileSync(path, "utf8").split(text)[0] ?? "";
    const lines = before.split("\n");
    return [lines.length - 1, (lines.at(-1) ?? "").length + 1];
  };

  beforeAll(async () => {
    client = new LspClient();
    await client.initialize(root);
    await client.at("textDocument/hover", te, 0, 0);
  }, 60_000);

  afterAll(async () => {
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  it("finds references and highlights of a type, arguments included", async () => {
    const [line, character] = inside(te, "mount_t;");
    const context = { includeDeclaration: true };
    const found = await client.at<Location[]>("textDocument/references", te, line, character, { context });
    const files = new Set(found.map(({ uri }) => uri));
    expect(files).toContain(`file://${iface}`);
    // The text itself is the oracle: every mention outside of comments counts.
    let mentions = 0;
    for (const uri of files) {
      const text = readFileSync(uri.replace("file://", ""), "utf8").replace(/#.*/g, "");
      mentions += [...text.matchAll(/(?<![\w$])mount_t(?!\w)/g)].length;
    }
    expect(found).toHaveLength(mentions);
    const here = await client.at<DocumentHighlight[]>("textDocument/documentHighlight", te, line, character);
    expect(here.filter(({ kind }) => kind === 3)).toHaveLength(1);
  });

  it("shows who calls an interface in other modules", async () => {
    const [line, character] = inside(iface, "mount_domtrans'");
    const [item] = await client.at<CallHierarchyItem[]>(
      "textDocument/prepareCallHierarchy",
      iface,
      line,
      character,
    );
    expect(item?.name).toBe("mount_domtrans");
    const callers = await client.request<CallHierarchyIncomingCall[]>("callHierarchy/incomingCalls", {
      item,
    });
    expect(callers.map(({ from }) => from.name)).toContain("mount_run");
    expect(new Set(callers.map(({ from }) => from.uri)).size).toBeGreaterThan(3);
  });

  it("shows the attributes above a type and finds symbols by letters", async () => {
    const [line, character] = inside(te, "mount_t;");
    const [item] = await client.at<TypeHierarchyItem[]>(
      "textDocument/prepareTypeHierarchy",
      te,
      line,
      character,
    );
    const above = await client.request<TypeHierarchyItem[]>("typeHierarchy/supertypes", { item });
    expect(above.map(({ name }) => name)).toContain("domain");
    const symbols = await client.request<SymbolInformation[]>("workspace/symbol", { query: "mountdomtrans" });
    expect(symbols[0]?.name).toBe("mount_domtrans");
  });

  it("answers about whole files: tokens, folds, hints, signatures", async () => {
    const textDocument = { uri: `file://${te}` };
    const tokens = await client.request<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
    expect(tokens.data.length % 5).toBe(0);
    expect(tokens.data.length).toBeGreaterThan(1500);
    const folds = await client.request<FoldingRange[]>("textDocument/foldingRange", { textDocument });
    expect(folds.some(({ kind }) => kind === "region")).toBe(true);
    const range = { start: { line: 0, character: 0 }, end: { line: 400, character: 0 } };
    const hints = await client.request<InlayHint[]>("textDocument/inlayHint", { textDocument, range });
    expect(hints.length).toBeGreaterThan(5);
    const [line, character] = inside(te, "(mount_t");
    const help = await client.at<SignatureHelp>("textDocument/signatureHelp", te, line, character);
    expect(help.signatures[0]?.parameters?.length).toBeGreaterThan(0);
  });
});
