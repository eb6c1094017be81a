/**
 * What the Neovim plugin starts when nobody says what: the program in the PATH, else the bundle of the package that it is
 * a part of, else nothing, with one message that tells the remedy. By setup(), and by vim.lsp.enable(), whose
 * documented behaviour enable.lua plays where Neovim is older than 0.11.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithOracle } from "../support/oracles.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Seen {
  readonly error?: string;
  readonly notes: readonly string[] | object;
  readonly started: readonly { readonly cmd: readonly string[]; readonly root: string }[];
  readonly unknown: readonly string[];
  readonly found: number;
}

describeWithOracle("the Neovim plugin, as pasted", ["nvim"], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-start-"));
  const policy = join(scratch, "policy tree");
  const packaged = join(scratch, "package/client/neovim");
  const alone = join(scratch, "plugins/neovim");
  const node = join(scratch, "node-bin");
  const program = join(scratch, "program-bin");
  /** nothing but what Neovim needs: the person who runs this may have installed the server */
  const tools = join(scratch, "tools-bin");

  beforeAll(() => {
    cpSync(join(ROOT, "examples"), policy, { recursive: true });
    for (const place of [packaged, alone]) cpSync(join(ROOT, "client/neovim"), place, { recursive: true });
    for (const place of [node, program, tools, join(scratch, "package/dist")])
      mkdirSync(place, { recursive: true });
    copyFileSync(join(ROOT, "dist/server.cjs"), join(scratch, "package/dist/server.cjs"));
    symlinkSync(process.execPath, join(node, "node"));
    for (const tool of ["nvim", "sh"]) {
      const path = execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
      symlinkSync(path, join(tools, tool));
    }
    const started = join(program, "selinux-language-server");
    writeFileSync(started, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "dist/server.cjs")}" "$@"\n`);
    chmodSync(started, 0o755);
  });

  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

  function paste(how: string, plugin: string, path: readonly string[]): Seen {
    const out = join(scratch, "seen.json");
    rmSync(out, { force: true });
    const script = join(import.meta.dirname, "enable.lua");
    execFileSync("nvim", ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", `luafile ${script}`], {
      timeout: 60_000,
      stdio: "ignore",
      env: {
        ...process.env,
        PATH: [...path, tools].join(":"),
        XDG_STATE_HOME: scratch,
        XDG_CACHE_HOME: scratch,
        XDG_DATA_HOME: scratch,
        SELS_HOW: how,
        SELS_PLUGIN: plugin,
        SELS_FILE: join(policy, "policy/modules/services/mistakes.te"),
        SELS_OTHER: join(policy, "policy/modules/services/web.te"),
        SELS_OUT: out,
      },
    });
    const seen = JSON.parse(readFileSync(out, "utf8")) as Seen;
    expect(seen.error).toBeUndefined();
    expect(seen.unknown).toHaveLength(0);
    return seen;
  }

  describe.each(["setup", "enable"])("%s", (how) => {
    it("takes the program in the PATH", () => {
      const { started, found, notes } = paste(how, packaged, [program, node]);
      expect(started[0]).toEqual({ cmd: ["selinux-language-server", "--stdio"], root: policy });
      expect(found).toBeGreaterThan(0);
      expect(notes).toHaveLength(0);
    });

    it("takes the bundle of its package otherwise", () => {
      const { started, found } = paste(how, packaged, [node]);
      expect(started[0]?.cmd).toEqual(["node", join(scratch, "package/dist/server.cjs"), "--stdio"]);
      expect(found).toBeGreaterThan(0);
    });

    it("says once what is missing, and starts nothing", () => {
      const { started, notes } = paste(how, alone, [node]);
      expect(started).toHaveLength(0);
      expect(notes).toEqual([expect.stringMatching(/not in the PATH.*npm ci && npm run build.*setup\(/)]);
    });
  });
});
