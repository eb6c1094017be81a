// The `sels` program: reads the command line, runs the command, turns mistakes into one clear line and exit code 2.

import { runProgram } from "./program.ts";

// A reader that has seen enough (`sels … | head`) is no error.
process.stdout.on("error", (error: { code?: string }) => {
  process.exit(error.code === "EPIPE" ? 0 : 2);
});

runProgram(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
