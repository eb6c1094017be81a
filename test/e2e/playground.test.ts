/**
 * The playground in a real browser: the built page, the server in its worker, and what a visitor does first. A mistake
 * is underlined, a hover tells the access vector, completion lists types, the access view follows the cursor and says
 * why. SELS_SCREENSHOTS=1 writes its picture.
 */
import { rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type FrameLocator, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPlayground, servePlayground } from "../../.ci/playground.mjs";
import { describeWithOracle } from "../support/oracles.ts";
import { CHROMIUM, installVsCode, picture } from "./vscodeHost.ts";

const MISTAKE = "allow webd_t no_such_type_t:file read;";

describeWithOracle("the playground", installVsCode() === undefined ? ["chromium"] : [], () => {
  const out = join(tmpdir(), `sels-playground-${process.pid}`);
  const faults: string[] = [];
  let server: Server;
  let browser: Browser;
  let page: Page;
  let access: FrameLocator;

  beforeAll(async () => {
    server = await servePlayground(await buildPlayground(out));
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
    page = await browser.newPage({ viewport: { width: 1440, height: 800 }, colorScheme: "dark" });
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    access = page.frameLocator("#access");
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(out, { recursive: true, force: true });
  });

  it("loads the example policy and finds its mistakes", async () => {
    await page.waitForSelector("text=/\\d+ modules/");
    await page.waitForSelector("#problems >> text=/mistakes_cache_t/");
    expect(await page.getAttribute('#files [aria-selected="true"]', "title")).toMatch(/web\.te$/);
  });

  it("shows effective access and its reasons for the rule at the cursor", async () => {
    await goTo(page, "allow webd_t web_content_t:dir");
    await access.locator("section[data-class=dir] .reason li").first().waitFor();
    expect(await access.locator(".contexts").first().textContent()).toContain("web_content_t");
    expect(await access.locator("section[data-class=dir] .reason").textContent()).toContain("web.te");
  });

  it("underlines a mistake and names it", async () => {
    await page.keyboard.press("End");
    await page.keyboard.type(`\n${MISTAKE}`);
    await page.waitForSelector(".squiggly-error");
    await page.waitForSelector("#problems >> text=/no_such_type_t/");
    for (const _ of `\n${MISTAKE}`) await page.keyboard.press("Backspace");
    await page.waitForSelector("#problems >> text=/no_such_type_t/", { state: "detached" });
  });

  it("lists types when one is typed", async () => {
    await page.keyboard.type("\nallow webd_t web_con");
    await page.keyboard.press("Control+Space");
    await page.waitForSelector(".suggest-widget.visible >> text=web_content_t");
    await page.keyboard.press("Enter");
    await page.keyboard.type(":file watch;");
    await page.waitForSelector(".view-line >> text=/web_content_t:file\\swatch;/");
  });

  it("tells the access vector in a hover", async () => {
    // The answer to what was typed moves lines (lenses), and that closes a hover.
    await access.locator("section[data-class=file] .bit.allowed >> text=watch").waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("Control+K");
    await page.keyboard.press("Control+I");
    const hover = page.locator(".monaco-hover:not(.hidden)").filter({ hasText: "Access of webd_t" });
    await hover.first().waitFor();
    await picture(page, "playground");
    await page.keyboard.press("Escape");
  });

  it("says what the edits change in the policy", async () => {
    await page.keyboard.press("Control+Home");
    await page.click(".codelens-decoration >> text=/this edit/");
    await page.waitForSelector("dialog >> text=/web_content_t.*watch/");
    await page.keyboard.press("Escape");
  });

  it("opens a problem's place by a click, and had no error of its own", async () => {
    await page.click("#problems >> text=/mistakes_cache_t/");
    await page.waitForSelector('#files [aria-selected="true"] >> text=mistakes.te');
    await page.waitForSelector(".view-line >> text=/mistakes_cache_t:dir/");
    expect(faults).toEqual([]);
  });
});

/** Puts the cursor where a text stands, as a reader does who searches for it. */
async function goTo(page: Page, text: string): Promise<void> {
  await page.click("#editor .view-lines");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+F");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.click("#editor .selected-text, #editor .cursor", { force: true });
}
