/**
 * VS Code itself, in a browser: the packaged extension opens the reference policy, and a person's day happens: a mistake
 * is underlined, a hover tells the access vector, a call is expanded, the explorer lists, the access view explains.
 * SELS_SCREENSHOTS=1 writes the documentation's pictures.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithOracle, mustNotSkip, POLICY_SOURCE, policySource } from "../support/oracles.ts";
import { ROOT } from "../tidy/sources.ts";
import { installVsCode, openVsCode, picture, type Window } from "./vscodeHost.ts";

const code = installVsCode();
if (code === undefined) {
  if (mustNotSkip()) throw new Error("VS Code could not be installed; CI is set, so nothing may be skipped");
  process.stderr.write("\n*** VS Code could not be installed; its tests are SKIPPED on this machine\n\n");
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  "security.workspace.trust.enabled": false,
};

const MISTAKE = "allow sshd_t no_such_type_t:file read;";

describeWithOracle(
  "VS Code in the reference policy",
  code === undefined ? ["code-server"] : [POLICY_SOURCE],
  () => {
    let window: Window;
    let page: Page;
    const scratch = mkdtempSync(join(tmpdir(), "sels-e2e-"));
    const policy = join(scratch, "refpolicy");

    beforeAll(async () => {
      const vsix = join(scratch, "selinux.vsix");
      execFileSync(process.execPath, [join(ROOT, ".ci/package.mjs"), vsix], {
        stdio: "ignore",
        timeout: 120_000,
      });
      expect(statSync(vsix).size).toBeLessThan(2 * 1024 * 1024);
      cpSync(policySource() as string, policy, { recursive: true });
      const file = join(policy, "policy/modules/services/ssh.te");
      writeFileSync(
        file,
        `${readFileSync(file, "utf8")}\nallow sshd_t shadow_t:file { read getattr write };\n`,
      );
      window = await openVsCode(code as NonNullable<typeof code>, vsix, policy, SETTINGS);
      page = window.page;
    }, 230_000);

    afterAll(async () => {
      await window?.close();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });

    it("loads the tree and says so in the status bar", async () => {
      await openFile(page, "ssh.te");
      await page.waitForSelector("text=/refpolicy · \\d+ modules/", { timeout: 60_000 });
    });

    it("underlines a mistake and names it in Problems", async () => {
      await page.keyboard.press("Control+End");
      await page.keyboard.type(`${MISTAKE}\n`);
      await page.waitForSelector(".squiggly-error", { timeout: 30_000 });
      await command(page, "Problems: Focus on Problems View");
      await page.waitForSelector(".markers-panel >> text=/no_such_type_t/", { timeout: 20_000 });
      await picture(page, "vscode-problems");
      await page.keyboard.press("Control+J");
    });

    it("tells the access vector in a hover", async () => {
      await goTo(page, -2);
      await command(page, "Show or Focus Hover");
      await page.waitForSelector(".monaco-hover:not(.hidden) >> text=/Effective|allowed/i", {
        timeout: 20_000,
      });
      await picture(page, "vscode-hover");
      await page.keyboard.press("Escape");
    });

    it("shows the access view, with the reason for a permission", async () => {
      await goTo(page, -2);
      await command(page, "SELinux: Why Is This Allowed?");
      const view = await webview(page);
      await view.waitForSelector("section[data-class=file] .reason li", { timeout: 30_000 });
      expect(await view.textContent(".contexts")).toContain("sshd_t");
      expect(await view.textContent("section[data-class=file] .reason")).toContain("ssh.te");
      await picture(page, "vscode-access");
    });

    it("expands a call to its rules", async () => {
      await goTo(page, -11);
      await command(page, "SELinux: Expand Here");
      await page.waitForSelector(".view-line >> text=/miscfiles.if/", { timeout: 20_000 });
      await picture(page, "vscode-expand");
    });

    it("lists the policy in the explorer", async () => {
      await page
        .getByRole("tab", { name: "SELinux", exact: true })
        .first()
        .locator("a")
        .click({ force: true });
      await page.getByRole("treeitem", { name: "Booleans" }).click();
      await page.getByRole("treeitem", { name: /^C\b/ }).click();
      await page.waitForSelector("text=/\\d+ conditional/", { timeout: 20_000 });
      await picture(page, "vscode-explorer");
    });
  },
);

async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+P");
  await page.keyboard.type(name);
  await page.waitForSelector(`.quick-input-list >> text=${name}`, { timeout: 20_000 });
  await page.keyboard.press("Enter");
  await page.waitForSelector(`.tab.active >> text=${name}`, { timeout: 20_000 });
  await page.click(".monaco-editor .view-lines");
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.keyboard.type(name);
  await page.getByRole("option", { name }).first().waitFor({ timeout: 15_000 });
  await page.keyboard.press("Enter");
}

/** Puts the cursor into a line counted from the end. */
async function goTo(page: Page, lines: number): Promise<void> {
  await page.click(".monaco-editor .view-lines");
  await page.keyboard.press("Control+End");
  for (let line = 0; line < -lines; line++) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
}

/** The innermost frame of the only webview. */
async function webview(page: Page): Promise<Frame> {
  for (let tries = 0; tries < 100; tries++) {
    for (const frame of page.frames()) if ((await frame.$("#page").catch(() => null)) !== null) return frame;
    await page.waitForTimeout(200);
  }
  throw new Error("no access view");
}
