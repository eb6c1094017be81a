// Initial SIDs: the labels that exist before any policy. Invariant: position + 1 = SID. Numbers without a use
// are kept so that the others do not move. Follows security/selinux/include/initial_sid_to_string.h.

import data from "./initialSids.data.json" with { type: "json" };
import { existsIn, type KernelVersion, NEWEST_KERNEL } from "./version.ts";

/** One initial SID. */
export interface InitialSid {
  readonly sid: number;
  /** The name, or the one that kernels before 5.7 used when `reserved`. */
  readonly name: string;
  /** No kernel since 5.7 uses it. */
  readonly reserved: boolean;
  readonly since: string | undefined;
  readonly usage: string;
}

type Row = readonly [sid: number, name: string, used: string, usage: string];

const RESERVED_USAGE = "kept so that other numbers do not move; kernels since 5.7 ignore its context";

export const INITIAL_SIDS: readonly InitialSid[] = (data.sids as unknown as readonly Row[]).map(
  ([sid, name, used, usage]) => ({
    sid,
    name,
    reserved: used === "never",
    since: used === "always" || used === "never" ? undefined : used,
    usage: usage === "" ? RESERVED_USAGE : usage,
  }),
);

export const SECINITSID_KERNEL = 1;
export const SECINITSID_SECURITY = 2;
export const SECINITSID_UNLABELED = 3;
export const SECINITSID_FILE = 5;
export const SECINITSID_INIT = 7;
export const SECINITSID_ANY_SOCKET = 8;
export const SECINITSID_PORT = 9;
export const SECINITSID_NETIF = 10;
export const SECINITSID_NETMSG = 11;
export const SECINITSID_NODE = 12;
export const SECINITSID_DEVNULL = 27;
export const SECINITSID_NUM = 27;

/** The initial SID with this name. */
export function initialSidByName(name: string): InitialSid | undefined {
  return INITIAL_SIDS.find((s) => s.name === name);
}

/** The name that the kernel itself has for a SID; undefined for reserved and unknown numbers. */
export function kernelSidName(sid: number, kernel: KernelVersion = NEWEST_KERNEL): string | undefined {
  const row = INITIAL_SIDS[sid - 1];
  return row === undefined || row.reserved || !existsIn(kernel, row.since, undefined) ? undefined : row.name;
}
