// The language server over any connection: the handshake, and the wiring of documents, requests and settings to a
// session. Node's programs (connection.ts) and the web worker (server/worker.ts) give it a connection and files. It
// holds no knowledge of policy and uses nothing of Node's.

import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { EXPANSION_SCHEME } from "../features/extensions/expand.ts";
import { POLICY_DIFF_SCHEME } from "../features/extensions/policyDiff.ts";
import { type ClientAbilities, featureCapabilities } from "../features/index.ts";
import type { EditAbilities } from "../features/rename/workspaceEdit.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import type { PositionEncoding } from "../workspace/lines.ts";
import { COMMANDS, registerCommands } from "./commands.ts";
import { parseSettings } from "./configuration.ts";
import { pullCapability } from "./diagnosticPull.ts";
import { registerDocuments, WATCHED_FILES } from "./documents.ts";
import { EXTENSION_CAPABILITIES, registerExtensions } from "./extensions.ts";
import { fileOperationCapability, registerFileOperations } from "./fileOperations.ts";
import { registerFeatures } from "./requests.ts";
import { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** What the program lends to the server. */
export interface ServerHost {
  readonly files: FileSystem;
  readonly version: string;
  /** what the process uses, in bytes */
  memory?(): Readonly<Record<string, number>>;
  /** called when the first load is over */
  onLoaded?(): void;
}

/** Wires a connection and starts to listen. */
export function serve(connection: Connection, host: ServerHost): Session {
  const session = new Session(connection, host.files);
  let client: InitializeParams | undefined;
  connection.onInitialize((params) => {
    client = params;
    return handshake(session, params, host.version);
  });
  connection.onInitialized(() => {
    const loaded = start(connection, session, client as InitializeParams);
    void loaded.then(() => host.onLoaded?.());
  });
  registerDocuments(connection, session);
  registerFeatures(connection, session, () => abilitiesOf(client, session));
  registerExtensions(connection, session);
  registerFileOperations(connection, session, () => abilitiesOf(client, session));
  registerCommands(connection, session, host.memory);
  connection.onDidChangeConfiguration(
    ({ settings }) => void configure(connection, session, client, settings),
  );
  connection.onShutdown(() => session.end());
  connection.listen();
  return session;
}

/** utf-16 is what we count in; another encoding only for clients that do not offer it. */
function chooseEncoding(params: InitializeParams): PositionEncoding {
  const offered = params.capabilities.general?.positionEncodings ?? [];
  if (offered.length === 0 || offered.includes("utf-16")) return "utf-16";
  return offered.includes("utf-8") ? "utf-8" : offered.includes("utf-32") ? "utf-32" : "utf-16";
}

function handshake(session: Session, params: InitializeParams, version: string): InitializeResult {
  session.encoding = chooseEncoding(params);
  session.meet(params.capabilities);
  session.configure(parseSettings(params.initializationOptions));
  return {
    serverInfo: { name: "selinux-language-server", version },
    capabilities: {
      positionEncoding: session.encoding,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      workspace: {
        workspaceFolders: { supported: true, changeNotifications: true },
        textDocumentContent: { schemes: [EXPANSION_SCHEME, POLICY_DIFF_SCHEME] },
        ...fileOperationCapability(params.capabilities),
      },
      executeCommandProvider: { commands: [...COMMANDS] },
      experimental: EXTENSION_CAPABILITIES,
      ...featureCapabilities(),
      ...pullCapability(params.capabilities),
      ...(params.capabilities.textDocument?.rename?.prepareSupport === true ? {} : { renameProvider: true }),
    },
  };
}

/** After the handshake: settings, watched files, and the folders' policies. Requests wait from here on. */
function start(connection: Connection, session: Session, params: InitializeParams): Promise<void> {
  const { capabilities } = params;
  const progress = capabilities.window?.workDoneProgress === true;
  const loaded = session.addRoots(rootsOf(params), progress, () =>
    configure(connection, session, params, undefined),
  );
  if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true)
    void connection.client.register(DidChangeConfigurationNotification.type, { section: "selinux" });
  if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true)
    void connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: WATCHED_FILES.map((globPattern) => ({ globPattern })),
    });
  if (capabilities.workspace?.workspaceFolders === true)
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const folder of removed) session.workspace.removeRoot(pathOfUri(folder.uri));
      const paths = added.map((folder) => pathOfUri(folder.uri));
      void session.addRoots(paths, progress);
    });
  return loaded;
}

function rootsOf(params: InitializeParams): string[] {
  const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? [];
  if (folders.length > 0) return folders.map(pathOfUri);
  if (params.rootUri) return [pathOfUri(params.rootUri)];
  return params.rootPath ? [params.rootPath] : [];
}

/** Asks the client for its settings, or takes what it pushed. */
async function configure(
  connection: Connection,
  session: Session,
  params: InitializeParams | undefined,
  pushed: unknown,
): Promise<void> {
  const canAsk = params?.capabilities.workspace?.configuration === true;
  const section = (pushed as { selinux?: unknown } | null | undefined)?.selinux;
  const given: unknown = canAsk ? await connection.workspace.getConfiguration("selinux") : section;
  if (given !== undefined && given !== null) session.configure(parseSettings(given));
}

function abilitiesOf(params: InitializeParams | undefined, session: Session): ClientAbilities {
  const document = params?.capabilities.textDocument;
  return {
    snippets: document?.completion?.completionItem?.snippetSupport === true,
    locationLinks: document?.definition?.linkSupport === true,
    hierarchicalSymbols: document?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    inlayHints: session.inlayHints,
    edits: editAbilitiesOf(params),
    resolvesCompletions:
      document?.completion?.completionItem?.resolveSupport?.properties.includes("additionalTextEdits") ===
      true,
    resolvesActions:
      document?.codeAction?.dataSupport === true &&
      document.codeAction.resolveSupport?.properties.includes("edit") === true,
    augmentsSyntax: document?.semanticTokens?.augmentsSyntaxTokens === true,
  };
}

function editAbilitiesOf(params: InitializeParams | undefined): EditAbilities {
  const edits = params?.capabilities.workspace?.workspaceEdit;
  return {
    documentChanges: edits?.documentChanges === true,
    annotations: edits?.changeAnnotationSupport !== undefined,
    renamesFiles: edits?.resourceOperations?.includes("rename") === true,
    makesFiles: edits?.resourceOperations?.includes("create") === true,
  };
}
