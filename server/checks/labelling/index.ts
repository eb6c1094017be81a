// The checks of file contexts, and what repairs their findings.

import type { Check, Fixer } from "../check.ts";
import { FILE_CONTEXT_CONFLICTS } from "./conflicts.ts";
import { CONTEXT_INVALID } from "./contexts.ts";
import { FILE_KINDS } from "./kinds.ts";
import { LEVEL_INSIDE, MOVE_LEVEL } from "./levels.ts";
import { M4_WORDS, QUOTE_WORD } from "./m4Words.ts";
import { PATTERN_CHECK } from "./patterns.ts";
import { SUBSTITUTED, WRITE_ORIGINAL } from "./substituted.ts";

export const LABELLING_CHECKS: readonly Check[] = [
  PATTERN_CHECK,
  FILE_CONTEXT_CONFLICTS,
  SUBSTITUTED,
  M4_WORDS,
  FILE_KINDS,
  LEVEL_INSIDE,
  CONTEXT_INVALID,
];

export const LABELLING_FIXERS: readonly Fixer[] = [WRITE_ORIGINAL, QUOTE_WORD, MOVE_LEVEL];
