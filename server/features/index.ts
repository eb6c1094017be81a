// The table of contents of behaviour: every request the server answers, the capability that announces it, and the
// function that answers. The server loops over it (lsp/requests.ts); adding a feature is one file, one row and one
// test. Answers are plain LSP values; nothing here waits, reads files or knows a connection.

import type {
  CallHierarchyIncomingCallsParams,
  CallHierarchyPrepareParams,
  CodeAction,
  CodeActionParams,
  CodeLens,
  CodeLensParams,
  CompletionItem,
  CompletionParams,
  DefinitionParams,
  DocumentFormattingParams,
  DocumentHighlightParams,
  DocumentLinkParams,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  DocumentRangesFormattingParams,
  DocumentSymbolParams,
  FoldingRangeParams,
  HoverParams,
  InlayHintParams,
  LinkedEditingRangeParams,
  LocationLink,
  PrepareRenameParams,
  ReferenceParams,
  RenameParams,
  SelectionRangeParams,
  SemanticTokensDeltaParams,
  SemanticTokensParams,
  SemanticTokensRangeParams,
  ServerCapabilities,
  SignatureHelpParams,
  TextDocumentPositionParams,
  TypeHierarchyPrepareParams,
  TypeHierarchySupertypesParams,
  WorkspaceSymbolParams,
} from "vscode-languageserver-protocol";
import { CODE_ACTION_KINDS, codeActionPath, codeActions, resolveCodeAction } from "./codeAction.ts";
import { codeLens, codeLensPath, resolveCodeLens } from "./codeLens.ts";
import { completion, completionPath, resolveCompletion } from "./completion.ts";
import { declaration } from "./declaration.ts";
import { definition } from "./definition.ts";
import { documentLink } from "./documentLink.ts";
import { documentSymbol } from "./documentSymbol.ts";
import { foldingRange } from "./foldingRange.ts";
import { formatting, onTypeFormatting, rangesFormatting } from "./format/formatting.ts";
import { ON_TYPE_FIRST, ON_TYPE_MORE } from "./format/onType.ts";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "./hierarchy/calls.ts";
import { itemPath } from "./hierarchy/item.ts";
import { prepareTypeHierarchy, subtypes, supertypes } from "./hierarchy/types.ts";
import { hover } from "./hover.ts";
import { implementation } from "./implementation.ts";
import { type InlaySettings, inlayHint } from "./inlayHint.ts";
import { linkedEditingRange } from "./linkedEditing.ts";
import { REFACTOR_KINDS, refactorActions, refactorPath, resolveRefactor } from "./refactor/refactor.ts";
import type { RefactorAbilities } from "./refactor/refactoring.ts";
import { documentHighlight, references } from "./references.ts";
import { prepareRename, rename } from "./rename/rename.ts";
import { type EditAbilities, PLAIN_EDITS } from "./rename/workspaceEdit.ts";
import { selectionRange } from "./selectionRange.ts";
import { TOKEN_MODIFIERS, TOKEN_TYPES } from "./semanticTokens/legend.ts";
import {
  isLarge,
  semanticTokensDelta,
  semanticTokensFull,
  semanticTokensRange,
} from "./semanticTokens/semanticTokens.ts";
import { signatureHelp } from "./signatureHelp.ts";
import { typeDefinition } from "./typeDefinition.ts";
import { offsetOf, type Place, type placeAt, readPlaceAt, textAt, textPlaceAt, type View } from "./view.ts";
import { workspaceSymbol } from "./workspaceSymbol.ts";

/** What the client can do, as far as answers depend on it. */
export interface ClientAbilities {
  readonly snippets: boolean;
  readonly locationLinks: boolean;
  readonly hierarchicalSymbols: boolean;
  /** what the user wants to see between the words */
  readonly inlayHints: InlaySettings;
  /** what it takes in edits of several files; absent: plain text edits */
  readonly edits?: EditAbilities;
  /** it asks for the edits that come with a completion when that is accepted */
  readonly resolvesCompletions?: boolean;
  /** it asks for the edit of a code action when the action is taken */
  readonly resolvesActions?: boolean;
  /** a grammar of its own colours keywords */
  readonly augmentsSyntax?: boolean;
}

export interface Feature {
  readonly method: string;
  readonly capability: Partial<ServerCapabilities>;
  /** the path of the file that the request is about; undefined: ask the params' textDocument */
  pathOf?(params: unknown): string | undefined;
  /** the request is about all policies: their answers, which are lists, are put together */
  readonly everywhere?: boolean;
  answer(view: View, path: string, params: unknown, client: ClientAbilities): unknown;
}

/** A row with its parameters typed; the table itself cannot know them. */
function row<P>(
  method: string,
  capability: Partial<ServerCapabilities>,
  answer: (view: View, path: string, params: P, client: ClientAbilities) => unknown,
  pathOf?: (params: P) => string | undefined,
): Feature {
  const feature = { method, capability, answer: answer as Feature["answer"] };
  return pathOf === undefined ? feature : { ...feature, pathOf: pathOf as NonNullable<Feature["pathOf"]> };
}

