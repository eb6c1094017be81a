/**
 * The oracles: programs and data that are not ours and against which we test (checkpolicy, setools, the
 * reference policy's source, …). This file answers "is it here?", says loudly what a missing one skips, and
 * fails instead of skipping where CI is set. Invariant: it installs nothing (setup.ts does) and whatever it
 * returns is to be treated as read-only.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

/** A Debian package and how to see that what we want from it is there. */
export interface OraclePackage {
  readonly package: string;
  readonly present: () => boolean;
}

const EXTRA_PATH = ["/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

/** True when `name` is an executable in PATH (or in sbin, which PATH of ordinary users lacks). */
export function hasTool(name: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...EXTRA_PATH];
  return folders.some((folder) => {
    if (folder === "") return false;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The packages that the test set-up tries to install, in apt's names. */
export const ORACLE_PACKAGES: readonly OraclePackage[] = [
  { package: "m4", present: () => hasTool("m4") },
  { package: "make", present: () => hasTool("make") },
  { package: "gawk", present: () => hasTool("gawk") },
  { package: "zstd", present: () => hasTool("zstd") },
  { package: "checkpolicy", present: () => hasTool("checkpolicy") && hasTool("checkmodule") },
  { package: "secilc", present: () => hasTool("secilc") },
  { package: "semodule-utils", present: () => hasTool("semodule_package") && hasTool("semodule_link") },
  { package: "selinux-utils", present: () => hasTool("matchpathcon") },
  { package: "policycoreutils", present: () => hasTool("setfiles") },
  { package: "setools", present: () => hasTool("sesearch") && hasTool("seinfo") },
  { package: "selint", present: () => hasTool("selint") },
  { package: "neovim", present: () => hasTool("nvim") },
  { package: "vim", present: () => hasTool("vim") },
  { package: "vim-ale", present: () => existsSync("/usr/share/vim-ale") },
  { package: "emacs-nox", present: () => hasTool("emacs") },
  { package: "elpa-eglot", present: () => existsSync("/usr/share/emacs/site-lisp/elpa-src") },
  { package: "selinux-policy-src", present: () => sourceArchive() !== undefined },
  { package: "selinux-policy-dev", present: () => existsSync("/usr/share/selinux/devel/Makefile") },
  { package: "selinux-policy-default", present: () => existsSync("/usr/share/selinux/default") },
];

/** Where Debian puts the reference policy's source, packed; undefined when the package is not installed. */
export function sourceArchive(): string | undefined {
  const folder = "/usr/src";
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((entry) => /^selinux-policy-src\.tar(\.\w+)?$/.test(entry));
  return name === undefined ? undefined : join(folder, name);
}

/** The installed version of `selinux-policy-src`, safe as a folder name. */
export function sourceVersion(): string {
  try {
    const version = execFileSync("dpkg-query", ["-W", "-f", "${Version}", "selinux-policy-src"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return version.trim().replace(/[^\w.+-]/g, "_") || "unknown";
  } catch {
    return "unknown";
  }
}

/** Everything the tests keep between runs lives below this folder, outside the repository. */
export function cacheFolder(): string {
  return join(tmpdir(), "sels-test-cache", sourceVersion());
}

/**
 * The root of an unpacked reference policy: `SELS_POLICY_SOURCE` when set (to test any other tree), else what
 * setup.ts unpacked. Undefined when there is none. Read-only: build in a folder of your own (m4build.ts).
 */
export function policySource(): string | undefined {
  const given = process.env.SELS_POLICY_SOURCE;
  if (given) return given;
  const folder = join(cacheFolder(), "selinux-policy-src");
  return existsSync(join(folder, "policy")) ? folder : undefined;
}

/** True in continuous integration, where nothing may be skipped. */
export function mustNotSkip(): boolean {
  const value = process.env.CI ?? "";
  return value !== "" && value !== "0" && value !== "false";
}

/** The name that asks for the unpacked reference policy instead of a program. */
export const POLICY_SOURCE = "policy-source";
/** The name that asks for the installed development headers (`/usr/share/selinux/devel`). */
export const POLICY_HEADERS = "policy-headers";

/** Which of `oracles` (programs, absolute paths, POLICY_SOURCE, POLICY_HEADERS) are not here. */
export function missingOracles(oracles: readonly string[]): readonly string[] {
  return oracles.filter((name) => {
    if (name === POLICY_SOURCE) return policySource() === undefined;
    if (name === POLICY_HEADERS) return !existsSync("/usr/share/selinux/devel/Makefile");
    return name.startsWith("/") ? !existsSync(name) : !hasTool(name);
  });
}

/**
 * Inside a test: true when all oracles are here. Else it says what is skipped and returns false; where CI is
 * set it throws, which fails the test.
 */
export function requireOracle(...oracles: readonly string[]): boolean {
  const missing = missingOracles(oracles);
  if (missing.length === 0) return true;
  if (mustNotSkip()) throw new Error(`oracle missing, and CI may skip nothing: ${missing.join(", ")}`);
  process.stderr.write(`SKIPPED: a test needs ${missing.join(", ")}, which this machine lacks\n`);
  return false;
}

/** `describe` that runs only where all oracles are here; otherwise it skips loudly, or fails where CI is set. */
export function describeWithOracle(name: string, oracles: readonly string[], body: () => void): void {
  const missing = missingOracles(oracles);
  if (missing.length === 0) {
    describe(name, body);
  } else if (mustNotSkip()) {
    describe(name, () => {
      it("has its oracles", () => {
        throw new Error(`oracle missing, and CI may skip nothing: ${missing.join(", ")}`);
      });
    });
  } else {
    process.stderr.write(`SKIPPED: “${name}” needs ${missing.join(", ")}, which this machine lacks\n`);
    describe.skip(name, body);
  }
}
