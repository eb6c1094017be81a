// Conditionals that decide nothing: a condition with the same value whatever its booleans are, and branches that say the
// same. The text of one statement decides; names with arguments of macros in them are names like others, because
// equal ones stay equal.

import {
  N_COND,
  N_IF,
  N_NAME,
  N_OP,
  N_TUNABLEPOLICY,
  OP_AND,
  OP_EQ,
  OP_NEQ,
  OP_NOT,
  OP_OR,
  OP_XOR,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import {
  COND_AND,
  COND_BOOL,
  COND_EQ,
  COND_NEQ,
  COND_NOT,
  COND_OR,
  COND_XOR,
  type CondExprNode,
  evaluateCond,
} from "../../policydb/conditional.ts";
import type { TextCheck } from "../check.ts";
import { childOf } from "../selint/outline.ts";
import { eachPlace } from "../selint/visit.ts";

/** Conditions over more booleans are not tried out. */
const MOST_BOOLEANS = 10;

const COND_OF_SYNTAX: ReadonlyMap<number, number> = new Map([
  [OP_NOT, COND_NOT],
  [OP_AND, COND_AND],
  [OP_OR, COND_OR],
  [OP_XOR, COND_XOR],
  [OP_EQ, COND_EQ],
  [OP_NEQ, COND_NEQ],
]);

export const DEAD_CONDITIONAL: TextCheck = {
  scope: "text",
  ids: ["cond-constant", "cond-same-branches"],
  roles: ["te", "if", "conf"],
  run(file, _option, report) {
    eachPlace(file, [N_IF, N_TUNABLEPOLICY], ({ tree, node }) => {
      const condition = node + 1;
      if (condition >= (tree.end[node] as number) || tree.kind[condition] !== N_COND) return;
      const value = constantValue(tree, condition);
      const branches = [childOf(tree, node, 1), childOf(tree, node, 2)] as const;
      if (value !== undefined) {
        const dead = branches[value ? 1 : 0];
        report({
          start: startOf(tree, condition),
          end: endOf(tree, condition),
          code: "cond-constant",
          message: `this condition is always ${value}: ${dead < 0 ? "it decides nothing" : `the ${value ? "second" : "first"} branch never counts`}`,
        });
      } else if (branches[1] >= 0 && isSame(tree, branches[0], branches[1]))
        report({
          start: startOf(tree, condition),
          end: endOf(tree, condition),
          code: "cond-same-branches",
          message: "both branches say the same: the condition decides nothing",
        });
    });
  },
};

/** The value that a condition always has; undefined when it depends on its booleans, or nobody knows. */
export function constantValue(tree: SyntaxTree, condition: number): boolean | undefined {
  const expr: CondExprNode[] = [];
  const names: string[] = [];
  for (
    let child = condition + 1;
    child < (tree.end[condition] as number);
    child = tree.end[child] as number
  ) {
    if (tree.kind[child] === N_NAME) {
      const name = textOf(tree, child);
      if (!names.includes(name)) names.push(name);
      expr.push({ op: COND_BOOL, bool: names.indexOf(name) });
    } else if (tree.kind[child] === N_OP) {
      const op = COND_OF_SYNTAX.get(tree.data[child] as number);
      if (op === undefined) return undefined;
      expr.push({ op, bool: 0 });
    } else return undefined;
  }
  if (expr.length < 2 || names.length > MOST_BOOLEANS) return undefined;
  const first = evaluateCond(expr, () => false);
  if (first < 0) return undefined;
  for (let row = 1; row < 1 << names.length; row++)
    if (evaluateCond(expr, (name) => ((row >> name) & 1) === 1) !== first) return undefined;
  return first === 1;
}

/** Do two blocks hold the same tokens, and any at all? */
function isSame(tree: SyntaxTree, a: number, b: number): boolean {
  const { text, start, end } = tree.tokens;
  const words = (node: number): readonly string[] => {
    const found: string[] = [];
    for (let token = tree.first[node] as number; token < (tree.last[node] as number); token++)
      found.push(text.slice(start[token], end[token]));
    return found;
  };
  if (firstStatement(tree, a) < 0) return false;
  const left = words(a);
  const right = words(b);
  return left.length === right.length && left.every((word, i) => word === right[i]);
}

function firstStatement(tree: SyntaxTree, block: number): number {
  return block >= 0 && block + 1 < (tree.end[block] as number) ? block + 1 : -1;
}
