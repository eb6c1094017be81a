/**
 * `npm run generate`: writes the documents that are generated from code. The table is in
 * test/tidy/generated.ts, where the tidy test reads it too, so a stale document fails the tests.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const output = join(root, "dist/generate.mjs");
await build({
  absWorkingDir: root,
  entryPoints: ["test/tidy/generated.ts"],
  outfile: output,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "warning",
});
const { GENERATED } = await import(pathToFileURL(output).href);
for (const { file, generate } of GENERATED) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), generate());
  process.stderr.write(`wrote ${file}\n`);
}
process.stderr.write(`${GENERATED.length} documents\n`);
