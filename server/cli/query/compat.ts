// `sels query compat [--kernel V]`: does the policy fit a kernel? Prints what that kernel prints when it loads the
// policy, and, as remarks, what the policy has that the kernel never asks for.

import { classNames, handleUnknownOf } from "../../checks/binary/kernelLoad.ts";
import { classesOf } from "../../kernel/classes.ts";
import { compareWithKernel, whyUnknown } from "../../kernel/compat.ts";
import { policycapAt, policycapsOf } from "../../kernel/policycaps.ts";
import { NEWEST_KERNEL, OLDEST_KERNEL, versionRank } from "../../kernel/version.ts";
import type { QueriedPolicy } from "../policy.ts";
import { type Terminal, UsageError } from "../terminal.ts";

export interface CompatOptions {
  readonly kernel?: string;
  readonly json?: boolean;
}

/** Runs the query; gives the exit code: 1 when the kernel knows classes or permissions that the policy lacks. */
export function runCompat({ db }: QueriedPolicy, options: CompatOptions, terminal: Terminal): number {
  const kernel = options.kernel ?? NEWEST_KERNEL;
  if (versionRank(kernel) < versionRank(OLDEST_KERNEL) || classesOf(kernel).length === 0)
    throw new UsageError(`${kernel}: not a kernel release from ${OLDEST_KERNEL} on`);
  const unknown = handleUnknownOf(db);
  const found = compareWithKernel(classNames(db), kernel, unknown);
  const known = new Set(policycapsOf(kernel).map((cap) => cap.index));
  const capabilities = [...db.polcaps].filter((bit) => !known.has(bit));
  const missing = found.missingClasses.length + found.missingPermissions.length;
  if (options.json === true) {
    const unknownPolicycaps = capabilities.map((bit) => policycapAt(bit)?.name ?? bit);
    terminal.out(
      `${JSON.stringify({ kernel, handleUnknown: unknown, ...found, unknownPolicycaps }, null, 2)}\n`,
    );
    return missing > 0 ? 1 : 0;
  }
  for (const line of found.kernelLog) terminal.out(`${line}\n`);
  for (const bit of capabilities) terminal.out(`SELinux:  unknown policy capability ${bit}\n`);
  const remarks = [
    ...found.unknownClasses.map((name) => whyUnknown(name, undefined, kernel)),
    ...found.unknownPermissions.map((one) => whyUnknown(one.class, one.permission, kernel)),
  ];
  for (const remark of remarks)
    if (remark !== undefined) terminal.out(terminal.colors.dim(`remark: ${remark}\n`));
  terminal.err(
    missing === 0
      ? `the policy has every class and permission of Linux ${kernel}\n`
      : `${missing} names are missing\n`,
  );
  return missing > 0 ? 1 : 0;
}
