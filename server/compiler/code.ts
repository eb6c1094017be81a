// Block code: what a block contributes, as integers in one pool. A block is one application of a unit's body (or of
// an optional or conditional branch inside it) to arguments; its code is a run of operations of fixed length. Names
// are still words here: whether they are declared is decided when the block becomes active, so the code of a block
// depends only on its text, its arguments and the macros it mentions, and survives every edit elsewhere.

import {
  N_ACCESSVECTOR,
  N_CLASS,
  N_COMMON,
  N_ROLETYPES,
  SYM_BOOL,
  SYM_ROLE,
  SYM_TUNABLE,
} from "../../grammar/syntax/kinds.ts";
import type { IntPool } from "./intPool.ts";

/** kind, source, target, class, permission values, origin */
export const OP_AV = 1;
/** kind, source, target, class values, permission word, index into `xsets`, origin */
export const OP_XPERM = 2;
/** kind, source, target, class values, result word, origin */
export const OP_TYPE = 3;
/** child block, origin */
export const OP_CALL = 4;
/** block, else block or -1, origin */
export const OP_OPTIONAL = 5;
/** SYM_* kind, word, extra (alias: primary word; bool: default word; else 0), origin */
export const OP_DECL = 6;
/** type value, attribute word, origin */
export const OP_ATTR = 7;
/** SYM_* kind, word, class word (permissions only), origin */
export const OP_REQUIRE = 8;
/** as OP_REQUIRE, from gen_require: counts inside optional blocks only (monolithic) */
export const OP_GENREQUIRE = 9;
/** node kind, relative node, dynamic tree number (0 = the unit's own), origin: everything rare, read from syntax later */
export const OP_STATEMENT = 10;
/** problem code (PROBLEM_*), word or value, origin */
export const OP_PROBLEM = 11;

/** Length of each operation, its number included. */
export const OP_LENGTH = new Uint8Array([0, 7, 8, 7, 3, 4, 5, 4, 5, 5, 5, 4]);

/** Further bits of `Blocks.contents` beside those of the operations: a statement or declaration that globals.ts reads, */
export const HAS_RARE = 1 << 16;
/** a class, common or access vector, */
export const HAS_FLASK = 1 << 17;
/** `role … types`, */
export const HAS_ROLETYPES = 1 << 18;
/** and, in `Blocks.leads` only, that the block's value is known. */
export const LEADS_KNOWN = 1 << 30;
/** In `Blocks.contents`: the block leads to others. */
export const LEADS_ON = (1 << OP_CALL) | (1 << OP_OPTIONAL);

/**
 * What the code from a position to the end holds: bits for `Blocks.contents`. `require` hears of every requirement: its
 * SYM_* kind and word.
 */
export function contentsOf(
  { at, length }: IntPool,
  start: number,
  require: (symbol: number, word: number) => void,
): number {
  let contents = 0;
  for (let i = start; i < length; ) {
    const op = at[i] as number;
    contents |= 1 << op;
    if (op === OP_DECL) {
      if (isRareSymbol(at[i + 1] as number)) contents |= HAS_RARE;
    } else if (op === OP_STATEMENT) {
      const kind = at[i + 1];
      contents |= HAS_RARE;
      if (kind === N_CLASS || kind === N_COMMON || kind === N_ACCESSVECTOR) contents |= HAS_FLASK;
      else if (kind === N_ROLETYPES) contents |= HAS_ROLETYPES;
    } else if (op === OP_REQUIRE || op === OP_GENREQUIRE) require(at[i + 1] as number, at[i + 2] as number);
    i += OP_LENGTH[op] as number;
  }
  return contents;
}

/** True for declarations that globals.ts reads; types and attributes go another way (symbols.ts). */
export function isRareSymbol(symbol: number): boolean {
  return symbol === SYM_BOOL || symbol === SYM_TUNABLE || symbol === SYM_ROLE;
}

/** Extra symbol kinds of OP_DECL beyond the SYM_* of requires. */
export const SYM_ALIAS = 20;
export const SYM_PERMISSION = 21;
export const SYM_COMMON = 22;
export const SYM_SID = 23;
export const SYM_MODULE = 24;
export const SYM_SENSITIVITY_ALIAS = 25;
export const SYM_CATEGORY_ALIAS = 26;

export const PROBLEM_UNKNOWN_MACRO = 1;
export const PROBLEM_EMPTY_NAME = 2;
export const PROBLEM_NESTED_CONDITIONAL = 3;
export const PROBLEM_NOT_IN_CONDITIONAL = 4;
export const PROBLEM_RECURSION = 5;
export const PROBLEM_EXPANSION = 6;
export const PROBLEM_MESSAGE = 7;
export const PROBLEM_NOT_A_NAME = 8;
export const PROBLEM_MISSING_ARGUMENT = 9;
/** a bound was reached: the word is the macro whose expansion was given up */
export const PROBLEM_TOO_MUCH = 10;
/** a require without anything in it: gen_require leaves it out where no optional block is around it */
export const PROBLEM_EMPTY_REQUIRE = 11;
/** a statement that may stand at the top level only, in an optional block */
export const PROBLEM_NOT_IN_OPTIONAL = 12;
/** a gen_require in an interface whose body is not quoted: m4 expands it while it reads the interface, for every caller */
export const PROBLEM_UNQUOTED_REQUIRE = 13;
