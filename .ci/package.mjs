/**
 * `npm run package`: builds everything and makes the .vsix with Microsoft's own packer. The packer is fetched, at the
 * version below, into a cache outside the repository, because it brings hundreds of packages that nothing else needs.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAll } from "./build.mjs";

const VSCE = "3.9.2";
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(process.env.SELS_TEST_CACHE ?? join(tmpdir(), "sels-test-cache"), `vsce-${VSCE}`);
const vsce = join(cache, "node_modules/@vscode/vsce/vsce");

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed`);
}

try {
  if (!existsSync(vsce)) {
    mkdirSync(cache, { recursive: true });
    const install = [
      "install",
      "--prefix",
      cache,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--omit=optional",
    ];
    run("npm", [...install, `@vscode/vsce@${VSCE}`], cache);
  }
  await buildAll({ quiet: true });
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const out = process.argv[2] ?? join(root, "dist", `${name}-${version}.vsix`);
  const options = [
    "--no-dependencies",
    "--skip-license",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
    "--out",
    out,
  ];
  run(process.execPath, [vsce, "package", ...options], root);
  process.stderr.write(`${out} (${Math.round(statSync(out).size / 1024)} kB)\n`);
} catch (error) {
  process.stderr.write(`package: ${error?.message ?? error}\n`);
  process.exitCode = 1;
}
