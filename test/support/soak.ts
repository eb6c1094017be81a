/**
 * A long session as people have them, seeded: several documents, typing, undo, paste, save, close, branch switches that
 * rewrite hundreds of files on disk, and questions in between, against the server on stdio. At the end the state is
 * compared with what a fresh server says about the same files and buffers. The policy is a copy that may be written to.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkspaceDiagnosticReport } from "vscode-languageserver-protocol";
import { createRandom, editText, type Random } from "../compiler/incrementalEdits.ts";
import { LspClient } from "./lspClient.ts";
import { MODERN } from "./protocol/clients.ts";

export interface SoakOptions {
  /** a tree that may be written to */
  readonly root: string;
  readonly files: readonly string[];
  readonly seed: number;
  /** milliseconds after which it ends; steps at most */
  readonly milliseconds: number;
  readonly steps: number;
  /** files that a switch of branches rewrites */
  readonly branchFiles: number;
  /** a folder for what the server says about its memory */
  readonly scratch: string;
}

export interface SoakResult {
  readonly steps: number;
  readonly keystrokes: number;
  readonly requests: number;
  readonly switches: number;
  /** what is in use after a collection of garbage, in bytes: when it was warm, and at the end */
  readonly memoryStart: number;
  readonly memoryEnd: number;
  readonly rssEnd: number;
  readonly log: readonly string[];
  /** where the server and a fresh one differ */
  readonly differences: readonly string[];
  /** keystroke → answer to the next pull of diagnostics, milliseconds */
  readonly latencies: readonly number[];
}

interface Buffer {
  text: string;
  version: number;
  /** texts before, for undo */
  readonly past: string[];
}

const ASKED = [
  "textDocument/hover",
  "textDocument/definition",
  "textDocument/completion",
  "textDocument/documentHighlight",
  "textDocument/signatureHelp",
] as const;
const WHOLE = [
  "textDocument/semanticTokens/full",
  "textDocument/codeLens",
  "textDocument/documentSymbol",
] as const;

/** What both servers are asked at the end, at as many places in each open document. */
const COMPARED = [
  "textDocument/hover",
  "textDocument/definition",
  "textDocument/typeDefinition",
  "textDocument/implementation",
  "textDocument/references",
  "textDocument/documentHighlight",
  "textDocument/signatureHelp",
  "textDocument/prepareCallHierarchy",
] as const;
const PLACES = 40;

class Session {
  readonly client: LspClient;
  readonly buffers = new Map<string, Buffer>();
  keystrokes = 0;
  requests = 0;
  switches = 0;
  readonly latencies: number[] = [];
  private readonly options: SoakOptions;
  private readonly random: Random;
  private readonly originals = new Map<string, string>();
  private isOnBranch = false;

