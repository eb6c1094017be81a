// selinux/computeAv: the access decision about two contexts (or types) and a class, with its trace; and
// selinux/needs: the checks of an operation, judged. The same explanations as `sels query why` and `needs`, with
// LSP locations instead of lines.

import type { Location } from "vscode-languageserver-types";
import type { Origin } from "../../compiler/face.ts";
import { permissionsOf } from "../../policydb/policydb.ts";
import { readLabel } from "../access/contextOf.ts";
import { type AccessExplanation, explainAccess, explanationLines } from "../access/explain.ts";
import { type JudgedNeeds, judgeNeeds, type KnownLabels } from "../needs.ts";
import { shortPlace, toLocation, type View } from "../view.ts";
import { type Answer, booleanParam, invalid, type Params, stringParam, stringsParam } from "./params.ts";

export interface ComputedAv {
  readonly source: string;
  readonly target: string;
  readonly class: string;
  /** names of the permissions that are allowed, logged when used, and not logged when denied */
  readonly allowed: readonly string[];
  readonly auditallow: readonly string[];
  readonly dontaudit: readonly string[];
  readonly permissive: boolean;
  /** the permissions that were asked for and are denied */
  readonly denied: readonly string[];
  readonly decision: AccessExplanation["decision"];
  /** absent when `trace` is false */
  readonly trace?: {
    readonly text: string;
    readonly permissions: unknown;
    readonly removals: unknown;
    readonly xperms: unknown;
  };
}

/** Answers selinux/computeAv. */
export function computeAvRequest(view: View, params: Params): Answer<ComputedAv> {
  const { db } = view.snapshot.compiled;
  const className = stringParam(params, "class") ?? "";
  const datum = db.classes.get(className);
  if (datum === undefined) return invalid(`no class ‘${className}’`);
  const sourceText = stringParam(params, "source") ?? "";
  const targetText = stringParam(params, "target") ?? "";
  const source = readLabel(db, sourceText);
  const target = targetText === "self" ? source : readLabel(db, targetText);
  if (source === undefined) return invalid(`source: ‘${sourceText}’ is neither a valid context nor a type`);
  if (target === undefined) return invalid(`target: ‘${targetText}’ is neither a valid context nor a type`);
  const asked = stringsParam(params, "permissions");
  const known = permissionsOf(datum);
  const unknown = asked.find((name) => !known.has(name));
  if (unknown !== undefined) return invalid(`class ${className} has no permission ‘${unknown}’`);
  const access = explainAccess({ db, snapshot: view.snapshot }, source, target, datum);
  const names = (test: (p: (typeof access.permissions)[number]) => boolean) =>
    access.permissions.filter(test).map((permission) => permission.name);
  const computed = {
    source: access.source,
    target: access.target,
    class: className,
    allowed: names((p) => p.allowed),
    auditallow: names((p) => p.auditallow),
    dontaudit: names((p) => p.dontaudit),
    permissive: access.permissive,
    denied: names((p) => !p.allowed && asked.includes(p.name)),
    decision: access.decision,
  };
  if (booleanParam(params, "trace") === false) return { value: computed };
  return { value: { ...computed, trace: traceOf(view, access, asked) } };
}

function traceOf(
  view: View,
  access: AccessExplanation,
  asked: readonly string[],
): NonNullable<ComputedAv["trace"]> {
  const text = explanationLines(access, (origin) => originPlace(view, origin), asked).join("\n");
  const located = JSON.parse(
    JSON.stringify(access, (key, value: unknown) =>
      key === "origins" ? (value as Origin[]).map((origin) => originLocations(view, origin)) : value,
    ),
  ) as Pick<NonNullable<ComputedAv["trace"]>, "permissions" | "removals" | "xperms">;
  return { text, permissions: located.permissions, removals: located.removals, xperms: located.xperms };
}

/** `app.te:3 → kernel.if:12` */
export function originPlace(view: View, origin: Origin): string {
  const call = origin.calls[0];
  const place = shortPlace(view, origin);
  return call === undefined ? place : `${shortPlace(view, call)} → ${place}`;
}

function originLocations(
  view: View,
  origin: Origin,
): { readonly location: Location | null; readonly calls: readonly Location[] } {
  const calls = origin.calls.flatMap((site) => toLocation(view, site) ?? []);
  return { location: toLocation(view, origin) ?? null, calls };
}

/** Answers selinux/needs. */
export function needsRequest(view: View, params: Params): Answer<JudgedNeeds> {
  const { db } = view.snapshot.compiled;
  const operation = stringParam(params, "operation");
  if (operation === undefined) return invalid("selinux/needs takes an `operation`");
  const known: Record<string, unknown> = {};
  for (const name of ["domain", "target", "parent"] as const) {
    const text = stringParam(params, name);
    if (text === undefined) continue;
    const label = readLabel(db, text, name === "parent");
    if (label === undefined) return invalid(`${name}: ‘${text}’ is neither a valid context nor a type`);
    known[name] = label;
  }
  const className = stringParam(params, "class");
  if (className !== undefined) known.className = className;
  return { value: judgeNeeds({ db, snapshot: view.snapshot }, operation, known as KnownLabels) };
}
