// Where benches find the reference policy, and how they run programs. Nothing is written outside scratch folders.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** No program of ours may take longer, however busy the machine is. */
const LONGEST = 60_000;

/** A folder of this process's own, gone at its end. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sels-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The reference policy's tree: SELS_POLICY_SOURCE, what the tests unpacked, or Debian's archive. */
export function policyTree(): string | undefined {
  const given = process.env.SELS_POLICY_SOURCE;
  if (given) return given;
  const cache = join(tmpdir(), "sels-test-cache");
  for (const version of existsSync(cache) ? readdirSync(cache) : []) {
    const tree = join(cache, version, "selinux-policy-src");
    if (existsSync(join(tree, "policy"))) return tree;
  }
  const archive = (existsSync("/usr/src") ? readdirSync("/usr/src") : []).find((name) =>
    /^selinux-policy-src\.tar/.test(name),
  );
  if (archive === undefined) return undefined;
  const folder = scratchFolder();
  spawnSync("tar", ["-xf", join("/usr/src", archive), "-C", folder]);
  const tree = join(folder, "selinux-policy-src");
  return existsSync(join(tree, "policy")) ? tree : undefined;
}

export function hasProgram(name: string): boolean {
  return spawnSync("which", [name]).status === 0;
}

/** Wall time of a program; throws with its words when the exit code is not 0. */
export function wallTime(command: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const [program = "", ...args] = command;
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: LONGEST,
  });
  const time = performance.now() - start;
  if (status !== 0) throw new Error(`${command.join(" ")}: ${status ?? "took too long"}\n${stdout}${stderr}`);
  return time;
}

/** Peak resident memory of a Node program, in MB, as it says itself when it ends. */
export function peakMemory(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const hook = join(folder, "peak.cjs");
  const result = join(folder, "peak.txt");
  writeFileSync(
    hook,
    `process.on("exit", () => require("fs").writeFileSync(${JSON.stringify(result)}, String(process.resourceUsage().maxRSS)));`,
  );
  wallTime([process.execPath, "--require", hook, ...args], env);
  return Number(readFileSync(result, "utf8")) / 1024;
}
