/**
 * A real VS Code for tests: code-server on Node 24 in a cache outside the repository, Debian's chromium to look at it.
 * `installVsCode` gives undefined, and says why, where it cannot be had. Everything that is started is ended by `close`.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { ROOT } from "../tidy/sources.ts";

const VERSION = "4.139.1";
export const CHROMIUM = "/usr/bin/chromium";
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
] as const;

export interface VsCode {
  readonly node: string;
  readonly entry: string;
}

export interface Window {
  readonly page: Page;
  close(): Promise<void>;
}

/** All of an installation, however slow the network is. */
const INSTALL_MS = 300_000;

/** The installed VS Code; it is put into the cache when that is possible. */
export function installVsCode(): VsCode | undefined {
  const cache = process.env.SELS_TEST_CACHE ?? join(tmpdir(), "sels-test-cache");
  const root = join(cache, `vscode-${VERSION}`);
  const until = Date.now() + INSTALL_MS;
  if (!existsSync(CHROMIUM)) {
    const apt = ["install", "-y", "-q", "--no-install-recommends", "chromium"];
    if (!run(until, "apt-get", ["update", "-q"], "/") || !run(until, "apt-get", apt, "/")) return undefined;
  }
  if (existsSync(join(root, "complete"))) return programsOf(root);
  process.stderr.write(`installing VS Code into ${root}, once …\n`);
  // Beside its place, and then there: another test file may do the same at this moment.
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, "vscode-install-"));
  try {
    if (!fill(scratch, until)) return undefined;
    renameSync(scratch, root);
  } catch (error) {
    // Whoever was first has won, and what is there is as good.
    if (!existsSync(join(root, "complete"))) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return programsOf(root);
}

function programsOf(root: string): VsCode {
  const server = join(root, "node_modules/code-server");
  return { node: join(root, "node_modules/node/bin/node"), entry: join(server, "out/node/entry.js") };
}

/** Node, code-server, and what the editor in it needs; no scripts, so nothing is compiled. */
function fill(root: string, until: number): boolean {
  writeFileSync(join(root, "package.json"), '{"private":true}');
  const { node } = programsOf(root);
  const server = join(root, "node_modules/code-server");
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev"];
  const done =
    run(until, "npm", ["install", "--no-audit", "--no-fund", "node@24.9.0"], root) &&
    run(until, "npm", ["install", ...quiet, `code-server@${VERSION}`], root, node) &&
    run(until, "npm", ["install", ...quiet], join(server, "lib/vscode"), node) &&
    run(until, "npm", ["install", ...quiet], join(server, "lib/vscode/extensions"), node);
  if (done) writeFileSync(join(root, "complete"), "");
  return done;
}

function run(until: number, command: string, args: readonly string[], cwd: string, node?: string): boolean {
  const PATH = node === undefined ? process.env.PATH : `${join(node, "..")}:${process.env.PATH}`;
  const result = spawnSync(command, [...args], {
    cwd,
    encoding: "utf8",
    timeout: Math.max(1, until - Date.now()),
    env: { ...process.env, PATH, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (result.status === 0) return true;
  process.stderr.write(
    `${command} ${args.join(" ")}: ${result.stderr || result.error?.message || "failed"}\n`,
  );
  return false;
}

/** Opens a folder in a browser window, with one extension installed and these settings. */
export async function openVsCode(
  { node, entry }: VsCode,
  vsix: string,
  folder: string,
  settings: object,
): Promise<Window> {
  const home = mkdtempSync(join(tmpdir(), "sels-vscode-"));
  mkdirSync(join(home, "data/User"), { recursive: true });
  writeFileSync(join(home, "data/User/settings.json"), JSON.stringify(settings));
  const dirs = ["--user-data-dir", join(home, "data"), "--extensions-dir", join(home, "extensions")];
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  const install = spawnSync(node, [entry, ...dirs, "--install-extension", vsix], {
    encoding: "utf8",
    env,
    timeout: 60_000,
  });
  if (install.status !== 0) throw new Error(`${install.stdout}${install.stderr}`);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const options = ["--auth", "none", "--bind-addr", address, "--disable-telemetry", "--disable-update-check"];
  const server = spawn(node, [entry, ...dirs, ...options, "--disable-workspace-trust", folder], {
    env,
    stdio: "ignore",
    detached: true,
  });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    end(server);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    await answers(`http://${address}/healthz`);
    browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...BROWSER_FLAGS] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`http://${address}/?folder=${encodeURIComponent(folder)}`, { timeout: 90_000 });
    await page.waitForSelector(".monaco-workbench .statusbar", { timeout: 90_000 });
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The server has children: its group goes with it. */
function end(server: ChildProcess): void {
  try {
    if (server.pid !== undefined) process.kill(-server.pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** SELS_SCREENSHOTS=1 writes the documentation's pictures, with few colours where pngquant is there; `height` from the top. */
export async function picture(page: Page, name: string, height?: number): Promise<void> {
  if (!process.env.SELS_SCREENSHOTS) return;
  await page.waitForTimeout(600);
  const path = join(ROOT, "docs/images", `${name}.png`);
  const width = page.viewportSize()?.width ?? 1280;
  await page.screenshot({ path, ...(height === undefined ? {} : { clip: { x: 0, y: 0, width, height } }) });
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--output", path, "128", path]);
}
