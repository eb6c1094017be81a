// Policy capabilities: bit in the policy, first kernel, effect. Invariant: position = bit number.
// Follows security/selinux/include/policycap.h and policycap_names.h.

import data from "./policycaps.data.json" with { type: "json" };
import { existsIn, type KernelVersion, NEWEST_KERNEL } from "./version.ts";

/** One policy capability. */
export interface Policycap {
  readonly name: string;
  readonly index: number;
  readonly since: string;
  readonly effect: string;
  /** Classes or features it changes. */
  readonly touches: readonly string[];
  /** False when `since` was not read from a kernel source. */
  readonly confirmed: boolean;
}

type Row = readonly [string, number, string, string, readonly string[], boolean];

export const POLICYCAPS: readonly Policycap[] = (data.policycaps as unknown as readonly Row[]).map(
  ([name, index, since, effect, touches, confirmed]) => ({ name, index, since, effect, touches, confirmed }),
);

/** The capability with this name. */
export function policycapByName(name: string): Policycap | undefined {
  return POLICYCAPS.find((cap) => cap.name === name);
}

/** The capability at this bit. */
export function policycapAt(index: number): Policycap | undefined {
  return POLICYCAPS[index];
}

/** The capabilities that a kernel knows; it logs and ignores all others. */
export function policycapsOf(version: KernelVersion = NEWEST_KERNEL): readonly Policycap[] {
  return POLICYCAPS.filter((cap) => existsIn(version, cap.since, undefined));
}
