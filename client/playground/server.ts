// The language server of the playground: the worker that VS Code in a browser runs too, behind monaco-editor's own LSP
// client. That client knows the protocol's methods only and no workspace folder, so what passes between the two is
// looked at here: the folder goes in, the answers to our own requests come out. No knowledge of policy.
/// <reference lib="dom" />

import { lsp } from "monaco-editor";

/** Contents by URI. */
export type Files = Readonly<Record<string, string>>;

export interface PolicyServer {
  /** A request of docs/lsp-extensions.md; rejected with the server's own words. */
  ask<T>(method: string, params: object): Promise<T>;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: object;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Lens {
  readonly range: { readonly start: object };
  readonly command?: { readonly title: string; readonly command: string };
}

/** The command of the lenses that tell effective access; the page registers it. */
export const WHY_ALLOWED = "selinux.whyAllowed";

/** Starts the worker with these files and lets the editor talk to it. `onLoaded`: a policy has become another. */
export async function startServer(folder: string, files: Files, onLoaded: () => void): Promise<PolicyServer> {
  const worker = new Worker("worker.js");
  const waiting = new Map<string, (answer: Message) => void>();
  const lenses = new Set<number | string>();
  const listeners = new Set<(event: { readonly data: Message }) => void>();
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ files: Object.entries(files) });
  });
  worker.onmessage = ({ data }: MessageEvent<Message>) => {
    const own = typeof data.id === "string" && data.method === undefined ? waiting.get(data.id) : undefined;
    if (own !== undefined) {
      waiting.delete(data.id as string);
      own(data);
    } else if (data.method === "selinux/policyLoad") onLoaded();
    else for (const listener of listeners) listener({ data: lensed(data, lenses) });
  };
  const port = {
    addEventListener: (_type: string, listener: (event: { readonly data: Message }) => void) =>
      void listeners.add(listener),
    removeEventListener: (_type: string, listener: (event: { readonly data: Message }) => void) =>
      void listeners.delete(listener),
    postMessage(message: Message) {
      if (message.method === "codeLens/resolve" && message.id !== undefined) lenses.add(message.id);
      worker.postMessage(message.method === "initialize" ? withFolder(message, folder) : message);
    },
  };
  new lsp.MonacoLspClient(lsp.createTransportToWorker(port as unknown as Worker));
  let asked = 0;
  return {
    ask<T>(method: string, params: object): Promise<T> {
      const id = `page:${++asked}`;
      return new Promise<T>((resolve, reject) => {
        waiting.set(id, ({ result, error }) =>
          error === undefined ? resolve(result as T) : reject(new Error(error.message)),
        );
        worker.postMessage({ jsonrpc: "2.0", id, method, params });
      });
    },
  };
}

function withFolder(message: Message, folder: string): Message {
  return { ...message, params: { ...message.params, workspaceFolders: [{ uri: folder, name: "policy" }] } };
}

/** A resolved lens that tells effective access asks why when it is clicked. */
function lensed(message: Message, lenses: Set<number | string>): Message {
  if (message.id === undefined || message.method !== undefined || !lenses.delete(message.id)) return message;
  const lens = message.result as Lens | null | undefined;
  if (lens?.command === undefined || !lens.command.title.startsWith("effective access")) return message;
  const command = { ...lens.command, command: WHY_ALLOWED, arguments: [lens.range.start] };
  return { ...message, result: { ...lens, command } };
}
