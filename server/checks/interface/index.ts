// The checks of interfaces, templates and declarations, and what repairs their findings.

import type { Check, Fixer } from "../check.ts";
import { callArguments } from "./arguments.ts";
import { quoteBlock, unquotedBlock } from "./blocks.ts";
import { deprecatedCall, replaceDeprecated } from "./deprecated.ts";
import { completeDocs, documentedParameters } from "./docs.ts";
import { removeBlank } from "./fixes.ts";
import { macroName, uncallableMacro } from "./macroNames.ts";
import { needlessTemplate } from "./templates.ts";
import { removeRequire, unusedDeclaration, unusedModuleRequire } from "./unused.ts";

export const INTERFACE_CHECKS: readonly Check[] = [
  callArguments,
  deprecatedCall,
  documentedParameters,
  macroName,
  uncallableMacro,
  unquotedBlock,
  needlessTemplate,
  unusedDeclaration,
  unusedModuleRequire,
];

export const INTERFACE_FIXERS: readonly Fixer[] = [
  removeBlank,
  quoteBlock,
  replaceDeprecated,
  completeDocs,
  removeRequire,
];
