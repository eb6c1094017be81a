// Conditional expressions of sources, made canonical as libsepol does (cond_normalize_expr): NOTs in front are
// stripped and the branches swapped; expressions over at most five booleans are equal when they name the same
// booleans and have the same truth table, longer ones when they are written alike. A table counts the booleans in the order
// in which the expression names them, so `a && !b` and `b && !a` are taken for one expression, and `a && !b` and `!b && a`
// for two: so does libsepol. Each distinct expression gets one number, and with it two branches of the avtab.

import { OP_AND, OP_EQ, OP_NEQ, OP_NOT, OP_OR, OP_XOR } from "../../grammar/syntax/kinds.ts";
import type { Words } from "../../grammar/text/words.ts";
import {
  COND_AND,
  COND_BOOL,
  COND_EQ,
  COND_NEQ,
  COND_NOT,
  COND_OR,
  COND_XOR,
  evaluateCond,
} from "../policydb/conditional.ts";

/** Booleans beyond this number are compared as written (COND_MAX_BOOLS). */
const COND_MAX_BOOLS = 5;

/** One step of an expression: a boolean by word id, or an operator. */
export interface ConditionNode {
  readonly op: number;
  readonly word: number;
}

/** A canonical expression. */
export interface Condition {
  readonly index: number;
  readonly expr: readonly ConditionNode[];
}

const COND_OF_SYNTAX = new Map([
  [OP_NOT, COND_NOT],
  [OP_AND, COND_AND],
  [OP_OR, COND_OR],
  [OP_XOR, COND_XOR],
  [OP_EQ, COND_EQ],
  [OP_NEQ, COND_NEQ],
]);

export function condOperator(syntaxOp: number): number {
  return COND_OF_SYNTAX.get(syntaxOp) ?? 0;
}

export class Conditions {
  readonly all: Condition[] = [];
  private readonly byKey = new Map<string, Condition>();
  private readonly words: Words;

  constructor(words: Words) {
    this.words = words;
  }

  /** The canonical form of an expression; `swapped` when its true branch is the canonical false branch. */
  intern(expr: readonly ConditionNode[]): { readonly condition: Condition; readonly swapped: boolean } {
    let swapped = false;
    let body = expr;
    while (body.length > 1 && body[body.length - 1]?.op === COND_NOT) {
      body = body.slice(0, -1);
      swapped = !swapped;
    }
    const key = this.keyOf(body);
    let condition = this.byKey.get(key);
    if (condition === undefined) {
      condition = { index: this.all.length, expr: body };
      this.all.push(condition);
      this.byKey.set(key, condition);
    }
    return { condition, swapped };
  }

  private keyOf(expr: readonly ConditionNode[]): string {
    const bools = [...new Set(expr.filter((node) => node.op === COND_BOOL).map((node) => node.word))];
    if (bools.length > COND_MAX_BOOLS) return expr.map((node) => `${node.op}:${node.word}`).join(" ");
    // cond_expr_equal asks for the same booleans in any order and compares tables that each count them in their own.
    const table = truthTable(expr, bools);
    return `${bools.sort((a, b) => a - b).join(",")}=${table}`;
  }

  /** The expression as policy text, fully parenthesised where needed. */
  text(expr: readonly ConditionNode[]): string {
    const stack: string[] = [];
    const names: Record<number, string> = {
      [COND_OR]: "or",
      [COND_AND]: "and",
      [COND_XOR]: "xor",
      [COND_EQ]: "==",
      [COND_NEQ]: "!=",
    };
    for (const node of expr) {
      if (node.op === COND_BOOL) stack.push(this.words.text(node.word));
      else if (node.op === COND_NOT) stack.push(`not ${stack.pop() ?? "?"}`);
      else {
        const right = stack.pop() ?? "?";
        stack.push(`(${stack.pop() ?? "?"} ${names[node.op] ?? "?"} ${right})`);
      }
    }
    const text = stack.pop() ?? "";
    return text.startsWith("(") ? text.slice(1, -1) : text;
  }
}

/** Bit i is the result when boolean j has bit j of i. */
function truthTable(expr: readonly ConditionNode[], bools: readonly number[]): number {
  let table = 0;
  const nodes = expr.map((node) => ({ op: node.op, bool: node.word }));
  for (let row = 0; row < 1 << bools.length; row++) {
    const result = evaluateCond(nodes, (word) => ((row >> bools.indexOf(word)) & 1) === 1);
    if (result === 1) table |= 1 << row;
  }
  return table >>> 0;
}
