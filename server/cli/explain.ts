// `sels explain`: the documentation of a finding's code.

import { EXPLANATIONS, explanationOf } from "../features/explanations.ts";
import { type Terminal, UsageError } from "./terminal.ts";

/** Runs the command; gives the exit code. */
export function runExplain(
  code: string | undefined,
  options: { json?: boolean },
  terminal: Terminal,
): number {
  if (code === undefined) {
    if (options.json === true) terminal.out(`${JSON.stringify(EXPLANATIONS, null, 2)}\n`);
    else
      for (const { code: name, title } of EXPLANATIONS)
        terminal.out(`${terminal.colors.bold(name.padEnd(24))} ${title}\n`);
    return 0;
  }
  const found = explanationOf(code.replace(/^\[|\]$/g, ""));
  if (found === undefined) throw new UsageError(`no finding has the code ‘${code}’; sels explain lists them`);
  if (options.json === true) terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  else terminal.out(`${terminal.colors.bold(found.code)}: ${found.title}\n\n${found.text}\n`);
  return 0;
}
