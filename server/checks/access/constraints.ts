// Permissions that a rule grants and a constraint always takes away: no user, role or level makes it true for the types
// of the rule. Evaluation is over sets – types exactly, roles by what the types may have, users and levels unknown – in
// three values, so that "never" is proven and "maybe" says nothing. Object_r goes with every type. Where a child is
// bounded, ../bounds.ts reports what exceeds its parent.

import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
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
} from "../../policydb/constraint.ts";
import { Ebitmap } from "../../policydb/ebitmap.ts";
import { OBJECT_R_VAL, type PolicyDb, permissionNames } from "../../policydb/policydb.ts";
import type { PolicyCheck } from "../check.ts";
import { rangeOf, statementsOf } from "./direct.ts";

const NEVER = 0;
const MAYBE = 1;
const ALWAYS = 2;

export const NEVER_SATISFIED: PolicyCheck = {
  scope: "policy",
  ids: ["allow-never-satisfied"],
  roles: ["te", "conf"],
  run(context, file, report) {
    const { compiled } = context;
    const { db } = compiled;
    const { avtab } = db;
    const rules = compiled.directRules(file.id);
    const judge = context.shared("constraint-judge", () => createJudge(db));
    for (const { node, from, to } of statementsOf(rules)) {
      const lost = new Set<string>();
      for (let row = from; row < to; row++) {
        const entry = rules.entry[row] as number;
        if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
        const mask = rules.mask[row] as number;
        const tclass = avtab.tclass[entry] as number;
        const refused = judge(avtab.source(entry), avtab.target(entry), tclass, mask);
        const datum = db.classes.at(tclass);
        if (refused === 0 || datum === undefined) continue;
        const target = db.types.nameOf(avtab.target(entry)) ?? "?";
        for (const name of permissionNames(datum, refused)) lost.add(`${name} on ${target}:${datum.name}`);
      }
      if (lost.size > 0)
        report({
          ...rangeOf(file, node),
          code: "allow-never-satisfied",
          message: `a constraint refuses this for every user, role and level: ${[...lost].slice(0, 6).join(", ")}`,
        });
    }
  },
};

/** What one side of a rule can be. */
interface Side {
  readonly types: Ebitmap;
  readonly roles: Ebitmap;
}

/** Makes the function that tells which permissions of `mask` constraints always refuse. */
export function createJudge(
  db: PolicyDb,
): (source: number, target: number, tclass: number, mask: number) => number {
  const sides = new Map<number, Side>();
  const known = new Map<number, number>();
  const sideOf = (type: number): Side => {
    let side = sides.get(type);
    if (side === undefined) {
      const types = db.attrTypeMap[type] ?? new Ebitmap();
      const roles = Ebitmap.of([OBJECT_R_VAL - 1]);
      for (const role of db.roles) if (role.types.intersects(types)) roles.add(role.value - 1);
      side = { types, roles };
      sides.set(type, side);
    }
    return side;
  };
  // Few constraints can be refuted by types and roles alone; the others are not looked at again.
  const candidates: (readonly ConstraintNode[])[] = [];
  for (const { value, constraints } of db.classes)
    candidates[value] = constraints.filter(({ expr }) => leastOf(expr) === NEVER);
  return (source, target, tclass, mask) => {
    let refused = 0;
    for (const [index, { permissions, expr }] of (candidates[tclass] ?? []).entries()) {
      if ((permissions & mask) === 0) continue;
      const key = ((source * 0x10000 + target) * 4096 + tclass) * 64 + index;
      let value = index < 64 ? known.get(key) : undefined;
      if (value === undefined) {
        const [from, to] = [sideOf(source), sideOf(target)];
        // An attribute without types refuses nothing: there is nobody to be refused.
        const isVoid = from.types.isEmpty() || to.types.isEmpty();
        value = isVoid ? MAYBE : evaluate(expr, from, to, source === target);
        if (index < 64) known.set(key, value);
      }
      if (value === NEVER) refused |= permissions & mask;
    }
    return refused >>> 0;
  };
}

/** The least value that an expression can have for any types and roles. */
function leastOf(expr: readonly ConstraintExprNode[]): number {
  const stack: (readonly [number, number])[] = [];
  for (const { exprType, attr } of expr) {
    if (exprType === CEXPR_ATTR || exprType === CEXPR_NAMES) {
      const field = attr & (CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE);
      stack.push(field === CEXPR_TYPE || field === CEXPR_ROLE ? [NEVER, ALWAYS] : [MAYBE, MAYBE]);
      continue;
    }
    const top = stack.pop();
    if (top === undefined) return MAYBE;
    if (exprType === CEXPR_NOT) {
      stack.push([ALWAYS - top[1], ALWAYS - top[0]]);
      continue;
    }
    const below = stack.pop();
    if (below === undefined) return MAYBE;
    const join = exprType === CEXPR_AND ? Math.min : Math.max;
    stack.push([join(below[0], top[0]), join(below[1], top[1])]);
  }
  return stack[0]?.[0] ?? MAYBE;
}

function evaluate(expr: readonly ConstraintExprNode[], source: Side, target: Side, same: boolean): number {
  const stack: number[] = [];
  for (const node of expr) {
    if (node.exprType === CEXPR_ATTR || node.exprType === CEXPR_NAMES) {
      if (stack.length === CEXPR_MAXDEPTH) return MAYBE;
      stack.push(leaf(node, source, target, same));
      continue;
    }
    const top = stack.pop();
    if (top === undefined) return MAYBE;
    if (node.exprType === CEXPR_NOT) {
      stack.push(ALWAYS - top);
      continue;
    }
    const below = stack.pop();
    if (below === undefined) return MAYBE;
    if (node.exprType === CEXPR_AND) stack.push(Math.min(below, top));
    else if (node.exprType === CEXPR_OR) stack.push(Math.max(below, top));
    else return MAYBE;
  }
  return stack.length === 1 ? (stack[0] as number) : MAYBE;
}

function leaf(node: ConstraintExprNode, source: Side, target: Side, same: boolean): number {
  const { attr, op } = node;
  const field = attr & (CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE);
  if ((op !== CEXPR_EQ && op !== CEXPR_NEQ) || (field !== CEXPR_TYPE && field !== CEXPR_ROLE)) return MAYBE;
  const sets = (side: Side): Ebitmap => (field === CEXPR_TYPE ? side.types : side.roles);
  let value: number;
  if (node.exprType === CEXPR_NAMES) {
    if (node.names === undefined || (attr & (CEXPR_TARGET | CEXPR_XTARGET)) === CEXPR_XTARGET) return MAYBE;
    const set = sets((attr & CEXPR_TARGET) === 0 ? source : target);
    value = !node.names.intersects(set) ? NEVER : node.names.contains(set) ? ALWAYS : MAYBE;
  } else value = equality(sets(source), sets(target), same && field === CEXPR_TYPE);
  return op === CEXPR_NEQ ? ALWAYS - value : value;
}

/** Can members of two sets be equal, and must they? One type on both sides of a rule is the same type. */
function equality(a: Ebitmap, b: Ebitmap, sameKey: boolean): number {
  if (!a.intersects(b)) return NEVER;
  return sameKey && a.size() === 1 ? ALWAYS : MAYBE;
}
