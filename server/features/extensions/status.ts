// selinux/status: what the kernel's status page says (struct selinux_kernel_status, security/selinux/status.c), and
// what a page has no room for: which project this is, how it was built, how long it took. The sequence is even and
// moves by two with every load, as the kernel's does.

import { capabilityNames, deniesUnknown } from "../../services/questions/policyQuestions.ts";
import type { View } from "../view.ts";

/** SELINUX_KERNEL_STATUS_VERSION */
export const STATUS_VERSION = 1;

/** What the server knows of a policy's loads. */
export interface PolicyLoads {
  /** sequence number of the policy: how often it was loaded */
  readonly seqno: number;
  /** how long the last load took */
  readonly milliseconds: number;
  /** time of the last load, ISO 8601 */
  readonly at: string;
}

export interface PolicyStatus {
  readonly version: number;
  readonly sequence: number;
  readonly enforcing: number;
  readonly policyload: number;
  readonly deny_unknown: number;
  readonly project: {
    readonly kind: string;
    readonly root: string;
    readonly files: number;
    readonly modules: number;
    readonly errors: number;
    readonly warnings: number;
  };
  readonly load: { readonly milliseconds: number; readonly at: string };
  readonly build: {
    readonly mls: boolean;
    readonly mode: string;
    readonly handleUnknown: string;
    readonly defines: Readonly<Record<string, string>>;
    readonly policyvers: number;
    readonly policyCapabilities: readonly string[];
  };
}

/** Answers selinux/status. */
export function statusRequest(view: View, loads: PolicyLoads): PolicyStatus {
  const { project, compiled } = view.snapshot;
  const { db, options } = compiled;
  const files = view.snapshot.files();
  let errors = 0;
  let warnings = 0;
  for (const file of files)
    for (const finding of view.snapshot.shownFindings(file.id)) {
      if (finding.severity === "error") errors++;
      if (finding.severity === "warning") warnings++;
    }
  return {
    version: STATUS_VERSION,
    sequence: loads.seqno * 2,
    enforcing: 1,
    policyload: loads.seqno,
    deny_unknown: deniesUnknown(db) ? 1 : 0,
    project: {
      kind: project.kind,
      root: view.uriOf(project.root),
      files: files.length,
      modules: files.filter((file) => file.role === "te" && !file.foreign).length,
      errors,
      warnings,
    },
    load: { milliseconds: loads.milliseconds, at: loads.at },
    build: {
      mls: options.mls,
      mode: options.mode,
      handleUnknown: options.handleUnknown,
      defines: Object.fromEntries(options.defines),
      policyvers: db.version,
      policyCapabilities: capabilityNames(db),
    },
  };
}
