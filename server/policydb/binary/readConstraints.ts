// Constraints and validatetrans of a class (read_cons_helper of security/selinux/ss/policydb.c and the checks of
// libsepol's validate_constraint_nodes). The names in them belong to tables that come later in the file, so they are
// put aside as pending.

import {
  CEXPR_AND,
  CEXPR_ATTR,
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
  type ConstraintNode,
  type TypeSet,
} from "../constraint.ts";
import { readEbitmap, readTypeSet } from "./readSets.ts";
import { type ReadState, SYM_ROLES, SYM_TYPES, SYM_USERS } from "./state.ts";
import { VERSION_CONSTRAINT_NAMES } from "./versions.ts";

const EXPR_BYTES = 12;
const CONSTRAINT_BYTES = 8 + EXPR_BYTES;
const LEVEL_ATTRS = new Set([CEXPR_L1L2, CEXPR_L1H2, CEXPR_H1L2, CEXPR_H1H2, CEXPR_L1H1, CEXPR_L2H2]);

/** Reads `count` constraints; `nperms` is 0 for validatetrans. */
export function readConstraints(s: ReadState, count: number, nperms: number, what: string): ConstraintNode[] {
  const before = s.c.section;
  s.c.section = "constraints";
  const nodes = readNodes(s, count, nperms, what);
  s.c.section = before;
  return nodes;
}

function readNodes(s: ReadState, count: number, nperms: number, what: string): ConstraintNode[] {
  const c = s.c;
  const nodes: ConstraintNode[] = [];
  if (!c.fits(count, `constraints of ${what}`, CONSTRAINT_BYTES, c.pos)) return nodes;
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const permissions = c.u32(`constraint of ${what}`);
    checkMask(s, permissions, nperms, what, at);
    const length = c.count(`expression nodes of a constraint of ${what}`, EXPR_BYTES);
    if (c.ok && length === 0) c.fail(`constraint of ${what} has no expression`, at + 4);
    const expr: ConstraintExprNode[] = [];
    let depth = -1;
    for (let k = 0; k < length && c.ok; k++) {
      const nodeAt = c.pos;
      const node = readNode(s, nperms !== 0, what);
      expr.push(node);
      depth = depthAfter(s, depth, node.exprType, what, nodeAt);
    }
    if (c.ok && depth !== 0) c.fail(`constraint of ${what} leaves ${depth + 1} values on the stack`, at);
    nodes.push({ permissions, expr });
  }
  return nodes;
}

function checkMask(s: ReadState, mask: number, nperms: number, what: string, at: number): void {
  if (nperms === 0 ? mask !== 0 : mask === 0)
    s.c.fail(`constraint of ${what} has ${nperms === 0 ? "permissions" : "no permissions"}`, at);
  else if (nperms !== 0 && nperms < 32 && mask >= 2 ** nperms)
    s.c.fail(
      `constraint of ${what} has permissions 0x${mask.toString(16)}, the class has only ${nperms}`,
      at,
    );
}

function readNode(s: ReadState, plain: boolean, what: string): ConstraintExprNode {
  const c = s.c;
  const at = c.pos;
  const exprType = c.u32(`constraint of ${what}`);
  const attr = c.u32(`constraint of ${what}`);
  const op = c.u32(`constraint of ${what}`);
  if (!c.ok) return { exprType, attr, op };
  if (exprType === CEXPR_NAMES) return readNames(s, attr, op, plain, what, at);
  if (exprType === CEXPR_ATTR) {
    const hasOrder = attr !== CEXPR_USER && attr !== CEXPR_TYPE;
    const known = attr === CEXPR_USER || attr === CEXPR_ROLE || attr === CEXPR_TYPE || LEVEL_ATTRS.has(attr);
    if (!known) c.fail(`constraint of ${what} compares unknown attribute ${attr}`, at + 4);
    else if (op < 1 || op > (hasOrder ? CEXPR_INCOMP : CEXPR_NEQ))
      c.fail(`constraint of ${what} has operator ${op}, which attribute ${attr} does not know`, at + 8);
  } else if (exprType === CEXPR_NOT || exprType === CEXPR_AND || exprType === CEXPR_OR) {
    if (attr !== 0 || op !== 0) c.fail(`constraint of ${what} has a connective with operands`, at);
  } else c.fail(`constraint of ${what} has unknown node kind ${exprType}`, at);
  return { exprType, attr, op };
}

function readNames(
  s: ReadState,
  attr: number,
  op: number,
  plain: boolean,
  what: string,
  at: number,
): ConstraintExprNode {
  const c = s.c;
  const side = attr & (CEXPR_TARGET | CEXPR_XTARGET);
  const subject = attr & ~side;
  const table = subject === CEXPR_USER ? SYM_USERS : subject === CEXPR_ROLE ? SYM_ROLES : SYM_TYPES;
  if (plain && (attr & CEXPR_XTARGET) !== 0) c.fail(`constraint of ${what} uses the third context`, at + 4);
  else if ((table === SYM_TYPES && subject !== CEXPR_TYPE) || side === (CEXPR_TARGET | CEXPR_XTARGET))
    c.fail(`constraint of ${what} names values of unknown attribute ${attr}`, at + 4);
  else if (op < 1 || op > CEXPR_NEQ) c.fail(`constraint of ${what} has operator ${op} with names`, at + 8);
  const label = `names in a constraint of ${what}`;
  const names = readEbitmap(s, label);
  s.pending.push({ at, table, bits: names, what: label });
  if (s.version < VERSION_CONSTRAINT_NAMES) return { exprType: CEXPR_NAMES, attr, op, names };
  const typeNames: TypeSet = readTypeSet(s, label);
  if (subject === CEXPR_TYPE) {
    s.pending.push({ at, table, bits: typeNames.types, what: label });
    s.pending.push({ at, table, bits: typeNames.negset, what: label });
  } else if (typeNames.flags !== 0 || !typeNames.types.isEmpty() || !typeNames.negset.isEmpty())
    c.fail(`${label} has types where it compares users or roles`, at);
  return { exprType: CEXPR_NAMES, attr, op, names, typeNames };
}

/** Follows the evaluation stack; the kernel gives it five places. */
function depthAfter(s: ReadState, depth: number, exprType: number, what: string, at: number): number {
  if (exprType === CEXPR_ATTR || exprType === CEXPR_NAMES) {
    if (depth + 1 >= CEXPR_MAXDEPTH) s.c.fail(`constraint of ${what} is nested too deeply`, at);
    return depth + 1;
  }
  const needed = exprType === CEXPR_NOT ? 0 : 1;
  if (depth < needed) s.c.fail(`constraint of ${what} has an operator without operands`, at);
  return exprType === CEXPR_NOT ? depth : depth - 1;
}
