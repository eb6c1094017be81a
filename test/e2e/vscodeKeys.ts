/** What a person does in VS Code, with keys: open a file, call a command by its name, go to a line, read a page. */
import type { Frame, Page } from "playwright-core";

/** Opens a file by its name; again when the list changed just when Enter was pressed, as it does on a busy machine. */
export async function openFile(page: Page, name: string): Promise<void> {
  const tab = page.locator(`.tab.active >> text=${name}`).first();
  for (let tries = 1; ; tries++) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+P");
    await page.locator(".quick-input-widget input").first().waitFor();
    await page.keyboard.insertText(name);
    // Enter would take the first entry of a list that is not filtered yet.
    await page.locator(`.quick-input-list >> text=${name}`).first().click();
    try {
      await tab.waitFor({ timeout: 10_000 });
      return await focusEditor(page);
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
}

export async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().waitFor();
  await page.keyboard.insertText(name);
  await page.getByRole("option", { name }).first().click();
}

export async function focusEditor(page: Page): Promise<void> {
  await page.locator(".monaco-editor .view-lines").first().click();
}

/** Puts the cursor into a line counted from the end. */
export async function goTo(page: Page, lines: number): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press("Control+End");
  for (let line = 0; line < -lines; line++) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
}

/** Selects a text where it stands first, as a reader does who searches for it. */
export async function find(page: Page, text: string): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+F");
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
  await page.waitForSelector(".find-widget.visible .matchesCount >> text=/ of [1-9]/");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
}

/** The line of an editor that holds a text; blanks are hard ones there. */
export async function waitForLine(page: Page, text: RegExp): Promise<void> {
  await page.locator(".view-line").filter({ hasText: text }).first().waitFor();
}

/** The innermost frame of the only webview that is the access view. */
export async function accessView(page: Page): Promise<Frame> {
  for (let tries = 0; tries < 100; tries++) {
    for (const frame of page.frames()) if ((await frame.$("#page").catch(() => null)) !== null) return frame;
    await page.waitForTimeout(200);
  }
  throw new Error("no access view");
}
