// The table of contents of behaviour: every request the server answers, the capability that announces it, and the
// function that answers. The server loops over it (lsp/requests.ts); adding a feature is one file, one row and one
// test. Answers are plain LSP values; nothing here waits, reads files or knows a connection.

import type {
  CodeLens,
  CodeLensParams,
  CompletionItem,
  CompletionParams,
  DefinitionParams,
  DocumentSymbolParams,
  HoverParams,
  ReferenceParams,
  ServerCapabilities,
} from "vscode-languageserver-protocol";
import { codeLens, codeLensPath, resolveCodeLens } from "./codeLens.ts";
import { completion, completionPath, resolveCompletion } from "./completion.ts";
import { definition } from "./definition.ts";
import { documentSymbol } from "./documentSymbol.ts";
import { hover } from "./hover.ts";
import { references } from "./references.ts";
import { placeAt, type View } from "./view.ts";

/** What the client can do, as far as answers depend on it. */
export interface ClientAbilities {
  readonly snippets: boolean;
  readonly locationLinks: boolean;
  readonly hierarchicalSymbols: boolean;
}

export interface Feature {
  readonly method: string;
  readonly capability: Partial<ServerCapabilities>;
  /** the path of the file that the request is about; undefined: ask the params' textDocument */
  pathOf?(params: unknown): string | undefined;
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

export const FEATURES: readonly Feature[] = [
  row<HoverParams>("textDocument/hover", { hoverProvider: true }, (view, path, params) => {
    const place = placeAt(view, path, params.position);
    return place === undefined ? undefined : hover(view, place);
  }),
  row<DefinitionParams>(
    "textDocument/definition",
    { definitionProvider: true },
    (view, path, params, client) => {
      const place = placeAt(view, path, params.position);
      const links = place === undefined ? [] : definition(view, place);
      if (client.locationLinks) return links;
      return links.map((link) => ({ uri: link.targetUri, range: link.targetSelectionRange }));
    },
  ),
  row<ReferenceParams>("textDocument/references", { referencesProvider: true }, (view, path, params) => {
    const place = placeAt(view, path, params.position);
    return place === undefined ? [] : references(view, place, params.context.includeDeclaration);
  }),
  row<DocumentSymbolParams>("textDocument/documentSymbol", { documentSymbolProvider: true }, (view, path) => {
    const file = view.snapshot.fileAt(path);
    return file === undefined ? [] : documentSymbol(view, file);
  }),
  row<CompletionParams>(
    "textDocument/completion",
    { completionProvider: { triggerCharacters: [":", "$", "`"], resolveProvider: true } },
    (view, path, params, client) => {
      const place = placeAt(view, path, params.position);
      return place === undefined ? undefined : completion(view, place, client.snippets);
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
];

/** The capabilities of all features together. */
export function featureCapabilities(): Partial<ServerCapabilities> {
  return Object.assign({}, ...FEATURES.map((feature) => feature.capability)) as Partial<ServerCapabilities>;
}
