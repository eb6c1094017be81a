/**
 * Modules of beginners – examples/beginner, and one written from what audit2allow prints and from old tutorials –:
 * `sels check --fix --unsafe-fixes` alone leads them to modules without a finding, which the real tools build. Needs
 * the installed policy headers.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import picocolors from "picocolors";
import { afterAll, expect, it } from "vitest";
import { fixFindings } from "../../../server/cli/fix.ts";
import { createNodeFileSystem } from "../../../server/cli/nodeFileSystem.ts";
import type { Terminal } from "../../../server/cli/terminal.ts";
import { runToEnd, Workspace } from "../../../server/workspace/workspace.ts";
import { describeWithOracle, POLICY_HEADERS } from "../../support/oracles.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/beginner", import.meta.url));
const RAW = fileURLToPath(new URL("fixtures/ticker", import.meta.url));

/** Findings of the module's own files, one a line. */
function said(folder: string): readonly string[] {
  const workspace = new Workspace(createNodeFileSystem());
  runToEnd(workspace.addRoot(folder));
  return workspace.snapshots().flatMap((snapshot) =>
    snapshot
      .files()
      .filter((file) => !file.foreign && !file.generated)
      .flatMap(({ id }) => snapshot.findings(id).map(({ code, message }) => `${code} ${message}`)),
  );
}

function repair(folder: string): { readonly count: number; readonly log: string } {
  const workspace = new Workspace(createNodeFileSystem());
  runToEnd(workspace.addRoot(folder));
  let log = "";
  const terminal: Terminal = {
    colors: picocolors.createColors(false),
    width: 100,
    cwd: folder,
    out: () => {},
    err: (text) => {
      log += text;
    },
    progress: () => {},
    endProgress: () => {},
  };
  const count = fixFindings(workspace, [folder], { dryRun: false, unsafe: true }, terminal);
  return { count, log };
}

function build(folder: string, module: string): { readonly status: number | null; readonly text: string } {
  mkdirSync(join(folder, "tmp"), { recursive: true });
  const args = ["-f", "/usr/share/selinux/devel/Makefile", "NAME=default", `${module}.pp`];
  const env = { ...process.env, LC_ALL: "C" };
  const { status, stdout, stderr } = spawnSync("make", args, { cwd: folder, env, encoding: "utf8" });
  return { status, text: stdout + stderr };
}

describeWithOracle(
  "a beginner's module",
  [POLICY_HEADERS, "make", "m4", "checkmodule", "semodule_package"],
  () => {
    const scratch = mkdtempSync(join(tmpdir(), "sels-beginner-"));
    afterAll(() => rmSync(scratch, { recursive: true, force: true }));
    const copy = (name: string, from = EXAMPLE): string => {
      const folder = join(scratch, name);
      cpSync(from, folder, { recursive: true });
      return folder;
    };

    it("has at least ten kinds of mistakes, and does not build", () => {
      const folder = copy("before");
      expect(new Set(said(folder).map((line) => line.split(" ")[0])).size).toBeGreaterThanOrEqual(10);
      expect(build(folder, "webcounter").status).not.toBe(0);
    });

    it("is led to a clean module that builds, by repairs alone", () => {
      const folder = copy("after");
      const { count, log } = repair(folder);
      expect(said(folder)).toEqual([]);
      const kinds = [
        "Close the",
        "Call ",
        "Declare boolean",
        "Declare type",
        "Document",
        "Escape",
        "Require type",
        "Write ",
      ];
      expect(kinds.filter((kind) => !log.includes(`  ${kind}`))).toEqual([]);
      expect(count).toBeGreaterThanOrEqual(15);
      // The label and the types of the mended files are those that were meant.
      const text = ["te", "if", "fc"]
        .map((kind) => readFileSync(join(folder, `webcounter.${kind}`), "utf8"))
        .join("");
      expect(text).toContain("object_r:webcounter_conf_t,s0)");
      const built = build(folder, "webcounter");
      expect(built.status, built.text).toBe(0);
    });

    it("of rules as audit2allow prints them is led there, too", () => {
      const folder = copy("raw", RAW);
      expect(build(folder, "ticker").status).not.toBe(0);
      const { log } = repair(folder);
      expect(said(folder).filter((line) => !/^S-/.test(line))).toEqual([]);
      const kinds = [
        "Remove the comma",
        "Put the condition",
        "Put the names",
        "Quote the",
        "Make it",
        "Grant ",
        "Declare tunable",
      ];
      expect(kinds.filter((kind) => !log.includes(`  ${kind}`))).toEqual([]);
      const built = build(folder, "ticker");
      expect(built.status, built.text).toBe(0);
    });
  },
);
