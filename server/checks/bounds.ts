// Bounds violations as findings: at the child's rule, or at the declaration of the child.

import type { BoundsViolation } from "../analysis/bounds.ts";
import type { Compiled, Finding } from "../compiler/face.ts";
import { permissionNames } from "../policydb/policydb.ts";

const ORPHAN_CODES = {
  type: "tbounds-hier-name",
  role: "rbounds-implicit-missing",
  user: "ubounds-implicit-missing",
} as const;

function boundsCode({ db, options }: Compiled, entry: number): string {
  if (options.mode === "modular") return "expand-bounds";
  return (db.avtab.branch[entry] as number) === 0 ? "tbounds-exceed" : "tbounds-exceed-cond";
}

/** The finding of one violation; undefined when its place is unknown (a policy without sources). */
export function boundsFinding(compiled: Compiled, violation: BoundsViolation): Finding | undefined {
  const { db } = compiled;
  if (violation.kind === "type") {
    const datum = db.classes.at(violation.tclass);
    const origin = compiled.originsOf(violation.entry, violation.mask)[0];
    if (origin === undefined || datum === undefined) return undefined;
    const child = db.types.nameOf(violation.child) ?? "?";
    const parent = db.types.nameOf(violation.parent) ?? "?";
    const perms = permissionNames(datum, violation.mask).join(" ");
    return {
      file: origin.file,
      start: origin.start,
      end: origin.end,
      severity: "error",
      code: boundsCode(compiled, violation.entry),
      message: `${child} exceeds its bounds: ${parent} is not allowed ${db.types.nameOf(violation.parentTarget) ?? "?"}:${datum.name} { ${perms} }`,
      related: origin.calls.map((call) => ({ ...call, message: "called from here" })),
    };
  }
  const symbol = violation.kind === "orphan" ? violation.symbol : violation.kind;
  const table = symbol === "type" ? db.types : symbol === "role" ? db.roles : db.users;
  const name = table.nameOf(violation.child);
  const site = name === undefined ? undefined : compiled.declarations(name)[0];
  if (name === undefined || site === undefined) return undefined;
  const message =
    violation.kind === "orphan"
      ? `${name} is a child by its name, but ${violation.parentName} is not declared`
      : `${violation.kind} ${name} exceeds its bounds: ${table.nameOf(violation.parent) ?? "?"} lacks ${[
          ...violation.excess,
        ]
          .map(
            (bit) => (violation.kind === "role" ? db.types.nameOf(bit + 1) : db.roles.nameOf(bit + 1)) ?? "?",
          )
          .join(", ")}`;
  const code =
    violation.kind === "orphan"
      ? ORPHAN_CODES[symbol]
      : violation.kind === "role"
        ? "rbounds-exceed"
        : "ubounds-exceed";
  return { file: site.file, start: site.start, end: site.end, severity: "error", code, message, related: [] };
}
