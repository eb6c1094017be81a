/**
 * The main job in a real editor: headless Neovim opens a file of the real policy tree. Diagnostics appear and change
 * with edits, hovers show access vectors and netlink messages, a permission is completed, definition crosses files.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";

interface Seen {
  readonly error?: string;
  readonly ruleHover: string;
  readonly netlinkHover: string;
  readonly before: readonly unknown[];
  readonly after: readonly { readonly lnum: number; readonly code: string; readonly message: string }[];
  readonly undone: readonly unknown[];
  readonly completion: readonly string[];
  readonly definition: readonly { readonly uri?: string; readonly targetUri?: string }[];
}

describeWithOracle("Neovim in the reference policy", ["nvim", POLICY_SOURCE], () => {
  let seen: Seen;

  beforeAll(() => {
    const scratch = mkdtempSync(join(tmpdir(), "sels-nvim-"));
    const root = policySource() as string;
    const out = join(scratch, "seen.json");
    const script = join(import.meta.dirname, "neovim.lua");
    execFileSync("nvim", ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", `luafile ${script}`], {
      timeout: 60_000,
      stdio: "ignore",
      env: {
        ...process.env,
        XDG_STATE_HOME: scratch,
        XDG_CACHE_HOME: scratch,
        XDG_DATA_HOME: scratch,
        SELS_NODE: process.execPath,
        SELS_SERVER: join(import.meta.dirname, "../../dist/server.cjs"),
        SELS_ROOT: root,
        SELS_FILE: join(root, "policy/modules/services/ssh.te"),
        SELS_OUT: out,
      },
    });
    seen = JSON.parse(readFileSync(out, "utf8")) as Seen;
    rmSync(scratch, { recursive: true, force: true });
  }, 90_000);

  it("talks to the server without an error", () => {
    expect(seen.error).toBeUndefined();
  });

  it("shows no error in a clean file, one after an edit, none after the undo", () => {
    expect(seen.before).toEqual([]);
    expect(seen.after).toHaveLength(1);
    expect(seen.after[0]).toMatchObject({ code: "type-unknown" });
    expect(seen.after[0]?.message).toContain("no_such_type_t");
    expect(seen.undone).toEqual([]);
  });

  it("hovers on an allow rule with the access vector", () => {
    expect(seen.ruleHover).toContain("**Access of** `sshd_t`");
    expect(seen.ruleHover).toMatch(/● \w+\*/);
    expect(seen.ruleHover).toMatch(/here/);
  });

  it("hovers on nlmsg_write with the messages", () => {
    expect(seen.netlinkHover).toMatch(/16 \(0x10\)\s+RTM_NEWLINK\s+nlmsg_write/);
  });

  it("completes a permission of the class", () => {
    expect(seen.completion).toEqual(expect.arrayContaining(["nlmsg_read", "nlmsg_write"]));
  });

  it("finds a template's definition in another file", () => {
    expect(seen.definition.map((link) => link.targetUri ?? link.uri)).toEqual([
      expect.stringMatching(/services\/ssh\.if$/),
    ]);
  });
});
