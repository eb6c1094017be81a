// Constraint expressions compiled to jumps over integers: every leaf says where to go when it is true and when it is
// false, so that evaluation needs no stack and stops as soon as the outcome is known. Programs and the sets that they
// test lie in one typed array. Only the fast rows use it; constraint.ts is the reference for what leaves mean, and
// malformed or too deep expressions are false, as there.

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
  type ConstraintNode,
} from "../policydb/constraint.ts";
import type { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { compareRoles } from "./constraint.ts";
import {
  type ContextTable,
  FIELD_HIGH,
  FIELD_LOW,
  FIELD_ROLE,
  FIELD_USER,
  levelDominates,
  levelEquals,
} from "./contextTable.ts";

const ALWAYS = -1;
const NEVER = -2;

const SOURCE_TYPE_IN = 0;
const TARGET_TYPE_IN = 1;
const SOURCE_ROLE_IN = 2;
const TARGET_ROLE_IN = 3;
const SOURCE_USER_IN = 4;
const TARGET_USER_IN = 5;
const SAME_USER = 6;
const SAME_ROLE = 7;
const SAME_TYPE = 8;
const ROLE_COMPARE = 9;
/** argument: which levels (below) */
const LEVEL_EQUAL = 10;
const LEVEL_DOMINATES = 11;
const LEVEL_INCOMPARABLE = 12;
const FALSE = 13;

/** Levels of an argument: bits 0-1 the first, bits 2-3 the second; 1 = of the target, 2 = the high one. */
const LEVEL_PAIRS: ReadonlyMap<number, number> = new Map([
  [CEXPR_L1L2, 0 | (1 << 2)],
  [CEXPR_L1H2, 0 | (3 << 2)],
  [CEXPR_H1L2, 2 | (1 << 2)],
  [CEXPR_H1H2, 2 | (3 << 2)],
  [CEXPR_L1H1, 0 | (2 << 2)],
  [CEXPR_L2H2, 1 | (3 << 2)],
]);

/** Programs by class in one array. Word 0 is unused, so that place 0 means "not compiled". */
export interface ConstraintCode {
  words: Int32Array;
  used: number;
  /** by class: place of count, then (permissions, first step) for each constraint */
  readonly classes: Int32Array;
  /** by class: permissions that any constraint restricts; meaningful once compiled */
  readonly restricted: Int32Array;
}

/** A test with its two ways out. */
interface Leaf {
  readonly kind: number;
  readonly argument: number;
  readonly negated: boolean;
}

export function createConstraintCode(policy: PolicyDb): ConstraintCode {
  const classes = policy.classes.nprim + 1;
  return {
    words: new Int32Array(1024),
    used: 1,
    classes: new Int32Array(classes),
    restricted: new Int32Array(classes),
  };
}

/** Compiles the constraints of a class (not validatetrans); gives the place of its list. */
export function compileClass(code: ConstraintCode, policy: PolicyDb, tclass: number): number {
  const constraints = policy.classes.at(tclass)?.constraints ?? [];
  const list: number[] = [constraints.length];
  for (const constraint of constraints) {
    list.push(constraint.permissions, compileConstraint(code, constraint));
    code.restricted[tclass] = (code.restricted[tclass] as number) | constraint.permissions;
  }
  const place = append(code, list);
  code.classes[tclass] = place;
  return place;
}

function append(code: ConstraintCode, values: ArrayLike<number>): number {
  const place = code.used;
  if (place + values.length > code.words.length) {
    const larger = new Int32Array(Math.max(place + values.length, code.words.length * 2));
    larger.set(code.words);
    code.words = larger;
  }
  code.words.set(values, place);
  code.used += values.length;
  return place;
}

function compileConstraint(code: ConstraintCode, { expr }: ConstraintNode): number {
  if (!isWellFormed(expr)) return NEVER;
  let end = expr.length - 1;
  // Backwards over the reverse Polish form: an operator's right operand ends just before it.
  const emit = (whenTrue: number, whenFalse: number): number => {
    const node = expr[end--] as ConstraintExprNode;
    if (node.exprType === CEXPR_NOT) return emit(whenFalse, whenTrue);
    if (node.exprType === CEXPR_AND) {
      const right = emit(whenTrue, whenFalse);
      return emit(right, whenFalse);
    }
    if (node.exprType === CEXPR_OR) {
      const right = emit(whenTrue, whenFalse);
      return emit(whenTrue, right);
    }
    const { kind, argument, negated } = leafOf(code, node);
    if (kind === FALSE) return whenFalse;
    return append(code, [kind, argument, negated ? whenFalse : whenTrue, negated ? whenTrue : whenFalse]);
  };
  return emit(ALWAYS, NEVER);
}

function isWellFormed(expr: readonly ConstraintExprNode[]): boolean {
  let depth = 0;
  for (const { exprType } of expr) {
    if (exprType === CEXPR_ATTR || exprType === CEXPR_NAMES) depth++;
    else if (exprType === CEXPR_NOT ? depth < 1 : depth < 2) return false;
    else if (exprType === CEXPR_AND || exprType === CEXPR_OR) depth--;
    else if (exprType !== CEXPR_NOT) return false;
    if (depth > CEXPR_MAXDEPTH) return false;
  }
  return depth === 1;
}

const NEVER_TRUE: Leaf = { kind: FALSE, argument: 0, negated: false };

function leafOf(code: ConstraintCode, node: ConstraintExprNode): Leaf {
  const { attr, op } = node;
  const field = attr & (CEXPR_USER | CEXPR_ROLE | CEXPR_TYPE);
  const negated = op === CEXPR_NEQ;
  const equality = op === CEXPR_EQ || negated;
  if (node.exprType === CEXPR_NAMES) {
    const subject = (attr & CEXPR_TARGET) !== 0 ? 1 : 0;
    const ofTask = subject === 0 && (attr & CEXPR_XTARGET) !== 0;
    if (node.names === undefined || ofTask || !equality) return NEVER_TRUE;
    const kind =
      field === CEXPR_TYPE ? SOURCE_TYPE_IN : field === CEXPR_ROLE ? SOURCE_ROLE_IN : SOURCE_USER_IN;
    return { kind: kind + subject, argument: appendSet(code, node.names), negated };
  }
  if (field === 0) return levelLeaf(attr, op);
  if (equality) {
    const kind = field === CEXPR_TYPE ? SAME_TYPE : field === CEXPR_ROLE ? SAME_ROLE : SAME_USER;
    return { kind, argument: 0, negated };
  }
  return field === CEXPR_ROLE ? { kind: ROLE_COMPARE, argument: op, negated: false } : NEVER_TRUE;
}

function levelLeaf(attr: number, op: number): Leaf {
  const pair = LEVEL_PAIRS.get(attr);
  if (pair === undefined) return NEVER_TRUE;
  const negated = op === CEXPR_NEQ;
  if (op === CEXPR_EQ || negated) return { kind: LEVEL_EQUAL, argument: pair, negated };
  if (op === CEXPR_DOM) return { kind: LEVEL_DOMINATES, argument: pair, negated };
  // a domby b is b dom a
  if (op === CEXPR_DOMBY)
    return { kind: LEVEL_DOMINATES, argument: (pair >>> 2) | ((pair & 3) << 2), negated };
  return op === CEXPR_INCOMP ? { kind: LEVEL_INCOMPARABLE, argument: pair, negated } : NEVER_TRUE;
}

function appendSet(code: ConstraintCode, set: Ebitmap): number {
  const words = set.words;
  const place = append(code, [words.length]);
  append(code, Int32Array.from(words));
  return place;
}

/** The truth of a compiled constraint. Types are given apart, because bounds ask for other ones. */
export function runConstraint(
  words: Int32Array,
  start: number,
  policy: PolicyDb,
  contexts: ContextTable,
  source: number,
  target: number,
  sourceType: number,
  targetType: number,
): boolean {
  const { fields } = contexts;
  let at = start;
  while (at >= 0) {
    const argument = words[at + 1] as number;
    let value: boolean;
    switch (words[at]) {
      case SOURCE_TYPE_IN:
        value = has(words, argument, sourceType);
        break;
      case TARGET_TYPE_IN:
        value = has(words, argument, targetType);
        break;
      case SOURCE_ROLE_IN:
        value = has(words, argument, fields[source + FIELD_ROLE] as number);
        break;
      case TARGET_ROLE_IN:
        value = has(words, argument, fields[target + FIELD_ROLE] as number);
        break;
      case SOURCE_USER_IN:
        value = has(words, argument, fields[source + FIELD_USER] as number);
        break;
      case TARGET_USER_IN:
        value = has(words, argument, fields[target + FIELD_USER] as number);
        break;
      case SAME_USER:
        value = fields[source + FIELD_USER] === fields[target + FIELD_USER];
        break;
      case SAME_ROLE:
        value = fields[source + FIELD_ROLE] === fields[target + FIELD_ROLE];
        break;
      case SAME_TYPE:
        value = sourceType === targetType;
        break;
      case ROLE_COMPARE:
        value = compareRoles(
          policy,
          argument,
          fields[source + FIELD_ROLE] as number,
          fields[target + FIELD_ROLE] as number,
        );
        break;
      default:
        value = compareLevels(words[at] as number, argument, contexts, source, target);
    }
    at = (value ? words[at + 2] : words[at + 3]) as number;
  }
  return at === ALWAYS;
}

function compareLevels(
  kind: number,
  pair: number,
  { fields, levels }: ContextTable,
  source: number,
  target: number,
): boolean {
  const a = fields[((pair & 1) !== 0 ? target : source) + ((pair & 2) !== 0 ? FIELD_HIGH : FIELD_LOW)];
  const b = fields[((pair & 4) !== 0 ? target : source) + ((pair & 8) !== 0 ? FIELD_HIGH : FIELD_LOW)];
  if (kind === LEVEL_EQUAL) return levelEquals(levels, a as number, b as number);
  if (levelDominates(levels, a as number, b as number)) return kind === LEVEL_DOMINATES;
  return kind === LEVEL_INCOMPARABLE && !levelDominates(levels, b as number, a as number);
}

function has(words: Int32Array, set: number, value: number): boolean {
  const bit = value - 1;
  const word = bit >>> 5;
  return word < (words[set] as number) && ((words[set + 1 + word] as number) & (1 << (bit & 31))) !== 0;
}
