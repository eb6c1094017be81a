// `sels query` of a kernel binary, as a program of its own: the same commands as in program.ts without what
// understands sources, so that it has answered before a larger program has started. The launcher (main.ts) chooses it
// only when the policy that the command line names is a binary.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runCommandLine } from "./commandLine.ts";
import { openBinary } from "./openBinary.ts";
import { addQuery } from "./queryCommands.ts";
import { type Terminal, UsageError } from "./terminal.ts";

/** Parses the arguments and runs the query; gives the exit code. */
export function runProgram(args: readonly string[], given?: Terminal): Promise<number> {
  return runCommandLine(args, given, (program, terminal, outcome) =>
    addQuery(program, terminal, outcome, ({ policy = "." }) =>
      openBinary(readBytes(resolve(terminal.cwd, policy), policy), policy),
    ),
  );
}

function readBytes(path: string, given: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`${given}: cannot be read`);
  }
}
