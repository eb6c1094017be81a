// Linux capabilities and the class and permission that each one needs. Invariant: position = capability
// number, permission bit = number mod 32. Follows cred_has_capability() in security/selinux/hooks.c.

import data from "./capabilities.data.json" with { type: "json" };

/** One capability. */
export interface Capability {
  readonly number: number;
  /** As in linux/capability.h, e.g. CAP_CHECKPOINT_RESTORE. */
  readonly name: string;
  readonly permission: string;
  /** Class in the initial user namespace. */
  readonly class: "capability" | "capability2";
  /** Class in any other user namespace. */
  readonly usernsClass: "cap_userns" | "cap2_userns";
}

type Row = readonly [number: number, name: string, permission: string];

export const CAPABILITIES: readonly Capability[] = (data.capabilities as unknown as readonly Row[]).map(
  ([number, name, permission]) => ({
    number,
    name,
    permission,
    class: number < 32 ? "capability" : "capability2",
    usernsClass: number < 32 ? "cap_userns" : "cap2_userns",
  }),
);

/** A capability by number, by its CAP_ name or by its permission name. */
export function capabilityOf(key: number | string): Capability | undefined {
  if (typeof key === "number") return CAPABILITIES[key];
  const lower = key.toLowerCase().replace(/^cap_/, "");
  return CAPABILITIES.find((c) => c.permission === lower);
}
