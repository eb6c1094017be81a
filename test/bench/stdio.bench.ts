// What an editor waits for, over real stdio: keystroke → published diagnostics (of that very text; on Linux also what of
// it is CPU time of the server's thread, and what is waiting for a core that others use), and requests right after a keystroke, on
// the reference policy; beside it the same of bash-language-server, another server on Node, on a shell script of the same
// size (fetched into a scratch folder by npm, or SELS_BASH_LS names its cli.js). The two work on unlike things: ours
// checks a whole policy after each letter, bash-language-server one file. Runs with `node .ci/bench.mjs stdio`.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { policyTree, scratchFolder } from "./place.ts";
import { median, ms, percentile, printTable, type Row, skipped } from "./table.ts";

const LETTERS = 150;
const PEER = "bash-language-server@5.8.1";
const METHODS = [
  "textDocument/hover",
  "textDocument/completion",
  "textDocument/definition",
  "textDocument/documentSymbol",
] as const;

const root = policyTree();
if (root === undefined) skipped("stdio", "there is no reference policy here");
else void bench(root);

interface Times {
  readonly diagnostics: readonly number[];
  /** keystrokes a quarter to half a second after the one before, when checks run between messages */
  readonly afterPauses: readonly number[];
  /** for `diagnostics`: CPU time and waiting of the server's main thread; empty where the kernel does not tell */
  readonly cpu: readonly number[];
  readonly waits: readonly number[];
  readonly requests: ReadonlyMap<string, readonly number[]>;
}

async function bench(tree: string): Promise<void> {
  const path = join(tree, "policy/modules/system/mount.te");
  const size = statSync(path).size;
  const own = await measure(
    [join(process.cwd(), "dist/server.cjs"), "--stdio"],
    tree,
    path,
    "selinux-te",
    "mount_t",
  );
  const script = scriptOf(size);
  const peer = peerProgram();
  const other =
    peer === undefined || script === undefined
      ? undefined
      : await measure([peer, "start"], join(script, ".."), script, "shellscript", "echo");
  const rows: Row[] = [
    row("keystroke → published diagnostics", own.diagnostics, other?.diagnostics, 16),
    row("  of which CPU time", own.cpu, other?.cpu, undefined),
    row("  of which waiting for a core", own.waits, other?.waits, undefined),
    row("keystroke after a pause", own.afterPauses, other?.afterPauses, undefined),
  ];
  for (const method of METHODS)
    rows.push(
      row(
        `keystroke, then ${method}`,
        own.requests.get(method) ?? [],
        other?.requests.get(method),
        undefined,
      ),
    );
  const beside = other === undefined ? "; no peer: npm did not give it" : `; peer: ${PEER} on ${script}`;
  printTable(`over stdio, mount.te (${Math.round(size / 1024)} KB)${beside}`, rows);
  process.exit(0);
}

function row(
  what: string,
  ours: readonly number[],
  theirs: readonly number[] | undefined,
  goal: number | undefined,
): Row {
  const figure = (times: readonly number[]) => `p50 ${ms(median(times))}, p95 ${ms(percentile(times, 0.95))}`;
  return {
    what,
    figure: figure(ours),
    ...(theirs === undefined || theirs.length === 0 ? {} : { against: figure(theirs) }),
    ...(goal === undefined ? {} : { goal: `p95 ≤ ${goal} ms`, reached: percentile(ours, 0.95) <= goal }),
  };
}

