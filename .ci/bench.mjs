/**
 * `npm run bench [-- NAME…]`: bundles each test/bench/*.bench.ts and runs them one after the other, each in a
 * process of its own, so that no measurement warms up the next. Their tables go to standard output.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildAll } from "./build.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "test/bench");
const wanted = process.argv.slice(2);

const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith(".bench.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();
if (names.length === 0) process.stderr.write(`bench: nothing to run in ${folder}\n`);

try {
  await buildAll({ quiet: true });
} catch {
  process.exit(1); // esbuild has said why
}
mkdirSync(join(root, "dist/bench"), { recursive: true });
for (const name of names) {
  const output = join(root, "dist/bench", `${basename(name, ".ts")}.cjs`);
  await build({
    entryPoints: [join(folder, name)],
    outfile: output,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifySyntax: true,
    define: { "import.meta.url": "__bundle_url" },
    banner: { js: "const __bundle_url = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: "warning",
  });
  process.stdout.write(`\n# ${name}\n`);
  const { status } = spawnSync(process.execPath, ["--expose-gc", output], { stdio: "inherit", cwd: root });
  if (status !== 0) process.exitCode = 1;
}
