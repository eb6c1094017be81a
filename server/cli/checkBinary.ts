// `sels check` of kernel binaries, and of lists of contexts that are held against one: findings with a byte of the file,
// or a line of the list. Levels of checks come from the nearest configuration and the command line, as for sources.

import { checkBinary } from "../checks/binary/binary.ts";
import { invalidContexts } from "../checks/binary/contextList.ts";
import { weigh } from "../checks/control/control.ts";
import type { Severity } from "../compiler/face.ts";
import { classesOf } from "../kernel/classes.ts";
import { OLDEST_KERNEL, versionRank } from "../kernel/version.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { configurationOf } from "../workspace/configuration.ts";
import { decodeSource } from "../workspace/decode.ts";
import { isBinaryPolicy, textReader } from "../workspace/discover.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import { linesOf } from "../workspace/lines.ts";
import { baseName, directoryOf, relativeTo } from "../workspace/paths.ts";
import type { ProjectSettings } from "../workspace/project.ts";
import type { ReportFinding } from "./report/report.ts";
import { UsageError } from "./terminal.ts";

/** Bytes that tell text from something else. */
const PROBE = 1024;
/** Names that binaries have: /sys/fs/selinux/policy is copied to policy.33, Android's is sepolicy. */
const BINARY_NAMES = /^policy\.\d+$|\.(policy|pol|pp|mod|bin)$|^(pre)?(compiled_)?sepolicy$/;

/** What the command line says about binaries. */
export interface BinaryOptions {
  /** lists of contexts to hold against the policy */
  readonly contexts?: readonly string[];
  /** the kernel that is to load it */
  readonly kernel?: string;
}

/** True for files that can only be meant as a binary policy: by their first word, or by name or content. */
export function isForBinary(files: FileSystem, path: string): boolean {
  if (files.stat(path)?.kind !== "file" || /\.(te|if|fc|conf|spt|cil|sels-test)$/.test(path)) return false;
  if (isBinaryPolicy(files, path) || BINARY_NAMES.test(baseName(path))) return true;
  return files.readFile(path)?.subarray(0, PROBE).includes(0) === true;
}

/** The findings about binaries and the lists of contexts that go with them. */
export function binaryFindings(
  paths: readonly string[],
  options: BinaryOptions,
  settings: ProjectSettings,
  files: FileSystem,
  cwd: string,
): readonly ReportFinding[] {
  const { kernel, contexts = [] } = options;
  if (
    kernel !== undefined &&
    (versionRank(kernel) < versionRank(OLDEST_KERNEL) || classesOf(kernel).length === 0)
  )
    throw new UsageError(`${kernel}: not a kernel release from ${OLDEST_KERNEL} on`);
  if (contexts.length > 0 && paths.length !== 1)
    throw new UsageError("--contexts needs one kernel binary to hold them against");
  return paths.flatMap((path) => {
    const levels = levelsAt(files, path, settings);
    const { findings, policy } = checkBinary(files.readFile(path) ?? new Uint8Array(), kernel);
    const own = findings.map(
      (one): ReportFinding => ({
        ...one,
        file: relativeTo(path, cwd),
        lines: undefined,
        start: 0,
        end: 0,
        related: [],
      }),
    );
    const listed =
      policy === undefined ? [] : contexts.flatMap((list) => listFindings(list, policy, files, cwd));
    return [...own, ...listed].flatMap((finding) => {
      const severity = levels(finding.code, finding.severity);
      return severity === undefined ? [] : [{ ...finding, severity }];
    });
  });
}

function listFindings(
  path: string,
  policy: PolicyDb,
  files: FileSystem,
  cwd: string,
): readonly ReportFinding[] {
  const bytes = files.readFile(path);
  if (bytes === undefined) throw new UsageError(`${relativeTo(path, cwd)}: cannot be read`);
  const { text } = decodeSource(bytes);
  const lines = linesOf(text);
  return invalidContexts(policy, text).map((one) => ({
    ...one,
    file: relativeTo(path, cwd),
    lines,
    related: [],
  }));
}

type Levels = (code: string, severity: Severity) => Severity | undefined;

function levelsAt(files: FileSystem, path: string, settings: ProjectSettings): Levels {
  const { control } = configurationOf(textReader(files), directoryOf(path), settings);
  const profile = control.profileOf(path);
  return (code, severity) =>
    weigh({ code, severity, file: 0, start: 0, end: 0, message: "", related: [] }, profile)?.severity;
}
