/**
 * Bundles every program of the package into dist/. An entry point that does not exist yet is skipped with a
 * note, so the table below may run ahead of the code. `--dev` adds source maps. Nothing here runs the code.
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** `import.meta.url` has no meaning in a CommonJS bundle: give it the bundle's own address. */
const IMPORT_META = "const __bundle_url = require('node:url').pathToFileURL(__filename).href;";

const node = {
  platform: "node",
  target: "node20",
  format: "cjs",
  define: { "import.meta.url": "__bundle_url" },
  banner: { js: IMPORT_META },
};
const program = { ...node, banner: { js: `#!/usr/bin/env node\n${IMPORT_META}` }, executable: true };
const browser = { platform: "browser", target: "es2022" };

const TARGETS = [
  { from: "server/main.ts", to: "dist/server.cjs", ...program },
  // Read at each start of `sels`: white space costs time there.
  { from: "server/cli/program.ts", to: "dist/program.cjs", ...node, minifyWhitespace: true },
  { from: "server/cli/reader.ts", to: "dist/reader.cjs", ...node },
  { from: "server/cli/binaryProgram.ts", to: "dist/query.cjs", ...node },
  {
    from: "server/cli/main.ts",
    to: "dist/cli.cjs",
    ...program,
    names: { PROGRAM_HASH: "dist/program.cjs", QUERY_HASH: "dist/query.cjs" },
  },
  { from: "client/vscode/extension.ts", to: "dist/client.cjs", ...node, external: ["vscode"], minify: true },
  { from: "server/worker.ts", to: "dist/worker.js", ...browser, format: "iife", minify: true },
  { from: "client/vscode/webview/access.ts", to: "dist/access.js", ...browser, format: "iife", minify: true },
  {
    from: "client/vscode/extension.web.ts",
    to: "dist/client.web.js",
    ...browser,
    format: "cjs",
    external: ["vscode"],
    minify: true,
  },
];

/** Builds all targets that exist; returns the paths written. */
export async function buildAll({ dev = false, quiet = false } = {}) {
  const say = (line) => quiet || process.stderr.write(`${line}\n`);
  mkdirSync(join(root, "dist"), { recursive: true });
  const make = async ({ from, to, executable = false, names, ...options }) => {
    const out = join(root, to);
    if (!existsSync(join(root, from))) {
      rmSync(out, { force: true });
      say(`skip  ${to}: ${from} does not exist yet`);
      return undefined;
    }
    await build({
      absWorkingDir: root,
      entryPoints: [from],
      outfile: to,
      bundle: true,
      minifySyntax: true,
      sourcemap: dev ? "linked" : false,
      legalComments: "eof",
      logLevel: "warning",
      ...options,
      define: { ...options.define, ...hashes(names) },
    });
    if (executable) chmodSync(out, 0o755);
    say(`built ${to} (${Math.round(statSync(out).size / 1024)} kB)`);
    return relative(root, out);
  };
  const made = await Promise.all(TARGETS.filter(({ names }) => names === undefined).map(make));
  // A launcher knows the hash of what it launches, so that is made first.
  made.push(...(await Promise.all(TARGETS.filter(({ names }) => names !== undefined).map(make))));
  return made.filter((path) => path !== undefined);
}

/** The versions under which the launcher's caches are valid. */
function hashes(names = {}) {
  const hash = (path) =>
    createHash("sha1")
      .update(readFileSync(join(root, path)))
      .digest("hex");
  return Object.fromEntries(Object.entries(names).map(([name, path]) => [name, JSON.stringify(hash(path))]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await buildAll({ dev: process.argv.includes("--dev") });
  } catch (error) {
    // esbuild has already printed what is wrong, with file and line.
    if (!error?.errors) process.stderr.write(`build: ${error?.message ?? error}\n`);
    process.exitCode = 1;
  }
}
