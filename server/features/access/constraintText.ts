// Constraint expressions as people write them (`u1 == u2 and ( t1 == { … } or … )`), and the truth of every term
// of one that was evaluated, with the values that it compared. Follows checkpolicy's spelling.

import {
  CEXPR_AND,
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
} from "../../policydb/constraint.ts";
import type { Context, MlsLevel } from "../../policydb/context.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import type { ConstraintTrace } from "../../services/constraint.ts";
import { NO_RANGE } from "../../services/mls.ts";
import { printLevel } from "../../services/mlsText.ts";

/** A term of an expression and what came of it. */
export interface ConstraintTerm {
  readonly text: string;
  /** what it compared, e.g. `staff_u, user_u` */
  readonly compared: string;
  /** undefined when it was never reached */
  readonly value: boolean | undefined;
}

/** Names of a set that are written out. */
const MOST_NAMES = 8;
const LEVELS: ReadonlyMap<number, readonly [string, string]> = new Map([
  [CEXPR_L1L2, ["l1", "l2"]],
  [CEXPR_L1H2, ["l1", "h2"]],
  [CEXPR_H1L2, ["h1", "l2"]],
  [CEXPR_H1H2, ["h1", "h2"]],
  [CEXPR_L1H1, ["l1", "h1"]],
  [CEXPR_L2H2, ["l2", "h2"]],
]);
const OPERATORS: ReadonlyMap<number, string> = new Map([
  [CEXPR_EQ, "=="],
  [CEXPR_NEQ, "!="],
  [CEXPR_DOM, "dom"],
  [CEXPR_DOMBY, "domby"],
  [CEXPR_INCOMP, "incomp"],
]);
const FIELD = CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE;

/** The expression with parentheses only where they matter. */
export function constraintText(db: PolicyDb, expr: readonly ConstraintExprNode[]): string {
  const stack: { readonly text: string; readonly level: number }[] = [];
  const operand = (level: number): string => {
    const part = stack.pop() ?? { text: "?", level: 9 };
    return part.level < level ? `( ${part.text} )` : part.text;
  };
  for (const node of expr) {
    if (node.exprType === CEXPR_NOT) stack.push({ text: `not ${operand(3)}`, level: 3 });
    else if (node.exprType === CEXPR_AND || node.exprType === CEXPR_OR) {
      const level = node.exprType === CEXPR_AND ? 2 : 1;
      const right = operand(level);
      stack.push({ text: `${operand(level)} ${level === 2 ? "and" : "or"} ${right}`, level });
    } else stack.push({ text: termText(db, node), level: 9 });
  }
  return stack.pop()?.text ?? "";
}

/** The terms of an evaluated expression, in order. */
export function constraintTerms(
  db: PolicyDb,
  expr: readonly ConstraintExprNode[],
  trace: ConstraintTrace,
  source: Context,
  target: Context,
  task?: Context,
): ConstraintTerm[] {
  return expr.flatMap((node, i) => {
    if (node.exprType === CEXPR_NOT || node.exprType === CEXPR_AND || node.exprType === CEXPR_OR) return [];
    const compared = comparedText(db, node, source, target, task);
    return [{ text: termText(db, node), compared, value: trace.nodes[i] }];
  });
}

/** One term: `u1 == u2`, `t1 == { a b }`, `l1 dom l2`. */
function termText(db: PolicyDb, node: ConstraintExprNode): string {
  const operator = OPERATORS.get(node.op) ?? "?";
  const levels = LEVELS.get(node.attr);
  if (levels !== undefined) return `${levels[0]} ${operator === "==" ? "eq" : operator} ${levels[1]}`;
  const letter = letterOf(node.attr);
  if (node.exprType !== CEXPR_NAMES) return `${letter}1 ${operator} ${letter}2`;
  const number = (node.attr & CEXPR_TARGET) !== 0 ? 2 : (node.attr & CEXPR_XTARGET) !== 0 ? 3 : 1;
  return `${letter}${number} ${operator} ${namesText(db, node)}`;
}

function letterOf(attr: number): string {
  if ((attr & CEXPR_USER) !== 0) return "u";
  return (attr & CEXPR_ROLE) !== 0 ? "r" : "t";
}

function namesText(db: PolicyDb, node: ConstraintExprNode): string {
  const { typeNames } = node;
  const bits = typeNames !== undefined && !typeNames.types.isEmpty() ? typeNames.types : node.names;
  const names: string[] = [];
  bits?.forEach((bit) => void names.push(nameOf(db, node.attr, bit + 1)));
  if (names.length === 1) return names[0] as string;
  const more = names.length > MOST_NAMES ? ` … ${names.length - MOST_NAMES} more` : "";
  return `{ ${names.slice(0, MOST_NAMES).join(" ")}${more} }`;
}

function nameOf(db: PolicyDb, attr: number, value: number): string {
  const field = attr & FIELD;
  const symtab = field === CEXPR_USER ? db.users : field === CEXPR_ROLE ? db.roles : db.types;
  return symtab.nameOf(value) ?? `#${value}`;
}

function comparedText(
  db: PolicyDb,
  node: ConstraintExprNode,
  source: Context,
  target: Context,
  task: Context | undefined,
): string {
  const levels = LEVELS.get(node.attr);
  if (levels !== undefined) return levels.map((name) => levelOf(db, name, source, target)).join(", ");
  const value = (context: Context | undefined): string =>
    context === undefined ? "?" : nameOf(db, node.attr, fieldOf(context, node.attr));
  if (node.exprType !== CEXPR_NAMES) return `${value(source)}, ${value(target)}`;
  if ((node.attr & CEXPR_TARGET) !== 0) return value(target);
  return value((node.attr & CEXPR_XTARGET) !== 0 ? task : source);
}

function fieldOf(context: Context, attr: number): number {
  if ((attr & CEXPR_USER) !== 0) return context.user;
  return (attr & CEXPR_ROLE) !== 0 ? context.role : context.type;
}

function levelOf(db: PolicyDb, name: string, source: Context, target: Context): string {
  const range = (name.endsWith("1") ? source : target).range ?? NO_RANGE;
  const level: MlsLevel = name.startsWith("l") ? range.low : range.high;
  return printLevel(db, level);
}
