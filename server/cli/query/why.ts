// `sels query why SCON TCON CLASS [PERMISSION…]`: the access decision with its history: each permission, the rules
// that grant it and where they stand, conditions that are off, and what constraints, role allows and bounds took.

import { ruleText } from "../../analysis/ruleText.ts";
import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import { permissionNames, permissionsOf } from "../../policydb/policydb.ts";
import { parseContext } from "../../services/context.ts";
import { type AvTrace, traceAv } from "../../services/traceAv.ts";
import type { QueriedPolicy } from "../policy.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { originText } from "./rules.ts";

/** Runs the query; gives the exit code: 1 when a permission that was asked for is denied. */
export function runWhy(policy: QueriedPolicy, words: readonly string[], terminal: Terminal): number {
  const [scon, tcon, className, ...asked] = words;
  if (scon === undefined || tcon === undefined || className === undefined)
    throw new UsageError("why takes a source context, a target context, a class and permissions");
  const { db } = policy;
  const source = parseContext(db, scon);
  const target = parseContext(db, tcon);
  if (!source.ok) throw new UsageError(`${scon}: not a valid context`);
  if (!target.ok) throw new UsageError(`${tcon}: not a valid context`);
  const datum = db.classes.get(className);
  if (datum === undefined) throw new UsageError(`no class ‘${className}’`);
  const known = permissionsOf(datum);
  const unknown = asked.find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`class ${className} has no permission ‘${unknown}’`);
  const trace = traceAv(db, source.value, target.value, datum.value);
  let denied = false;
  for (const [name, value] of known) {
    const bit = 1 << (value - 1);
    const allowed = (trace.decision.allowed & bit) !== 0;
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (asked.length === 0 && (trace.granted & bit) === 0) continue;
    if (!allowed) denied ||= asked.length > 0;
    terminal.out(`${allowed ? terminal.colors.green("allowed") : terminal.colors.red("denied ")} ${name}\n`);
    for (const line of reasons(policy, trace, bit, terminal)) terminal.out(`    ${line}\n`);
  }
  for (const removal of trace.removals) {
    const names = permissionNames(datum, removal.removed).join(" ");
    if (names !== "") terminal.out(`${removal.step} takes away: ${names}\n`);
  }
  return denied ? 1 : 0;
}

/** The rules that speak about a permission, each with its statements. */
function reasons({ db, snapshot }: QueriedPolicy, trace: AvTrace, bit: number, terminal: Terminal): string[] {
  const lines: string[] = [];
  for (const grant of trace.grants) {
    if (grant.kind !== AVTAB_ALLOWED || (grant.mask & bit) === 0) continue;
    lines.push(`${ruleText(db, grant.entry)}${grant.enabled ? "" : "  # its condition is off"}`);
    if (snapshot === undefined) continue;
    for (const origin of snapshot.compiled.originsOf(grant.entry, bit))
      lines.push(`  ${terminal.colors.dim(originText(snapshot, origin, terminal.cwd))}`);
  }
  return lines.length === 0 ? ["no rule grants it"] : lines;
}