/** Links, or plain locations for clients that know no links. */
function linkRow(
  method: string,
  capability: Partial<ServerCapabilities>,
  find: (view: View, place: Place) => LocationLink[],
): Feature {
  return row<DefinitionParams>(method, capability, (view, path, params, client) => {
    const place = readPlaceAt(view, path, params.position);
    const links = place === undefined ? [] : find(view, place);
    if (client.locationLinks) return links;
    return links.map((link) => ({ uri: link.targetUri, range: link.targetSelectionRange }));
  });
}

/** A request about a place; undefined outside of the project's files. */
function placeRow<P extends TextDocumentPositionParams>(
  method: string,
  capability: Partial<ServerCapabilities>,
  answer: (view: View, place: Place, params: P) => unknown,
  find: typeof placeAt = readPlaceAt,
): Feature {
  return row<P>(method, capability, (view, path, params) => {
    const place = find(view, path, params.position);
    return place === undefined ? undefined : answer(view, place, params);
  });
}

export const FEATURES: readonly Feature[] = [
  row<HoverParams>("textDocument/hover", { hoverProvider: true }, (view, path, params) => {
    const place = readPlaceAt(view, path, params.position);
    return place === undefined ? undefined : hover(view, place);
  }),
  linkRow("textDocument/definition", { definitionProvider: true }, definition),
  linkRow("textDocument/declaration", { declarationProvider: true }, declaration),
  linkRow("textDocument/typeDefinition", { typeDefinitionProvider: true }, typeDefinition),
  linkRow("textDocument/implementation", { implementationProvider: true }, implementation),
  placeRow<DocumentHighlightParams>(
    "textDocument/documentHighlight",
    { documentHighlightProvider: true },
    documentHighlight,
  ),
  placeRow<SignatureHelpParams>(
    "textDocument/signatureHelp",
    { signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [")"] } },
    signatureHelp,
  ),
  placeRow<LinkedEditingRangeParams>(
    "textDocument/linkedEditingRange",
    { linkedEditingRangeProvider: true },
    linkedEditingRange,
    textPlaceAt,
  ),
  placeRow<CallHierarchyPrepareParams>(
    "textDocument/prepareCallHierarchy",
    { callHierarchyProvider: true },
    prepareCallHierarchy,
  ),
  row<CallHierarchyIncomingCallsParams>(
    "callHierarchy/incomingCalls",
    {},
    (view, _path, { item }) => incomingCalls(view, item),
    ({ item }) => itemPath(item),
  ),
  row<CallHierarchyIncomingCallsParams>(
    "callHierarchy/outgoingCalls",
    {},
    (view, _path, { item }) => outgoingCalls(view, item),
    ({ item }) => itemPath(item),
  ),
  placeRow<TypeHierarchyPrepareParams>(
    "textDocument/prepareTypeHierarchy",
    { typeHierarchyProvider: true },
    prepareTypeHierarchy,
  ),
  row<TypeHierarchySupertypesParams>(
    "typeHierarchy/supertypes",
    {},
    (view, _path, { item }) => supertypes(view, item),
    ({ item }) => itemPath(item),
  ),
  row<TypeHierarchySupertypesParams>(
    "typeHierarchy/subtypes",
    {},
    (view, _path, { item }) => subtypes(view, item),
    ({ item }) => itemPath(item),
  ),
  {
    ...row<WorkspaceSymbolParams>(
      "workspace/symbol",
      { workspaceSymbolProvider: true },
      (view, _path, { query }) => workspaceSymbol(view, query),
    ),
    everywhere: true,
  },
  row<DocumentLinkParams>("textDocument/documentLink", { documentLinkProvider: {} }, (view, path) => {
    const file = view.snapshot.fileAt(path);
    return file === undefined ? [] : documentLink(view, file);
  }),
  row<FoldingRangeParams>("textDocument/foldingRange", { foldingRangeProvider: true }, (view, path) => {
    const file = textAt(view, path);
    return file === undefined ? [] : foldingRange(file);
  }),
  row<SelectionRangeParams>(
    "textDocument/selectionRange",
    { selectionRangeProvider: true },
    (view, path, { positions }) => {
      const file = textAt(view, path);
      if (file === undefined) return [];
      return positions.map((position) => selectionRange(view, file, offsetOf(view, file, position)));
    },
  ),
  row<InlayHintParams>(
    "textDocument/inlayHint",
    { inlayHintProvider: true },
    (view, path, { range }, { inlayHints }) => {
      const file = view.snapshot.fileAt(path);
      return file === undefined ? [] : inlayHint(view, file, range, inlayHints);
    },
  ),
  row<SemanticTokensParams>(
    "textDocument/semanticTokens/full",
    {
      semanticTokensProvider: {
        legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
        full: { delta: true },
        range: true,
      },
    },
    (view, path, _params, client) => {
      const file = textAt(view, path);
      return file === undefined || isLarge(file)
        ? undefined
        : semanticTokensFull(view, file, client.augmentsSyntax);
    },
  ),
  row<SemanticTokensDeltaParams>(
    "textDocument/semanticTokens/full/delta",
    {},
    (view, path, params, client) => {
      const file = textAt(view, path);
      return file === undefined || isLarge(file)
        ? undefined
        : semanticTokensDelta(view, file, params.previousResultId, client.augmentsSyntax);
    },
  ),
  row<SemanticTokensRangeParams>("textDocument/semanticTokens/range", {}, (view, path, { range }, client) => {
    const file = textAt(view, path);
    return file === undefined ? undefined : semanticTokensRange(view, file, range, client.augmentsSyntax);
  }),
  row<ReferenceParams>("textDocument/references", { referencesProvider: true }, (view, path, params) => {
    const place = readPlaceAt(view, path, params.position);
    return place === undefined ? [] : references(view, place, params.context.includeDeclaration);
  }),
  placeRow<PrepareRenameParams>(
    "textDocument/prepareRename",
    { renameProvider: { prepareProvider: true } },
    prepareRename,
  ),
  row<RenameParams>("textDocument/rename", {}, (view, path, { position, newName }, client) => {
    const place = readPlaceAt(view, path, position);
    return place === undefined ? undefined : rename(view, place, newName, client.edits ?? PLAIN_EDITS);
  }),
  row<DocumentSymbolParams>("textDocument/documentSymbol", { documentSymbolProvider: true }, (view, path) => {
    const file = textAt(view, path);
    return file === undefined ? [] : documentSymbol(view, file);
  }),
  row<CompletionParams>(
    "textDocument/completion",
    { completionProvider: { triggerCharacters: [":", "$", "`", "(", "-"], resolveProvider: true } },
    (view, path, params, client) => {
      const place = textPlaceAt(view, path, params.position);
      if (place === undefined) return undefined;
      return completion(view, place, client.snippets, client.resolvesCompletions === true);
    },
  ),
  row<CompletionItem>(
    "completionItem/resolve",
    {},
    (view, _path, item) => resolveCompletion(view, item),
    completionPath,
  ),
  row<CodeLensParams>(
    "textDocument/codeLens",
    { codeLensProvider: { resolveProvider: true } },
    (view, path) => {
      const file = view.snapshot.fileAt(path);
      return file === undefined ? [] : codeLens(view, file);
    },
  ),
  row<CodeLens>("codeLens/resolve", {}, (view, _path, lens) => resolveCodeLens(view, lens), codeLensPath),
  row<CodeActionParams>(
    "textDocument/codeAction",
    {
      codeActionProvider: {
        codeActionKinds: [...CODE_ACTION_KINDS, ...REFACTOR_KINDS],
        resolveProvider: true,
      },
    },
    (view, path, params, client) => {
      const file = view.snapshot.fileAt(path);
      if (file === undefined) return [];
      return [
        ...codeActions(view, file, params, refactorAbilities(client)),
        ...refactorActions(view, file, params, refactorAbilities(client)),
      ];
    },
  ),
  row<CodeAction>(
    "codeAction/resolve",
    {},
    (view, _path, action, client) =>
      codeActionPath(action) === undefined
        ? resolveRefactor(view, action, refactorAbilities(client))
        : resolveCodeAction(view, action, refactorAbilities(client)),
    (action) => codeActionPath(action) ?? refactorPath(action),
  ),
  row<DocumentFormattingParams>(
    "textDocument/formatting",
    { documentFormattingProvider: true },
    (view, path, { options }) => {
      const file = textAt(view, path);
      return file === undefined ? [] : formatting(view, file, options);
    },
  ),
  row<DocumentRangeFormattingParams>(
    "textDocument/rangeFormatting",
    { documentRangeFormattingProvider: { rangesSupport: true } },
    (view, path, { range, options }) => {
      const file = textAt(view, path);
      return file === undefined ? [] : rangesFormatting(view, file, [range], options);
    },
  ),
  row<DocumentRangesFormattingParams>(
    "textDocument/rangesFormatting",
    {},
    (view, path, { ranges, options }) => {
      const file = textAt(view, path);
      return file === undefined ? [] : rangesFormatting(view, file, ranges, options);
    },
  ),
  row<DocumentOnTypeFormattingParams>(
    "textDocument/onTypeFormatting",
    {
      documentOnTypeFormattingProvider: {
        firstTriggerCharacter: ON_TYPE_FIRST,
        moreTriggerCharacter: [...ON_TYPE_MORE],
      },
    },
    (view, path, { position, ch, options }) => {
      const file = textAt(view, path);
      return file === undefined ? [] : onTypeFormatting(view, file, position, ch, options);
    },
  ),
];

function refactorAbilities({ edits, resolvesActions }: ClientAbilities): RefactorAbilities {
  return { edits: edits ?? PLAIN_EDITS, resolves: resolvesActions === true };
}

/** The capabilities of all features together. */
export function featureCapabilities(): Partial<ServerCapabilities> {
  return Object.assign({}, ...FEATURES.map((feature) => feature.capability)) as Partial<ServerCapabilities>;
}
