// The `sels` program: reads the command line, runs the command, turns mistakes into one clear line and exit code 2.

import { runProgram } from "./program.ts";

runProgram(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
