/**
 * Watches a conversation between a client and a server and notes every breach of LSP 3.18, in both directions: shapes,
 * order, capabilities that nobody announced or registered, places outside of the documents. It changes nothing. Methods
 * under `selinux/` must be announced by the server; of their contents only places are looked at.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isAnnounced, unannounced } from "./announced.ts";
import { type Message, readDeclarations, type Shape } from "./declarations.ts";
import { compare, type Encoding, isRange, isRecord, Places } from "./places.ts";
import { Shapes } from "./shapes.ts";

const DECLARATIONS = readDeclarations();
const SHAPES = new Shapes(DECLARATIONS);
/** JSON-RPC's own, which the declarations do not hold. */
const BASE = new Set(["$/cancelRequest", "$/progress", "$/setTrace", "$/logTrace"]);
/** Where the declarations name too little. */
const CLIENT_NEEDS: Readonly<Record<string, string>> = {
  "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
  "workspace/textDocumentContent/refresh": "workspace.textDocumentContent",
};
/** A client may ask these although it announced less: answers then take the simplest form. */
const FREE = /resolve$|^textDocument\/did|^workspace\/did|^typeHierarchy|^callHierarchy/;
const VOID = new Set(["shutdown", "client/registerCapability", "client/unregisterCapability"]);

type Json = Readonly<Record<string, unknown>>;
interface Pending {
  readonly method: string;
  readonly params: Json;
  /** how many texts each document had when the request was sent */
  readonly since: ReadonlyMap<string, number>;
}

export class ProtocolWatch {
  readonly breaches: string[] = [];
  private client: unknown = {};
  private server: Json = {};
  private encoding: Encoding = "utf-16";
  /** ending: `shutdown` is on its way, and what the server has sent before it comes is right */
  private state: "new" | "asked" | "on" | "ending" | "over" = "new";
  private readonly asked = new Map<unknown, Pending>();
  private readonly served = new Map<unknown, Pending>();
  private readonly registered = new Map<string, string>();
  private readonly texts = new Map<string, string[]>();
  private readonly open = new Set<string>();
  private readonly progress = new Map<unknown, string>();
  private readonly partial = new Map<unknown, Pending>();
  private readonly tokens = new Map<string, { id: string | undefined; data: readonly number[] }>();
  private readonly isLenient: boolean;

  /** A lenient watch lets the client do as it likes and looks at the server only. */
  constructor(isLenient = false) {
    this.isLenient = isLenient;
  }

  /** A message from the client. */
  sent(message: unknown): void {
    if (!isRecord(message)) return;
    const { method, id, params } = message;
    if (typeof method !== "string") return void this.response(message, this.served, false);
    this.documents(method, params);
    if (method === "initialize" && isRecord(params)) this.client = params.capabilities;
    if (id !== undefined) this.asked.set(id, this.pending(method, params));
    if (isRecord(params)) {
      if (params.partialResultToken !== undefined)
        this.partial.set(params.partialResultToken, this.pending(method, params));
      if (params.workDoneToken !== undefined) this.progress.set(params.workDoneToken, "new");
    }
    const order = this.order(method);
    if (!this.isLenient) {
      if (order !== "") this.note(order);
      this.content(method, params, id !== undefined, "client");
      if (id !== undefined && !this.isServed(method)) this.note(`client: ${method} was never announced`);
      if (id !== undefined && !FREE.test(method) && !this.clientHas(method))
        this.note(`client: asks ${method} and did not announce it`);
    }
    if (method === "shutdown") this.state = "ending";
  }

