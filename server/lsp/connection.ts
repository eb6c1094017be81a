// The language server: a connection (stdio, node-ipc or socket, by the command line), the handshake, and the wiring
// of documents, requests and settings to a session. It holds no knowledge of policy.

import { setFlagsFromString } from "node:v8";
import {
  type Connection,
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  ProposedFeatures,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { EXPANSION_SCHEME } from "../features/extensions/expand.ts";
import { type ClientAbilities, featureCapabilities } from "../features/index.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import type { PositionEncoding } from "../workspace/lines.ts";
import { parseSettings } from "./configuration.ts";
import { registerDocuments, WATCHED_FILES } from "./documents.ts";
import { EXTENSION_CAPABILITIES, registerExtensions } from "./extensions.ts";
import { registerFeatures } from "./requests.ts";
import { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** What the program lends to the server. */
export interface ServerHost {
  readonly files: FileSystem;
  readonly version: string;
}

/** Starts the server; the promise never settles, the process ends with the client's `exit` or its stream. */
export function startServer(host: ServerHost): Promise<number> {
  // Code is interpreted longer: a cold load is over before the JIT pays. After it, V8's own value comes back,
  // because edits and requests repeat and want compiled code.
  setFlagsFromString("--interrupt-budget=1000000");
  const transports = ["--stdio", "--node-ipc", "--socket", "--pipe"];
  const given = process.argv.some((arg) =>
    transports.some((name) => arg === name || arg.startsWith(`${name}=`)),
  );
  if (!given) process.argv.push("--stdio");
  serve(createConnection(ProposedFeatures.all), host);
  return new Promise(() => {});
}

/** Wires a connection and starts to listen. */
export function serve(connection: Connection, host: ServerHost): void {
  const session = new Session(connection, host.files);
  let client: InitializeParams | undefined;
  connection.onInitialize((params) => {
    client = params;
    return handshake(session, params, host.version);
  });
  connection.onInitialized(() => start(connection, session, client as InitializeParams));
  registerDocuments(connection, session);
  registerFeatures(connection, session, () => abilitiesOf(client));
  registerExtensions(connection, session);
  connection.onDidChangeConfiguration(
    ({ settings }) => void configure(connection, session, client, settings),
  );
  process.on("uncaughtException", (error) => session.report(error));
  process.on("unhandledRejection", (error) => session.report(error));
  connection.listen();
}

/** utf-16 is what we count in; another encoding only for clients that do not offer it. */
function chooseEncoding(params: InitializeParams): PositionEncoding {
  const offered = params.capabilities.general?.positionEncodings ?? [];
  if (offered.length === 0 || offered.includes("utf-16")) return "utf-16";
  return offered.includes("utf-8") ? "utf-8" : offered.includes("utf-32") ? "utf-32" : "utf-16";
}

function handshake(session: Session, params: InitializeParams, version: string): InitializeResult {
  session.encoding = chooseEncoding(params);
  session.configure(parseSettings(params.initializationOptions));
  return {
    serverInfo: { name: "selinux-language-server", version },
    capabilities: {
      positionEncoding: session.encoding,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      workspace: {
        workspaceFolders: { supported: true, changeNotifications: true },
        textDocumentContent: { schemes: [EXPANSION_SCHEME] },
      },
      experimental: EXTENSION_CAPABILITIES,
      ...featureCapabilities(),
    },
  };
}

/** After the handshake: settings, watched files, and the folders' policies. Requests wait from here on. */
function start(connection: Connection, session: Session, params: InitializeParams): void {
  const { capabilities } = params;
  const progress = capabilities.window?.workDoneProgress === true;
  void session
    .addRoots(rootsOf(params), progress, () => configure(connection, session, params, undefined))
    .then(() => setFlagsFromString("--interrupt-budget=67584"));
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

function abilitiesOf(params: InitializeParams | undefined): ClientAbilities {
  const document = params?.capabilities.textDocument;
  return {
    snippets: document?.completion?.completionItem?.snippetSupport === true,
    locationLinks: document?.definition?.linkSupport === true,
    hierarchicalSymbols: document?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
  };
}
