/**
 * What people install, in clean directories with nothing of ours around: the npm package, the extension, and the server's
 * bundle as a single file. Each must start, find the mistakes of the example, and lead to pages that are there. The
 * extension inside its editor is test/e2e/vscode.test.ts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../tidy/sources.ts";
import { type Greeting, greet } from "./handshake.ts";
import { unzip } from "./zip.ts";

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: object;
};
const MISTAKE = "module broken 1.0;\nrequire { class file read; }\nallow nobody_t nobody_t:file read;\n";
const scratch = mkdtempSync(join(tmpdir(), "sels packages "));
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

function clean(name: string): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Starts a server on a module with a mistake in a directory of its own; returns what it said, after looking at it. */
async function startsAndFinds(command: readonly string[], cwd: string): Promise<Greeting> {
  const module = join(mkdtempSync(join(scratch, "module-")), "broken.te");
  writeFileSync(module, MISTAKE);
  const said = await greet(command, cwd, module, MISTAKE);
  expect(said.version).toBe(manifest.version);
  expect(said.diagnostics.map(({ message }) => message).join("\n")).toContain("nobody_t");
  expect(said.code).toBe(0);
  return said;
}

/** The address of the page about the first finding that has one. */
const pageOf = ({ diagnostics }: Greeting): string =>
  diagnostics.find((one) => one.codeDescription !== undefined)?.codeDescription?.href ?? "";

