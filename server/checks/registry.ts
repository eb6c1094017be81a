// Which checks and fixers there are. Adding a check is a file in `rules/` or `selint/`, a row in the catalogue and a
// line here; order does not matter, since findings are sorted by their place.

import type { Check, Fixer } from "./check.ts";

export const CHECKS: readonly Check[] = [];

export const FIXERS: readonly Fixer[] = [];
