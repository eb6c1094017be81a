/**
 * Rename over real stdio on the reference policy: the edits as a client gets them, a refusal as an error with its
 * reason, the files that go along, and a client that knows neither versions nor annotations.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type {
  InitializeResult,
  RenameFile,
  TextDocumentEdit,
  WorkspaceEdit,
} from "vscode-languageserver-protocol";
import { LspClient } from "../support/lspClient.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

const ANNOTATING = {
  workspace: {
    workspaceEdit: {
      documentChanges: true,
      resourceOperations: ["create", "rename", "delete"],
      changeAnnotationSupport: { groupsOnLabel: true },
    },
  },
};

describeWithOracle("renaming in the reference policy", [POLICY_SOURCE], () => {
  const root = policySource() ?? "";
  const te = join(root, "policy/modules/system/mount.te");
  const text = readFileSync(te, "utf8");
  const [line, character] = [text.slice(0, text.indexOf("type mount_t;")).split("\n").length - 1, 6];
  let client: LspClient;
  let initialized: InitializeResult;

  beforeAll(async () => {
    client = new LspClient();
    initialized = await client.initialize(root, ANNOTATING);
    await client.open(te, text, 7);
  }, 60_000);

  afterAll(async () => {
    expect(client.log).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  it("is announced, with the files that it wants to hear of", () => {
    expect(initialized.capabilities.renameProvider).toEqual({ prepareProvider: true });
    expect(initialized.capabilities.workspace?.fileOperations?.willRename?.filters).toHaveLength(1);
  });

  it("edits every file, open ones by their version, and asks about comments", async () => {
    const range = await client.at("textDocument/prepareRename", te, line, character);
    expect(range).toMatchObject({ placeholder: "mount_t" });
    const newName = "mounter_t";
    const edit = await client.at<WorkspaceEdit>("textDocument/rename", te, line, character, { newName });
    const documents = edit.documentChanges as TextDocumentEdit[];
    expect(documents.length).toBeGreaterThan(1);
    const versions = new Map(documents.map(({ textDocument }) => [textDocument.uri, textDocument.version]));
    expect(versions.get(`file://${te}`)).toBe(7);
    expect(versions.get(`file://${te.replace(".te", ".if")}`)).toBeNull();
    for (const { textDocument, edits } of documents) {
      const lines = readFileSync(textDocument.uri.replace("file://", ""), "utf8").split("\n");
      for (const one of edits) {
        if (!("range" in one)) throw new Error("no text edit");
        const { start, end } = one.range;
        expect(lines[start.line]?.slice(start.character, end.character)).toBe("mount_t");
        const isComment = /^[^`']*#/.test((lines[start.line] ?? "").slice(0, start.character));
        expect("annotationId" in one, lines[start.line]).toBe(isComment);
      }
    }
    const annotations = Object.values(edit.changeAnnotations ?? {});
    for (const one of annotations) expect(one.needsConfirmation).toBe(true);
  });

  it("refuses with a reason that the editor shows", async () => {
    const rename = client.at("textDocument/rename", te, line, character, { newName: "kernel_t" });
    await expect(rename).rejects.toMatchObject({
      code: -32803,
      message: /there is a type `kernel_t` already/,
    });
    const nothing = await client.at("textDocument/prepareRename", te, 0, 0);
    expect(nothing).toBeNull();
  });

  it("takes a module's files along", async () => {
    const files = [{ oldUri: `file://${te}`, newUri: `file://${te.replace("mount.te", "mounter.te")}` }];
    const edit = await client.request<WorkspaceEdit>("workspace/willRenameFiles", { files });
    const changes = edit.documentChanges as (TextDocumentEdit | RenameFile)[];
    const renames = changes.filter((one): one is RenameFile => "kind" in one);
    expect(renames.map(({ newUri }) => newUri.slice(newUri.lastIndexOf("/") + 1))).toEqual([
      "mounter.if",
      "mounter.fc",
    ]);
    expect(changes).not.toHaveLength(renames.length);
  });

  it("gives plain text edits to a client that knows no other", async () => {
    const plain = new LspClient();
    const { capabilities } = await plain.initialize(root, {
      workspace: { workspaceEdit: { documentChanges: false } },
      textDocument: { rename: { prepareSupport: false } },
    });
    expect(capabilities.renameProvider).toBe(true);
    const newName = "mounter_t";
    const edit = await plain.at<WorkspaceEdit>("textDocument/rename", te, line, character, { newName });
    expect(edit.documentChanges).toBeUndefined();
    expect(Object.keys(edit.changes ?? {}).length).toBeGreaterThan(1);
    expect(await plain.stop()).toBe(0);
  });
});