/** Files below a directory, as paths from it. */
function filesBelow(root: string): string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** Relative links and pictures of the Markdown files below `root` that lead to no file there. */
function deadLinks(root: string, files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
      .replace(/^```[\s\S]*?^```/gm, "")
      .replace(/`[^`\n]*`/g, "");
    return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
      .filter((link) => !existsSync(join(root, dirname(file), link)))
      .map((link) => `${file}: ${link}`);
  });
}

/** Pictures stay in the repository, but for the README's: texts that are read without them say what they show. */
const isPicture = (link: string): boolean =>
  /docs\/\S+: images\/\S+\.png$|: \.\.\/images\/\S+\.png$/.test(link);

describe("the npm package", () => {
  const home = clean("npm");
  const installed = join(home, "node_modules", manifest.name);
  const npx = (...args: string[]) =>
    spawnSync("npx", ["--no-install", ...args], { cwd: home, encoding: "utf8", timeout: 30_000 });

  beforeAll(() => {
    const flags = ["--silent", "--offline", "--no-audit", "--no-fund", "--no-update-notifier"];
    execFileSync("npm", ["pack", "--ignore-scripts", ...flags, "--pack-destination", scratch], {
      cwd: ROOT,
      timeout: 60_000,
    });
    const tarball = join(scratch, `${manifest.name}-${manifest.version}.tgz`);
    expect(statSync(tarball).size).toBeLessThan(3 * 1024 * 1024);
    writeFileSync(join(home, "package.json"), '{ "private": true }\n');
    execFileSync("npm", ["install", ...flags, tarball], { cwd: home, timeout: 60_000 });
  }, 120_000);

  it("comes alone: everything that runs is in its bundles", () => {
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      manifest.name,
    ]);
  });

  it("brings what runs, its texts, and the editors' plugins, and no sources", () => {
    const files = filesBelow(installed);
    for (const file of [
      "dist/server.cjs",
      "dist/cli.cjs",
      "dist/program.cjs",
      "client/neovim/lsp/selinux.lua",
    ])
      expect(files).toContain(file);
    expect(files.filter((file) => /\.(ts|map)$|^test\/|^dist\/(bench|generate)/.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith(".png"))).toEqual(["docs/images/vscode-hover.png"]);
  });

  it("runs by npx: sels --version, and sels check on the examples that came along", () => {
    expect(npx("sels", "--version").stdout.trim()).toBe(manifest.version);
    cpSync(join(installed, "examples"), join(home, "examples"), { recursive: true });
    const { status, stdout } = npx("sels", "check", "examples", "--format", "gcc", "--no-cache");
    expect(status).toBe(1);
    expect(stdout).toMatch(/mistakes\.te:\d+:\d+: error: /);
  }, 60_000);

  it("runs by npx: selinux-language-server --stdio, with pages about its findings", async () => {
    const said = await startsAndFinds(["npx", "--no-install", manifest.name, "--stdio"], home);
    expect(existsSync(fileURLToPath(pageOf(said)))).toBe(true);
  }, 60_000);

  it("runs by npx: sels server", async () => {
    await startsAndFinds(["npx", "--no-install", "sels", "server"], home);
  }, 60_000);

  it("has no link that leads out of it", () => {
    // What is about the sources stays with them: ARCHITECTURE.md names tests, too.
    const texts = filesBelow(installed).filter((file) => /(?<!ARCHITECTURE)\.md$/.test(file));
    expect(texts.length).toBeGreaterThan(300);
    expect(deadLinks(installed, texts).filter((link) => !isPicture(link))).toEqual([]);
  });
});

describe("the extension", () => {
  const vsix = join(scratch, "selinux.vsix");
  const home = clean("vsix");
  const extension = join(home, "extension");

  beforeAll(() => {
    const { SELS_REPOSITORY_URL: _, ...env } = process.env;
    execFileSync(process.execPath, [join(ROOT, ".ci/package.mjs"), vsix], {
      stdio: "ignore",
      timeout: 120_000,
      env: { ...env, SELS_BUILT: "1" },
    });
    for (const [path, data] of unzip(readFileSync(vsix))) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), data);
    }
  }, 130_000);

  it("is below 2 MB and holds only what runs", () => {
    expect(statSync(vsix).size).toBeLessThan(2_000_000);
    const programs = filesBelow(extension).filter((file) => /\.(c?js|ts|map|lua|el)$/.test(file));
    expect(programs).toEqual(
      ["access.js", "client.cjs", "client.web.js", "server.cjs", "worker.js"].map((name) => `dist/${name}`),
    );
    const others = filesBelow(extension).filter((file) => !programs.includes(file));
    const expected =
      /^(client\/vscode\/.*\.(json|svg|md|css|png)|schema\/[\w.]+\.json|docs\/.*\.md|package\.json|[\w.]+\.(md|txt))$/;
    expect(others.filter((file) => !expected.test(file))).toEqual([]);
  });

  it("has every file that its manifest names", () => {
    const text = readFileSync(join(extension, "package.json"), "utf8");
    const named = [...text.matchAll(/"(\.?\/?(?:client|dist|schema)\/[\w./-]+\.\w+)"/g)].map(
      ([, path = ""]) => path,
    );
    const programs = Object.values((JSON.parse(text) as { bin: Record<string, string> }).bin);
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter((path) => !programs.includes(path) && !existsSync(join(extension, path)));
    expect(missing).toEqual([]);
  });

  it("has a README whose links work in a marketplace, and pages whose links work in it", () => {
    const readme = readFileSync(join(extension, "readme.md"), "utf8");
    const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    // They lead to files of the npm package, which is tested above.
    const base = `https://unpkg.com/${manifest.name}@${manifest.version}/`;
    const own = links
      .filter((link) => link.startsWith(base))
      .map((link) => link.slice(base.length).replace(/#.*/, ""));
    expect(own.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const pages = filesBelow(extension).filter((file) => file.startsWith("docs/checks/"));
    expect(deadLinks(extension, pages)).toEqual([]);
    expect(pages).toContain("docs/checks/README.md");
  });

  it("has a server that starts, with pages about its findings", async () => {
    const said = await startsAndFinds(
      [process.execPath, join(extension, "dist/server.cjs"), "--stdio"],
      home,
    );
    expect(pageOf(said)).toContain("/extension/docs/checks/");
    expect(existsSync(fileURLToPath(pageOf(said)))).toBe(true);
  }, 30_000);
});

describe("the server's bundle alone", () => {
  it("starts in an empty directory, and names the published pages", async () => {
    const home = clean("single");
    copyFileSync(join(ROOT, "dist/server.cjs"), join(home, "selinux-language-server.js"));
    const said = await startsAndFinds([process.execPath, "selinux-language-server.js", "--stdio"], home);
    expect(pageOf(said)).toMatch(`https://unpkg.com/${manifest.name}@${manifest.version}/docs/checks/`);
  }, 30_000);
});
