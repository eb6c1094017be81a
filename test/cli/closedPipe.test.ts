/**
 * Readers that leave early: `sels … | head` and `sels … 2>&1 | head` in a shell, with the bundled program. It says
 * nothing about the closed pipe, and ends with the code that it has with a reader who stays.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const SELS = `'${process.execPath}' '${join(ROOT, "dist/cli.cjs")}'`;

/** Runs a command whose reader is gone before the first byte; gives its code and all that reached the terminal. */
function withoutReader(command: string, streams: string): { code: number; said: string } {
  const script = `(sleep 0.05; ${command}; echo "code $?" >&3) ${streams} | true`;
  const { stdout, stderr } = spawnSync("bash", ["-c", `exec 3>&1; ${script}`], {
    encoding: "utf8",
    cwd: ROOT,
    timeout: 60_000,
  });
  const code = Number(/^code (\d+)$/m.exec(stdout)?.[1] ?? -1);
  return { code, said: stdout + stderr };
}

describe.each([
  ["standard output", ""],
  ["both streams", "2>&1"],
])("a reader of %s that is gone", (_name, streams) => {
  it.each([
    ["findings", "check --no-cache --no-color examples", 1],
    ["findings from the cache", "check --no-color examples", 1],
    ["a wrong use", "check not-there", 2],
    ["an answer", "explain", 0],
    ["a question to the policy", "query rules --policy examples -A", 0],
  ])("does not change the code: %s", (_what, args, code) => {
    const ended = withoutReader(`${SELS} ${args}`, streams);
    expect(ended.code).toBe(code);
    expect(ended.said).not.toMatch(/EPIPE|\n\s+at /);
  });
});
