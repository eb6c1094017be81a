// An access decision as people can read it: what the rules grant and from which statements, and what constraints,
// role allow and bounds take away again, each with its reason. Made from services/traceAv.ts for one pair of
// contexts; it decides nothing itself. Names instead of bits, statements instead of entries; plain data.

import { ruleText } from "../../analysis/ruleText.ts";
import type { Origin } from "../../compiler/face.ts";
import { AVTAB_ALLOWED, AVTAB_AUDITALLOW } from "../../policydb/avtab.ts";
import type { Context } from "../../policydb/context.ts";
import { type ClassDatum, type PolicyDb, permissionNames } from "../../policydb/policydb.ts";
import { AVD_NEVERAUDIT, AVD_PERMISSIVE } from "../../services/computeAv.ts";
import { printContext } from "../../services/context.ts";
import { type AvGrant, type AvRemoval, type AvTrace, traceAv } from "../../services/traceAv.ts";
import { allowedXpermRanges, XPERM_IOCTL, XPERM_NLMSG } from "../../services/xperms.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type ConstraintTerm, constraintTerms, constraintText } from "./constraintText.ts";

/** A policy that can be asked; a binary has no snapshot, so its rules have no origins. */
export interface AskedPolicy {
  readonly db: PolicyDb;
  readonly snapshot: Snapshot | undefined;
}

/** A rule that speaks about a permission. */
export interface RuleGrant {
  readonly rule: string;
  /** false when its condition does not hold now */
  readonly enabled: boolean;
  readonly origins: readonly Origin[];
}

export interface PermissionExplanation {
  readonly name: string;
  readonly allowed: boolean;
  /** the rules allow it, whatever takes it away later */
  readonly granted: boolean;
  /** a use is logged */
  readonly auditallow: boolean;
  /** a denial is not logged */
  readonly dontaudit: boolean;
  readonly rules: readonly RuleGrant[];
}

/** What takes permissions away although rules grant them. */
export type RemovalExplanation =
  | {
      readonly step: "constraint";
      readonly permissions: readonly string[];
      readonly expression: string;
      readonly terms: readonly ConstraintTerm[];
    }
  | {
      readonly step: "role-allow";
      readonly permissions: readonly string[];
      readonly role: string;
      readonly newRole: string;
    }
  | { readonly step: "bounds"; readonly permissions: readonly string[]; readonly bound: AccessExplanation };

/** Values of an extended permission that pass the second filter. */
export interface XpermExplanation {
  readonly permission: "ioctl" | "nlmsg";
  readonly allowed: readonly (readonly [number, number])[];
  readonly rules: readonly RuleGrant[];
}

export interface AccessExplanation {
  readonly source: string;
  readonly target: string;
  readonly class: string;
  readonly permissive: boolean;
  readonly neveraudit: boolean;
  readonly permissions: readonly PermissionExplanation[];
  readonly removals: readonly RemovalExplanation[];
  readonly xperms: readonly XpermExplanation[];
  readonly decision: { readonly allowed: number; readonly auditallow: number; readonly auditdeny: number };
}

/** The decision about a pair of contexts and a class, explained. */
export function explainAccess(
  policy: AskedPolicy,
  source: Context,
  target: Context,
  datum: ClassDatum,
): AccessExplanation {
  return explainTrace(policy, traceAv(policy.db, source, target, datum.value), datum);
}

function explainTrace(policy: AskedPolicy, trace: AvTrace, datum: ClassDatum): AccessExplanation {
  const { db } = policy;
  const { decision } = trace;
  const permissions = permissionNames(datum, -1).map((name) => {
    const bit = 1 << ((datum.perms.get(name) ?? datum.common?.perms.get(name) ?? 1) - 1);
    return explainPermission(policy, trace, name, bit);
  });
  return {
    source: printContext(db, trace.source),
    target: printContext(db, trace.target),
    class: datum.name,
    permissive: (decision.flags & AVD_PERMISSIVE) !== 0,
    neveraudit: (decision.flags & AVD_NEVERAUDIT) !== 0,
    permissions,
    removals: trace.removals.map((removal) => explainRemoval(policy, trace, removal, datum)),
    xperms: explainXperms(policy, trace),
    decision: {
      allowed: decision.allowed >>> 0,
      auditallow: decision.auditallow >>> 0,
      auditdeny: decision.auditdeny >>> 0,
    },
  };
}

function explainPermission(
  policy: AskedPolicy,
  trace: AvTrace,
  name: string,
  bit: number,
): PermissionExplanation {
  const { decision } = trace;
  const auditallow = trace.grants.some(
    (g) => g.enabled && g.kind === AVTAB_AUDITALLOW && (g.mask & bit) !== 0,
  );
  return {
    name,
    allowed: (decision.allowed & bit) !== 0,
    granted: (trace.granted & bit) !== 0,
    auditallow,
    dontaudit: (decision.auditdeny & bit) === 0,
    rules: trace.grants
      .filter((grant) => grant.kind === AVTAB_ALLOWED && (grant.mask & bit) !== 0)
      .map((grant) => ruleGrant(policy, grant, bit)),
  };
}

