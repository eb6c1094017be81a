// The `sels` program: a `check` of unchanged inputs is answered from the cache; for everything else the engine's
// bundle (program.ts, built beside this one; binaryProgram.ts for kernel binaries) is loaded and runs the command. Small,
// because it is read at each start, and what only a cold start needs of Node is imported there: each of Node's own
// modules takes milliseconds.

import { createRequire } from "node:module";
import { join } from "node:path";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { answerOrRun, asksBinary, loadBundle, type Run, storeFor } from "./launch.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import type { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

/** Hashes of program.cjs and query.cjs, put here by the build. */
declare const PROGRAM_HASH: string;
declare const QUERY_HASH: string;

// A reader that has seen enough (`sels … 2>&1 | head`) is no error: the rest goes nowhere, and the exit code stays what
// the findings make it. Any other failure to write is one.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: { code?: string }) => {
    if (error.code !== "EPIPE") process.exit(2);
  });

const store = storeFor(process.env);

/** What stands on the command line and is no option: directories among it are worth reading ahead. */
const placesOf = (args: readonly string[]): readonly string[] => {
  const places = args.slice(1).filter((arg) => !arg.startsWith("-"));
  return places.length === 0 ? ["."] : places;
};

/** Loads the engine and runs the command. */
const run: Run = async (args, terminal, launched) => {
  const startServer = (): Promise<number> => {
    createRequire(__filename)("./server.cjs");
    return new Promise(() => {});
  };
  // Before the engine is compiled: V8 takes compiled code only under the flags under which it was made.
  // Hot code is compiled later and colder code interpreted longer: a cold load is over before the JIT pays.
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--interrupt-budget=500000");
  const bundle = asksBinary(args)
    ? loadBundle(join(__dirname, "query.cjs"), QUERY_HASH, store)
    : loadBundle(join(__dirname, "program.cjs"), PROGRAM_HASH, store);
  const code = await (bundle.exports.runProgram as typeof runProgram)(args, terminal, {
    ...launched,
    startServer,
  });
  bundle.keep();
  return code;
};

const args = process.argv.slice(2);
const terminal = processTerminal(args.includes("--no-color") ? false : undefined);
const openFiles = async (): Promise<FileSystem> => {
  if (args[0] !== "check") return createNodeFileSystem();
  const { readAhead } = await import("./readAhead.ts");
  return readAhead(placesOf(args), join(__dirname, "reader.cjs"), terminal.cwd);
};
void answerOrRun(PROGRAM_HASH, args, terminal, store, run, openFiles).then((code) => {
  process.exitCode = code;
});
