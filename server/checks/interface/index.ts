// The checks of interfaces, templates and declarations, and what repairs their findings.

import type { Check } from "../check.ts";
import { callArguments } from "./arguments.ts";

export const INTERFACE_CHECKS: readonly Check[] = [callArguments];

export { INTERFACE_FIXERS } from "./fixes.ts";
