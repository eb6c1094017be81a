// Constraint expressions (constraint_expr_eval in security/selinux/ss/services.c), in reverse Polish notation over
// two contexts, or three for validatetrans. The hot path keeps the truth stack in the bits of one integer; the
// traced form also tells the truth of every node, so that a reader sees which term failed. Malformed expressions
// (impossible after the binary reader's checks) are false, never an exception.

import {
  CEXPR_AND,
  CEXPR_ATTR,
  CEXPR_DOM,
  CEXPR_DOMBY,
  CEXPR_EQ,
  CEXPR_H1H2,
  CEXPR_H1L2,
  CEXPR_INCOMP,
  CEXPR_L1H1,
  CEXPR_L1H2,
  CEXPR_L1L2,
  CEXPR_L2H2,
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
} from "../policydb/constraint.ts";
import type { Context, MlsLevel } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { dominates, incomparable, levelsEqual, NO_RANGE } from "./mls.ts";

const FIELD = CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE;

/** The truth of one node of an expression that has been evaluated; undefined when it was never reached. */
export interface ConstraintTrace {
  readonly value: boolean;
  readonly nodes: readonly (boolean | undefined)[];
}

/** The truth of an expression about a source, a target and (validatetrans) a task. */
export function evaluateConstraint(
  policy: PolicyDb,
  expr: readonly ConstraintExprNode[],
  source: Context,
  target: Context,
  task?: Context,
): boolean {
  let stack = 0;
  let depth = 0;
  for (let i = 0; i < expr.length; i++) {
    const node = expr[i] as ConstraintExprNode;
    if (node.exprType === CEXPR_ATTR || node.exprType === CEXPR_NAMES) {
      if (depth === CEXPR_MAXDEPTH) return false;
      stack = (stack << 1) | (evaluateLeaf(policy, node, source, target, task) ? 1 : 0);
      depth++;
    } else if (node.exprType === CEXPR_NOT) {
      if (depth < 1) return false;
      stack ^= 1;
    } else {
      if (depth < 2) return false;
      const top = stack & 1;
      stack >>>= 1;
      if (node.exprType === CEXPR_AND) stack &= ~1 | top;
      else if (node.exprType === CEXPR_OR) stack |= top;
      else return false;
      depth--;
    }
  }
  return depth === 1 && (stack & 1) === 1;
}

/** The same with the truth of every node. */
export function traceConstraint(
  policy: PolicyDb,
  expr: readonly ConstraintExprNode[],
  source: Context,
  target: Context,
  task?: Context,
): ConstraintTrace {
  const nodes: (boolean | undefined)[] = new Array(expr.length).fill(undefined);
  const stack: boolean[] = [];
  for (let i = 0; i < expr.length; i++) {
    const node = expr[i] as ConstraintExprNode;
    const value = traceNode(policy, node, stack, source, target, task);
    if (value === undefined) return { value: false, nodes };
    nodes[i] = value;
    stack.push(value);
  }
  return { value: stack.length === 1 && stack[0] === true, nodes };
}

function traceNode(
  policy: PolicyDb,
  node: ConstraintExprNode,
  stack: boolean[],
  source: Context,
  target: Context,
  task: Context | undefined,
): boolean | undefined {
  if (node.exprType === CEXPR_ATTR || node.exprType === CEXPR_NAMES)
    return stack.length === CEXPR_MAXDEPTH ? undefined : evaluateLeaf(policy, node, source, target, task);
  const top = stack.pop();
  if (top === undefined) return undefined;
  if (node.exprType === CEXPR_NOT) return !top;
  const below = stack.pop();
  if (below === undefined) return undefined;
  if (node.exprType === CEXPR_AND) return below && top;
  return node.exprType === CEXPR_OR ? below || top : undefined;
}

/** The truth of one leaf: a comparison of fields or levels, or membership in a set of names. */
export function evaluateLeaf(
  policy: PolicyDb,
  node: ConstraintExprNode,
  source: Context,
  target: Context,
  task: Context | undefined,
): boolean {
  if (node.exprType === CEXPR_NAMES) {
    let subject: Context | undefined = source;
    if ((node.attr & CEXPR_TARGET) !== 0) subject = target;
    else if ((node.attr & CEXPR_XTARGET) !== 0) subject = task;
    if (subject === undefined || node.names === undefined) return false;
    const found = node.names.has(fieldOf(subject, node.attr & FIELD) - 1);
    return node.op === CEXPR_EQ ? found : node.op === CEXPR_NEQ && !found;
  }
  if ((node.attr & FIELD) === 0) return compareLevels(node, source, target);
  const a = fieldOf(source, node.attr & FIELD);
  const b = fieldOf(target, node.attr & FIELD);
  if (node.op === CEXPR_EQ) return a === b;
  if (node.op === CEXPR_NEQ) return a !== b;
  return (node.attr & CEXPR_ROLE) !== 0 && compareRoles(policy, node.op, a, b);
}

function fieldOf(context: Context, field: number): number {
  if (field === CEXPR_TYPE) return context.type;
  if (field === CEXPR_ROLE) return context.role;
  return context.user;
}

/** A role comparison by dominance: dom, domby or incomp. */
export function compareRoles(policy: PolicyDb, op: number, a: number, b: number): boolean {
  const over = policy.roles.at(a)?.dominates.has(b - 1) === true;
  if (op === CEXPR_DOM) return over;
  const under = policy.roles.at(b)?.dominates.has(a - 1) === true;
  if (op === CEXPR_DOMBY) return under;
  return op === CEXPR_INCOMP && !over && !under;
}

function compareLevels(node: ConstraintExprNode, source: Context, target: Context): boolean {
  const s = source.range ?? NO_RANGE;
  const t = target.range ?? NO_RANGE;
  switch (node.attr) {
    case CEXPR_L1L2:
      return compareLevel(node.op, s.low, t.low);
    case CEXPR_L1H2:
      return compareLevel(node.op, s.low, t.high);
    case CEXPR_H1L2:
      return compareLevel(node.op, s.high, t.low);
    case CEXPR_H1H2:
      return compareLevel(node.op, s.high, t.high);
    case CEXPR_L1H1:
      return compareLevel(node.op, s.low, s.high);
    case CEXPR_L2H2:
      return compareLevel(node.op, t.low, t.high);
    default:
      return false;
  }
}

function compareLevel(op: number, a: MlsLevel, b: MlsLevel): boolean {
  switch (op) {
    case CEXPR_EQ:
      return levelsEqual(a, b);
    case CEXPR_NEQ:
      return !levelsEqual(a, b);
    case CEXPR_DOM:
      return dominates(a, b);
    case CEXPR_DOMBY:
      return dominates(b, a);
    case CEXPR_INCOMP:
      return incomparable(a, b);
    default:
      return false;
  }
}
