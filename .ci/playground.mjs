/**
 * `npm run playground`: builds the static page of client/playground into dist/playground; `-- --serve [PORT]` shows it
 * on this machine. The language server's worker is the one of the extension. Nothing of it is in any package.
 */
import {
  copyFileSync,
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "client/playground");
const monaco = join(root, "node_modules/monaco-editor/esm");
const FOLDER = "file:///policy";

/** The editor with all that it can do, and its LSP client, but without eighty languages that are not ours. */
const onlyTheEditor = {
  name: "only-the-editor",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^monaco-editor$/ }, () => ({ path: "monaco-editor", namespace: "editor" }));
    onLoad({ filter: /.*/, namespace: "editor" }, () => ({
      resolveDir: root,
      contents: `import ${JSON.stringify(join(monaco, "vs/features/register.all.js"))};
        export * from ${JSON.stringify(join(monaco, "vs/editor/editor.api.js"))};
        export * as lsp from ${JSON.stringify(join(monaco, "external/monaco-lsp-client/out/index.js"))};`,
    }));
  },
};

/** Builds the page; returns its folder. */
export async function buildPlayground(out = join(root, "dist/playground")) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const options = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    legalComments: "none",
    logLevel: "error",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
    outdir: out,
  };
  await Promise.all([
    build({ ...options, entryPoints: { main: join(source, "main.ts") }, plugins: [onlyTheEditor] }),
    build({
      ...options,
      entryPoints: {
        worker: join(root, "server/worker.ts"),
        access: join(root, "client/vscode/webview/access.ts"),
        "editor.worker": join(monaco, "vs/editor/editor.worker.js"),
      },
    }),
    build({
      ...options,
      entryPoints: {
        page: join(source, "page.css"),
        colours: join(source, "colours.css"),
        access: join(root, "client/vscode/webview/access.css"),
      },
    }),
  ]);
  for (const page of ["index.html", "access.html"]) copyFileSync(join(source, page), join(out, page));
  copyFileSync(join(root, "client/vscode/images/icon.png"), join(out, "icon.png"));
  writeFileSync(join(out, "policy.json"), JSON.stringify(examplePolicy()));
  return out;
}

/** The example's files by URI: modules first, in the order of layers that one reads from top to bottom. */
function examplePolicy() {
  const rank = (path) =>
    ["modules/services", "modules/system", "modules/kernel"].findIndex((one) => path.includes(one));
  const files = readdirSync(join(root, "examples"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "examples/").length))
    .filter((path) => path === "build.conf" || (path.startsWith("policy/") && !path.endsWith(".xml")))
    .sort((left, right) => ((rank(left) + 4) % 4) - ((rank(right) + 4) % 4) || (left < right ? -1 : 1));
  return Object.fromEntries(
    files.map((path) => [`${FOLDER}/${path}`, readFileSync(join(root, "examples", path), "utf8")]),
  );
}

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".png": "image/png",
  ".ttf": "font/ttf",
};

/** Serves a folder on this machine only; resolves when it listens. */
export function servePlayground(folder, port = 0) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const file = join(folder, path.endsWith("/") ? "index.html" : path);
    if (!file.startsWith(folder) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const folder = await buildPlayground();
    const size = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    process.stderr.write(`built dist/playground (${Math.round(size / 1024)} kB)\n`);
    const at = process.argv.indexOf("--serve");
    if (at >= 0) {
      const server = await servePlayground(folder, Number(process.argv[at + 1] ?? 8080));
      process.stderr.write(`http://127.0.0.1:${server.address().port}/\n`);
    }
  } catch (error) {
    if (!error?.errors) process.stderr.write(`playground: ${error?.message ?? error}\n`);
    process.exitCode = 1;
  }
}
