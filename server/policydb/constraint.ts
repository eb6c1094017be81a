// Constraints (security/selinux/ss/constraint.h): expressions in reverse Polish notation over the attributes of
// the source, target and (validatetrans) task contexts. Evaluation lives in services/constraint.ts.

import type { Ebitmap } from "./ebitmap.ts";

export const CEXPR_NOT = 1;
export const CEXPR_AND = 2;
export const CEXPR_OR = 3;
export const CEXPR_ATTR = 4;
export const CEXPR_NAMES = 5;

export const CEXPR_USER = 1;
export const CEXPR_ROLE = 2;
export const CEXPR_TYPE = 4;
export const CEXPR_TARGET = 8;
export const CEXPR_XTARGET = 16;
export const CEXPR_L1L2 = 32;
export const CEXPR_L1H2 = 64;
export const CEXPR_H1L2 = 128;
export const CEXPR_H1H2 = 256;
export const CEXPR_L1H1 = 512;
export const CEXPR_L2H2 = 1024;

export const CEXPR_EQ = 1;
export const CEXPR_NEQ = 2;
export const CEXPR_DOM = 3;
export const CEXPR_DOMBY = 4;
export const CEXPR_INCOMP = 5;
export const CEXPR_MAXDEPTH = 5;

/** Names as written, attributes kept (policy version 29 and later): flags 1 = `*`, 2 = `~`. */
export interface TypeSet {
  readonly types: Ebitmap;
  readonly negset: Ebitmap;
  readonly flags: number;
}

/** One node of an expression. */
export interface ConstraintExprNode {
  /** CEXPR_NOT … CEXPR_NAMES */
  readonly exprType: number;
  /** CEXPR_USER … CEXPR_L2H2, or-ed with CEXPR_TARGET / CEXPR_XTARGET */
  readonly attr: number;
  /** CEXPR_EQ … CEXPR_INCOMP */
  readonly op: number;
  /** CEXPR_NAMES: user, role or type values - 1, attributes already expanded */
  readonly names?: Ebitmap;
  /** CEXPR_NAMES on types: as written */
  readonly typeNames?: TypeSet;
}

/** A constraint of a class. `permissions` is 0 for validatetrans. */
export interface ConstraintNode {
  readonly permissions: number;
  readonly expr: readonly ConstraintExprNode[];
}
