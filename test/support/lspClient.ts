/**
 * A language client over real stdio: starts the bundled server as a child process and speaks LSP to it. Requests are
 * typed by their caller; diagnostics are kept by file, and `diagnosticsOf` waits for those that a test expects.
 * Requests of the server are answered as a plain editor does. The client is strict: whatever either side says is held
 * against LSP 3.18 (protocol/watch.ts), and the next request, or the end, throws what was wrong.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import {
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { Diagnostic, InitializeResult } from "vscode-languageserver-protocol";
import { EDITOR, merge } from "./protocol/clients.ts";
import { ProtocolWatch } from "./protocol/watch.ts";

/** A bundled bench has no folder of its own and runs in the project's. */
export const SERVER =
  process.env.SELS_TEST_SERVER ??
  join(import.meta.dirname ?? join(process.cwd(), "test/support"), "../../dist/server.cjs");

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

class WatchedReader extends StreamMessageReader {
  private readonly watch: ProtocolWatch;

  constructor(stream: NodeJS.ReadableStream, watch: ProtocolWatch) {
    super(stream);
    this.watch = watch;
  }

  override listen(callback: DataCallback): Disposable {
    return super.listen((message) => {
      this.watch.received(message);
      callback(message);
    });
  }
}

class WatchedWriter extends StreamMessageWriter {
  private readonly watch: ProtocolWatch;

  constructor(stream: NodeJS.WritableStream, watch: ProtocolWatch) {
    super(stream);
    this.watch = watch;
  }

  override write(message: Message): Promise<void> {
    this.watch.sent(message);
    return super.write(message);
  }
}

export interface ClientOptions {
  /** true: only the server is held to the protocol, because the test breaks it on purpose */
  readonly lenient?: boolean;
  /** arguments for Node, before the program */
  readonly node?: readonly string[];
}

export class LspClient {
  readonly watch: ProtocolWatch;
  readonly connection: MessageConnection;
  readonly published: Published[] = [];
  readonly log: string[] = [];
  readonly registered: string[] = [];
  readonly progress: string[] = [];
  /** documents that the server asked to be shown */
  readonly shown: string[] = [];
  /** partial results, with the tokens of their requests */
  readonly parts: { readonly token: unknown; readonly value: unknown }[] = [];
  /** what the server asked to be drawn anew */
  readonly refreshed: string[] = [];
  readonly process: ChildProcess;
  private waiters: (() => void)[] = [];

  constructor(args: readonly string[] = ["--stdio"], options: ClientOptions = {}) {
    this.watch = new ProtocolWatch(options.lenient);
    this.process = spawn(process.execPath, [...(options.node ?? []), SERVER, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.connection = createMessageConnection(
      new WatchedReader(this.process.stdout as NodeJS.ReadableStream, this.watch),
      new WatchedWriter(this.process.stdin as NodeJS.WritableStream, this.watch),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", (params: Published) => {
      this.published.push(params);
      for (const wake of this.waiters.splice(0)) wake();
    });
    this.connection.onNotification(
      "window/logMessage",
      (params: { message: string }) => void this.log.push(params.message),
    );
    this.connection.onNotification("$/progress", (params: { token: unknown; value: { kind?: string } }) => {
      if (params.value.kind === undefined) this.parts.push(params);
      else this.progress.push(params.value.kind);
    });
    this.connection.onRequest(
      "client/registerCapability",
      (params: { registrations: { method: string }[] }) => {
        this.registered.push(...params.registrations.map((registration) => registration.method));
        return null;
      },
    );
    this.connection.onRequest("workspace/configuration", (params: { items: unknown[] }) =>
      params.items.map(() => null),
    );
    this.connection.onRequest("window/workDoneProgress/create", () => null);
    this.connection.onRequest("window/showDocument", (params: { uri: string }) => {
      this.shown.push(params.uri);
      return { success: true };
    });
    for (const kind of [
      "semanticTokens",
      "inlayHint",
      "codeLens",
      "diagnostic",
      "foldingRange",
      "textDocumentContent",
    ])
      this.connection.onRequest(`workspace/${kind}/refresh`, () => {
        this.refreshed.push(kind);
        for (const wake of this.waiters.splice(0)) wake();
        return null;
      });
    // A server that ended answers nothing more: what waits for it says so at once.
    this.connection.onClose(() => this.connection.dispose());
    this.connection.listen();
  }

  /** The handshake; `capabilities` are merged over a base, an editor as most are. */
  async initialize(
    root: string | undefined,
    capabilities: object = {},
    options: unknown = undefined,
    base: object = EDITOR,
  ): Promise<InitializeResult> {
    const result = await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: root === undefined ? null : `file://${root}`,
      workspaceFolders: root === undefined ? null : [{ uri: `file://${root}`, name: "root" }],
      capabilities: merge(base, capabilities),
      ...(options === undefined ? {} : { initializationOptions: options }),
    });
    await this.connection.sendNotification("initialized", {});
    this.verify();
    return result as InitializeResult;
  }

  async open(path: string, text: string, version = 1): Promise<void> {
    const textDocument = { uri: `file://${path}`, languageId: "selinux", version, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  async change(path: string, version: number, contentChanges: readonly object[]): Promise<void> {
    const textDocument = { uri: `file://${path}`, version };
    await this.connection.sendNotification("textDocument/didChange", { textDocument, contentChanges });
  }

  async request<T>(method: string, params: object): Promise<T> {
    const answer = (await this.connection.sendRequest(method, params)) as T;
    this.verify();
    return answer;
  }

  /** Throws what either side said against the protocol. */
  verify(): void {
    const breaches = this.watch.breaches.splice(0);
    if (breaches.length > 0) throw new Error(`against the protocol:\n${breaches.join("\n")}`);
  }

  /** A request about a position in a file. */
  at<T>(method: string, path: string, line: number, character: number, more: object = {}): Promise<T> {
    return this.request<T>(method, {
      textDocument: { uri: `file://${path}` },
      position: { line, character },
      ...more,
    });
  }

  /** Waits until what was last published for a file satisfies a test. */
  async diagnosticsOf(path: string, wanted: (found: Published) => boolean, ms = 20_000): Promise<Published> {
    const last = () => this.published.findLast((item) => item.uri === `file://${path}`);
    const isThere = () => {
      const found = last();
      return found !== undefined && wanted(found);
    };
    await this.until(isThere, () => `diagnostics for ${path}; last: ${JSON.stringify(last())}`, ms);
    return last() as Published;
  }

  /** Waits until something that the server sends makes a test true. */
  async until(isThere: () => boolean, what: () => string, ms = 20_000): Promise<void> {
    const stop = Date.now() + ms;
    while (!isThere()) {
      const left = stop - Date.now();
      if (left <= 0) throw new Error(`no such ${what()}; log: ${this.log.join("\n")}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** shutdown, exit; gives the exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    this.verify();
    return new Promise((resolve) => this.process.on("exit", (code) => resolve(code)));
  }
}
