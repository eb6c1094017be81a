/** Constraints of the canonical dump (DUMP.md): one line each, the expression in the policy's own postfix order. */
import {
  CEXPR_AND,
  CEXPR_ATTR,
  CEXPR_L1L2,
  CEXPR_NOT,
  CEXPR_OR,
  CEXPR_ROLE,
  CEXPR_TARGET,
  CEXPR_TYPE,
  CEXPR_USER,
  CEXPR_XTARGET,
  type ConstraintExprNode,
  type ConstraintNode,
} from "../../../server/policydb/constraint.ts";
import { type PolicyDb, permissionNames } from "../../../server/policydb/policydb.ts";
import { type Fact, memberNames } from "./dumpText.ts";

const OPERATORS = ["", "==", "!=", "dom", "domby", "incomp"];
const CONNECTIVES = new Map<number, string>([
  [CEXPR_NOT, "not"],
  [CEXPR_AND, "and"],
  [CEXPR_OR, "or"],
]);
const LEVEL_PAIRS = ["l1 l2", "l1 h2", "h1 l2", "h1 h2", "l1 h1", "l2 h2"];

/** Adds constrain, mlsconstrain, validatetrans and mlsvalidatetrans lines. */
export function dumpConstraints(db: PolicyDb, fact: Fact): void {
  for (const tclass of db.classes) {
    for (const node of tclass.constraints) {
      const perms = permissionNames(tclass, node.permissions).sort();
      fact(isMls(node) ? "mlsconstrain" : "constrain", tclass.name, perms.join(","), expression(db, node));
    }
    for (const node of tclass.validatetrans)
      fact(isMls(node) ? "mlsvalidatetrans" : "validatetrans", tclass.name, "-", expression(db, node));
  }
}

function isMls(node: ConstraintNode): boolean {
  return node.expr.some(({ attr }) => attr >= CEXPR_L1L2);
}

function expression(db: PolicyDb, node: ConstraintNode): string {
  return node.expr.map((item) => itemText(db, item)).join(" ");
}

function itemText(db: PolicyDb, item: ConstraintExprNode): string {
  const connective = CONNECTIVES.get(item.exprType);
  if (connective !== undefined) return connective;
  const operator = OPERATORS[item.op] ?? "?";
  if (item.exprType === CEXPR_ATTR) return `${pairText(item.attr)} ${operator}`;
  return `${sideText(item.attr)} {${namesOf(db, item).join(",")}} ${operator}`;
}

/** Both operands of an attribute comparison. */
function pairText(attr: number): string {
  if (attr >= CEXPR_L1L2) return LEVEL_PAIRS[Math.log2(attr / CEXPR_L1L2)] ?? "?";
  const letter = sideText(attr)[0];
  return `${letter}1 ${letter}2`;
}

/** u1 … t3 */
function sideText(attr: number): string {
  const place = (attr & CEXPR_XTARGET) !== 0 ? "3" : (attr & CEXPR_TARGET) !== 0 ? "2" : "1";
  const letters = new Map([
    [CEXPR_USER, "u"],
    [CEXPR_ROLE, "r"],
    [CEXPR_TYPE, "t"],
  ]);
  return `${letters.get(attr & (CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE)) ?? "?"}${place}`;
}

/** Names as written; `*`, `~` and excluded names have marks that no oracle prints, so that they show. */
function namesOf(db: PolicyDb, item: ConstraintExprNode): readonly string[] {
  if (item.names === undefined && item.typeNames === undefined) return [];
  if ((item.attr & CEXPR_TYPE) !== 0 && item.typeNames !== undefined) {
    const { types, negset, flags } = item.typeNames;
    const names = memberNames(db.types, types);
    const marks = [flags & 1 ? "*" : "", flags & 2 ? "~" : ""].filter((mark) => mark !== "");
    return [...marks, ...names, ...memberNames(db.types, negset).map((name) => `-${name}`)];
  }
  if (item.names === undefined) return [];
  if ((item.attr & CEXPR_USER) !== 0) return memberNames(db.users, item.names);
  if ((item.attr & CEXPR_ROLE) !== 0) return memberNames(db.roles, item.names);
  return memberNames(db.types, item.names);
}
