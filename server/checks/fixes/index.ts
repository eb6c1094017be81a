// Repairs of what the compiler finds, in the order in which they are offered: where a name is both near to another one
// and known elsewhere, the first preferred repair is the one that `--fix` takes.

import type { Fixer } from "../check.ts";
import { RENAME_FIXER } from "./rename.ts";
import { REQUIRE_FIXERS } from "./requires.ts";

export const COMPILER_FIXERS: readonly Fixer[] = [...REQUIRE_FIXERS, RENAME_FIXER];
