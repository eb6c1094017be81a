// `sels query why SCON TCON CLASS [PERMISSION…]`: the access decision with its history: each permission, the rules
// that grant it and where they stand, conditions that are off, the terms of constraints with their truth, and what
// role allows, bounds and extended permissions take. Contexts may be given as types alone.

import { readLabel } from "../../features/access/contextOf.ts";
import { type AccessExplanation, explainAccess, explanationLines } from "../../features/access/explain.ts";
import type { Context } from "../../policydb/context.ts";
import { type PolicyDb, permissionsOf } from "../../policydb/policydb.ts";
import type { QueriedPolicy } from "../policy.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { originText } from "./rules.ts";

export interface WhyOptions {
  readonly json?: boolean;
}

/** Runs the query; gives the exit code: 1 when a permission that was asked for is denied. */
export function runWhy(
  policy: QueriedPolicy,
  words: readonly string[],
  options: WhyOptions,
  terminal: Terminal,
): number {
  const [scon, tcon, className, ...given] = words;
  if (scon === undefined || tcon === undefined || className === undefined)
    throw new UsageError("why takes a source context, a target context, a class and permissions");
  const asked = given.flatMap((word) => word.split(",")).filter((word) => word !== "");
  const { db, snapshot } = policy;
  const source = labelOf(db, scon, false);
  const target = tcon === "self" ? source : labelOf(db, tcon, false);
  const datum = db.classes.get(className);
  if (datum === undefined) throw new UsageError(`no class ‘${className}’`);
  const known = permissionsOf(datum);
  const unknown = asked.find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`class ${className} has no permission ‘${unknown}’`);
  const access = explainAccess(policy, source, target, datum);
  const placeOf = (origin: Parameters<typeof originText>[1]) =>
    snapshot === undefined ? "?" : originText(snapshot, origin, terminal.cwd);
  if (options.json === true) terminal.out(`${JSON.stringify(jsonOf(access, placeOf), null, 2)}\n`);
  else {
    if (!scon.includes(":") || !tcon.includes(":"))
      terminal.out(`${access.source} → ${access.target} : ${access.class}\n`);
    for (const line of explanationLines(access, placeOf, asked)) terminal.out(`${colored(line, terminal)}\n`);
  }
  const denied = access.permissions.some((one) => asked.includes(one.name) && !one.allowed);
  return denied ? 1 : 0;
}

/** A context, or the type of one; a usage error when it is neither. */
export function labelOf(db: PolicyDb, text: string, object: boolean): Context {
  const label = readLabel(db, text, object);
  if (label !== undefined) return label;
  throw new UsageError(`${text}: ${text.includes(":") ? "not a valid context" : "no type of that name"}`);
}

function colored(line: string, { colors }: Terminal): string {
  if (line.startsWith("allowed")) return `${colors.green("allowed")}${line.slice(7)}`;
  if (line.startsWith("denied ")) return `${colors.red("denied ")}${line.slice(7)}`;
  return line.startsWith("      ") ? colors.dim(line) : line;
}

/** The explanation with places as text. */
function jsonOf(
  access: AccessExplanation,
  placeOf: (origin: Parameters<typeof originText>[1]) => string,
): unknown {
  return JSON.parse(
    JSON.stringify(access, (key, value: unknown) =>
      key === "origins" ? (value as Parameters<typeof placeOf>[0][]).map(placeOf) : value,
    ),
  ) as unknown;
}
