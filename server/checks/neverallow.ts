// neverallow violations as findings: at the allow rule that breaks the assertion (each contributing statement), with
// the neverallow as the related site and the attributes through which the types came in.

import type { Violation } from "../analysis/neverallow.ts";
import type { AssertionRule, Compiled, Finding, RelatedSite } from "../compiler/face.ts";
import { permissionNames } from "../policydb/policydb.ts";

/** More violations than this are not spelled out: one wrong rule can break hundreds of pairs. */
const MAX_VIOLATIONS = 400;

/** One finding for each statement that contributes forbidden permissions. */
export function* neverallowFindings(
  compiled: Compiled,
  rules: readonly AssertionRule[],
  violations: readonly Violation[],
): Iterable<Finding> {
  let count = 0;
  for (const violation of violations) {
    if (violation.accepted) continue;
    if (count++ >= MAX_VIOLATIONS) return;
    const rule = rules[violation.assertion];
    if (rule === undefined) continue;
    const assertion = compiled.originOf(rule.block, rule.at);
    const message = messageOf(compiled, violation);
    for (const origin of compiled.originsOf(violation.entry, violation.mask)) {
      const related: RelatedSite[] = [
        { file: assertion.file, start: assertion.start, end: assertion.end, message: "the neverallow rule" },
        ...origin.calls.map((call) => ({ ...call, message: "called from here" })),
      ];
      // A rule in an interface is right or wrong by its arguments: the outermost call is the place to look at.
      const outer = origin.calls[0];
      const place = outer ?? origin;
      yield {
        file: place.file,
        start: place.start,
        end: place.end,
        severity: "error",
        code: violation.xperms === undefined ? "neverallow" : "xperm-neverallow",
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
