// The kernel's class map by release: object classes and their permissions in kernel order, as
// security/selinux/include/classmap.h lists them (genheaders turns the order into numbers).
// Invariant: the rows of classes.data.json are in one order that, filtered by release, gives that release's
// numbers. Kernel numbers are not policy numbers: a policy is mapped by name at load (selinux_set_mapping).
// It does not say what a permission gates (permissions.ts) nor which operation asks for it (hooks.ts).

import data from "./classes.data.json" with { type: "json" };
import { existsIn, type KernelVersion, NEWEST_KERNEL, plainRelease } from "./version.ts";

/** One kernel class in one kernel release. */
export interface KernelClass {
  readonly name: string;
  /** Kernel number, from 1. */
  readonly index: number;
  /** The set of shared permissions it starts with, if any (`file`, `socket`, `ipc`, `cap`, `cap2`). */
  readonly common: string | undefined;
  /** All permissions in kernel order; the position is the bit. */
  readonly permissions: readonly string[];
  readonly isSocket: boolean;
  readonly since: string | undefined;
  readonly removed: string | undefined;
}

/** When something came and went; `uncertain` says that the release was not read from a source. */
export interface Lifetime {
  readonly since: string | undefined;
  readonly removed: string | undefined;
  readonly uncertain: boolean;
}

type Row = readonly [
  name: string,
  common: string | null,
  own: string,
  since: string,
  removed?: string | undefined,
];
type SinceTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

const ROWS = data.classes as unknown as readonly Row[];
const COMMONS = data.commons as Readonly<Record<string, readonly string[]>>;
const COMMON_SINCE = data.commonSince as SinceTable;
const PERMISSION_SINCE = data.permissionSince as SinceTable;
const NOT_MAINLINE = data.notMainline as Readonly<Record<string, readonly string[]>>;
const ROW_BY_NAME: ReadonlyMap<string, Row> = new Map(ROWS.map((row) => [row[0], row]));
const CACHE = new Map<KernelVersion, readonly KernelClass[]>();

/** "socket class" as the kernel build decides it: the name ends in "socket". It steers compute_sid. */
export function isSocketClass(className: string): boolean {
  return className.endsWith("socket");
}

/** The classes of a kernel release, in kernel order (index = position + 1). */
export function classesOf(version: KernelVersion = NEWEST_KERNEL): readonly KernelClass[] {
  const cached = CACHE.get(version);
  if (cached !== undefined) return cached;
  const classes: KernelClass[] = [];
  for (const row of ROWS) {
    if (existsIn(version, row[3], row[4])) classes.push(classAt(row, classes.length + 1, version));
  }
  CACHE.set(version, classes);
  return classes;
}

function classAt(row: Row, index: number, version: KernelVersion): KernelClass {
  const [name, common, , since, removed] = row;
  return {
    name,
    index,
    common: common ?? undefined,
    permissions: everyPermission(row).filter((p) => existsIn(version, permissionSince(row, p), undefined)),
    isSocket: isSocketClass(name),
    since: plainRelease(since),
    removed: plainRelease(removed),
  };
}

function everyPermission(row: Row): readonly string[] {
  const own = row[2] === "" ? [] : row[2].split(" ");
  return row[1] === null ? own : [...(COMMONS[row[1]] ?? []), ...own];
}

function permissionSince(row: Row, permission: string): string | undefined {
  const own = PERMISSION_SINCE[row[0]]?.[permission];
  return own ?? (row[1] === null ? undefined : COMMON_SINCE[row[1]]?.[permission]);
}

/** A class of a kernel release by name. */
export function kernelClass(name: string, version: KernelVersion = NEWEST_KERNEL): KernelClass | undefined {
  return classesOf(version).find((c) => c.name === name);
}

/** Whether any kernel since 5.9 knows the class. */
export function isKernelClass(name: string): boolean {
  return ROW_BY_NAME.has(name);
}

/** Names of all classes of any kernel since 5.9, in kernel order. */
export function allKernelClassNames(): readonly string[] {
  return ROWS.map((row) => row[0]);
}

/** All permissions that a class has in any kernel since 5.9, in the newest order; empty for unknown classes. */
export function allKernelPermissions(className: string): readonly string[] {
  const row = ROW_BY_NAME.get(className);
  return row === undefined ? [] : everyPermission(row);
}

/** The name of the shared permission set that a class starts with, if any. */
export function commonOf(className: string): string | undefined {
  return ROW_BY_NAME.get(className)?.[1] ?? undefined;
}

/** The kernel bit (0–31) of a permission in a class, or -1. */
export function kernelPermissionIndex(
  className: string,
  permission: string,
  version: KernelVersion = NEWEST_KERNEL,
): number {
  return kernelClass(className, version)?.permissions.indexOf(permission) ?? -1;
}

/** The shared permissions of one of the kernel's COMMON_* macros in a release. */
export function kernelCommon(name: string, version: KernelVersion = NEWEST_KERNEL): readonly string[] {
  const member = ROWS.find((row) => row[1] === name);
  const all = COMMONS[name] ?? [];
  return member === undefined
    ? all
    : all.filter((p) => existsIn(version, permissionSince(member, p), undefined));
}

/** When the class came and went; undefined for a class that no kernel since 5.9 has. */
export function classLifetime(className: string): Lifetime | undefined {
  const row = ROW_BY_NAME.get(className);
  return row && lifetime(row[3], row[4]);
}

/** When the permission came and went (with its class); undefined when no kernel since 5.9 has it. */
export function permissionLifetime(className: string, permission: string): Lifetime | undefined {
  const row = ROW_BY_NAME.get(className);
  if (row === undefined || !everyPermission(row).includes(permission)) return undefined;
  return lifetime(permissionSince(row, permission) ?? row[3], row[4]);
}

function lifetime(since: string, removed: string | undefined): Lifetime {
  const uncertain = since.endsWith("?") || (removed?.endsWith("?") ?? false);
  return { since: plainRelease(since), removed: plainRelease(removed), uncertain };
}

/** Whether the permission is known only from development trees that are not mainline. */
export function isOutOfTreePermission(className: string, permission: string): boolean {
  return NOT_MAINLINE[className]?.includes(permission) ?? false;
}
