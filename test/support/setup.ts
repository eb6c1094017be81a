/**
 * Runs once before all tests. On a Debian machine where we are root it installs the oracles that are missing,
 * unpacks the reference policy into a cache outside the repository, and says what it could not get. It throws
 * only where CI is set, because there nothing may be skipped. Set SELS_NO_INSTALL=1 to keep it off apt. It also makes
 * the bundles that the tests start; no test makes them anew, since another test may be starting one just then.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  cacheFolder,
  hasTool,
  mustNotSkip,
  ORACLE_PACKAGES,
  policySource,
  sourceArchive,
} from "./oracles.ts";

/** Vitest's global set-up hook. */
export function setup(): void {
  build();
  install();
  const unpackError = unpackSource();
  const missing = ORACLE_PACKAGES.filter((oracle) => !oracle.present()).map((oracle) => oracle.package);
  if (policySource() === undefined) missing.push(`the reference policy's source (${unpackError ?? "none"})`);
  if (missing.length === 0) return;
  const message = `oracles missing: ${missing.join(", ")}`;
  if (mustNotSkip()) throw new Error(`${message}; CI is set, so nothing may be skipped`);
  process.stderr.write(`\n*** ${message}\n*** tests that need them are SKIPPED on this machine\n\n`);
}

/** Bundles what the tests start, and says so to `.ci/package.mjs`, which would do it again. */
function build(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../.ci/build.mjs")], { stdio: "pipe" });
  process.env.SELS_BUILT = "1";
}

/** Installs what is missing, when this is a machine on which we may. */
function install(): void {
  const wanted = ORACLE_PACKAGES.filter((oracle) => !oracle.present()).map((oracle) => oracle.package);
  const mayInstall = process.getuid?.() === 0 && existsSync("/etc/debian_version") && hasTool("apt-get");
  if (wanted.length === 0 || !mayInstall || process.env.SELS_NO_INSTALL) return;
  process.stderr.write(`installing ${wanted.join(" ")} …\n`);
  if (!run("apt-get", ["update", "-q"])) return;
  if (run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...wanted])) return;
  // One unknown name makes apt refuse all of them: try one by one, so that the others still come.
  for (const name of wanted) run("apt-get", ["install", "-y", "-q", "--no-install-recommends", name]);
}

/** Runs a command quietly; prints all it said only when it fails. */
function run(command: string, args: readonly string[]): boolean {
  const result = spawnSync(command, [...args, "-o", "DPkg::Lock::Timeout=300"], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: 15 * 60_000,
  });
  if (result.status === 0) return true;
  process.stderr.write(
    `${command} ${args.join(" ")} failed:\n${result.stdout ?? ""}${result.stderr ?? ""}\n`,
  );
  return false;
}

/** Unpacks the source archive unless that was done before; returns why it could not. */
function unpackSource(): string | undefined {
  const archive = sourceArchive();
  if (archive === undefined) return "selinux-policy-src is not installed";
  if (policySource() !== undefined) return undefined;
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  // Unpack beside the final place and rename: a second test run may do the same at the same moment.
  const scratch = mkdtempSync(join(cache, "unpack-"));
  const result = spawnSync("tar", ["-xf", archive, "-C", scratch, "--no-same-owner"], { encoding: "utf8" });
  if (result.status !== 0) {
    rmSync(scratch, { recursive: true, force: true });
    return `tar -xf ${archive}: ${result.stderr || result.error?.message || "failed"}`.trim();
  }
  try {
    renameSync(join(scratch, "selinux-policy-src"), join(cache, "selinux-policy-src"));
  } catch (error) {
    if (policySource() === undefined) return String(error);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return undefined;
}
