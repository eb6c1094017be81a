// Repairs of what the compiler finds, in the order in which they are offered: of several preferred ones `--fix` takes
// the first, so a call into a module that is left out becomes optional before anything is declared anew, and an owner's
// interface is called rather than its type required.

import type { Fixer } from "../check.ts";
import { ARGUMENT_FIXER } from "./arguments.ts";
import { DECLARE_FIXER } from "./declare.ts";
import { DIRECTIVE_FIXERS } from "./directives.ts";
import { INTERFACE_FIXER } from "./interfaces.ts";
import { MODULE_FIXERS } from "./modules.ts";
import { REMOVE_FIXERS } from "./remove.ts";
import { RENAME_FIXER } from "./rename.ts";
import { REQUIRE_FIXERS } from "./requires.ts";
import { SYNTAX_FIXER } from "./syntax.ts";

export const COMPILER_FIXERS: readonly Fixer[] = [
  SYNTAX_FIXER,
  ARGUMENT_FIXER,
  ...MODULE_FIXERS,
  INTERFACE_FIXER,
  ...REQUIRE_FIXERS,
  RENAME_FIXER,
  DECLARE_FIXER,
  ...DIRECTIVE_FIXERS,
  ...REMOVE_FIXERS,
];
