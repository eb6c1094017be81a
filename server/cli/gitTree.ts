// A revision of a git repository as files: the tree is written to a directory of its own, which the caller takes away
// again. git and tar are called without a shell, and a revision can be no option.

import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { UsageError } from "./terminal.ts";

export interface CheckedOut {
  /** the directory that stands for the place where the user is */
  readonly path: string;
  /** of the written tree */
  readonly root: string;
  remove(): void;
}

/** Writes a revision of the repository that holds `at`. */
export function checkOut(revision: string, at: string): CheckedOut {
  if (revision === "" || revision.startsWith("-")) throw new UsageError(`‘${revision}’ is no revision`);
  const top = run("git", ["rev-parse", "--show-toplevel"], at, revision).toString().trim();
  run("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{tree}`], at, revision);
  const root = realpathSync(mkdtempSync(join(tmpdir(), "sels-diff-")));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    const archive = run("git", ["archive", "--format=tar", revision], top, revision);
    execFileSync("tar", ["-xf", "-", "-C", root], { input: archive });
  } catch (error) {
    remove();
    throw error;
  }
  return { path: join(root, relative(realpathSync(top), realpathSync(at))), root, remove };
}

function run(program: string, args: readonly string[], cwd: string, revision: string): Buffer {
  try {
    return execFileSync(program, args as string[], {
      cwd,
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 30,
    });
  } catch {
    throw new UsageError(`‘${revision}’ is neither a path nor a revision of a git repository here`);
  }
}
