/*
 * Helpers of the m4 tests: our processor's answer in the form m4's own output has, and the real m4 to ask.
 */
import { spawnSync } from "node:child_process";
import { type M4Limits, runM4 } from "../../../server/compiler/m4/m4.ts";

export interface Answer {
  readonly output: string;
  readonly messages: string;
  readonly exit: number;
}

/** What our m4 answers to a text on standard input. */
export function ours(input: string, limits: Partial<M4Limits> = {}): Answer & { readonly limited: boolean } {
  const result = runM4([{ path: "stdin", text: input }], { limits });
  let messages = "";
  for (const e of result.errors) {
    messages += e.kind === "errprint" ? e.message : `m4:${e.file}:${e.line}: ${e.message}\n`;
  }
  const limited = result.errors.some((e) => e.kind === "limit");
  return { output: result.value, messages, exit: result.exitCode ?? 0, limited };
}

/** What the installed m4 answers; undefined when there is none or it takes too long. */
export function real(input: string): Answer | undefined {
  const run = spawnSync("m4", [], { input, encoding: "utf8", timeout: 3000 });
  if (run.error !== undefined || run.status === null) return undefined;
  return { output: run.stdout.replaceAll("\0", ""), messages: run.stderr, exit: run.status };
}

/** Whether GNU m4 is installed. */
export function hasRealM4(): boolean {
  const run = spawnSync("m4", ["--version"], { encoding: "utf8" });
  return run.error === undefined && run.stdout.includes("GNU M4");
}
