// How `sels` starts fast. Two caches, both optional: the answer of an earlier `check` on unchanged inputs is given
// again without loading the engine, and the engine's bundle is run from V8's compiled code. Either cache missing,
// damaged or refused means the ordinary way. The bundle exports `runProgram` (program.ts); its hash, made by the
// build, is part of every key, so another version never answers.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { Script } from "node:vm";
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

/** True for command lines whose answer may come from the cache. */
function isCacheable(args: readonly string[]): boolean {
  return args.includes("check") && !args.some((arg) => arg === "--no-cache" || arg === "--debug");
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
function createAnswerCache(store: CacheStore, key: string): AnswerCache {
  return {
    recording: recordFiles(createNodeFileSystem(), createProber(Date.now())),
    timeMark: Number(TIME_MARK),
    keep(out, err, code) {
      const answer = { out: cutAt(out, TIME_MARK), err: cutAt(err, TIME_MARK), code };
      if (answer.out.length + answer.err.length !== 3) return undefined;
      store.write(nameOf("answer", key), formatStored({ key, answer, notes: this.recording.notes() }));
      return answer;
    },
  };
}

/** Runs a command line; `cache` records for the next time. */
export type Run = (
  args: readonly string[],
  terminal: Terminal,
  cache: AnswerCache | undefined,
) => Promise<number>;

/** Answers a command line from the cache or else by running it; gives the exit code. */
export async function answerOrRun(
  version: string,
  args: readonly string[],
  terminal: Terminal,
  store: CacheStore | undefined,
  run: Run,
): Promise<number> {
  if (store === undefined || !isCacheable(args)) return run(args, terminal, undefined);
  const started = performance.now();
  const key = keyOf(version, args, terminal);
  const answer = storedAnswer(store, key);
  if (answer !== undefined) return replay(answer, terminal, performance.now() - started);
  return run(args, terminal, createAnswerCache(store, key));
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
  const source = `(function (exports, require, module, __filename) {${readFileSync(path, "utf8").replace(/^#!.*/, "")}\n})`;
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
