/**
 * `npm start [-- PATH…]`: builds when dist/ is older than the sources, then runs `sels check`. On the example
 * policy its findings are the point, so they do not fail the command; on a PATH sels' exit code is ours.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll } from "./build.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const cli = join(root, "dist/cli.cjs");
const SOURCES = ["grammar", "server", "package.json", ".ci/build.mjs"];

/** The newest change below `path`, in milliseconds; 0 when it does not exist. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

async function main() {
  const paths = process.argv.slice(2);
  const sources = Math.max(...SOURCES.map((name) => newest(join(root, name))));
  if (newest(cli) < sources) await buildAll({ quiet: true });
  if (!existsSync(cli)) {
    process.stderr.write("start: server/cli/main.ts is missing, so there is nothing to run\n");
    return 2;
  }
  const demo = paths.length === 0;
  if (demo) process.stderr.write("sels check examples\n\n");
  const args = [cli, "check", ...(demo ? [join(root, "examples")] : paths)];
  const { status, signal } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status === null) {
    process.stderr.write(`start: sels was ended by ${signal}\n`);
    return 2;
  }
  if (demo && status === 1) {
    process.stderr.write("\nThese findings are meant to be there: see examples/README.md.\n");
    process.stderr.write("Check a tree of your own with: npm start -- PATH\n");
    return 0;
  }
  return status;
}

// A reader that has seen enough (`npm start 2>&1 | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });

try {
  process.exitCode = await main();
} catch (error) {
  if (!error?.errors) process.stderr.write(`start: ${error?.message ?? error}\n`);
  process.exitCode = 2;
}
