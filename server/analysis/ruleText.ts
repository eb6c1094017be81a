// Rules of a policydb as text, in the form of setools: `allow a b:c { p q };`, conditional rules followed by
// `[ condition ]:True`. Pure.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_XPERMS,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  AVTAB_XPERMS_DONTAUDIT,
  conditionalOfBranch,
  isTrueBranch,
  UNCONDITIONAL,
  XPERMS_IOCTLDRIVER,
  XPERMS_NLMSG,
} from "../policydb/avtab.ts";
import {
  COND_AND,
  COND_BOOL,
  COND_EQ,
  COND_NEQ,
  COND_NOT,
  COND_OR,
  COND_XOR,
  type CondExprNode,
} from "../policydb/conditional.ts";
import { type PolicyDb, permissionNames } from "../policydb/policydb.ts";
import { entryVector } from "./search.ts";

const KEYWORDS: ReadonlyMap<number, string> = new Map([
  [AVTAB_ALLOWED, "allow"],
  [AVTAB_AUDITALLOW, "auditallow"],
  [AVTAB_AUDITDENY, "dontaudit"],
  [AVTAB_TRANSITION, "type_transition"],
  [AVTAB_MEMBER, "type_member"],
  [AVTAB_CHANGE, "type_change"],
  [AVTAB_XPERMS_ALLOWED, "allowxperm"],
  [AVTAB_XPERMS_AUDITALLOW, "auditallowxperm"],
  [AVTAB_XPERMS_DONTAUDIT, "dontauditxperm"],
]);

/** The keyword of an AVTAB_* kind. */
export function ruleKeyword(specified: number): string {
  return KEYWORDS.get(specified) ?? "?";
}

/** An entry of the avtab as a statement. */
export function ruleText(db: PolicyDb, entry: number): string {
  const { avtab } = db;
  const kind = avtab.specified[entry] as number;
  const source = typeName(db, avtab.source(entry));
  const target = typeName(db, avtab.target(entry));
  const datum = db.classes.at(avtab.tclass[entry] as number);
  const head = `${ruleKeyword(kind)} ${source} ${target}:${datum?.name ?? "?"}`;
  const branch = avtab.branch[entry] as number;
  const condition = db.conditionals[conditionalOfBranch(branch)];
  const tail =
    branch === UNCONDITIONAL || condition === undefined
      ? ""
      : ` [ ${conditionText(db, condition.expr)} ]:${isTrueBranch(branch) ? "True" : "False"}`;
  return `${head} ${tailOf(db, entry, kind)};${tail}`;
}

const OPERATORS: ReadonlyMap<number, readonly [string, number]> = new Map([
  [COND_OR, ["||", 1]],
  [COND_XOR, ["^", 2]],
  [COND_AND, ["&&", 3]],
  [COND_EQ, ["==", 4]],
  [COND_NEQ, ["!=", 4]],
]);

/** A condition as people write it, with parentheses only where they matter. */
export function conditionText(db: PolicyDb, expr: readonly CondExprNode[]): string {
  const stack: (readonly [string, number])[] = [];
  const operand = (level: number): string => {
    const [text, own] = stack.pop() ?? ["?", 9];
    return own < level ? `( ${text} )` : text;
  };
  for (const node of expr) {
    const operator = OPERATORS.get(node.op);
    if (node.op === COND_BOOL) stack.push([db.bools.nameOf(node.bool) ?? `#${node.bool}`, 9]);
    else if (node.op === COND_NOT) stack.push([`! ${operand(8)}`, 8]);
    else if (operator !== undefined) {
      const [sign, level] = operator;
      const right = operand(level + 1);
      stack.push([`${operand(level)} ${sign} ${right}`, level]);
    }
  }
  return stack.at(-1)?.[0] ?? "";
}

function tailOf(db: PolicyDb, entry: number, kind: number): string {
  const { avtab } = db;
  if ((kind & AVTAB_XPERMS) !== 0) return xpermText(db, entry);
  if ((kind & (AVTAB_TRANSITION | AVTAB_MEMBER | AVTAB_CHANGE)) !== 0)
    return typeName(db, avtab.data[entry] as number);
  const datum = db.classes.at(avtab.tclass[entry] as number);
  return setText(datum === undefined ? [] : permissionNames(datum, entryVector(db, entry)));
}

/** One name bare, several in braces. */
export function setText(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : `{ ${names.join(" ")} }`;
}

function typeName(db: PolicyDb, value: number): string {
  return db.types.nameOf(value) ?? `#${value}`;
}

function xpermText(db: PolicyDb, entry: number): string {
  const { avtab } = db;
  const slice = avtab.slice[entry] as number;
  return `${xpermName(slice)} ${setText(xpermRanges(slice, (value) => avtab.xpermHas(entry, value)))}`;
}

/** `ioctl` or `nlmsg`, by the slice of an entry. */
export function xpermName(slice: number): string {
  return slice >> 8 === XPERMS_NLMSG ? "nlmsg" : "ioctl";
}

/** The extended permissions of a slice that are set, as single values and ranges. */
export function xpermRanges(slice: number, has: (value: number) => boolean): string[] {
  const driver = slice & 0xff;
  const isDriver = slice >> 8 === XPERMS_IOCTLDRIVER;
  return rangesOf(has).map(([low, high]) => {
    const from = isDriver ? low << 8 : (driver << 8) | low;
    const to = isDriver ? (high << 8) | 0xff : (driver << 8) | high;
    return from === to ? hex(from) : `${hex(from)}-${hex(to)}`;
  });
}

function rangesOf(has: (value: number) => boolean): [number, number][] {
  const ranges: [number, number][] = [];
  for (let value = 0; value < 256; value++) {
    if (!has(value)) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === value - 1) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}