/** Types letters at the end of a file, waits for diagnostics of that version, then asks. */
async function measure(
  program: readonly string[],
  folder: string,
  path: string,
  languageId: string,
  word: string,
): Promise<Times> {
  const child = spawn(process.execPath, program, { stdio: ["pipe", "pipe", "ignore"] });
  const connection = connect(child);
  let wake: ((version: number | undefined) => void) | undefined;
  connection.onNotification(
    "textDocument/publishDiagnostics",
    (params: { uri: string; version?: number }) => {
      if (params.uri === uri) wake?.(params.version);
    },
  );
  const uri = `file://${path}`;
  const text = readFileSync(path, "utf8");
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: `file://${folder}`,
    workspaceFolders: [{ uri: `file://${folder}`, name: "bench" }],
    capabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId, version: 1, text },
  });
  const before = text.slice(0, text.indexOf(word)).split("\n");
  const position = { line: before.length - 1, character: (before.at(-1) ?? "").length + 1 };
  const textDocument = { uri };
  for (let i = 0; i < 3; i++) await connection.sendRequest("textDocument/hover", { textDocument, position });
  await pause(1500);
  const line = text.split("\n").length - 1;
  let version = 1;
  // A letter that makes an error and one that mends it, so that every keystroke has diagnostics to publish.
  const type = async (letter: number): Promise<void> => {
    version++;
    const isBad = letter % 2 === 0;
    const range = { start: { line, character: 0 }, end: { line, character: isBad ? 0 : 1 } };
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ range, text: isBad ? (languageId === "shellscript" ? "(" : "}") : "" }],
    });
  };
  const typeAndWait = async (letter: number): Promise<number> => {
    const told = new Promise<void>((resolve) => {
      wake = (of) => {
        if (of === undefined || of === version) resolve();
      };
    });
    const start = performance.now();
    await type(letter);
    await Promise.race([told, pause(5000)]);
    return performance.now() - start;
  };
  const diagnostics: number[] = [];
  const cpu: number[] = [];
  const waits: number[] = [];
  for (let i = 0; i < LETTERS; i++) {
    const before = schedule(child);
    const time = await typeAndWait(i);
    const after = schedule(child);
    if (i >= 20) {
      diagnostics.push(time);
      if (before !== undefined && after !== undefined) {
        cpu.push(after.run - before.run);
        waits.push(after.wait - before.wait);
      }
    }
    await pause(60);
  }
  const afterPauses: number[] = [];
  for (let i = 0; i < 40; i++) {
    await pause(250 + ((i * 37) % 250));
    afterPauses.push(await typeAndWait(i));
  }
  const requests = new Map<string, number[]>();
  for (const method of METHODS) {
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
      const start = performance.now();
      await type(i);
      await connection.sendRequest(method, { textDocument, position });
      if (i >= 10) times.push(performance.now() - start);
      await pause(40);
    }
    requests.set(method, times);
  }
  child.kill();
  return { diagnostics, afterPauses, cpu, waits, requests };
}

/** Milliseconds that a program's main thread has run, and has waited for a core. */
function schedule({ pid }: ChildProcess): { readonly run: number; readonly wait: number } | undefined {
  try {
    const [run = 0, wait = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8")
      .split(" ")
      .map(Number);
    return { run: run / 1e6, wait: wait / 1e6 };
  } catch {
    return undefined;
  }
}

function connect(child: ChildProcess): MessageConnection {
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout as NodeJS.ReadableStream),
    new StreamMessageWriter(child.stdin as NodeJS.WritableStream),
  );
  connection.onRequest(() => null);
  connection.listen();
  return connection;
}

/** The shell script of the system whose size is nearest. */
function scriptOf(size: number): string | undefined {
  const scripts = readdirSync("/usr/bin")
    .map((name) => join("/usr/bin", name))
    .filter((path) => {
      try {
        const { size: bytes } = statSync(path);
        if (bytes < size / 2 || bytes > size * 2) return false;
        const text = readFileSync(path, "utf8");
        return /^#!\s*\/(usr\/)?bin\/(env )?(ba)?sh\b/.test(text) && text.includes("echo");
      } catch {
        return false;
      }
    });
  return scripts.sort((a, b) => Math.abs(statSync(a).size - size) - Math.abs(statSync(b).size - size))[0];
}

function peerProgram(): string | undefined {
  if (process.env.SELS_BASH_LS !== undefined) return process.env.SELS_BASH_LS;
  const folder = scratchFolder();
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--silent", "--prefix", folder, PEER], {
    timeout: 60_000,
  });
  return status === 0 ? join(folder, "node_modules/bash-language-server/out/cli.js") : undefined;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
