// The language server of the playground: the worker that VS Code in a browser runs too, behind monaco-editor's own LSP
// client. That client knows the protocol's methods only, no workspace folder, and no word before the cursor, so what
// passes between the two is looked at here: the folder goes in, answers are completed, the answers to our own requests
// are taken out. No knowledge of policy.
/// <reference lib="dom" />

import { editor, lsp, Uri } from "monaco-editor";

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

interface Asked {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

interface Item {
  readonly label: string;
  readonly insertText?: string;
  readonly textEdit?: object;
}

type Repair = (result: unknown) => unknown;

/** The command of the lenses that tell effective access; the page registers it. */
export const WHY_ALLOWED = "selinux.whyAllowed";

/** Starts the worker with these files and lets the editor talk to it. `onLoaded`: a policy has become another. */
export async function startServer(folder: string, files: Files, onLoaded: () => void): Promise<PolicyServer> {
  const worker = new Worker("worker.js");
  const waiting = new Map<string, (answer: Message) => void>();
  const repairs = new Map<number | string, Repair>();
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
    else for (const listener of listeners) listener({ data: repaired(data, repairs) });
  };
  const port = {
    addEventListener: (_type: string, listener: (event: { readonly data: Message }) => void) =>
      void listeners.add(listener),
    removeEventListener: (_type: string, listener: (event: { readonly data: Message }) => void) =>
      void listeners.delete(listener),
    postMessage(message: Message) {
      const repair = repairOf(message);
      if (repair !== undefined && message.id !== undefined) repairs.set(message.id, repair);
      worker.postMessage(message.method === "initialize" ? introduced(message, folder) : message);
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

/** The handshake with what the client does not say of itself: where the files are, and that it takes snippets. */
function introduced(message: Message, folder: string): Message {
  const { capabilities, ...params } = message.params as { capabilities: Record<string, object | undefined> };
  const textDocument = capabilities.textDocument as { completion?: { completionItem?: object } } | undefined;
  const completionItem = { ...textDocument?.completion?.completionItem, snippetSupport: true };
  const completion = { ...textDocument?.completion, completionItem };
  const more = { capabilities: { ...capabilities, textDocument: { ...textDocument, completion } } };
  return {
    ...message,
    params: { ...params, ...more, workspaceFolders: [{ uri: folder, name: "policy" }] },
  };
}

function repaired(message: Message, repairs: Map<number | string, Repair>): Message {
  if (message.id === undefined || message.method !== undefined) return message;
  const repair = repairs.get(message.id);
  repairs.delete(message.id);
  return repair === undefined || message.result == null
    ? message
    : { ...message, result: repair(message.result) };
}

/** What is done to the answer of a request. */
function repairOf({ method, params }: Message): Repair | undefined {
  if (method === "codeLens/resolve") return (result) => withCommand(result as Lens);
  if (method !== "textDocument/completion") return undefined;
  const { textDocument, position } = params as Asked;
  return (result) => {
    const items = (Array.isArray(result) ? result : (result as { items: readonly Item[] }).items) as Item[];
    return { items: items.map((item) => replacingWord(item, textDocument.uri, position)) };
  };
}

/** A lens that tells effective access asks why when it is clicked. */
function withCommand(lens: Lens): Lens {
  if (lens.command === undefined || !lens.command.title.startsWith("effective access")) return lens;
  return {
    ...lens,
    command: { ...lens.command, command: WHY_ALLOWED, arguments: [lens.range.start] } as object,
  } as Lens;
}

/** The client inserts an item without an edit of its own at the cursor; it is to replace the word before it. */
function replacingWord(item: Item, uri: string, end: Asked["position"]): Item {
  const at = { lineNumber: end.line + 1, column: end.character + 1 };
  const word = editor.getModel(Uri.parse(uri))?.getWordUntilPosition(at);
  if (item.textEdit !== undefined || word === undefined) return item;
  const range = { start: { line: end.line, character: word.startColumn - 1 }, end };
  return { ...item, textEdit: { range, newText: item.insertText ?? item.label } };
}
