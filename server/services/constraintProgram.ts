// Constraint expressions compiled to jumps: every leaf says where to go when it is true and when it is false, so that
// evaluation needs no stack and stops as soon as the outcome is known. Only the fast rows use it; constraint.ts is
// the reference and decides what leaves mean. Malformed or too deep expressions compile to "false", as there.

import {
  CEXPR_AND,
  CEXPR_ATTR,
  CEXPR_EQ,
  CEXPR_MAXDEPTH,
  CEXPR_NAMES,
  CEXPR_NEQ,
  CEXPR_NOT,
  CEXPR_OR,
  CEXPR_ROLE,
  CEXPR_TARGET,
  CEXPR_TYPE,
  CEXPR_USER,
  CEXPR_XTARGET,
  type ConstraintExprNode,
  type ConstraintNode,
} from "../policydb/constraint.ts";
import type { Context } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { evaluateLeaf } from "./constraint.ts";

const ALWAYS = -1;
const NEVER = -2;
const STEP_WORDS = 4;

const SOURCE_TYPE_IN = 0;
const TARGET_TYPE_IN = 1;
const SOURCE_ROLE_IN = 2;
const TARGET_ROLE_IN = 3;
const SOURCE_USER_IN = 4;
const TARGET_USER_IN = 5;
const SAME_USER = 6;
const SAME_ROLE = 7;
const SAME_TYPE = 8;
const OTHER = 9;

/** Steps of four words: what is tested, with which set or node, the next step when true, and when false. */
export interface ConstraintProgram {
  readonly permissions: number;
  readonly start: number;
  readonly steps: Int32Array;
  readonly sets: readonly Uint32Array[];
  readonly nodes: readonly ConstraintExprNode[];
}

/** Compiles one constraint (not validatetrans). */
export function compileConstraint(constraint: ConstraintNode): ConstraintProgram {
  const { permissions, expr } = constraint;
  const steps: number[] = [];
  const sets: Uint32Array[] = [];
  const never: ConstraintProgram = { permissions, start: NEVER, steps: new Int32Array(0), sets, nodes: expr };
  if (!isWellFormed(expr)) return never;
  let end = expr.length - 1;
  // Backwards over the reverse Polish form: an operator's right operand ends just before it.
  const emit = (whenTrue: number, whenFalse: number): number => {
    const at = end--;
    const node = expr[at] as ConstraintExprNode;
    if (node.exprType === CEXPR_NOT) return emit(whenFalse, whenTrue);
    if (node.exprType === CEXPR_AND) {
      const right = emit(whenTrue, whenFalse);
      return emit(right, whenFalse);
    }
    if (node.exprType === CEXPR_OR) {
      const right = emit(whenTrue, whenFalse);
      return emit(whenTrue, right);
    }
    const negated = node.op === CEXPR_NEQ;
    const kind = kindOf(node);
    const inSet = kind <= TARGET_USER_IN;
    if (inSet) sets.push(node.names?.words ?? new Uint32Array(0));
    const swap = negated && kind !== OTHER;
    steps.push(kind, inSet ? sets.length - 1 : at, swap ? whenFalse : whenTrue, swap ? whenTrue : whenFalse);
    return steps.length - STEP_WORDS;
  };
  const start = emit(ALWAYS, NEVER);
  return { permissions, start, steps: Int32Array.from(steps), sets, nodes: expr };
}

function isWellFormed(expr: readonly ConstraintExprNode[]): boolean {
  let depth = 0;
  for (const { exprType } of expr) {
    if (exprType === CEXPR_ATTR || exprType === CEXPR_NAMES) depth++;
    else if (exprType === CEXPR_NOT ? depth < 1 : depth < 2) return false;
    else if (exprType === CEXPR_AND || exprType === CEXPR_OR) depth--;
    else if (exprType !== CEXPR_NOT) return false;
    if (depth > CEXPR_MAXDEPTH) return false;
  }
  return depth === 1;
}

function kindOf(node: ConstraintExprNode): number {
  if (node.op !== CEXPR_EQ && node.op !== CEXPR_NEQ) return OTHER;
  if (node.exprType === CEXPR_ATTR) {
    if (node.attr === CEXPR_USER) return SAME_USER;
    if (node.attr === CEXPR_ROLE) return SAME_ROLE;
    return node.attr === CEXPR_TYPE ? SAME_TYPE : OTHER;
  }
  if (node.names === undefined || (node.attr & CEXPR_XTARGET) !== 0) return OTHER;
  const target = (node.attr & CEXPR_TARGET) !== 0 ? 1 : 0;
  const field = node.attr & ~CEXPR_TARGET;
  if (field === CEXPR_TYPE) return SOURCE_TYPE_IN + target;
  if (field === CEXPR_ROLE) return SOURCE_ROLE_IN + target;
  return field === CEXPR_USER ? SOURCE_USER_IN + target : OTHER;
}

/** The truth of a compiled constraint. */
export function runConstraint(
  policy: PolicyDb,
  program: ConstraintProgram,
  source: Context,
  target: Context,
): boolean {
  const { steps, sets } = program;
  let at = program.start;
  while (at >= 0) {
    const argument = steps[at + 1] as number;
    let value: boolean;
    switch (steps[at]) {
      case SOURCE_TYPE_IN:
        value = has(sets[argument] as Uint32Array, source.type);
        break;
      case TARGET_TYPE_IN:
        value = has(sets[argument] as Uint32Array, target.type);
        break;
      case SOURCE_ROLE_IN:
        value = has(sets[argument] as Uint32Array, source.role);
        break;
      case TARGET_ROLE_IN:
        value = has(sets[argument] as Uint32Array, target.role);
        break;
      case SOURCE_USER_IN:
        value = has(sets[argument] as Uint32Array, source.user);
        break;
      case TARGET_USER_IN:
        value = has(sets[argument] as Uint32Array, target.user);
        break;
      case SAME_USER:
        value = source.user === target.user;
        break;
      case SAME_ROLE:
        value = source.role === target.role;
        break;
      case SAME_TYPE:
        value = source.type === target.type;
        break;
      default:
        value = evaluateLeaf(
          policy,
          program.nodes[argument] as ConstraintExprNode,
          source,
          target,
          undefined,
        );
    }
    at = (value ? steps[at + 2] : steps[at + 3]) as number;
  }
  return at === ALWAYS;
}

function has(words: Uint32Array, value: number): boolean {
  const bit = value - 1;
  const word = bit >>> 5;
  return word < words.length && ((words[word] as number) & (1 << (bit & 31))) !== 0;
}
