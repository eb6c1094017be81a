/**
 * What a client must announce before a server may use it, where the types do not say it: kinds of markup, links,
 * snippets, tags, related information, resource operations, resolvable properties. Each row finds a use in an answer.
 */
import { isRecord } from "./places.ts";

type Row = readonly [use: string, announced: string, isUsed: (value: Found) => boolean];
type Found = Readonly<Record<string, unknown>>;

const isMarkdown = (value: unknown): boolean => isRecord(value) && value.kind === "markdown";
const has = (name: string) => (value: Found) => value[name] !== undefined;

/** By method: what an answer's objects (at any depth) may not have unless the client announced it. */
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "textDocument/hover": [
    ["markdown", "textDocument.hover.contentFormat=markdown", (v) => isMarkdown(v.contents)],
  ],
  "textDocument/completion": [
    ["a snippet", "textDocument.completion.completionItem.snippetSupport", (v) => v.insertTextFormat === 2],
    [
      "markdown",
      "textDocument.completion.completionItem.documentationFormat=markdown",
      (v) => isMarkdown(v.documentation),
    ],
    ["label details", "textDocument.completion.completionItem.labelDetailsSupport", has("labelDetails")],
    [
      "commit characters",
      "textDocument.completion.completionItem.commitCharactersSupport",
      has("commitCharacters"),
    ],
    ["deprecated", "textDocument.completion.completionItem.deprecatedSupport", has("deprecated")],
    ["tags", "textDocument.completion.completionItem.tagSupport", has("tags")],
    [
      "insert and replace",
      "textDocument.completion.completionItem.insertReplaceSupport",
      (v) => isRecord(v.insert),
    ],
    ["item defaults", "textDocument.completion.completionList.itemDefaults", has("itemDefaults")],
  ],
  "completionItem/resolve": [
    [
      "markdown",
      "textDocument.completion.completionItem.documentationFormat=markdown",
      (v) => isMarkdown(v.documentation),
    ],
  ],
  "textDocument/signatureHelp": [
    [
      "markdown",
      "textDocument.signatureHelp.signatureInformation.documentationFormat=markdown",
      (v) => isMarkdown(v.documentation),
    ],
    [
      "label offsets",
      "textDocument.signatureHelp.signatureInformation.parameterInformation.labelOffsetSupport",
      (v) => Array.isArray(v.label),
    ],
  ],
  "textDocument/definition": [["links", "textDocument.definition.linkSupport", has("targetUri")]],
  "textDocument/declaration": [["links", "textDocument.declaration.linkSupport", has("targetUri")]],
  "textDocument/typeDefinition": [["links", "textDocument.typeDefinition.linkSupport", has("targetUri")]],
  "textDocument/implementation": [["links", "textDocument.implementation.linkSupport", has("targetUri")]],
  "textDocument/documentSymbol": [
    [
      "a tree of symbols",
      "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport",
      has("selectionRange"),
    ],
    ["tags", "textDocument.documentSymbol.tagSupport", has("tags")],
  ],
  "textDocument/documentLink": [["a tooltip", "textDocument.documentLink.tooltipSupport", has("tooltip")]],
  "textDocument/codeAction": [
    [
      "a literal action",
      "textDocument.codeAction.codeActionLiteralSupport",
      (v) => typeof v.kind === "string",
    ],
    ["a preferred action", "textDocument.codeAction.isPreferredSupport", has("isPreferred")],
    ["a disabled action", "textDocument.codeAction.disabledSupport", has("disabled")],
    ["data", "textDocument.codeAction.dataSupport", has("data")],
  ],
  "textDocument/foldingRange": [
    ["collapsed text", "textDocument.foldingRange.foldingRange.collapsedText", has("collapsedText")],
  ],
  "textDocument/publishDiagnostics": [
    ["related places", "textDocument.publishDiagnostics.relatedInformation", has("relatedInformation")],
    ["tags", "textDocument.publishDiagnostics.tagSupport", has("tags")],
    ["a link", "textDocument.publishDiagnostics.codeDescriptionSupport", has("codeDescription")],
    ["data", "textDocument.publishDiagnostics.dataSupport", has("data")],
    ["a version", "textDocument.publishDiagnostics.versionSupport", has("version")],
  ],
  "textDocument/diagnostic": [
    ["related places", "textDocument.diagnostic.relatedInformation", has("relatedInformation")],
    ["tags", "textDocument.diagnostic.tagSupport", has("tags")],
    ["a link", "textDocument.diagnostic.codeDescriptionSupport", has("codeDescription")],
    ["data", "textDocument.diagnostic.dataSupport", has("data")],
    ["related documents", "textDocument.diagnostic.relatedDocumentSupport", has("relatedDocuments")],
  ],
};

/** Uses that are the same in every answer that holds a workspace edit. */
const EDIT_ROWS: readonly Row[] = [
  ["versioned edits", "workspace.workspaceEdit.documentChanges", has("documentChanges")],
  ["annotations", "workspace.workspaceEdit.changeAnnotationSupport", has("changeAnnotations")],
  [
    "creating files",
    "workspace.workspaceEdit.resourceOperations=create",
    (v) => v.kind === "create" && "uri" in v,
  ],
  [
    "renaming files",
    "workspace.workspaceEdit.resourceOperations=rename",
    (v) => v.kind === "rename" && "oldUri" in v,
  ],
  [
    "deleting files",
    "workspace.workspaceEdit.resourceOperations=delete",
    (v) => v.kind === "delete" && "uri" in v,
  ],
];
const EDITING = new Set([
  "textDocument/rename",
  "textDocument/codeAction",
  "codeAction/resolve",
  "workspace/applyEdit",
]);

/** What an answer uses although the client never said that it can. */
export function unannounced(method: string, answer: unknown, client: unknown): readonly string[] {
  const rows = [...(ROWS[method] ?? []), ...(EDITING.has(method) ? EDIT_ROWS : [])];
  if (rows.length === 0) return [];
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) look(item);
    if (!isRecord(value)) return;
    for (const [use, path, isUsed] of rows)
      if (!found.has(use) && isUsed(value) && !isAnnounced(client, path)) found.add(use);
    for (const [key, inner] of Object.entries(value)) if (key !== "data") look(inner);
  };
  look(answer);
  return [...found].map((use) => `uses ${use}, which the client does not know`);
}

/** `a.b.c` is there and not false; `a.b=c`: the list at `a.b` has `c`. */
export function isAnnounced(capabilities: unknown, path: string): boolean {
  const [names = "", member] = path.split("=");
  let at = capabilities;
  for (const name of names.split(".")) {
    if (!isRecord(at)) return false;
    at = at[name];
  }
  if (member !== undefined) return Array.isArray(at) && at.includes(member);
  return at !== undefined && at !== null && at !== false;
}
