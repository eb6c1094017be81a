/**
 * VS Code as a web page without a server behind it, as vscode.dev is: the workbench that code-server ships, served as
 * files. Extensions run in the browser's web worker or not at all. The workspace is a folder of the test, behind a file
 * system provider that a small extension brings, because such a page has no disk.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, relative } from "node:path";
import { chromium } from "playwright-core";
import { BROWSER_FLAGS, CHROMIUM, type VsCode, type Window } from "./vscodeHost.ts";

/** Where the workspace lies in its file system. */
const ROOT = "/policy";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".html": "text/html",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
};

/** The extension that stands for vscode.dev's repositories: files come over HTTP, what is written stays in memory. */
const TREE_MANIFEST = JSON.stringify({
  name: "tree",
  publisher: "test",
  version: "0.0.1",
  engines: { vscode: "^1.91.0" },
  browser: "./extension.js",
  activationEvents: ["onFileSystem:tree"],
});
const TREE_EXTENSION = `
const { EventEmitter, FileSystemError, FileType, workspace } = require("vscode");
exports.activate = async (context) => {
  const base = context.extensionUri.with({ path: "/files" }).toString(true);
  const sizes = new Map(await (await fetch(base)).json());
  const written = new Map();
  const children = (path) => {
    const found = new Map();
    const prefix = path === "/" ? "/" : path + "/";
    for (const file of sizes.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name, ...rest] = file.slice(prefix.length).split("/");
      found.set(name, rest.length === 0 ? FileType.File : FileType.Directory);
    }
    return [...found];
  };
  const stat = (type, size) => ({ type, ctime: 0, mtime: 1, size });
  const changes = new EventEmitter();
  context.subscriptions.push(workspace.registerFileSystemProvider("tree", {
    onDidChangeFile: changes.event,
    watch: () => ({ dispose() {} }),
    stat: ({ path }) => {
      if (sizes.has(path)) return stat(FileType.File, sizes.get(path));
      if (children(path).length > 0) return stat(FileType.Directory, 0);
      throw FileSystemError.FileNotFound(path);
    },
    readDirectory: ({ path }) => children(path),
    readFile: async ({ path }) => {
      if (written.has(path)) return written.get(path);
      if (!sizes.has(path)) throw FileSystemError.FileNotFound(path);
      return new Uint8Array(await (await fetch(base + path)).arrayBuffer());
    },
    writeFile: ({ path }, content) => { sizes.set(path, content.length); written.set(path, content); },
    createDirectory() {}, delete() {}, rename() {},
  }));
};`;

export interface WebPage {
  /** an unpacked extension */
  readonly extension: string;
  /** its files become the workspace `tree:/policy` */
  readonly folder: string;
  /** the file of it that is open at first; a search for files needs more than a file system provider */
  readonly file: string;
  readonly settings: object;
}

export interface WebWindow extends Window {
  /** paths that the page has asked for so far */
  requested(): readonly string[];
}

/** Opens the page. */
export async function openWebVsCode({ entry }: VsCode, web: WebPage): Promise<WebWindow> {
  const requested = new Set<string>();
  const server = serveFiles(join(dirname(entry), "../../lib/vscode"), web, requested);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [...BROWSER_FLAGS],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  };
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      timeout: 90_000,
    });
    await page.waitForSelector(".monaco-workbench .statusbar", { timeout: 90_000 });
    return { page, close, requested: () => [...requested] };
  } catch (error) {
    await close();
    throw error;
  }
}

function serveFiles(vscode: string, web: WebPage, requested: Set<string>): Server {
  const { extension, folder } = web;
  const files = filesBelow(folder).map(([path, size]) => [`${ROOT}/${path}`, size]);
  const routes: readonly (readonly [string, (path: string) => string | Buffer])[] = [
    ["/static/", (path) => workbenchFile(join(vscode, path))],
    ["/extension/", (path) => readFileSync(join(extension, path))],
    ["/tree/package.json", () => TREE_MANIFEST],
    ["/tree/extension.js", () => TREE_EXTENSION],
    [`/files${ROOT}/`, (path) => readFileSync(join(folder, path))],
    ["/files", () => JSON.stringify(files)],
  ];
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const path = decodeURIComponent(pathname);
    requested.add(path);
    try {
      const route = routes.find(([prefix]) => path.startsWith(prefix));
      const body =
        path === "/" ? pageOf(`${request.headers.host}`, web) : route?.[1](path.slice(route[0].length));
      if (body === undefined || path.includes("..")) throw new Error(path);
      response.writeHead(200, {
        "content-type": path === "/" ? "text/html" : (TYPES[extname(path)] ?? "text/plain"),
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
}

/** code-server's workbench keeps its server at the page's address, and settings on its disk; a page alone has neither. */
const ALONE: readonly (readonly [RegExp, string])[] = [
  [/,remoteAuthority:location\.host\b/, ""],
  [/(this\.userDataPath\)\.with\(\{scheme:\w+\.)vscodeRemote\b/, "$1vscodeUserData"],
];

function workbenchFile(path: string): string | Buffer {
  const body = readFileSync(path);
  if (!path.endsWith("/workbench/workbench.js")) return body;
  return ALONE.reduce((text, [pattern, alone]) => {
    if (!pattern.test(text)) throw new Error(`this code-server has another workbench: no ${pattern}`);
    return text.replace(pattern, alone);
  }, body.toString("utf8"));
}

function filesBelow(folder: string): [string, number][] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path), statSync(path).size]);
}

function pageOf(host: string, { file, settings }: WebPage): string {
  const [, name = "", port = ""] = /^(.*):(\d+)$/.exec(host) ?? [];
  const at = (path: string) => ({ scheme: "http", authority: `${name}:${port}`, path });
  const configuration = {
    folderUri: { scheme: "tree", path: ROOT },
    defaultLayout: { force: true, editors: [{ uri: { scheme: "tree", path: `${ROOT}/${file}` } }] },
    additionalBuiltinExtensions: ["/tree", "/extension"].map(at),
    configurationDefaults: settings,
    productConfiguration: { enableTelemetry: false },
    userDataPath: "/",
    isEnabledFileDownloads: false,
    isEnabledFileUploads: false,
    isEnabledCoderGettingStarted: false,
  };
  const quoted = JSON.stringify(configuration).replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  const base = `http://${host}/static`;
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta id="vscode-workbench-web-configuration" data-settings="${quoted}">
<meta id="vscode-workbench-web-base-url" data-settings="${base}">
<link rel="stylesheet" href="${base}/out/vs/code/browser/workbench/workbench.css">
</head><body></body>
<script>globalThis._VSCODE_FILE_ROOT = "${base}/out/";</script>
<script type="module" src="${base}/out/nls.messages.js"></script>
<script type="module" src="${base}/out/vs/code/browser/workbench/workbench.js"></script>
</html>`;
}
