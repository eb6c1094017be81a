/**
 * What make, m4 and checkpolicy say about one mutation of a reference policy tree: the live judge behind
 * mutations.verdicts.data.json. Invariant: the scratch tree is left as it was found (the file restored, newer
 * than what was built from it, so that the next make rebuilds exactly that). Follows Rules.monolithic of the
 * tree itself by running its make, and never writes to the pristine tree.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeTree } from "./configs.ts";
import { applyMutation, type Mutation, readTree } from "./mutations.ts";

/** What the real tools said. */
export interface Verdict {
  readonly ok: boolean;
  /** false when policy.conf came out the same: the mutated text is in no built module */
  readonly reached: boolean;
  /** first error message */
  readonly message?: string;
  /** the source place that the message names, `file:line`; absent when it names only policy.conf */
  readonly at?: string;
}

const MAKE_ARGUMENTS = ["-s", "MONOLITHIC=y", "policy.conf"];

/** A writable copy of a tree with policy.conf built; made once, then every verdict takes 3 to 6 s. */
export function prepareScratchTree(source: string, target: string): string {
  if (!existsSync(target))
    cpSync(madeTree(source), target, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
  restoreTexts(source, target);
  const made = run("make", MAKE_ARGUMENTS, target);
  if (made.status !== 0) throw new Error(`make policy.conf fails on the unchanged tree: ${made.text}`);
  return target;
}

/** Undoes what a killed run left behind. */
function restoreTexts(source: string, target: string): void {
  for (const [file, text] of readTree(source))
    if (readFileSync(join(target, file), "utf8") !== text) writeFileSync(join(target, file), text);
}

/** Builds the scratch tree with the mutation in it. `baseline` is `hashOfPolicyConf` of the unchanged tree. */
export function liveVerdict(tree: string, mutation: Mutation, baseline: string): Verdict {
  const path = join(tree, mutation.file);
  const original = readFileSync(path, "utf8");
  writeFileSync(path, applyMutation(original, mutation));
  try {
    const made = run("make", MAKE_ARGUMENTS, tree);
    if (made.status !== 0) return { ok: false, reached: true, ...firstError(made.text) };
    if (hashOfPolicyConf(tree) === baseline) return { ok: true, reached: false };
    const compiled = run("checkpolicy", ["-M", "-U", "deny", "policy.conf", "-o", "policy.out"], tree);
    if (compiled.status !== 0) return { ok: false, reached: true, ...firstError(compiled.text) };
    return { ok: true, reached: true };
  } finally {
    writeFileSync(path, original);
  }
}

/** Hash of what the tree was built to, without the line marks of m4 and blank lines. */
export function hashOfPolicyConf(tree: string): string {
  const text = readFileSync(join(tree, "policy.conf"), "latin1");
  const hash = createHash("sha256");
  let keep: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("#line")) continue;
    if (keep.push(line) > 10_000) {
      hash.update(keep.join("\n"));
      keep = [];
    }
  }
  return hash.update(keep.join("\n")).digest("hex");
}

function run(program: string, args: readonly string[], cwd: string): { status: number; text: string } {
  const env = { ...process.env, LC_ALL: "C", PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const result = spawnSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
  return { status: result.status ?? 1, text: `${result.stderr}` };
}

const PLACED_ERRORS: readonly RegExp[] = [
  /^(?<file>(?!policy\.conf|tmp\/)[^\s:]+):(?<line>\d+):ERROR '(?<message>.*)$/m,
  /^m4:(?<file>[^\s:]+):(?<line>\d+): (?<message>.*)$/m,
  /(?<message>neverallow on line (?<line>\d+) of (?<file>policy\/\S+) .*)$/m,
];

/** The first error in what the tools print, with the source place if it names one. */
export function firstError(text: string): { message: string; at?: string } {
  for (const pattern of PLACED_ERRORS) {
    const groups = pattern.exec(text)?.groups;
    if (groups !== undefined)
      return { message: shortened(groups.message ?? ""), at: `${groups.file}:${groups.line}` };
  }
  const line = text.split("\n").find((l) => /error|conflict|duplicate|ERROR/i.test(l)) ?? text.split("\n")[0];
  return { message: shortened(line ?? "") };
}

function shortened(message: string): string {
  return message
    .trim()
    .replace(/\s+/g, " ")
    .replace(/ on line \d+:$/, "")
    .slice(0, 160);
}
