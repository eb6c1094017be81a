/**
 * The extension where there is no Node: VS Code as a page without a server (webHost.ts), its extension host a web worker,
 * ours the bundles of the packaged extension. A policy is found, a mistake underlined, hovers answer, edits are followed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { unzip } from "../packages/zip.ts";
import { describeWithOracle } from "../support/oracles.ts";
import { ROOT } from "../tidy/sources.ts";
import { installVsCode } from "./vscodeHost.ts";
import { command, find, goTo, waitForLine } from "./vscodeKeys.ts";
import { openWebVsCode, type WebWindow } from "./webHost.ts";

vi.setConfig({ testTimeout: 180_000 });

const code = installVsCode();

describeWithOracle("VS Code without a server", code === undefined ? ["code-server"] : [], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-web-"));
  let window: WebWindow;
  let page: Page;

  beforeAll(async () => {
    const vsix = join(scratch, "selinux.vsix");
    execFileSync(process.execPath, [join(ROOT, ".ci/package.mjs"), vsix], {
      stdio: "ignore",
      timeout: 120_000,
    });
    for (const [path, data] of unzip(readFileSync(vsix))) {
      mkdirSync(dirname(join(scratch, path)), { recursive: true });
      writeFileSync(join(scratch, path), data);
    }
    window = await openWebVsCode(code as NonNullable<typeof code>, {
      extension: join(scratch, "extension"),
      folder: join(ROOT, "examples"),
      file: "policy/modules/services/mistakes.te",
      settings: { "workbench.startupEditor": "none", "chat.disableAIFeatures": true },
    });
    page = window.page;
    page.setDefaultTimeout(45_000);
  }, 200_000);

  afterAll(async () => {
    await window?.close();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it("finds the policy, in a worker", async () => {
    await page.waitForSelector(".statusbar-item >> text=/policy · 10 modules/", { timeout: 90_000 });
    expect(window.requested()).toContain("/extension/dist/worker.js");
    expect(window.requested().filter((path) => /(client|server)\.cjs$/.test(path))).toEqual([]);
  });

  it("underlines mistakes", async () => {
    await page.waitForSelector(".squiggly-error");
    await command(page, "Problems: Focus on Problems View");
    await page.waitForSelector(".markers-panel >> text=/mistakes_cache_t is not declared/", {
      timeout: 20_000,
    });
    await command(page, "View: Hide Panel");
  });

  it("hovers with the access vector", async () => {
    await find(page, "allow mistakes_t shadow_t");
    await page.keyboard.press("Home");
    await command(page, "Show or Focus Hover");
    await page.waitForSelector(".monaco-hover:not(.hidden) >> text=/Access of/");
    await page.keyboard.press("Escape");
  });

  it("follows edits, and tells what they change against the file that the provider has", async () => {
    await goTo(page, 0);
    await page.keyboard.type("\nallow mistakes_t mistakes_log_t:file watch;\n");
    await command(page, "SELinux: What Does This Edit Change?");
    await waitForLine(page, /mistakes_t\smistakes_log_t:file\s.*\+watch/);
  });
});
