// Which scope each keyword of the scanner gets. Invariant, held by a test: every keyword of grammar/text/tokens.ts
// is in exactly one group, so a keyword that is added there cannot stay without colour here.

import * as tokens from "../../../grammar/text/tokens.ts";

export interface KeywordGroup {
  readonly id: string;
  readonly scope: string;
  readonly types: readonly number[];
}

/** The token types from `first` to `last`. */
function run(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Keywords of the policy language. */
export const LANGUAGE_GROUPS: readonly KeywordGroup[] = [
  { id: "rules", scope: "keyword.other.rule", types: run(tokens.T_ALLOW, tokens.T_ROLE_TRANSITION) },
  {
    id: "declarations",
    scope: "storage.type",
    types: [
      ...run(tokens.T_TYPE, tokens.T_TUNABLE),
      ...run(tokens.T_MODULE, tokens.T_COMMON),
      ...run(tokens.T_SENSITIVITY, tokens.T_LEVEL),
      tokens.T_USER,
    ],
  },
  { id: "control", scope: "keyword.control", types: run(tokens.T_IF, tokens.T_REQUIRE) },
  {
    id: "statements",
    scope: "keyword.other.statement",
    types: [
      ...run(tokens.T_DEFAULT_USER, tokens.T_DEFAULT_RANGE),
      ...run(tokens.T_CONSTRAIN, tokens.T_MLSVALIDATETRANS),
      ...run(tokens.T_FS_USE_XATTR, tokens.T_DEVICETREECON),
    ],
  },
  {
    id: "modifiers",
    scope: "storage.modifier",
    types: [...run(tokens.T_ALIAS, tokens.T_INHERITS), ...run(tokens.T_SOURCE, tokens.T_GLBLUB)],
  },
  { id: "constants", scope: "constant.language", types: [tokens.T_TRUE, tokens.T_FALSE] },
  { id: "operators", scope: "keyword.operator.word", types: run(tokens.T_NOT, tokens.T_INCOMP) },
  { id: "constraint-terms", scope: "variable.language", types: run(tokens.T_SAMEUSER, tokens.T_H2) },
];

/** Macros with a syntax of their own: keywords only in front of a parenthesis. */
export const MACRO_GROUPS: readonly KeywordGroup[] = [
  {
    id: "macro-definitions",
    scope: "storage.type.function",
    types: [tokens.T_INTERFACE, tokens.T_TEMPLATE, tokens.T_DEFINE],
  },
  {
    id: "macro-control",
    scope: "keyword.control",
    types: [
      ...run(tokens.T_IFDEF, tokens.T_IFELSE),
      tokens.T_OPTIONAL_POLICY,
      tokens.T_TUNABLE_POLICY,
      tokens.T_GEN_REQUIRE,
    ],
  },
  {
    id: "macro-statements",
    scope: "keyword.other.macro",
    types: [
      ...run(tokens.T_POLICY_MODULE, tokens.T_GEN_CONTEXT),
      tokens.T_REFPOLICYWARN,
      tokens.T_REFPOLICYERR,
    ],
  },
];

/** `dnl` begins a comment, so it is no keyword of a group. */
export const COMMENT_TYPE = tokens.T_DNL;

/** The spellings of a group's keywords. */
export function spellings(group: KeywordGroup): readonly string[] {
  return group.types.map((type) => tokens.TOKEN_NAMES[type] as string);
}

/** The same, and in capitals, which checkpolicy takes as well. */
export function bothSpellings(group: KeywordGroup): readonly string[] {
  const small = spellings(group);
  return [...small, ...small.map((word) => word.toUpperCase())];
}
