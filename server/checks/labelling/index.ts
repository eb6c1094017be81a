// The checks of file contexts.

import type { Check } from "../check.ts";
import { FILE_CONTEXT_CONFLICTS } from "./conflicts.ts";
import { PATTERN_CHECK } from "./patterns.ts";

export const LABELLING_CHECKS: readonly Check[] = [PATTERN_CHECK, FILE_CONTEXT_CONFLICTS];
