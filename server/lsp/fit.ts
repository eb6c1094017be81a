// Answers for clients that know less: a client that did not announce markdown gets plain text, one without trees of
// symbols a list, and so on. What a client lacks is looked up once, at the handshake; for a client that knows all
// there is nothing to do. Features never ask what a client can do where leaving something out is enough.

import type {
  ClientCapabilities,
  CodeAction,
  Command,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  Hover,
  MarkupContent,
  SignatureHelp,
  SymbolInformation,
} from "vscode-languageserver";

export type Fit = (answer: never, uri: string) => unknown;

/** What to do to answers, by method, for a client. */
export function fitsOf(client: ClientCapabilities): ReadonlyMap<string, Fit> {
  const fits = new Map<string, Fit>();
  const document = client.textDocument ?? {};
  const item = document.completion?.completionItem;
  if (!takesMarkdown(document.hover?.contentFormat))
    fits.set("textDocument/hover", (hover: Hover) => ({
      ...hover,
      contents: plain(hover.contents as MarkupContent),
    }));
  if (!takesMarkdown(item?.documentationFormat)) fits.set("completionItem/resolve", plainDocumentation);
  if (item?.labelDetailsSupport !== true || !takesMarkdown(item?.documentationFormat))
    fits.set("textDocument/completion", (found: CompletionList | CompletionItem[]) => {
      const simpler = (one: CompletionItem): CompletionItem => {
        const { labelDetails, ...rest } = one;
        const kept = item?.labelDetailsSupport === true && labelDetails !== undefined ? one : rest;
        return takesMarkdown(item?.documentationFormat) ? kept : plainDocumentation(kept);
      };
      return Array.isArray(found) ? found.map(simpler) : { ...found, items: found.items.map(simpler) };
    });
  const signature = document.signatureHelp?.signatureInformation;
  const offsets = signature?.parameterInformation?.labelOffsetSupport === true;
  if (!offsets || !takesMarkdown(signature?.documentationFormat))
    fits.set("textDocument/signatureHelp", (help: SignatureHelp) => simplerHelp(help, offsets, signature));
  if (document.documentSymbol?.hierarchicalDocumentSymbolSupport !== true)
    fits.set("textDocument/documentSymbol", (symbols: DocumentSymbol[], uri) =>
      flat(symbols, uri, undefined),
    );
  if (document.codeAction?.codeActionLiteralSupport === undefined)
    fits.set("textDocument/codeAction", (actions: (CodeAction | Command)[]) =>
      actions.flatMap((action) =>
        typeof action.command === "string" ? [action] : action.command === undefined ? [] : [action.command],
      ),
    );
  return fits;
}

/** What a client takes with diagnostics. */
export interface DiagnosticAbilities {
  readonly relatedInformation?: boolean;
  readonly tagSupport?: unknown;
  readonly codeDescriptionSupport?: boolean;
  readonly dataSupport?: boolean;
}

/** Diagnostics without what a client does not take. */
export function fitDiagnostics(
  items: readonly Diagnostic[],
  abilities: DiagnosticAbilities | undefined,
): readonly Diagnostic[] {
  const { relatedInformation, tagSupport, codeDescriptionSupport, dataSupport } = abilities ?? {};
  if (relatedInformation === true && tagSupport !== undefined && codeDescriptionSupport && dataSupport)
    return items;
  return items.map((item) => {
    const kept = { ...item };
    if (relatedInformation !== true) delete kept.relatedInformation;
    if (tagSupport === undefined) delete kept.tags;
    if (codeDescriptionSupport !== true) delete kept.codeDescription;
    if (dataSupport !== true) delete kept.data;
    return kept;
  });
}

function takesMarkdown(formats: readonly string[] | undefined): boolean {
  return formats?.includes("markdown") === true;
}

/** Markdown as people would write the same without it. */
function plain(content: MarkupContent): MarkupContent {
  if (content.kind !== "markdown") return content;
  const value = content.value
    .replace(/^```.*\n?/gm, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\*\*|`/g, "")
    .replace(/\\([\\*_<>[\]|])/g, "$1");
  return { kind: "plaintext", value };
}

function plainDocumentation<T extends { documentation?: string | MarkupContent }>(item: T): T {
  const { documentation } = item;
  if (documentation === undefined || typeof documentation === "string") return item;
  return { ...item, documentation: plain(documentation) };
}

function simplerHelp(
  help: SignatureHelp,
  offsets: boolean,
  abilities: { readonly documentationFormat?: readonly string[] } | undefined,
): SignatureHelp {
  const text = takesMarkdown(abilities?.documentationFormat) ? <T>(one: T): T => one : plainDocumentation;
  const signatures = help.signatures.map((signature) => ({
    ...text(signature),
    ...(signature.parameters === undefined
      ? {}
      : {
          parameters: signature.parameters.map((parameter) => {
            const { label } = parameter;
            if (offsets || typeof label === "string") return text(parameter);
            return { ...text(parameter), label: signature.label.slice(...label) };
          }),
        }),
  }));
  return { ...help, signatures };
}

function flat(symbols: DocumentSymbol[], uri: string, container: string | undefined): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, selectionRange, children }) => [
    {
      name,
      kind,
      location: { uri, range: selectionRange },
      ...(container === undefined ? {} : { containerName: container }),
    },
    ...flat(children ?? [], uri, name),
  ]);
}
