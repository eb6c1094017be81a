// Rules that the kernel never looks at: permissions and classes that are checked only with a policy capability that the
// policy has not declared (or has), and – when the settings name the kernel that the policy is for – classes,
// permissions and capabilities which that kernel does not have. Names that stand in the statement itself; what macros
// hold is made for many kernels. Classes that only user space checks are left alone.

import { N_AVRULE, N_POLICYCAP, N_XPERMRULE } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { DirectRules } from "../../compiler/face.ts";
import {
  allKernelPermissions,
  classLifetime,
  isKernelClass,
  type Lifetime,
  permissionLifetime,
} from "../../kernel/classes.ts";
import { inertBecause } from "../../kernel/compat.ts";
import { POLICYCAPS, policycapByName } from "../../kernel/policycaps.ts";
import { existsIn } from "../../kernel/version.ts";
import { AVTAB_ALLOWED, AVTAB_AUDITALLOW, AVTAB_XPERMS, XPERMS_NLMSG } from "../../policydb/avtab.ts";
import { permissionsOf, permissionValue } from "../../policydb/policydb.ts";
import type { CheckContext, PolicyCheck, Report, TextCheck } from "../check.ts";
import { childOf, tokenRange, tokenText, wordTokens } from "../selint/outline.ts";
import { eachPlace } from "../selint/visit.ts";
import { isWhole, rangeOf, type Statement, statementsOf } from "./direct.ts";

export const POLICYCAP_INERT: PolicyCheck = {
  scope: "policy",
  ids: ["policycap-inert"],
  roles: ["te", "conf"],
  run(context, file, report) {
    const { compiled } = context;
    if (!isWhole(compiled)) return;
    const masks = context.shared("inert-permissions", () => inertMasks(context));
    const rules = compiled.directRules(file.id);
    for (const statement of statementsOf(rules)) {
      const reason = whyInert(context, statement, rules, masks);
      if (reason !== undefined)
        report({ ...rangeOf(file, statement.node), code: "policycap-inert", message: reason });
    }
  },
};

function declaredCapabilities({ compiled }: CheckContext): ReadonlySet<string> {
  const { polcaps } = compiled.db;
  return new Set(POLICYCAPS.filter(({ index }) => polcaps.has(index)).map(({ name }) => name));
}

/** By class: its permissions that are never checked, and why the first of them is not. */
type InertMasks = readonly ({ readonly mask: number; readonly reason: string } | undefined)[];

function inertMasks(context: CheckContext): InertMasks {
  const declared = declaredCapabilities(context);
  const found: ({ readonly mask: number; readonly reason: string } | undefined)[] = [];
  for (const datum of context.compiled.db.classes) {
    let mask = 0;
    let reason = "";
    for (const [name, value] of permissionsOf(datum)) {
      const because = inertBecause(datum.name, name, declared);
      if (because === undefined) continue;
      mask |= 1 << (value - 1);
      const how = because.enabled ? "declares" : "does not declare";
      reason ||= `the kernel never asks for this: the policy ${how} the capability ${because.policycap}, and ${because.reason}`;
    }
    if (mask !== 0) found[datum.value] = { mask, reason };
  }
  return found;
}

/** Why nothing of a statement is ever checked; undefined when something may be. */
function whyInert(
  { compiled }: CheckContext,
  { from, to }: Statement,
  rules: DirectRules,
  masks: InertMasks,
): string | undefined {
  const { avtab, classes } = compiled.db;
  let reason: string | undefined;
  for (let row = from; row < to; row++) {
    const entry = rules.entry[row] as number;
    const tclass = avtab.tclass[entry] as number;
    const inert = masks[tclass];
    if (inert === undefined) return undefined;
    const specified = avtab.specified[entry] as number;
    if ((specified & (AVTAB_ALLOWED | AVTAB_AUDITALLOW | AVTAB_XPERMS)) === 0) return undefined;
    let mask = rules.mask[row] as number;
    if ((specified & AVTAB_XPERMS) !== 0) {
      const datum = classes.at(tclass);
      const base = (avtab.slice[entry] as number) >> 8 === XPERMS_NLMSG ? "nlmsg" : "ioctl";
      mask = datum === undefined ? 0 : 1 << (permissionValue(datum, base) - 1);
    }
    if (mask === 0 || (mask & ~inert.mask) !== 0) return undefined;
    reason ??= inert.reason;
  }
  return reason;
}

export const KERNEL_UNKNOWN: TextCheck = {
  scope: "text",
  ids: ["kernel-unknown"],
  roles: ["te", "if", "conf", "policy_capabilities"],
  run(file, option, report) {
    const kernel = option("kernel-unknown", "kernel");
    if (typeof kernel !== "string") return;
    eachPlace(file, [N_POLICYCAP, N_AVRULE, N_XPERMRULE], ({ tree, node }) => {
      if (tree.kind[node] === N_POLICYCAP) checkCapability(tree, node, kernel, report);
      else checkRule(tree, node, kernel, report);
    });
  },
};

function checkCapability(tree: SyntaxTree, node: number, kernel: string, report: Report): void {
  const name = childOf(tree, node, 0);
  const known = name < 0 ? undefined : policycapByName(textOf(tree, name));
  if (known === undefined || existsIn(kernel, known.since, undefined)) return;
  report({
    start: startOf(tree, name),
    end: endOf(tree, name),
    code: "kernel-unknown",
    message: `Linux ${kernel} does not know this capability, which came with ${known.since}: it ignores it`,
  });
}

function checkRule(tree: SyntaxTree, node: number, kernel: string, report: Report): void {
  const classes: string[] = [];
  const tokensOf = (child: number): readonly number[] => {
    const found: number[] = [];
    if (child >= 0) wordTokens(tree, child, found);
    return found;
  };
  for (const token of tokensOf(childOf(tree, node, 2))) {
    const name = tokenText(tree, token);
    const life = classLifetime(name);
    if (life === undefined || existsIn(kernel, life.since, life.removed)) classes.push(name);
    else
      report({
        ...tokenRange(tree, token),
        code: "kernel-unknown",
        message: `Linux ${kernel} has no class ${name}${when(life)}: this rule has no effect there`,
      });
  }
  const kernelClasses = classes.filter(isKernelClass);
  if (kernelClasses.length === 0 || kernelClasses.length !== classes.length) return;
  for (const token of tokensOf(childOf(tree, node, 3))) {
    const name = tokenText(tree, token);
    const having = kernelClasses.filter((one) => allKernelPermissions(one).includes(name));
    if (having.length === 0) continue;
    const lives = having.map((one) => permissionLifetime(one, name));
    const first = lives[0];
    if (first === undefined) continue;
    const isGone = lives.every((life) => life !== undefined && !existsIn(kernel, life.since, life.removed));
    if (isGone)
      report({
        ...tokenRange(tree, token),
        code: "kernel-unknown",
        message: `Linux ${kernel} has no permission ${name} of class ${having[0]}${when(first)}`,
      });
  }
}

/** When it was there; a release that was not read from a kernel's source is a good guess. */
function when({ since, removed, uncertain }: Lifetime): string {
  const about = uncertain ? "about " : "";
  if (removed !== undefined) return ` (removed in ${about}${removed})`;
  return since === undefined ? "" : ` (it came with ${about}${since})`;
}