  constructor(options: SoakOptions, random: Random) {
    this.options = options;
    this.random = random;
    this.client = startServer(options.scratch);
    for (const path of options.files) this.originals.set(path, readFileSync(path, "utf8"));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random(list.length)] as T;
  }

  async open(path: string): Promise<void> {
    if (this.buffers.has(path) || !existsSync(path)) return;
    const text = readFileSync(path, "utf8");
    this.buffers.set(path, { text, version: 1, past: [] });
    await this.client.open(path, text);
  }

  /** Replaces the text, as one change of a range. */
  async put(path: string, text: string): Promise<void> {
    const buffer = this.buffers.get(path) as Buffer;
    const before = buffer.text;
    let start = 0;
    while (start < before.length && start < text.length && before[start] === text[start]) start++;
    let end = 0;
    while (
      end < before.length - start &&
      end < text.length - start &&
      before[before.length - 1 - end] === text[text.length - 1 - end]
    )
      end++;
    const range = { start: at(before, start), end: at(before, before.length - end) };
    buffer.past.push(before);
    if (buffer.past.length > 40) buffer.past.shift();
    buffer.text = text;
    buffer.version++;
    this.keystrokes++;
    await this.client.change(path, buffer.version, [{ range, text: text.slice(start, text.length - end) }]);
  }

  async step(): Promise<void> {
    const { random } = this;
    const kind = random(100);
    if (this.buffers.size < 3 || kind < 4) return this.open(this.pick(this.options.files));
    const path = this.pick([...this.buffers.keys()]);
    const buffer = this.buffers.get(path) as Buffer;
    const other = () => this.originals.get(this.pick(this.options.files)) ?? "";
    if (kind < 34) await this.type(path, buffer);
    else if (kind < 44) await this.put(path, editText(random, buffer.text, other()));
    else if (kind < 54) await this.undo(path, buffer);
    else if (kind < 60) await this.paste(path, buffer, other());
    else if (kind < 66) await this.save(path, buffer);
    else if (kind < 70) await this.close(path);
    else if (kind < 71) await this.switchBranch();
    else await this.ask(path, buffer);
  }

  /** A statement, letter by letter, at the end of some line. */
  private async type(path: string, buffer: Buffer): Promise<void> {
    const names = buffer.text.match(/[a-z_]\w+_t\b/g) ?? ["a_t"];
    const statement = `\nallow ${this.pick(names)} ${this.pick(names)}:${this.pick(["file", "dir"])} { read };`;
    const lines = buffer.text.split("\n");
    let place = lines.slice(0, this.random(lines.length) + 1).join("\n").length;
    for (const letter of statement) {
      await this.put(path, buffer.text.slice(0, place) + letter + buffer.text.slice(place));
      place++;
    }
    const start = performance.now();
    await this.request("textDocument/diagnostic", { textDocument: { uri: `file://${path}` } });
    this.latencies.push(performance.now() - start);
  }

  private async undo(path: string, buffer: Buffer): Promise<void> {
    for (let i = this.random(30); i >= 0; i--) {
      const before = buffer.past.pop();
      if (before === undefined) return;
      await this.put(path, before);
      buffer.past.pop();
    }
  }

  private async paste(path: string, buffer: Buffer, from: string): Promise<void> {
    const lines = from.split("\n");
    const start = this.random(lines.length);
    const chunk = `${lines.slice(start, start + 20).join("\n")}\n`;
    const here = buffer.text.split("\n");
    here.splice(this.random(here.length), 0, chunk);
    if (buffer.text.length < 200_000) await this.put(path, here.join("\n"));
  }

  private async save(path: string, buffer: Buffer): Promise<void> {
    writeFileSync(path, buffer.text);
    const textDocument = { uri: `file://${path}` };
    await this.client.connection.sendNotification("textDocument/didSave", { textDocument });
    await this.changed([path], 2);
  }

  private async close(path: string): Promise<void> {
    this.buffers.delete(path);
    const textDocument = { uri: `file://${path}` };
    await this.client.connection.sendNotification("textDocument/didClose", { textDocument });
  }

  /** Hundreds of files become others on disk; the next time they are again what they were. */
  async switchBranch(): Promise<void> {
    this.switches++;
    const { files, branchFiles } = this.options;
    const touched = new Set<string>();
    for (let i = 0; i < branchFiles; i++) touched.add(this.pick(files));
    for (const path of this.isOnBranch ? files : touched) {
      const original = this.originals.get(path) as string;
      const isThere = existsSync(path);
      const now = isThere ? readFileSync(path, "utf8") : undefined;
      if (this.isOnBranch) {
        if (now === original) continue;
        touched.add(path);
        writeFileSync(path, original);
      } else if (path.endsWith(".te") && this.random(40) === 0) rmSync(path);
      else writeFileSync(path, `${original}\n# on a branch ${this.random(1000)}\n`);
    }
    this.isOnBranch = !this.isOnBranch;
    await this.changed([...touched], 2);
  }

  private async changed(paths: readonly string[], type: number): Promise<void> {
    const changes = paths.map((path) => ({ uri: `file://${path}`, type: existsSync(path) ? type : 3 }));
    await this.client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  private async ask(path: string, buffer: Buffer): Promise<void> {
    const textDocument = { uri: `file://${path}` };
    const kind = this.random(10);
    if (kind < 6)
      await this.request(this.pick(ASKED), {
        textDocument,
        position: at(buffer.text, this.random(buffer.text.length + 1)),
      });
    else if (kind < 9) await this.request(this.pick(WHOLE), { textDocument });
    else await this.request("selinux/policyDiff", { textDocument });
  }

  request<T>(method: string, params: object): Promise<T> {
    this.requests++;
    return this.client.request<T>(method, params);
  }
}

