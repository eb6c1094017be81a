// Versions of the binary kernel policy and what each one added. Invariant: rows are dense from 15 upwards.
// Follows POLICYDB_VERSION_* in security/selinux/include/security.h and policydb_compat in ss/policydb.c.

import data from "./policyVersions.data.json" with { type: "json" };
import { existsIn, type KernelVersion, NEWEST_KERNEL } from "./version.ts";

/** One version of the binary policy. */
export interface PolicyVersion {
  readonly version: number;
  /** POLICYDB_VERSION_<symbol>. */
  readonly symbol: string;
  readonly since: string;
  readonly feature: string;
  /** Numbers of symbol tables and of object-context tables. */
  readonly symNum: number;
  readonly oconNum: number;
}

type Row = readonly [number, string, string, string, number, number];

export const POLICY_VERSIONS: readonly PolicyVersion[] = (data.versions as unknown as readonly Row[]).map(
  ([version, symbol, since, feature, symNum, oconNum]) => ({
    version,
    symbol,
    since,
    feature,
    symNum,
    oconNum,
  }),
);

export const POLICY_VERSION_MIN = 15;
export const POLICY_VERSION_MAX = 35;
/** The lowest version that the kernel (and libsepol's avtab) can write back. */
export const POLICY_VERSION_MIN_WRITE = 20;

/** Policy features and the version that first carries them. */
export const FEATURE_VERSION = {
  booleans: 16,
  ipv6Nodecon: 17,
  mls: 19,
  validatetrans: 19,
  rangeTransitionClass: 21,
  policycap: 22,
  permissive: 23,
  bounds: 24,
  filenameTransition: 25,
  roleTransitionClass: 26,
  defaultUserRoleRange: 27,
  defaultType: 28,
  constraintNames: 29,
  xperms: 30,
  infiniband: 31,
  defaultRangeGlblub: 32,
  compressedFilenameTransition: 33,
  conditionalXperms: 34,
  neveraudit: 35,
} as const;

/** A feature that needs a policy version. */
export type PolicyFeature = keyof typeof FEATURE_VERSION;

/** The row of a version; undefined outside 15–35. */
export function policyVersion(version: number): PolicyVersion | undefined {
  return POLICY_VERSIONS[version - POLICY_VERSION_MIN];
}

/** The newest policy version that a kernel reads. */
export function maxPolicyVersion(kernel: KernelVersion = NEWEST_KERNEL): number {
  return POLICY_VERSIONS.reduce(
    (max, v) => (existsIn(kernel, v.since, undefined) ? Math.max(max, v.version) : max),
    POLICY_VERSION_MIN,
  );
}
