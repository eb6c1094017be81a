/**
 * `npm run package`: builds everything and makes the .vsix with Microsoft's own packer. The packer is fetched, at the
 * version below, into a cache outside the repository, because it brings hundreds of packages that nothing else needs.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
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

/**
 * Where the README's relative links and pictures lead in a marketplace, which has no files around it: to the repository
 * at this version's tag when SELS_REPOSITORY_URL names it (the release does), else to the files of the npm package.
 */
function baseUrls({ name, version }) {
  const repository = process.env.SELS_REPOSITORY_URL;
  const npm = `https://unpkg.com/${name}@${version}`;
  const [texts, pictures] = repository
    ? [`${repository}/blob/v${version}`, `${repository}/raw/v${version}`]
    : [npm, npm];
  return ["--baseContentUrl", texts, "--baseImagesUrl", pictures];
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
  // Tests have built before; dist/ must not change under those that run beside them.
  if (!process.env.SELS_BUILT) await buildAll({ quiet: true });
  // npm's `files` and .vscodeignore say different things, and vsce refuses to see both: it gets a copy without `files`.
  // VS Code in a browser refuses an extension whose modules are ESM, and goes by `type`; the bundles are CommonJS.
  const { files: _, type: __, ...manifest } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const out = resolve(process.argv[2] ?? join(root, "dist", `${manifest.name}-${manifest.version}.vsix`));
  const stage = mkdtempSync(join(tmpdir(), "sels-vsix-"));
  try {
    const parts = [
      "dist",
      "client/vscode",
      "docs",
      "schema",
      ".vscodeignore",
      "README.md",
      "CHANGELOG.md",
      "LICENSE",
    ];
    for (const path of parts) cpSync(join(root, path), join(stage, path), { recursive: true });
    writeFileSync(join(stage, "package.json"), JSON.stringify(manifest, null, 2));
    const options = ["--no-dependencies", "--allow-missing-repository", ...baseUrls(manifest)];
    run(process.execPath, [vsce, "package", ...options, "--out", out], stage);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  process.stderr.write(`${out} (${Math.round(statSync(out).size / 1024)} kB)\n`);
} catch (error) {
  process.stderr.write(`package: ${error?.message ?? error}\n`);
  process.exitCode = 1;
}
