// Security contexts and MLS ranges as data (security/selinux/ss/context.h, mls_types.h). Fields are symbol values.
// Parsing, printing, validity and dominance live in services/. Sensitivity values order the levels.

import type { Ebitmap } from "./ebitmap.ts";

/** A level: sensitivity value (0 when the policy has no MLS) and category values - 1. */
export interface MlsLevel {
  readonly sens: number;
  readonly cats: Ebitmap;
}

export interface MlsRange {
  readonly low: MlsLevel;
  readonly high: MlsLevel;
}

/** user, role, type values and the range (absent without MLS). */
export interface Context {
  readonly user: number;
  readonly role: number;
  readonly type: number;
  readonly range?: MlsRange;
}
