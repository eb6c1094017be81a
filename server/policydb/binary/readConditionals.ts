// The conditionals of a binary policy: state, expression, true list, false list (cond_read_node, expr_node_isvalid;
// libsepol's validate_cond_expr for malformed expressions, which the kernel loads but never applies).

import {
  COND_BOOL,
  COND_EXPR_MAXDEPTH,
  COND_NEQ,
  COND_NOT,
  type CondExprNode,
  evaluateCond,
} from "../conditional.ts";
import { readCondRules } from "./readRules.ts";
import { type ReadState, requireValue, SYM_BOOLS } from "./state.ts";

const NODE_BYTES = 8;
const CONDITIONAL_BYTES = 16 + NODE_BYTES;

/** All conditionals with their rules. */
export function readConditionals(s: ReadState): void {
  const c = s.c;
  c.enter("conditionals");
  const count = c.count("conditionals", CONDITIONAL_BYTES);
  for (let index = 0; index < count && c.ok; index++) {
    const at = c.pos;
    const stored = c.u32("a conditional");
    const expr = readExpr(s);
    if (!c.ok) return;
    if (stored > 1) c.fail(`conditional has state ${stored}, expected 0 or 1`, at);
    const state = evaluateCond(expr, (bool) => s.db.bools.at(bool)?.state === true);
    if (stored !== state) s.layout.condStates.set(index, stored);
    s.db.conditionals.push({ expr, state });
    readCondRules(s, index, true, state === 1);
    readCondRules(s, index, false, state === 0);
  }
}

function readExpr(s: ReadState): CondExprNode[] {
  const c = s.c;
  const start = c.pos;
  const length = c.count("nodes of a conditional expression", NODE_BYTES);
  const expr: CondExprNode[] = [];
  let depth = 0;
  for (let i = 0; i < length && c.ok; i++) {
    const at = c.pos;
    const op = c.u32("a conditional expression");
    const bool = c.u32("a conditional expression");
    if (op < COND_BOOL || op > COND_NEQ) c.fail(`conditional expression has operator ${op}`, at);
    else if (op === COND_BOOL) {
      requireValue(s, SYM_BOOLS, bool, "a conditional expression", at + 4);
      if (++depth > COND_EXPR_MAXDEPTH) c.fail("conditional expression is nested too deeply", at);
    } else {
      if (bool !== 0) c.fail("conditional expression has an operator with a boolean", at + 4);
      if (depth < (op === COND_NOT ? 1 : 2)) c.fail("conditional expression has too few operands", at);
      if (op !== COND_NOT) depth--;
    }
    expr.push({ op, bool });
  }
  if (c.ok && depth !== 1) c.fail(`conditional expression leaves ${depth} values on the stack`, start);
  return expr;
}