function ruleGrant(
  { db, snapshot }: AskedPolicy,
  { entry, enabled }: Pick<AvGrant, "entry" | "enabled">,
  mask: number | undefined,
): RuleGrant {
  return { rule: ruleText(db, entry), enabled, origins: snapshot?.compiled.originsOf(entry, mask) ?? [] };
}

function explainRemoval(
  policy: AskedPolicy,
  trace: AvTrace,
  removal: AvRemoval,
  datum: ClassDatum,
): RemovalExplanation {
  const { db } = policy;
  const permissions = permissionNames(datum, removal.removed);
  if (removal.step === "constraint") {
    const { expr } = removal.constraint;
    const terms = constraintTerms(db, expr, removal.trace, trace.source, trace.target);
    return { step: "constraint", permissions, expression: constraintText(db, expr), terms };
  }
  if (removal.step === "bounds")
    return { step: "bounds", permissions, bound: explainTrace(policy, removal.bound, datum) };
  const role = db.roles.nameOf(removal.role) ?? "?";
  return { step: "role-allow", permissions, role, newRole: db.roles.nameOf(removal.newRole) ?? "?" };
}

function explainXperms(policy: AskedPolicy, trace: AvTrace): XpermExplanation[] {
  return [XPERM_IOCTL, XPERM_NLMSG].flatMap((kind): XpermExplanation[] => {
    const grants = trace.xperms.filter((grant) => grant.base === kind);
    if (grants.length === 0) return [];
    const allowed = allowedXpermRanges(policy.db, trace.source, trace.target, trace.tclass, kind);
    const rules = grants.map((grant) => ruleGrant(policy, grant, undefined));
    return [{ permission: kind === XPERM_IOCTL ? "ioctl" : "nlmsg", allowed: allowed ?? [], rules }];
  });
}

/** The explanation in lines; `placeOf` says where a statement stands. `asked`: only these permissions. */
export function explanationLines(
  access: AccessExplanation,
  placeOf: (origin: Origin) => string,
  asked: readonly string[] = [],
): string[] {
  const lines: string[] = [];
  for (const permission of access.permissions) {
    if (asked.length > 0 ? !asked.includes(permission.name) : !permission.granted) continue;
    lines.push(`${permission.allowed ? "allowed" : "denied "} ${permission.name}${auditNote(permission)}`);
    if (permission.rules.length === 0) lines.push("    no rule grants it");
    for (const grant of permission.rules) lines.push(...grantLines(grant, placeOf));
  }
  const shown = (names: readonly string[]) =>
    asked.length === 0 ? names : names.filter((name) => asked.includes(name));
  for (const removal of access.removals)
    if (shown(removal.permissions).length > 0)
      lines.push(...removalLines(removal, shown(removal.permissions), placeOf));
  for (const xperm of access.xperms)
    if (asked.length === 0 || asked.includes(xperm.permission)) lines.push(...xpermLines(xperm, placeOf));
  if (access.permissive) lines.push("the source is permissive: denials are logged and let through");
  return lines;
}

function auditNote({ allowed, auditallow, dontaudit }: PermissionExplanation): string {
  if (allowed) return auditallow ? " (logged)" : "";
  return dontaudit ? " (not logged)" : "";
}

function grantLines(grant: RuleGrant, placeOf: (origin: Origin) => string): string[] {
  const places = new Set(grant.origins.map(placeOf));
  const off = grant.enabled ? "" : "  # its condition is off";
  return [`    ${grant.rule}${off}`, ...[...places].map((place) => `      ${place}`)];
}

/** Each step that took something away, with its reason. */
export function removalLines(
  removal: RemovalExplanation,
  permissions: readonly string[],
  placeOf: (origin: Origin) => string,
): string[] {
  const names = permissions.join(" ");
  if (removal.step === "constraint")
    return [
      `a constraint takes away: ${names}`,
      `    ${removal.expression}`,
      ...removal.terms.map(
        ({ text, compared, value }) =>
          `      ${value === undefined ? "unknown" : value ? "true   " : "false  "} ${text}  (${compared})`,
      ),
    ];
  if (removal.step === "role-allow")
    return [`role allow takes away: ${names}`, `    there is no ‘allow ${removal.role} ${removal.newRole};’`];
  const { bound } = removal;
  return [
    `bounds take away: ${names}`,
    `    the bounding pair ${bound.source} → ${bound.target} does not have them:`,
    ...explanationLines(bound, placeOf, permissions).map((line) => `    ${line}`),
  ];
}

function xpermLines(xperm: XpermExplanation, placeOf: (origin: Origin) => string): string[] {
  const hex = (value: number) => `0x${value.toString(16)}`;
  const ranges = xperm.allowed.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`));
  return [
    `${xperm.permission} is filtered; it lets through: ${ranges.length === 0 ? "nothing" : ranges.join(" ")}`,
    ...xperm.rules.flatMap((rule) => grantLines(rule, placeOf)),
  ];
}
