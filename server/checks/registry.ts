// Which checks and fixers there are. Adding a check is a file in `rules/` or `selint/`, a row in the catalogue and a
// line here; order does not matter, since findings are sorted by their place.

import { ACCESS_CHECKS, ACCESS_FIXERS } from "./access/index.ts";
import type { Check, Fixer } from "./check.ts";
import { COMPILER_FIXERS } from "./fixes/index.ts";
import { INTERFACE_CHECKS, INTERFACE_FIXERS } from "./interface/index.ts";
import { LABELLING_CHECKS, LABELLING_FIXERS } from "./labelling/index.ts";
import { SELINT_CHECKS, SELINT_FIXERS } from "./selint/index.ts";

export const CHECKS: readonly Check[] = [
  ...SELINT_CHECKS,
  ...LABELLING_CHECKS,
  ...INTERFACE_CHECKS,
  ...ACCESS_CHECKS,
];

export const FIXERS: readonly Fixer[] = [
  ...COMPILER_FIXERS,
  ...SELINT_FIXERS,
  ...LABELLING_FIXERS,
  ...INTERFACE_FIXERS,
  ...ACCESS_FIXERS,
];
