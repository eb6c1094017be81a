/** What a person does in VS Code, with keys: open a file, call a command by its name, go to a line, read a page. */
import type { Frame, Locator, Page } from "playwright-core";

/** Times that a person tries again when nothing comes of a key or a click. */
const TRIES = 5;
/** Waited longer each time: a forgotten key shows soon, a busy machine takes long. */
const PATIENCE_MS = 3000;

/** Does something until it can be seen: what VS Code is asked while it is busy with something else, it may forget. */
export async function untilSeen(page: Page, act: () => Promise<void>, seen: Locator): Promise<void> {
  for (let tries = 1; ; tries++) {
    await act();
    try {
      await seen.first().waitFor({ timeout: PATIENCE_MS * tries });
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/** Presses a key that opens a field, and writes into it when it has the focus: before, the editor would take the text. */
async function ask(page: Page, key: string, field: string, text: string): Promise<void> {
  await untilSeen(page, () => page.keyboard.press(key), page.locator(`${field}:focus`));
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}

const QUICK_INPUT = ".quick-input-widget input";

export async function openFile(page: Page, name: string): Promise<void> {
  await untilSeen(
    page,
    async () => {
      await ask(page, "Control+P", QUICK_INPUT, name);
      // Enter would take the first entry of a list that is not filtered yet.
      await page.locator(`.quick-input-list >> text=${name}`).first().click();
    },
    page.locator(`.tab.active >> text=${name}`),
  );
  await focusEditor(page);
}

export async function command(page: Page, name: string): Promise<void> {
  await ask(page, "F1", QUICK_INPUT, `>${name}`);
  await page.getByRole("option", { name }).first().click();
}

/** Renames what is under the cursor. */
export async function rename(page: Page, name: string): Promise<void> {
  await ask(page, "F2", ".rename-box input", name);
  await page.keyboard.press("Enter");
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
  await ask(page, "Control+F", ".find-widget.visible textarea", text);
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
