// neverallow violations as findings: at the allow rule that breaks the assertion (each contributing statement), with
// the neverallow as the related site and the attributes through which the types came in.

import type { Violation } from "../analysis/neverallow.ts";
import type { AssertionRule, Compiled, Finding, Origin, RelatedSite } from "../compiler/face.ts";
import { permissionNames } from "../policydb/policydb.ts";
import { firstViolations } from "./violationOrder.ts";

/** One finding for each statement that contributes forbidden permissions. */
export function* neverallowFindings(
  compiled: Compiled,
  rules: readonly AssertionRule[],
  violations: readonly Violation[],
): Iterable<Finding> {
  for (const violation of firstViolations(compiled.db, rules, violations)) {
    const rule = rules[violation.assertion];
    if (rule === undefined) continue;
    const assertion = compiled.originOf(rule.block, rule.at);
    const message = messageOf(compiled, violation);
    const code = codeOf(compiled, rule, violation);
    // Where an allowxperm rule grants the values, it is the one to mend.
    const origins =
      code === "xperm-neverallow" && violation.xperms !== undefined
        ? originsOfValues(compiled, violation)
        : compiled.originsOf(violation.entry, violation.mask);
    for (const origin of origins) {
      const related: RelatedSite[] = [
        { file: assertion.file, start: assertion.start, end: assertion.end, message: "the neverallow rule" },
        ...origin.calls.map((call) => ({ ...call, message: "called from here" })),
        ...membershipsOf(compiled, violation),
      ];
      // A rule in an interface is right or wrong by its arguments: the outermost call is the place to look at.
      const outer = origin.calls[0];
      const place = outer ?? origin;
      yield {
        file: place.file,
        start: place.start,
        end: place.end,
        severity: "error",
        code,
        message,
        related:
          outer === undefined
            ? related
            : [
                { file: origin.file, start: origin.start, end: origin.end, message: "the allow rule" },
                ...related,
              ],
      };
    }
  }
}

/** Statements that put the types of a violation into the attributes that the allow rule names, or the calls that do. */
function membershipsOf(compiled: Compiled, violation: Violation): readonly RelatedSite[] {
  const { db } = compiled;
  const sites: RelatedSite[] = [];
  const add = (type: number, attribute: number): void => {
    if (type === attribute) return;
    const message = `${db.types.nameOf(type)} is put into ${db.types.nameOf(attribute)} here`;
    for (const origin of compiled.memberOrigins(type, attribute)) {
      const { file, start, end } = origin.calls[0] ?? origin;
      sites.push({ file, start, end, message });
    }
  };
  add(violation.source, violation.keySource);
  add(violation.target, violation.keyTarget);
  return sites;
}

/** The condition: what kind of assertion is broken, and by what. */
function codeOf({ db, options }: Compiled, rule: AssertionRule, violation: Violation): string {
  if (options.mode === "modular") return "expand-neverallow";
  if (violation.xperms !== undefined)
    return violation.xperms.entry < 0 ? "xperm-neverallow-nox" : "xperm-neverallow";
  if ((db.avtab.branch[violation.entry] as number) !== 0) return "neverallow-cond";
  if (rule.minusSelf) return "neverallow-minus-self";
  if (rule.self && violation.source === violation.target) return "neverallow-self";
  return rule.complement === true ? "neverallow-compl" : "neverallow";
}

/** The allowxperm rules of a violation; the allow rules when nobody knows them. */
function originsOfValues(compiled: Compiled, violation: Violation): readonly Origin[] {
  const origins = compiled.originsOf(violation.xperms?.entry ?? -1);
  return origins.length > 0 ? origins : compiled.originsOf(violation.entry, violation.mask);
}

function messageOf(compiled: Compiled, violation: Violation): string {
  const { db } = compiled;
  const type = (value: number): string => db.types.nameOf(value) ?? "?";
  const datum = db.classes.at(violation.tclass);
  const perms = datum === undefined ? [] : permissionNames(datum, violation.mask);
  const through = [
    violation.keySource === violation.source
      ? ""
      : `${type(violation.source)} through attribute ${type(violation.keySource)}`,
    violation.keyTarget === violation.target
      ? ""
      : `${type(violation.target)} through attribute ${type(violation.keyTarget)}`,
  ].filter((part) => part !== "");
  const values = violation.xperms?.ranges
    .map(([low, high]) =>
      low === high ? `0x${low.toString(16)}` : `0x${low.toString(16)}-0x${high.toString(16)}`,
    )
    .join(" ");
  return (
    `neverallow violated: allow ${type(violation.source)} ${type(violation.target)}:${datum?.name ?? "?"} { ${perms.join(" ")} }` +
    `${values === undefined ? "" : ` for ${values}`}${through.length > 0 ? ` (${through.join(", ")})` : ""}`
  );
}
