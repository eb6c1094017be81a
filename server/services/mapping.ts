// Between the kernel's numbers of classes and permissions and the policy's (selinux_set_mapping and map_decision in
// security/selinux/ss/services.c). The security server works in the policy's numbers; the kernel's own checks come
// in with its own. Classes and permissions that the policy does not have are allowed or denied as handle_unknown
// says, and denials of them are always audited.

import { HANDLE_UNKNOWN_ALLOW, type PolicyDb, permissionValue } from "../policydb/policydb.ts";
import { type AvDecision, createDecision } from "./computeAv.ts";

/** A class of the kernel with its permissions in the order of their bits. */
export interface KernelClass {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** Policy numbers for one kernel class. */
export interface ClassMapping {
  /** Class value in the policy, 0 when it has none of that name. */
  readonly tclass: number;
  /** For each kernel bit the policy's mask, 0 when the policy has no such permission. */
  readonly permissions: readonly number[];
}

/** Mappings by kernel class number; index 0 is unused. */
export type KernelMapping = readonly (ClassMapping | undefined)[];

/** What the kernel prints while a policy is loaded: names that the policy does not define. */
export interface UnknownNames {
  readonly classes: readonly string[];
  readonly permissions: readonly { readonly tclass: string; readonly permission: string }[];
}

export function createMapping(policy: PolicyDb, classes: readonly KernelClass[]): KernelMapping {
  const mapped = classes.map(({ name, permissions }): ClassMapping => {
    const datum = policy.classes.get(name);
    if (datum === undefined) return { tclass: 0, permissions: permissions.map(() => 0) };
    const masks = permissions.map((permission) => {
      const value = permissionValue(datum, permission);
      return value === 0 ? 0 : 1 << (value - 1);
    });
    return { tclass: datum.value, permissions: masks };
  });
  return [undefined, ...mapped];
}

export function unknownNames(policy: PolicyDb, classes: readonly KernelClass[]): UnknownNames {
  const mapping = createMapping(policy, classes);
  const missing = classes.filter((_, i) => mapping[i + 1]?.tclass === 0).map(({ name }) => name);
  const permissions = classes.flatMap(({ name, permissions: names }, i) =>
    mapping[i + 1]?.tclass === 0
      ? []
      : names
          .filter((_, bit) => mapping[i + 1]?.permissions[bit] === 0)
          .map((permission) => ({ tclass: name, permission })),
  );
  return { classes: missing, permissions };
}

/** A decision in the kernel's numbers. `decide` computes in the policy's numbers. */
export function mapDecision(
  policy: PolicyDb,
  mapping: KernelMapping,
  kernelClass: number,
  decide: (tclass: number) => Readonly<AvDecision>,
): AvDecision {
  const allowUnknown = policy.handleUnknown === HANDLE_UNKNOWN_ALLOW;
  const entry = mapping[kernelClass];
  const result = createDecision();
  if (entry === undefined || entry.tclass === 0) {
    if (entry !== undefined && allowUnknown) result.allowed = -1;
    return result;
  }
  const decision = decide(entry.tclass);
  result.flags = decision.flags;
  result.xperms = decision.xperms;
  for (let bit = 0; bit < 32; bit++) {
    const mask = entry.permissions[bit];
    const unknown = mask === 0;
    if (mask === undefined) continue;
    if ((decision.allowed & mask) !== 0 || (unknown && allowUnknown)) result.allowed |= 1 << bit;
    if ((decision.auditallow & mask) !== 0) result.auditallow |= 1 << bit;
    if ((decision.auditdeny & mask) === 0 && !(unknown && !allowUnknown)) result.auditdeny &= ~(1 << bit);
  }
  return result;
}
