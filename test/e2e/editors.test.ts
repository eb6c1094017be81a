/**
 * Other editors as clients, each with the set-up that docs/editors.md gives: Emacs with eglot, Vim with ALE. Each
 * opens the example module with mistakes in a copy of the example policy, sees diagnostics, hovers and completes.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithOracle } from "../support/oracles.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Seen {
  readonly error?: string;
  readonly mode?: string;
  readonly filetype?: string;
  readonly root?: string;
  readonly messages: readonly string[];
  readonly hover: string;
  readonly completion: readonly string[];
}

interface Editor {
  readonly name: string;
  readonly needs: readonly string[];
  readonly command: (here: string) => readonly [string, ...string[]];
}

const EDITORS: readonly Editor[] = [
  {
    name: "Emacs with eglot",
    needs: ["emacs", "/usr/share/emacs/site-lisp/elpa"],
    command: (here) => ["emacs", "--batch", "-q", "-l", join(here, "eglot.el")],
  },
  {
    name: "Vim with ALE",
    needs: ["vim", "/usr/share/vim-ale"],
    command: (here) => ["vim", "-N", "-u", join(here, "ale.vim"), "-i", "NONE", "-n", "--not-a-term"],
  },
];

for (const editor of EDITORS)
  describeWithOracle(editor.name, editor.needs, () => {
    let seen: Seen;
    const scratch = mkdtempSync(join(tmpdir(), "sels-editor-"));

    beforeAll(() => {
      const policy = join(scratch, "policy");
      cpSync(join(ROOT, "examples"), policy, { recursive: true });
      const server = join(scratch, "selinux-language-server");
      writeFileSync(
        server,
        `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "dist/server.cjs")}" "$@"\n`,
      );
      chmodSync(server, 0o755);
      const emacs = editor.needs.includes("emacs");
      const [program, ...args] = editor.command(import.meta.dirname);
      const out = join(scratch, "seen.json");
      execFileSync(program, args, {
        timeout: 90_000,
        stdio: "ignore",
        env: {
          ...process.env,
          HOME: scratch,
          TERM: "dumb",
          SELS_NODE: process.execPath,
          SELS_SERVER: emacs ? join(ROOT, "dist/server.cjs") : server,
          SELS_EMACS: join(ROOT, "client/emacs"),
          SELS_PLUGIN: join(ROOT, "client/neovim"),
          SELS_FILE: join(policy, "policy/modules/services/mistakes.te"),
          SELS_OUT: out,
        },
      });
      seen = JSON.parse(readFileSync(out, "utf8")) as Seen;
    }, 120_000);

    afterAll(() => rmSync(scratch, { recursive: true, force: true }));

    it("runs without an error", () => {
      expect(seen.error).toBeUndefined();
      expect(seen.mode ?? seen.filetype).toMatch(/^selinux/);
    });

    it("shows diagnostics", () => {
      expect(seen.messages.join("\n")).toMatch(/is not declared/);
      expect(seen.messages.join("\n")).toMatch(/has no permission/);
    });

    it("hovers on a type", () => {
      expect(seen.hover).toMatch(/type.*mistakes_log_t|mistakes_log_t/);
    });

    it("completes a permission of the class", () => {
      expect(seen.completion).toContain("sigkill");
    });
  });
