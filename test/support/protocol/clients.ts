/**
 * What clients announce: an editor as most are (push diagnostics, no refreshes), one that knows all of LSP 3.18 that the
 * server uses, and one that says nothing but which requests it sends.
 */
const MARKUP = ["markdown", "plaintext"];
const DYNAMIC = { dynamicRegistration: true };
const KINDS = Array.from({ length: 26 }, (_, i) => i + 1);

/** Requests without any ability. */
export const BARE = {
  workspace: { symbol: {}, executeCommand: {}, textDocumentContent: {}, workspaceFolders: true },
  textDocument: {
    synchronization: {},
    publishDiagnostics: {},
    completion: {},
    hover: {},
    signatureHelp: {},
    declaration: {},
    definition: {},
    typeDefinition: {},
    implementation: {},
    references: {},
    documentHighlight: {},
    documentSymbol: {},
    codeAction: {},
    codeLens: {},
    documentLink: {},
    formatting: {},
    rangeFormatting: { rangesSupport: true },
    onTypeFormatting: {},
    rename: {},
    foldingRange: {},
    selectionRange: {},
    linkedEditingRange: {},
    callHierarchy: {},
    typeHierarchy: {},
    inlayHint: {},
    semanticTokens: {
      requests: { full: { delta: true }, range: true },
      tokenTypes: [],
      tokenModifiers: [],
      formats: ["relative"],
    },
  },
} as const;

/** An editor as most are. */
export const EDITOR = merge(BARE, {
  general: { positionEncodings: ["utf-16"] },
  window: { workDoneProgress: true, showMessage: {}, showDocument: { support: true } },
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: DYNAMIC,
    didChangeWatchedFiles: DYNAMIC,
    symbol: { symbolKind: { valueSet: KINDS } },
    workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
    fileOperations: { willRename: true, didRename: true },
  },
  textDocument: {
    synchronization: { didSave: true },
    publishDiagnostics: {
      relatedInformation: true,
      tagSupport: { valueSet: [1, 2] },
      versionSupport: true,
      codeDescriptionSupport: true,
      dataSupport: true,
    },
    completion: {
      completionItem: {
        snippetSupport: true,
        documentationFormat: MARKUP,
        deprecatedSupport: true,
        tagSupport: { valueSet: [1] },
        labelDetailsSupport: true,
        insertReplaceSupport: true,
        commitCharactersSupport: true,
        resolveSupport: { properties: ["documentation", "detail", "additionalTextEdits"] },
      },
      completionList: { itemDefaults: ["editRange", "data", "insertTextFormat", "commitCharacters"] },
    },
    hover: { contentFormat: MARKUP },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: MARKUP,
        parameterInformation: { labelOffsetSupport: true },
        activeParameterSupport: true,
      },
    },
    definition: { linkSupport: true },
    declaration: { linkSupport: true },
    typeDefinition: { linkSupport: true },
    implementation: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true, tagSupport: { valueSet: [1] } },
    documentLink: { tooltipSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "refactor", "source"] } },
      isPreferredSupport: true,
      disabledSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
    codeLens: { resolveSupport: { properties: ["command"] } },
    rename: { prepareSupport: true },
    foldingRange: { foldingRange: { collapsedText: true } },
    inlayHint: { resolveSupport: { properties: ["tooltip"] } },
  },
});

/** All of LSP 3.18: diagnostics by pull, and refreshes. */
export const MODERN = merge(EDITOR, {
  workspace: {
    diagnostics: { refreshSupport: true },
    semanticTokens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    foldingRange: { refreshSupport: true },
  },
  textDocument: {
    diagnostic: {
      relatedDocumentSupport: true,
      relatedInformation: true,
      tagSupport: { valueSet: [1, 2] },
      codeDescriptionSupport: true,
      dataSupport: true,
    },
  },
});

/** Objects put together; lists and plain values of the second win. */
export function merge(first: object, second: object): Record<string, unknown> {
  const both: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = both[key];
    both[key] = isPlain(before) && isPlain(value) ? merge(before, value) : value;
  }
  return both;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
