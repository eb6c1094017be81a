// Which checks and fixers there are. Adding a check is a file in `rules/` or `selint/`, a row in the catalogue and a
// line here; order does not matter, since findings are sorted by their place.

import { ACCESS_CHECKS, ACCESS_FIXERS } from "./access/index.ts";
import { prepareTransitions } from "./access/transitions.ts";
import { prepareTypeUses } from "./access/typeUses.ts";
import type { Check, Fixer, Preparation } from "./check.ts";
import { COMPILER_FIXERS } from "./fixes/index.ts";
import { INTERFACE_CHECKS, INTERFACE_FIXERS } from "./interface/index.ts";
import { prepareMentions } from "./interface/mentions.ts";
import { prepareParameters } from "./interface/parameters.ts";
import { prepareNamedInRules } from "./interface/unused.ts";
import { LABELLING_CHECKS, LABELLING_FIXERS } from "./labelling/index.ts";
import { SELINT_CHECKS, SELINT_FIXERS } from "./selint/index.ts";
import { prepareNames } from "./selint/names.ts";

/** What would otherwise be made in one piece by the first check that asks. */
export const PREPARATIONS: readonly Preparation[] = [
  prepareNames,
  prepareParameters,
  prepareMentions,
  prepareNamedInRules,
  prepareTransitions,
  prepareTypeUses,
  ({ compiled }) => compiled.indexNames(),
];

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
