// selinux/accessTable: what a source may do to a target, class by class, with every permission's state. The reason
// for one class is selinux/computeAv's trace, asked for when somebody looks at it. Classes about which no rule
// speaks are counted, not listed.

import type { Context } from "../../policydb/context.ts";
import { type ClassDatum, type PolicyDb, permissionNames } from "../../policydb/policydb.ts";
import { computeAv } from "../../services/computeAv.ts";
import { printContext } from "../../services/context.ts";
import { traceAv } from "../../services/traceAv.ts";
import { readLabel } from "../access/contextOf.ts";
import type { View } from "../view.ts";
import { type Answer, invalid, type Params, stringParam } from "./params.ts";

/** How a permission stands: granted; granted by a rule but taken away; not granted and not logged; not granted. */
export type PermissionState = "allowed" | "removed" | "dontaudit" | "denied";

export interface AccessClass {
  readonly class: string;
  readonly allowed: number;
  readonly permissions: readonly {
    readonly name: string;
    readonly state: PermissionState;
    /** a use is logged */
    readonly auditallow: boolean;
  }[];
}

export interface AccessTable {
  /** contexts, made from types where types were given */
  readonly source: string;
  readonly target: string;
  readonly permissive: boolean;
  /** classes about which some rule speaks, those with most permissions first */
  readonly classes: readonly AccessClass[];
  /** number of the other classes */
  readonly silent: number;
}

/** Answers selinux/accessTable. */
export function accessTableRequest(view: View, params: Params): Answer<AccessTable> {
  const { db } = view.snapshot.compiled;
  const sourceText = stringParam(params, "source") ?? "";
  const targetText = stringParam(params, "target") ?? "";
  const source = readLabel(db, sourceText);
  const target = targetText === "self" ? source : readLabel(db, targetText);
  if (source === undefined) return invalid(`source: ‘${sourceText}’ is neither a valid context nor a type`);
  if (target === undefined) return invalid(`target: ‘${targetText}’ is neither a valid context nor a type`);
  const all = [...db.classes].map((datum) => accessClass(db, source, target, datum));
  const classes = all
    .filter((one) => one !== undefined)
    .sort((a, b) => b.allowed - a.allowed || (a.class < b.class ? -1 : 1));
  return {
    value: {
      source: printContext(db, source),
      target: printContext(db, target),
      permissive: db.permissive.has(source.type),
      classes,
      silent: all.length - classes.length,
    },
  };
}

/** One class; undefined when no rule speaks about it. */
function accessClass(
  db: PolicyDb,
  source: Context,
  target: Context,
  datum: ClassDatum,
): AccessClass | undefined {
  const trace = traceAv(db, source, target, datum.value);
  const decision = computeAv(db, source, target, datum.value);
  if (trace.grants.length === 0) return undefined;
  const stateOf = (bit: number): PermissionState => {
    if ((decision.allowed & bit) !== 0) return "allowed";
    if ((trace.granted & bit) !== 0) return "removed";
    return (decision.auditdeny & bit) === 0 ? "dontaudit" : "denied";
  };
  const permissions = permissionNames(datum, -1).map((name) => {
    const bit = 1 << ((datum.perms.get(name) ?? datum.common?.perms.get(name) ?? 1) - 1);
    return { name, state: stateOf(bit), auditallow: (decision.auditallow & bit) !== 0 };
  });
  const allowed = permissions.filter((one) => one.state === "allowed").length;
  return { class: datum.name, allowed, permissions };
}
