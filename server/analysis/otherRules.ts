// Rules that live outside the avtab: named type transitions, role allows, role transitions and range transitions,
// searched by the same criteria and given as text in setools' form. Pure.

import type { MlsLevel, MlsRange } from "../policydb/context.ts";
import type { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { type RuleQuery, typeMask } from "./search.ts";

export interface OtherRulesQuery extends RuleQuery {
  readonly roleAllow: boolean;
  readonly roleTransition: boolean;
  readonly rangeTransition: boolean;
  readonly filenameTransition: boolean;
}

/** The matching rules as text. Criteria that a kind cannot have (permissions, booleans) exclude it. */
export function otherRules(db: PolicyDb, query: OtherRulesQuery): string[] {
  const rules: string[] = [];
  if (query.permissions !== undefined || query.booleans !== undefined) return rules;
  if (query.filenameTransition) filenameTransitions(db, query, rules);
  if (query.rangeTransition) rangeTransitions(db, query, rules);
  if (query.roleAllow) roleAllows(db, query, rules);
  if (query.roleTransition) roleTransitions(db, query, rules);
  return rules;
}

function filenameTransitions(db: PolicyDb, query: OtherRulesQuery, rules: string[]): void {
  const source = maskOf(db, query.source);
  const target = maskOf(db, query.target);
  const result = maskOf(db, query.defaultType);
  for (const { targetType, tclass, name, data } of db.filenameTransitions) {
    if (!target(targetType) || !hasClass(db, query, tclass)) continue;
    for (const { sources, newType } of data) {
      if (!result(newType)) continue;
      sources.forEach((bit) => {
        if (!source(bit + 1)) return;
        const tail = `${typeName(db, targetType)}:${className(db, tclass)} ${typeName(db, newType)} ${name};`;
        rules.push(`type_transition ${typeName(db, bit + 1)} ${tail}`);
      });
    }
  }
}

function rangeTransitions(db: PolicyDb, query: OtherRulesQuery, rules: string[]): void {
  if (query.defaultType !== undefined) return;
  const source = maskOf(db, query.source);
  const target = maskOf(db, query.target);
  for (const rule of db.rangeTransitions) {
    if (!source(rule.source) || !target(rule.target) || !hasClass(db, query, rule.tclass)) continue;
    const head = `range_transition ${typeName(db, rule.source)} ${typeName(db, rule.target)}`;
    rules.push(`${head}:${className(db, rule.tclass)} ${rangeText(db, rule.range)};`);
  }
}

function roleAllows(db: PolicyDb, query: OtherRulesQuery, rules: string[]): void {
  if (query.classes !== undefined || query.defaultType !== undefined) return;
  const source = roleTest(query.source);
  const target = roleTest(query.target);
  for (const rule of db.roleAllows) {
    const from = db.roles.nameOf(rule.role) ?? "?";
    const to = db.roles.nameOf(rule.newRole) ?? "?";
    if (source(from) && target(to)) rules.push(`allow ${from} ${to};`);
  }
}

function roleTransitions(db: PolicyDb, query: OtherRulesQuery, rules: string[]): void {
  const source = roleTest(query.source);
  const target = maskOf(db, query.target);
  const result = roleTest(query.defaultType);
  for (const rule of db.roleTransitions) {
    const from = db.roles.nameOf(rule.role) ?? "?";
    const to = db.roles.nameOf(rule.newRole) ?? "?";
    if (!source(from) || !result(to) || !target(rule.type) || !hasClass(db, query, rule.tclass)) continue;
    rules.push(`role_transition ${from} ${typeName(db, rule.type)}:${className(db, rule.tclass)} ${to};`);
  }
}

function maskOf(db: PolicyDb, criterion: RuleQuery["source"]): (value: number) => boolean {
  const mask = typeMask(db, criterion);
  if (mask === undefined) return () => true;
  return typeof mask === "string" ? () => false : (value) => mask[value] === 1;
}

function roleTest(criterion: RuleQuery["source"]): (name: string) => boolean {
  if (criterion === undefined) return () => true;
  if (criterion.pattern !== true) return (name) => name === criterion.name;
  try {
    const pattern = new RegExp(criterion.name);
    return (name) => pattern.test(name);
  } catch {
    return () => false;
  }
}

function hasClass(db: PolicyDb, query: RuleQuery, tclass: number): boolean {
  if (query.classes === undefined) return true;
  const name = className(db, tclass);
  return query.classes.some((c) => (c.pattern === true ? new RegExp(c.name).test(name) : c.name === name));
}

function typeName(db: PolicyDb, value: number): string {
  return db.types.nameOf(value) ?? `#${value}`;
}

function className(db: PolicyDb, value: number): string {
  return db.classes.nameOf(value) ?? `#${value}`;
}

/** `s0 - s0:c0.c1023`, one level when both ends are equal. */
export function rangeText(db: PolicyDb, range: MlsRange): string {
  const low = levelText(db, range.low);
  const high = levelText(db, range.high);
  return low === high ? low : `${low} - ${high}`;
}

/** `s0:c0.c3,c5`. */
export function levelText(db: PolicyDb, level: MlsLevel): string {
  const sensitivity = db.sens.nameOf(level.sens) ?? `#${level.sens}`;
  const categories = categoriesText(db, level.cats);
  return categories === "" ? sensitivity : `${sensitivity}:${categories}`;
}

function categoriesText(db: PolicyDb, cats: Ebitmap): string {
  const runs: [number, number][] = [];
  cats.forEach((bit) => {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === bit - 1) last[1] = bit;
    else runs.push([bit, bit]);
  });
  const name = (bit: number) => db.cats.nameOf(bit + 1) ?? `#${bit + 1}`;
  return runs
    .map(([low, high]) =>
      low === high ? name(low) : `${name(low)}${high === low + 1 ? "," : "."}${name(high)}`,
    )
    .join(",");
}
