/**
 * The Neovim plugin of client/neovim, used as its help says: file types, the server started by setup(), the commands
 * with their windows, the jump back to a statement, the help file.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithOracle } from "../support/oracles.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Seen {
  readonly error?: string;
  readonly notes: readonly string[];
  readonly filetype: string;
  readonly root: string;
  readonly started: boolean;
  readonly codes: readonly string[];
  readonly expand: readonly string[];
  readonly jumped: string;
  readonly why: readonly string[];
  readonly access: readonly string[];
  readonly nlmsg: readonly string[];
  readonly help: number;
}

describeWithOracle("the Neovim plugin", ["nvim"], () => {
  let seen: Seen;
  const scratch = mkdtempSync(join(tmpdir(), "sels-plugin-"));

  beforeAll(() => {
    const out = join(scratch, "seen.json");
    const policy = join(scratch, "policy tree");
    const plugin = join(scratch, "neovim");
    cpSync(join(ROOT, "examples"), policy, { recursive: true });
    cpSync(join(ROOT, "client/neovim"), plugin, { recursive: true });
    const script = join(import.meta.dirname, "plugin.lua");
    execFileSync("nvim", ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", `luafile ${script}`], {
      timeout: 90_000,
      stdio: "ignore",
      env: {
        ...process.env,
        XDG_STATE_HOME: scratch,
        XDG_CACHE_HOME: scratch,
        XDG_DATA_HOME: scratch,
        SELS_NODE: process.execPath,
        SELS_SERVER: join(ROOT, "dist/server.cjs"),
        SELS_PLUGIN: plugin,
        SELS_FILE: join(policy, "policy/modules/services/mistakes.te"),
        SELS_OTHER: join(policy, "policy/modules/services/web.te"),
        SELS_CALL: "^read_files_pattern(webd_t",
        SELS_OUT: out,
      },
    });
    seen = JSON.parse(readFileSync(out, "utf8")) as Seen;
  }, 120_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("runs without an error", () => {
    expect(seen.error).toBeUndefined();
  });

  it("knows the file type and the root, and starts the server", () => {
    expect(seen).toMatchObject({ filetype: "selinux", started: true });
    expect(seen.root).toBe(join(scratch, "policy tree"));
    expect(seen.codes).toContain("type-unknown");
  });

  it(":SelinuxExpand shows the rules of a call, and Enter goes to the statement", () => {
    expect(seen.expand.join("\n")).toMatch(/^allow webd_t /m);
    expect(seen.jumped).toMatch(/\.(if|spt|te)$/);
  });

  it(":SelinuxWhy and :SelinuxAccess show the decision with its reasons", () => {
    expect(seen.why.join("\n")).toMatch(/allowed net_bind_service[\s\S]*web\.te:\d+/);
    expect(seen.why.join("\n")).toMatch(/denied {2}sys_admin/);
    expect(seen.access.join("\n")).toMatch(/setrlimit/);
  });

  it(":SelinuxNlmsg lists messages", () => {
    expect(seen.nlmsg.join("\n")).toMatch(/16 {2}RTM_NEWLINK .*nlmsg_write/);
  });

  it("says what a command takes, and has help", () => {
    expect(seen.notes).toContain("SelinuxWhy takes SOURCE TARGET CLASS [PERMISSION…]");
    expect(seen.help).toBeGreaterThanOrEqual(5);
  });
});
