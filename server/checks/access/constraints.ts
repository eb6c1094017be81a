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
    const refusals = context.shared("refused-rules", () => refusedEntries(db));
    if (refusals.size === 0) return;
    const rules = compiled.directRules(file.id);
    for (const { node, from, to } of statementsOf(rules)) {
      const lost = new Set<string>();
      for (let row = from; row < to; row++) {
        const entry = rules.entry[row] as number;
        const refused = (refusals.get(entry) ?? 0) & (rules.mask[row] as number);
        const datum = db.classes.at(avtab.tclass[entry] as number);
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
export interface Side {
  readonly types: Ebitmap;
  readonly roles: Ebitmap;
}

/** Permissions that constraints always refuse, by entry of the avtab. */
function refusedEntries(db: PolicyDb): ReadonlyMap<number, number> {
  const refused = new Map<number, number>();
  // Few constraints can be refuted by types and roles alone; the others are not looked at again.
  const candidates: (readonly ConstraintNode[] | undefined)[] = [];
  for (const { value, constraints } of db.classes) {
    const found = constraints.filter(({ expr }) => canRefuse(expr));
    if (found.length > 0) candidates[value] = found;
  }
  if (candidates.length === 0) return refused;
  const sides = new Map<number, Side>();
  const { avtab } = db;
  const { specified, tclass, data } = avtab;
  for (let entry = 0; entry < avtab.length; entry++) {
    const own = candidates[tclass[entry] as number];
    if (own === undefined || specified[entry] !== AVTAB_ALLOWED) continue;
    for (const { permissions, expr } of own) {
      const mask = permissions & (data[entry] as number);
      if (mask === 0) continue;
      const source = sideOf(db, sides, avtab.source(entry));
      const target = sideOf(db, sides, avtab.target(entry));
      // An attribute without types refuses nothing: there is nobody to be refused.
      if (source.types.isEmpty() || target.types.isEmpty()) continue;
      if (evaluate(expr, source, target, source === target) === NEVER)
        refused.set(entry, (refused.get(entry) ?? 0) | mask);
    }
  }
  return refused;
}

export function sideOf(db: PolicyDb, sides: Map<number, Side>, type: number): Side {
  let side = sides.get(type);
  if (side === undefined) {
    const types = db.attrTypeMap[type] ?? new Ebitmap();
    const roles = Ebitmap.of([OBJECT_R_VAL - 1]);
    for (const role of db.roles) if (role.types.intersects(types)) roles.add(role.value - 1);
    side = { types, roles };
    sides.set(type, side);
  }
  return side;
}

/** The least value that an expression can have for any types and roles. */
function leastOf(expr: readonly ConstraintExprNode[]): number {
  const stack: (readonly [number, number])[] = [];
  for (const { exprType, attr, op, names } of expr) {
    if (exprType === CEXPR_ATTR || exprType === CEXPR_NAMES) {
      const field = attr & (CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE);
      // Both sides may have object_r: their roles may be equal, and may be in a set that holds it.
      const holdsBoth = op === CEXPR_EQ && names?.has(OBJECT_R_VAL - 1) === true;
      const isRoleSet = field === CEXPR_ROLE && exprType === CEXPR_NAMES && !holdsBoth;
      stack.push(field === CEXPR_TYPE || isRoleSet ? [NEVER, ALWAYS] : [MAYBE, MAYBE]);
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

/** May an expression be false for the types and roles of its sides alone? Few are. */
export function canRefuse(expr: readonly ConstraintExprNode[]): boolean {
  return leastOf(expr) === NEVER;
}

/** Can an expression be true for some members of the sides? `third` is the process of a validatetrans. */
export function mayHold(
  expr: readonly ConstraintExprNode[],
  source: Side,
  target: Side,
  third: Side,
): boolean {
  return evaluate(expr, source, target, false, third) !== NEVER;
}

function evaluate(
  expr: readonly ConstraintExprNode[],
  source: Side,
  target: Side,
  same: boolean,
  third?: Side,
): number {
  const stack: number[] = [];
  for (const node of expr) {
    if (node.exprType === CEXPR_ATTR || node.exprType === CEXPR_NAMES) {
      if (stack.length === CEXPR_MAXDEPTH) return MAYBE;
      stack.push(leaf(node, source, target, same, third));
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

function leaf(
  node: ConstraintExprNode,
  source: Side,
  target: Side,
  same: boolean,
  third: Side | undefined,
): number {
  const { attr, op } = node;
  const field = attr & (CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE);
  if ((op !== CEXPR_EQ && op !== CEXPR_NEQ) || (field !== CEXPR_TYPE && field !== CEXPR_ROLE)) return MAYBE;
  const sets = (side: Side): Ebitmap => (field === CEXPR_TYPE ? side.types : side.roles);
  let value: number;
  if (node.exprType === CEXPR_NAMES) {
    const side = (attr & CEXPR_XTARGET) !== 0 ? third : (attr & CEXPR_TARGET) === 0 ? source : target;
    if (node.names === undefined || side === undefined) return MAYBE;
    const set = sets(side);
    value = !node.names.intersects(set) ? NEVER : node.names.contains(set) ? ALWAYS : MAYBE;
  } else value = equality(sets(source), sets(target), same && field === CEXPR_TYPE);
  return op === CEXPR_NEQ ? ALWAYS - value : value;
}

/** Can members of two sets be equal, and must they? One type on both sides of a rule is the same type. */
function equality(a: Ebitmap, b: Ebitmap, sameKey: boolean): number {
  if (!a.intersects(b)) return NEVER;
  return sameKey && a.size() === 1 ? ALWAYS : MAYBE;
}
