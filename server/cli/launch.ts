// How `sels` starts fast. Two caches, both optional: the answer of an earlier `check` on unchanged inputs is given
// again without loading the engine, and the engine's bundle is run from V8's compiled code. Either cache missing,
// damaged or refused means the ordinary way. The bundle exports `runProgram` (program.ts); its hash, made by the
// build, is part of every key, so another version never answers.

import { isAscii } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";
import type { FileSystem } from "../workspace/fileSystem.ts";
import {
  type Answer,
  cutAt,
  formatStored,
  judge,
  parseStored,
  type Recording,
  recordFiles,
  withTime,
} from "../workspace/resultCache.ts";
import { type CacheStore, cacheDirectory, createProber, nameOf, openStore } from "./cacheStore.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import type { Terminal } from "./terminal.ts";

/** Stands for the elapsed milliseconds in a recorded answer. */
const TIME_MARK = "8086142857142857";

/** First word of a kernel binary. */
const POLICY_MAGIC = 0xf97cff8c;

/** What a command that can be answered from the cache does with it. */
export interface AnswerCache {
  /** through this the command reads everything on which its answer depends */
  readonly recording: Recording;
  /** the number to print as elapsed time in texts given to `store` */
  readonly timeMark: number;
  /** stores the answer and gives it back; undefined when the texts hold the mark by chance as well */
  keep(out: string, err: string, code: number): Answer | undefined;
}

/** Everything besides files that decides what is printed. */
function keyOf(version: string, args: readonly string[], terminal: Terminal): string {
  const { cwd, width, colors } = terminal;
  return JSON.stringify([version, process.version, args, cwd, width, colors.isColorSupported]);
}

/** The cache as the environment and the arguments want it; undefined when it is not to be used. */
export function storeFor(env: NodeJS.ProcessEnv): CacheStore | undefined {
  const directory = cacheDirectory(env);
  return directory === undefined ? undefined : openStore(directory);
}

/** Options that write, or that ask more than files: their answers are made anew. */
const UNCACHED = /^--(no-cache|debug|fix|fix-dry-run|baseline|update-baseline|changed-since)(=|$)/;

/** True for command lines whose answer may come from the cache. */
function isCacheable(args: readonly string[]): boolean {
  return args.includes("check") && !args.some((arg) => UNCACHED.test(arg));
}

/** The answer given before, when nothing has changed since. */
function storedAnswer(store: CacheStore, key: string): Answer | undefined {
  const name = nameOf("answer", key);
  const bytes = store.read(name);
  const stored = bytes === undefined ? undefined : parseStored(bytes.toString("utf8"), key);
  if (stored === undefined) return undefined;
  const verdict = judge(stored.notes, createNodeFileSystem(), createProber(Date.now()));
  if (!verdict.current) return undefined;
  if (verdict.renewed !== undefined)
    store.write(name, formatStored({ key, answer: stored.answer, notes: verdict.renewed }));
  return stored.answer;
}

/** Prints an answer; gives the exit code. */
export function replay(answer: Answer, terminal: Terminal, milliseconds: number): number {
  const time = Math.round(milliseconds);
  terminal.out(withTime(answer.out, time));
  terminal.err(withTime(answer.err, time));
  return answer.code;
}

/** Records a command's reads, to store its answer. */
function createAnswerCache(store: CacheStore, key: string, started: number, files: FileSystem): AnswerCache {
  return {
    recording: recordFiles(files, createProber(started)),
    timeMark: Number(TIME_MARK),
    keep(out, err, code) {
      const answer = { out: cutAt(out, TIME_MARK), err: cutAt(err, TIME_MARK), code };
      if (answer.out.length + answer.err.length !== 3) return undefined;
      store.write(nameOf("answer", key), formatStored({ key, answer, notes: this.recording.notes() }));
      return answer;
    },
  };
}

/** What the launcher hands to a command. */
export interface Launched {
  readonly files: FileSystem;
  /** records for the next time */
  readonly cache?: AnswerCache;
  /** loads and runs the language server, a bundle of its own; the promise never settles */
  readonly startServer?: () => Promise<number>;
}

/** Runs a command line. */
export type Run = (args: readonly string[], terminal: Terminal, launched: Launched) => Promise<number>;

/** Answers a command line from the cache or else by running it; gives the exit code. */
export async function answerOrRun(
  version: string,
  args: readonly string[],
  terminal: Terminal,
  store: CacheStore | undefined,
  run: Run,
  openFiles: () => FileSystem | Promise<FileSystem> = createNodeFileSystem,
): Promise<number> {
  if (store === undefined || !isCacheable(args)) return run(args, terminal, { files: await openFiles() });
  const started = performance.now();
  const key = keyOf(version, args, terminal);
  const answer = storedAnswer(store, key);
  if (answer !== undefined) return replay(answer, terminal, performance.now() - started);
  // Opened after the clock started: what is read ahead is younger than the stamps that are trusted.
  const cache = createAnswerCache(store, key, Date.now(), await openFiles());
  return run(args, terminal, { files: cache.recording.files, cache });
}

/** True for `query` command lines whose policy is a kernel binary: they need nothing that understands sources. */
export function asksBinary(args: readonly string[]): boolean {
  if (args[0] !== "query") return false;
  const last = args.findLastIndex((arg) => arg === "--policy" || arg.startsWith("--policy="));
  const given = args[last]?.startsWith("--policy=") === true ? args[last].slice(9) : args[last + 1];
  return last > 0 && given !== undefined && isPolicyFile(given);
}

/** Looks at the first bytes; whatever cannot be read is for the ordinary way to complain about. */
function isPolicyFile(path: string): boolean {
  const magic = Buffer.alloc(4);
  try {
    const fd = openSync(path, "r");
    try {
      return readSync(fd, magic, 0, 4, 0) === 4 && magic.readUInt32LE(0) === POLICY_MAGIC;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

const HEAD = "(function (exports, require, module, __filename) {";
const TAIL = "\n})";

/** The bundle's text within a function. It is large, so it is read to where it stands and becomes a text at once. */
function wrappedSource(path: string): string {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.allocUnsafeSlow(HEAD.length + size + TAIL.length);
    bytes.write(HEAD, 0, "latin1");
    let end = HEAD.length;
    for (let got = 1; got > 0 && end < HEAD.length + size; end += got)
      got = readSync(fd, bytes, end, HEAD.length + size - end, null);
    end += bytes.write(TAIL, end, "latin1");
    const all = bytes.subarray(0, end);
    // ASCII, as bundles are, needs no decoding.
    return all.toString(isAscii(all) ? "latin1" : "utf8");
  } finally {
    closeSync(fd);
  }
}

/** A CommonJS bundle that was loaded, and how to keep its compiled code. */
export interface LoadedBundle {
  readonly exports: Record<string, unknown>;
  /** writes what V8 has compiled by now, unless it came from the cache */
  keep(): void;
}

/** Runs the CommonJS bundle at `path`, from compiled code where the cache has it. */
export function loadBundle(path: string, version: string, store: CacheStore | undefined): LoadedBundle {
  const require = createRequire(path);
  if (store === undefined) return { exports: require(path), keep: () => undefined };
  const source = wrappedSource(path);
  const name = nameOf("code", JSON.stringify([version, process.version, process.arch, process.execArgv]));
  const cachedData = store.read(name);
  const script = new Script(source, {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module: { exports: Record<string, unknown> } = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path);
  const fresh = cachedData === undefined || script.cachedDataRejected === true;
  return {
    exports: module.exports,
    keep: () => {
      if (fresh) store.write(name, script.createCachedData());
    },
  };
}
