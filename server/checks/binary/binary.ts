// What is wrong with a kernel binary: what the kernel or libsepol refuse when they read it, what a kernel says when it
// loads it, and what it will say while it runs. A place is a byte of the file: that of the mistake while the file is
// read, else the beginning of the section that holds what is meant. One mistake ends the reading, as it does theirs.
// It reads bytes that it is given, and knows no paths.

import type { Severity } from "../../compiler/face.ts";
import { maxPolicyVersion } from "../../kernel/policyVersions.ts";
import { NEWEST_KERNEL } from "../../kernel/version.ts";
import type { BinaryError } from "../../policydb/binary/cursor.ts";
import { type ReadResult, readPolicy } from "../../policydb/binary/read.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import { unknownAtLoad } from "./kernelLoad.ts";
import { runtimeFindings } from "./runtime.ts";

/** A mistake in a kernel binary. */
export interface BinaryFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** byte of the file */
  readonly offset: number;
}

/** What a check of the policy reports: the section instead of a byte. */
export type InSection = Omit<BinaryFinding, "offset"> & { readonly section: string };

export interface BinaryCheck {
  readonly findings: readonly BinaryFinding[];
  /** undefined when it cannot be read */
  readonly policy: PolicyDb | undefined;
}

/** Checks a file. `kernel` is the release that is to load it; without one, the newest that is known. */
export function checkBinary(bytes: Uint8Array, kernel?: string): BinaryCheck {
  const read = readPolicy(bytes, { validate: true });
  const findings = read.errors.map((error) => findingOf(error, "error", ""));
  for (const warning of read.warnings)
    if (warning.refusedByLibsepol === true)
      findings.push(findingOf(warning, "error", "; libsepol refuses that since 3.6, kernels load it"));
    else findings.push(findingOf(warning, "warning", ""));
  const { policy } = read;
  if (policy !== undefined) {
    findings.push(...versionFindings(policy, kernel));
    const later = [...unknownAtLoad(policy, kernel), ...runtimeFindings(policy)];
    findings.push(...later.map((one) => placed(one, read)));
  }
  return { findings: findings.sort(byPlace), policy };
}

/** By place, then by words: the order of rules in a file says nothing. */
function byPlace(a: BinaryFinding, b: BinaryFinding): number {
  return a.offset - b.offset || (a.message < b.message ? -1 : 1);
}

function findingOf({ condition, section, message, offset }: BinaryError, severity: Severity, more: string) {
  const code = `bin-${condition}`;
  return { code, severity, message: `${section}: ${message}${more}`, offset };
}

function placed({ code, severity, message, section }: InSection, { starts }: ReadResult): BinaryFinding {
  return { code, severity, message, offset: starts.get(section) ?? 0 };
}

/** A version that the kernel in question does not read yet. What no kernel is known to read is told by the reader. */
function versionFindings({ version }: PolicyDb, kernel: string | undefined): readonly BinaryFinding[] {
  if (kernel === undefined) return [];
  const most = maxPolicyVersion(kernel);
  if (version <= most || version > maxPolicyVersion(NEWEST_KERNEL)) return [];
  const message = `header: Linux ${kernel} reads policy versions up to ${most}, and this is version ${version}`;
  return [{ code: "bin-version", severity: "error", message, offset: 16 }];
}
