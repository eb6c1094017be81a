// `sels query rules`: sesearch on sources. Every rule that matches, with the statements that contribute to it.

import { otherRules } from "../../analysis/otherRules.ts";
import { ruleText } from "../../analysis/ruleText.ts";
import { type NameCriterion, type RuleQuery, type SetMatch, searchRules } from "../../analysis/search.ts";
import type { Origin } from "../../compiler/face.ts";
import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  AVTAB_XPERMS_DONTAUDIT,
} from "../../policydb/avtab.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { QueriedPolicy } from "../policy.ts";
import { placeOf, rangeOf } from "../report/report.ts";
import { reportSite } from "../report/site.ts";
import { type Terminal, UsageError } from "../terminal.ts";

/** Options as commander gives them. */
export interface RuleOptions {
  readonly allow?: boolean;
  readonly auditallow?: boolean;
  readonly dontaudit?: boolean;
  readonly typeTrans?: boolean;
  readonly typeMember?: boolean;
  readonly typeChange?: boolean;
  readonly allowxperm?: boolean;
  readonly auditallowxperm?: boolean;
  readonly dontauditxperm?: boolean;
  readonly roleAllow?: boolean;
  readonly roleTrans?: boolean;
  readonly rangeTrans?: boolean;
  readonly source?: string;
  readonly target?: string;
  readonly class?: string;
  readonly permission?: string;
  readonly bool?: string;
  readonly default?: string;
  readonly direct?: boolean;
  readonly directSource?: boolean;
  readonly directTarget?: boolean;
  readonly regex?: boolean;
  readonly equal?: boolean;
  readonly subset?: boolean;
  readonly origins: boolean;
  readonly json?: boolean;
}

const KIND_OPTIONS: readonly (readonly [keyof RuleOptions, number])[] = [
  ["allow", AVTAB_ALLOWED],
  ["auditallow", AVTAB_AUDITALLOW],
  ["dontaudit", AVTAB_AUDITDENY],
  ["typeTrans", AVTAB_TRANSITION],
  ["typeMember", AVTAB_MEMBER],
  ["typeChange", AVTAB_CHANGE],
  ["allowxperm", AVTAB_XPERMS_ALLOWED],
  ["auditallowxperm", AVTAB_XPERMS_AUDITALLOW],
  ["dontauditxperm", AVTAB_XPERMS_DONTAUDIT],
];

/** Runs the query; gives the exit code. */
export function runRules({ db, snapshot }: QueriedPolicy, options: RuleOptions, terminal: Terminal): number {
  const query = queryOf(options);
  const found = searchRules(db, query);
  if (found.error !== undefined) throw new UsageError(found.error);
  const rows = found.entries.map((entry) => ({
    rule: ruleText(db, entry),
    origins: options.origins || options.json === true ? (snapshot?.compiled.originsOf(entry) ?? []) : [],
  }));
  const others = otherRules(db, {
    ...query,
    roleAllow: options.roleAllow === true,
    roleTransition: options.roleTrans === true,
    rangeTransition: options.rangeTrans === true,
    filenameTransition: (query.kinds & AVTAB_TRANSITION) !== 0,
  });
  const all = [...rows, ...others.map((rule) => ({ rule, origins: [] as readonly Origin[] }))];
  all.sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
  if (options.json === true)
    terminal.out(
      `${JSON.stringify(
        all.map((row) => jsonRow(snapshot, row, terminal.cwd)),
        null,
        2,
      )}\n`,
    );
  else terminal.out(all.map((row) => plainRow(snapshot, row, terminal)).join(""));
  return 0;
}

interface Row {
  readonly rule: string;
  readonly origins: readonly Origin[];
}

/** The rule, then one indented line for each statement that contributes to it. */
function plainRow(snapshot: Snapshot | undefined, row: Row, terminal: Terminal): string {
  let text = `${row.rule}\n`;
  if (snapshot === undefined) return text;
  for (const line of new Set(row.origins.map((origin) => originText(snapshot, origin, terminal.cwd))))
    text += `    ${terminal.colors.dim(line)}\n`;
  return text;
}

/** `file:line:column`, and the outermost call that led there. */
export function originText(snapshot: Snapshot, origin: Origin, cwd: string): string {
  const place = placeOf(reportSite(snapshot, origin, cwd));
  const call = origin.calls[0];
  return call === undefined ? place : `${placeOf(reportSite(snapshot, call, cwd))} → ${place}`;
}

function jsonRow(snapshot: Snapshot | undefined, row: Row, cwd: string): unknown {
  if (snapshot === undefined) return { rule: row.rule };
  const site = (at: { file: number; start: number; end: number }) => {
    const shown = reportSite(snapshot, at, cwd);
    return { file: shown.file, range: rangeOf(shown) };
  };
  return { rule: row.rule, origins: row.origins.map((o) => ({ ...site(o), calls: o.calls.map(site) })) };
}

function queryOf(options: RuleOptions): RuleQuery {
  const asked = KIND_OPTIONS.filter(([name]) => options[name] === true);
  const others = options.roleAllow === true || options.roleTrans === true || options.rangeTrans === true;
  const every = KIND_OPTIONS.reduce((kinds, [, kind]) => kinds | kind, 0);
  const kinds = asked.length > 0 ? asked.reduce((sum, [, kind]) => sum | kind, 0) : others ? 0 : every;
  const match: SetMatch = options.equal === true ? "equal" : options.subset === true ? "subset" : "any";
  const pattern = options.regex === true;
  const one = (name: string | undefined, direct: boolean): NameCriterion | undefined =>
    name === undefined ? undefined : { name, direct, pattern };
  const many = (names: string | undefined): NameCriterion[] | undefined =>
    names?.split(",").map((name) => ({ name: name.trim(), pattern }));
  const direct = options.direct === true;
  return {
    kinds,
    source: one(options.source, direct || options.directSource === true),
    target: one(options.target, direct || options.directTarget === true),
    classes: many(options.class),
    permissions: options.permission?.split(",").map((name) => name.trim()),
    permissionMatch: match,
    booleans: many(options.bool),
    defaultType: one(options.default, false),
  };
}
