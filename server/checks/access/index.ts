// The checks of access: what rules grant, and what they fail to.

import type { Check } from "../check.ts";
import { COMPANION_CHECK } from "./companions.ts";
import { DEAD_CONDITIONAL } from "./conditionals.ts";
import { NEVER_SATISFIED } from "./constraints.ts";
import { INCOMPLETE_TYPES } from "./incompleteTypes.ts";
import { KERNEL_UNKNOWN, POLICYCAP_INERT } from "./kernel.ts";
import { LABEL_OVERLAPS } from "./labels.ts";
import { REDUNDANT_ALLOW } from "./redundant.ts";
import { RISKY_CHECKS } from "./risky.ts";
import { INCOMPLETE_TRANSITION } from "./transitions.ts";
import { XPERM_OVERLAP, XPERM_TRAPS } from "./xperms.ts";

export { ACCESS_FIXERS } from "./fixes.ts";

export const ACCESS_CHECKS: readonly Check[] = [
  REDUNDANT_ALLOW,
  COMPANION_CHECK,
  NEVER_SATISFIED,
  INCOMPLETE_TRANSITION,
  INCOMPLETE_TYPES,
  XPERM_TRAPS,
  XPERM_OVERLAP,
  POLICYCAP_INERT,
  KERNEL_UNKNOWN,
  DEAD_CONDITIONAL,
  LABEL_OVERLAPS,
  ...RISKY_CHECKS,
];
