// Tells the client to ask again: what it shows of one file may depend on others, and nothing that it does by itself
// would make it look. Only what the client says it can be told, once for a change that has come to rest, and never two
// at once.

import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  type Connection,
  DiagnosticRefreshRequest,
  InlayHintRefreshRequest,
  SemanticTokensRefreshRequest,
  TextDocumentContentRefreshRequest,
} from "vscode-languageserver";

/** A pause in typing after which it is worth while to draw other documents anew. */
const VIEWS_DELAY_MS = 400;

export class Refresher {
  client: ClientCapabilities = {};
  private readonly connection: Connection;
  private readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Tokens, hints and lenses of the documents that are shown, at the next pause. */
  views(): void {
    this.stop();
    this.timer = setTimeout(() => this.sendViews(), VIEWS_DELAY_MS);
  }

  /** Nothing more is sent. */
  stop(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
  }

  private sendViews(): void {
    const { workspace } = this.client;
    if (workspace?.semanticTokens?.refreshSupport === true) this.send(SemanticTokensRefreshRequest.method);
    if (workspace?.inlayHint?.refreshSupport === true) this.send(InlayHintRefreshRequest.method);
    if (workspace?.codeLens?.refreshSupport === true) this.send(CodeLensRefreshRequest.method);
  }

  /** Virtual documents that show something else by now. */
  documents(uris: ReadonlySet<string>): void {
    for (const uri of uris)
      this.connection.sendRequest(TextDocumentContentRefreshRequest.type, { uri }).catch(() => undefined);
  }

  diagnostics(): void {
    if (this.client.workspace?.diagnostics?.refreshSupport === true)
      this.send(DiagnosticRefreshRequest.method);
  }

  private send(method: string): void {
    if (this.waiting.has(method)) return;
    this.waiting.add(method);
    const over = () => void this.waiting.delete(method);
    this.connection.sendRequest(method).then(over, over);
  }
}
