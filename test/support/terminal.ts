// A terminal without a screen: it keeps what programs of the command line say, so that tests run them in this process.

import picocolors from "picocolors";
import { runProgram } from "../../server/cli/program.ts";
import type { Terminal } from "../../server/cli/terminal.ts";

/** What was said so far. */
export interface Said {
  out: string;
  err: string;
}

/** A colourless terminal of 100 columns in a folder, that adds what is said to `said`. */
export function keepingTerminal(cwd: string, said: Said): Terminal {
  return {
    colors: picocolors.createColors(false),
    width: 100,
    cwd,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    progress: () => undefined,
    endProgress: () => undefined,
  };
}

/** Runs `sels ARGS` in a folder. */
export async function runSels(
  cwd: string,
  args: readonly string[],
  run: typeof runProgram = runProgram,
): Promise<Said & { code: number }> {
  const said = { out: "", err: "" };
  return { code: await run(args, keepingTerminal(cwd, said)), ...said };
}