/** A server that tells its memory when it gets SIGUSR2, after a collection of garbage. */
function startServer(scratch: string): LspClient {
  const hook = join(scratch, "memory.cjs");
  writeFileSync(
    hook,
    `process.on("SIGUSR2", () => { globalThis.gc(); globalThis.gc(); const m = process.memoryUsage();
      require("node:fs").writeFileSync(${JSON.stringify(scratch)} + "/memory." + process.pid, JSON.stringify(m)); });`,
  );
  return new LspClient(["--stdio"], { node: ["--expose-gc", "--require", hook] });
}

async function memoryOf(client: LspClient, scratch: string): Promise<{ used: number; rss: number }> {
  const file = join(scratch, `memory.${client.process.pid}`);
  rmSync(file, { force: true });
  client.process.kill("SIGUSR2");
  for (let i = 0; i < 500; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    if (!text.endsWith("}")) continue;
    const { heapUsed, arrayBuffers, rss } = JSON.parse(text);
    return { used: heapUsed + arrayBuffers, rss };
  }
  throw new Error("the server does not tell its memory");
}

/** An answer as text, without the ids that a server counts up. */
function withoutIds(answer: unknown): string {
  return (
    JSON.stringify(answer, (key, value) =>
      key === "resultId" || (key === "data" && !Array.isArray(value)) ? undefined : value,
    ) ?? ""
  );
}

/** What a server says: all diagnostics, and answers at places. */
async function stateOf(client: LspClient, session: Session, seed: number): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  const { items } = await client.request<WorkspaceDiagnosticReport>("workspace/diagnostic", {
    previousResultIds: [],
  });
  for (const item of items)
    if (item.kind === "full")
      for (const found of item.items) said.set(`${item.uri} ${JSON.stringify(found)}`, "there");
  const random = createRandom(seed);
  for (const [path, { text }] of session.buffers) {
    const textDocument = { uri: `file://${path}` };
    for (let i = 0; i < PLACES; i++) {
      const position = at(text, random(text.length + 1));
      for (const method of COMPARED)
        said.set(
          `${method} ${path}:${position.line}:${position.character}`,
          JSON.stringify(
            await client.request(method, {
              textDocument,
              position,
              ...(method === "textDocument/references" && { context: { includeDeclaration: true } }),
            }),
          ),
        );
    }
    for (const method of WHOLE)
      said.set(`${method} ${path}`, withoutIds(await client.request(method, { textDocument })));
    const range = { start: at(text, 0), end: at(text, text.length) };
    const hints = await client.request("textDocument/inlayHint", { textDocument, range });
    said.set(`textDocument/inlayHint ${path}`, withoutIds(hints));
  }
  return said;
}

/** Runs a session and compares its end with a fresh start. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const random = createRandom(options.seed);
  const session = new Session(options, random);
  const { client } = session;
  await client.initialize(options.root, MODERN);
  for (let i = 0; i < 4; i++) await session.open(options.files[random(options.files.length)] as string);
  for (let i = 0; i < 20; i++) await session.step();
  await stateOf(client, session, 1);
  const start = await memoryOf(client, options.scratch);
  const stop = Date.now() + options.milliseconds;
  let steps = 0;
  while (steps < options.steps && Date.now() < stop) {
    await session.step();
    if (steps === options.steps >> 1) await session.switchBranch();
    steps++;
  }
  const last = await stateOf(client, session, 2);
  const end = await memoryOf(client, options.scratch);
  const log = [...client.log];
  await client.stop();
  const fresh = startServer(options.scratch);
  await fresh.initialize(options.root, MODERN);
  for (const [path, { text }] of session.buffers) await fresh.open(path, text);
  const wanted = await stateOf(fresh, session, 2);
  await fresh.stop();
  const differences = [...new Set([...last.keys(), ...wanted.keys()])]
    .filter((key) => last.get(key) !== wanted.get(key))
    .map((key) => `${key}\n  after the session: ${last.get(key)}\n  fresh: ${wanted.get(key)}`);
  const { keystrokes, requests, switches, latencies } = session;
  return {
    steps,
    keystrokes,
    requests,
    switches,
    memoryStart: start.used,
    memoryEnd: end.used,
    rssEnd: end.rss,
    log,
    differences,
    latencies,
  };
}

function at(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return { line, character: offset - (before.lastIndexOf("\n") + 1) };
}
