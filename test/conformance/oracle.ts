/**
 * The oracle's side of the conformance test: a kernel binary policy in, its canonical dump (DUMP.md) out, by way
 * of oracle.py and setools. Results are cached below the system's temporary folder by the hash of the policy and
 * of oracle.py, so that a second run costs a file read. It knows nothing of the product.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("oracle.py", import.meta.url));
/** Debian's own interpreter: setools is installed for no other. */
const PYTHON = "/usr/bin/python3";

/** Where builds and dumps are kept between runs. */
export function conformanceCache(): string {
  const folder = join(tmpdir(), "sels-conformance-cache");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Puts a text into the cache in one step, so that a concurrent reader never sees half of it. */
export function writeCached(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, path);
}

/** The canonical dump of a kernel binary policy, sorted, one fact an element. */
export async function oracleDump(policyBinary: string): Promise<string[]> {
  const hash = createHash("sha256").update(readFileSync(policyBinary)).update(readFileSync(SCRIPT));
  const cached = join(conformanceCache(), `dump-${hash.digest("hex").slice(0, 32)}.txt`);
  if (!existsSync(cached)) writeCached(cached, await runOracle(policyBinary));
  return readFileSync(cached, "utf8").trimEnd().split("\n");
}

function runOracle(policyBinary: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, [SCRIPT, policyBinary], { stdio: ["ignore", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(`oracle.py: ${Buffer.concat(err).toString().slice(-2000)}`));
    });
  });
}