  /** A message from the server. */
  received(message: unknown): void {
    if (!isRecord(message)) return void this.note("server: no message");
    if (message.jsonrpc !== "2.0") this.note("server: not JSON-RPC 2.0");
    const { method, id, params } = message;
    if (typeof method !== "string") return void this.response(message, this.asked, true);
    if (id !== undefined) this.served.set(id, this.pending(method, params));
    if (this.state !== "on" && this.state !== "ending" && !/^window\/|^telemetry\/|^\$\//.test(method))
      this.note(`server: ${method} before initialized or after shutdown`);
    this.content(method, params, id !== undefined, "server");
    if (!this.clientHas(method)) this.note(`server: ${method}, which the client did not announce`);
    if (method.startsWith("selinux/")) {
      if (!isAnnounced(this.server, `experimental.selinux.notifications=${method}`))
        this.note(`server: ${method} was never announced`);
      return;
    }
    if (method === "client/registerCapability") this.registrations(params);
    if (method === "client/unregisterCapability") this.unregistrations(params);
    if (method === "$/progress") this.progressed(params);
    if (method === "window/workDoneProgress/create" && isRecord(params))
      this.progress.set(params.token, "new");
    if (method === "textDocument/publishDiagnostics") this.published(params);
    this.uses(method, params);
  }

  private published(params: unknown): void {
    if (!isRecord(params) || typeof params.uri !== "string") return;
    const places = new Places((uri) => this.textsOf(uri, undefined, true), this.encoding, params.uri);
    places.look(params.diagnostics, params.uri, "publishDiagnostics");
    for (const fault of places.faults) this.note(`server: ${fault}`);
  }

  /** The shape of a request's or notification's parameters. */
  private content(method: string, params: unknown, isRequest: boolean, side: string): void {
    if (BASE.has(method) || method.startsWith("selinux/")) return;
    const message = DECLARATIONS.messages.get(method);
    if (message === undefined) return void this.note(`${side}: ${method} is not in the protocol`);
    if (message.isRequest !== isRequest)
      this.note(`${side}: ${method} is a ${isRequest ? "notification" : "request"}`);
    if (message.params === undefined || isVoid(message.params)) {
      if (params !== undefined && params !== null) this.note(`${side}: ${method} has no parameters`);
    } else this.shape(`${side}: ${method}`, params, message.params);
  }

  private response(message: Json, from: Map<unknown, Pending>, isServer: boolean): void {
    const side = isServer ? "server" : "client";
    const pending = from.get(message.id);
    from.delete(message.id);
    if (pending === undefined) {
      if (!this.isLenient)
        this.note(`${side}: an answer to nothing: ${JSON.stringify(message).slice(0, 200)}`);
      return;
    }
    const { method, params } = pending;
    const what = `${side}: answer to ${method}`;
    if (method === "shutdown") this.state = "over";
    this.partial.delete(params.partialResultToken);
    if (message.error !== undefined) return void this.failure(what, method, message.error, isServer);
    if (!("result" in message)) return void this.note(`${what} has neither result nor error`);
    const declared = DECLARATIONS.messages.get(method);
    if (declared !== undefined && !method.startsWith("selinux/")) {
      if (VOID.has(method) || isVoid(declared.result)) {
        if (message.result !== null) this.note(`${what} is not null`);
      } else this.shape(what, message.result, declared.result);
    }
    if (!isServer) return;
    if (method === "initialize") this.agreed(message.result);
    this.placesOf(what, pending, message.result);
    this.semantics(what, pending, message.result);
    this.uses(method, message.result);
  }

  private failure(what: string, method: string, error: unknown, isServer: boolean): void {
    if (!isRecord(error) || !Number.isInteger(error.code) || typeof error.message !== "string")
      return void this.note(`${what}: an error of wrong shape: ${JSON.stringify(error)}`);
    if (!isServer) return;
    if (error.code === -32603) this.note(`${what}: internal error: ${error.message}`);
    if (error.code === -32601 && this.isServed(method) && !this.isLenient)
      this.note(`${what}: announced, and not there`);
    if (error.code === -32802 && !/diagnostic$/.test(method)) {
      const options = DECLARATIONS.messages.get(method);
      if (options === undefined) this.note(`${what}: ServerCancelled`);
    }
    if (error.code === -32802 && /diagnostic$/.test(method))
      this.shape(what, error.data, { kind: "ref", name: "DiagnosticServerCancellationData", args: [] });
  }

  private agreed(result: unknown): void {
    if (!isRecord(result) || !isRecord(result.capabilities)) return;
    this.server = result.capabilities;
    this.encoding = (this.server.positionEncoding as Encoding | undefined) ?? "utf-16";
    const general = isRecord(this.client) && isRecord(this.client.general) ? this.client.general : {};
    const offered = (general.positionEncodings as string[] | undefined) ?? ["utf-16"];
    if (!offered.includes(this.encoding) && this.encoding !== "utf-16")
      this.note(`server: positionEncoding ${this.encoding} was not offered`);
  }

  private placesOf(what: string, pending: Pending, result: unknown): void {
    const { params } = pending;
    const item = isRecord(params.item) ? params.item : undefined;
    const document = isRecord(params.textDocument) ? params.textDocument : item;
    const asked = typeof document?.uri === "string" ? document.uri : undefined;
    const places = new Places((uri) => this.textsOf(uri, pending.since, false), this.encoding, asked);
    if (pending.method !== "initialize" && !/semanticTokens|resolve$/.test(pending.method))
      places.look(result, asked, what);
    if (pending.method === "textDocument/completion") completionEdits(places.faults, params.position, result);
    for (const fault of places.faults.slice(0, 5)) this.note(fault);
  }

  private semantics(what: string, { method, params, since }: Pending, result: unknown): void {
    if (!method.startsWith("textDocument/semanticTokens/") || !isRecord(result)) return;
    const uri = isRecord(params.textDocument) ? String(params.textDocument.uri) : "";
    let data = Array.isArray(result.data) ? (result.data as number[]) : undefined;
    const id = typeof result.resultId === "string" ? result.resultId : undefined;
    if (Array.isArray(result.edits)) {
      const before = this.tokens.get(uri);
      if (before === undefined || before.id !== params.previousResultId) return;
      data = applyTokenEdits(before.data, result.edits as TokenEdit[]);
      if (data === undefined) return void this.note(`${what}: edits outside of the tokens`);
    }
    if (data === undefined) return;
    if (!method.endsWith("range")) this.tokens.set(uri, { id, data });
    const { legend } = this.server.semanticTokensProvider as {
      legend: { tokenTypes: string[]; tokenModifiers: string[] };
    };
    const places = new Places((at) => this.textsOf(at, since, false), this.encoding, uri);
    places.tokens(data, uri, { types: legend.tokenTypes.length, modifiers: legend.tokenModifiers.length });
    for (const fault of places.faults) this.note(`${what}: ${fault}`);
  }

  private registrations(params: unknown): void {
    for (const { id, method, registerOptions } of listOf(params, "registrations")) {
      const message = DECLARATIONS.messages.get(String(method));
      if (message === undefined) this.note(`server: registers ${method}, which is not in the protocol`);
      if (this.registered.has(String(id))) this.note(`server: registers ${id} twice`);
      this.registered.set(String(id), String(method));
      const path = CLIENT_NEEDS[String(method)] ?? message?.client;
      if (path !== undefined && !isAnnounced(this.client, `${path}.dynamicRegistration`))
        this.note(`server: registers ${method}, and the client takes no registration of it`);
      if (message?.options !== undefined && !isVoid(message.options) && registerOptions !== undefined)
        this.shape(`server: options of ${method}`, registerOptions, message.options);
    }
  }

  private unregistrations(params: unknown): void {
    for (const { id } of listOf(params, "unregisterations"))
      if (!this.registered.delete(String(id)))
        this.note(`server: unregisters ${id}, which is not registered`);
  }

  private progressed(params: unknown): void {
    if (!isRecord(params)) return void this.note("server: $/progress without parameters");
    const { token, value } = params;
    const pending = this.partial.get(token);
    if (pending !== undefined) {
      const shape = DECLARATIONS.messages.get(pending.method)?.partial;
      if (shape !== undefined) this.shape(`server: partial ${pending.method}`, value, shape);
      this.placesOf(`server: partial ${pending.method}`, pending, value);
      return;
    }
    const state = this.progress.get(token);
    const kind = isRecord(value) ? String(value.kind) : "?";
    const name = {
      begin: "WorkDoneProgressBegin",
      report: "WorkDoneProgressReport",
      end: "WorkDoneProgressEnd",
    }[kind];
    if (state === undefined) this.note(`server: progress of a token that nobody made: ${String(token)}`);
    else if (name === undefined) this.note(`server: progress of no kind: ${JSON.stringify(value)}`);
    else {
      this.shape("server: progress", value, { kind: "ref", name, args: [] });
      if ((kind === "begin") !== (state === "new")) this.note(`server: progress ${kind} when ${state}`);
      this.progress.set(token, kind === "end" ? "over" : "begun");
    }
  }

  /** Follows the documents as the client has them. */
  private documents(method: string, params: unknown): void {
    if (!isRecord(params) || !isRecord(params.textDocument)) return;
    const { uri, text } = params.textDocument;
    if (typeof uri !== "string") return;
    const known = this.texts.get(uri) ?? [];
    if (method === "textDocument/didOpen" && typeof text === "string") {
      if (this.open.has(uri) && !this.isLenient) this.note(`client: opens ${uri} twice`);
      this.open.add(uri);
      this.texts.set(uri, [...known, text]);
    } else if (method === "textDocument/didClose") this.open.delete(uri);
    else if (method === "textDocument/didChange" && Array.isArray(params.contentChanges)) {
      if (!this.open.has(uri) && !this.isLenient) this.note(`client: changes ${uri}, which is not open`);
      let now = known.at(-1) ?? "";
      for (const change of params.contentChanges) now = applyChange(now, change, this.encoding);
      this.texts.set(uri, [...known.slice(-200), now]);
    }
  }

  private textsOf(
    uri: string,
    since: Pending["since"] | undefined,
    anyTime: boolean,
  ): readonly string[] | undefined {
    const known = this.texts.get(uri) ?? [];
    if (this.open.has(uri)) return anyTime ? known : known.slice(Math.max(0, (since?.get(uri) ?? 1) - 1));
    if (!uri.startsWith("file://")) return known.length > 0 ? known : undefined;
    const path = fileURLToPath(uri);
    if (!existsSync(path)) return known.length > 0 ? known : undefined;
    return [readFileSync(path, "utf8"), readFileSync(path, "latin1"), ...known];
  }

  private pending(method: string, params: unknown): Pending {
    const since = new Map([...this.texts].map(([uri, texts]) => [uri, texts.length]));
    return { method, params: isRecord(params) ? params : {}, since };
  }

  /** Follows the life of the conversation; gives what is out of order. */
  private order(method: string): string {
    if (method === "initialize") {
      const before = this.state;
      this.state = "asked";
      return before === "new" ? "" : "client: initialize twice";
    }
    if (method === "initialized") this.state = "on";
    else if (method !== "exit" && this.state !== "on" && !BASE.has(method))
      return `client: ${method} in state ${this.state}`;
    return "";
  }

  private isServed(method: string): boolean {
    if (/^(initialize|shutdown)$/.test(method)) return true;
    if (method.startsWith("selinux/"))
      return isAnnounced(this.server, `experimental.selinux.methods=${method}`);
    if ([...this.registered.values()].some((one) => method.startsWith(one))) return true;
    const path = DECLARATIONS.messages.get(method)?.server;
    return path === undefined || isAnnounced(this.server, path);
  }

  private clientHas(method: string): boolean {
    const path = CLIENT_NEEDS[method] ?? DECLARATIONS.messages.get(method)?.client;
    return path === undefined || isAnnounced(this.client, path);
  }

  private uses(method: string, value: unknown): void {
    for (const use of unannounced(method, value, this.client)) this.note(`server: ${method} ${use}`);
  }

  private shape(what: string, value: unknown, shape: Shape): void {
    for (const fault of SHAPES.faults(value, shape).slice(0, 5)) this.note(`${what}: ${fault}`);
  }

  private note(breach: string): void {
    if (this.breaches.length < 40 && !this.breaches.includes(breach)) this.breaches.push(breach);
  }
}

function isVoid(shape: Message["result"]): boolean {
  return shape.kind === "ref" && (shape.name === "void" || shape.name === "never");
}

function listOf(params: unknown, name: string): readonly Json[] {
  const list = isRecord(params) ? params[name] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

interface TokenEdit {
  readonly start: number;
  readonly deleteCount: number;
  readonly data?: readonly number[];
}

function applyTokenEdits(before: readonly number[], edits: readonly TokenEdit[]): number[] | undefined {
  const after = [...before];
  for (const { start, deleteCount, data } of [...edits].sort((a, b) => b.start - a.start)) {
    if (start + deleteCount > after.length) return undefined;
    after.splice(start, deleteCount, ...(data ?? []));
  }
  return after;
}

/** Text after a change; ranges count in the negotiated encoding. */
function applyChange(text: string, change: unknown, encoding: Encoding): string {
  if (!isRecord(change) || typeof change.text !== "string") return text;
  if (!isRange(change.range)) return change.text;
  const offset = ({ line, character }: { line: number; character: number }): number => {
    let start = 0;
    for (let i = 0; i < line; i++) {
      const end = /\r\n|\n|\r/g;
      end.lastIndex = start;
      if (end.exec(text) === null) return text.length;
      start = end.lastIndex;
    }
    const rest = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
    if (encoding === "utf-16") return start + Math.min(character, rest.length);
    const units =
      encoding === "utf-32"
        ? [...rest].slice(0, character).join("")
        : Buffer.from(rest).subarray(0, character).toString();
    return start + units.length;
  };
  return text.slice(0, offset(change.range.start)) + change.text + text.slice(offset(change.range.end));
}

/** An item's edit stands on the line of the question and around it. */
function completionEdits(faults: string[], position: unknown, result: unknown): void {
  const items = Array.isArray(result) ? result : listOf(result, "items");
  for (const item of items as Json[]) {
    const edit = isRecord(item.textEdit) ? item.textEdit : undefined;
    const range = isRange(edit?.range) ? edit.range : undefined;
    if (range === undefined || !isRecord(position)) continue;
    const at = position as unknown as { line: number; character: number };
    if (range.start.line !== range.end.line || compare(range.start, at) > 0 || compare(range.end, at) < 0)
      return void faults.push(`completion: the edit of ${String(item.label)} is not around the position`);
  }
}
