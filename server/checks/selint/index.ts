// SELint's checks, each under its own id, and what repairs their findings.

import type { Check } from "../check.ts";
import { emptyCall, mandatoryCall, spaceInArgument, unknownCall } from "./calls.ts";
import { foreignBoolean, unknownBoolean } from "./conditions.ts";
import { emptyBlock } from "./emptyBlock.ts";
import { exclusion, unusedInterface } from "./extras.ts";
import {
  badContextLine,
  blankLine,
  contextRegex,
  contextRole,
  contextType,
  contextUser,
  foreignContext,
  missingLevel,
} from "./fileContexts.ts";
import { foreignName, missingRequire, requiredElsewhere } from "./foreignNames.ts";
import { interfaceComment } from "./interfaceComment.ts";
import { declarationInInterface, templateInInterface } from "./interfaces.ts";
import { macroAvailable } from "./macroSets.ts";
import { moduleName, strayModule, straySemicolon } from "./modules.ts";
import { statementOrder } from "./order.ts";
import { macroClass } from "./permissionMacros.ts";
import { permissionOrder } from "./permissionOrder.ts";
import { auditAccess, wildcardPermissions } from "./permissions.ts";
import { requireOrder } from "./requireOrder.ts";
import { requireInModule, unquotedRequire } from "./requireStyle.ts";
import { useSelf } from "./self.ts";
import { syntaxError } from "./syntax.ts";
import { nameClash, strayWord, unknownClass, unknownPermission } from "./unknowns.ts";
import { unusedRequire } from "./unusedRequire.ts";

export const SELINT_CHECKS: readonly Check[] = [
  statementOrder,
  interfaceComment,
  permissionOrder,
  requireOrder,
  useSelf,
  foreignBoolean,
  requireInModule,
  foreignContext,
  straySemicolon,
  templateInInterface,
  declarationInInterface,
  strayModule,
  missingLevel,
  unquotedRequire,
  macroClass,
  macroAvailable,
  blankLine,
  foreignName,
  missingRequire,
  unusedRequire,
  contextRegex,
  mandatoryCall,
  emptyCall,
  spaceInArgument,
  wildcardPermissions,
  moduleName,
  unknownCall,
  requiredElsewhere,
  unknownBoolean,
  auditAccess,
  badContextLine,
  contextUser,
  contextRole,
  contextType,
  nameClash,
  unknownPermission,
  unknownClass,
  emptyBlock,
  strayWord,
  syntaxError,
  unusedInterface,
  exclusion,
];

export { SELINT_FIXERS } from "./fixes.ts";
