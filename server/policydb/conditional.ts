// Conditional policy (security/selinux/ss/conditional.c): boolean expressions in reverse Polish notation. The rules
// of a conditional are the avtab entries whose `branch` names it (avtab.ts, branchOf). Evaluation gives -1 when
// the expression is malformed, and then *both* lists are off, as in the kernel.

export const COND_BOOL = 1;
export const COND_NOT = 2;
export const COND_OR = 3;
export const COND_AND = 4;
export const COND_XOR = 5;
export const COND_EQ = 6;
export const COND_NEQ = 7;
/** Evaluation stack depth (COND_EXPR_MAXDEPTH). */
export const COND_EXPR_MAXDEPTH = 10;

/** One operator, or a boolean by value when `op` is COND_BOOL (0 otherwise). */
export interface CondExprNode {
  readonly op: number;
  readonly bool: number;
}

/** One `if` of the policy. Its index in `PolicyDb.conditionals` gives the branch numbers of its rules. */
export interface CondNode {
  readonly expr: readonly CondExprNode[];
  /** 1 true list enabled, 0 false list enabled, -1 neither (undefined expression). */
  state: number;
}

/** cond_evaluate_expr: 1, 0, or -1 when the expression is malformed. `stateOf` gives a boolean by value. */
export function evaluateCond(expr: readonly CondExprNode[], stateOf: (bool: number) => boolean): number {
  const stack: number[] = [];
  for (const node of expr) {
    if (node.op === COND_BOOL) {
      if (stack.length === COND_EXPR_MAXDEPTH) return -1;
      stack.push(stateOf(node.bool) ? 1 : 0);
      continue;
    }
    if (node.op === COND_NOT) {
      if (stack.length < 1) return -1;
      stack.push(1 - (stack.pop() as number));
      continue;
    }
    if (stack.length < 2) return -1;
    const b = stack.pop() as number;
    const a = stack.pop() as number;
    if (node.op === COND_OR) stack.push(a | b);
    else if (node.op === COND_AND) stack.push(a & b);
    else if (node.op === COND_XOR || node.op === COND_NEQ) stack.push(a ^ b);
    else if (node.op === COND_EQ) stack.push(a === b ? 1 : 0);
    else return -1;
  }
  return stack.length === 1 ? (stack[0] as number) : -1;
}
