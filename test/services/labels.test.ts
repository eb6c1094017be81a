// Contexts, computed labels with their history, SIDs, booleans and the kernel's numbering, on the reference policy.

import { describe, expect, it } from "vitest";
import { AVTAB_TRANSITION } from "../../server/policydb/avtab.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { Context } from "../../server/policydb/context.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { commitBooleans, runningBooleans, stageBoolean } from "../../server/services/booleans.ts";
import { computeAv } from "../../server/services/computeAv.ts";
import { traceSid } from "../../server/services/computeSid.ts";
import { faultOf, parseContext, printContext } from "../../server/services/context.ts";
import { createMapping, mapDecision, unknownNames } from "../../server/services/mapping.ts";
import { SECINITSID_UNLABELED, Sidtab } from "../../server/services/sidtab.ts";
import { traceAv } from "../../server/services/traceAv.ts";
import { boundedTransition, traceValidateTransition } from "../../server/services/validatetrans.ts";
import { randomPolicies, referencePolicy } from "../policydb/fixtures.ts";
import { randomSource } from "../policydb/generate.ts";
import { randomContext } from "./randomContext.ts";

const policy = readPolicy(referencePolicy()).policy as PolicyDb;

function context(text: string, of = policy): Context {
  const parsed = parseContext(of, text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

describe("contexts", () => {
  it("come back from their canonical text", () => {
    for (const bytes of randomPolicies()) {
      const random = readPolicy(bytes).policy as PolicyDb;
      const below = randomSource(3);
      for (let i = 0; i < 200; i++) {
        const made = randomContext(random, below);
        const text = printContext(random, made);
        const parsed = parseContext(random, text);
        expect(parsed.ok).toBe(faultOf(random, made) === undefined);
        if (parsed.ok) expect(printContext(random, parsed.value)).toBe(text);
      }
    }
  });

  it("say what is wrong with them", () => {
    const good = context("staff_u:staff_r:staff_t:s0");
    const role = policy.roles.valueOf("user_r");
    const type = policy.types.valueOf("sshd_t");
    const high = context("system_u:object_r:etc_t:s0:c5").range;
    expect([
      faultOf(policy, good),
      faultOf(policy, { ...good, type }),
      faultOf(policy, { ...good, role, type: policy.types.valueOf("user_t") }),
      faultOf(policy, {
        ...good,
        range: { low: { sens: 99, cats: good.range!.low.cats }, high: good.range!.high },
      }),
      faultOf(policy, { ...context("user_u:user_r:user_t:s0"), ...(high && { range: high }) }),
    ]).toEqual([undefined, "role-type", "user-role", "range", "user-range"]);
  });
});

it("SIDs: initial ones first, equal contexts share one, unknown ones are unlabeled", () => {
  const sidtab = new Sidtab(policy);
  const unlabeled = context("system_u:object_r:unlabeled_t:s0");
  expect(sidtab.sidOf(unlabeled)).toBe(SECINITSID_UNLABELED);
  expect(sidtab.sidOf(context("staff_u:staff_r:staff_t:s0"))).toBe(28);
  expect(sidtab.sidOf(context("staff_u:staff_r:staff_t:s0-s0"))).toBe(28);
  expect(sidtab.sidOf(context("staff_u:staff_r:staff_t:s0:c1"))).toBe(29);
  expect(sidtab.contextOf(12345)).toEqual(unlabeled);
});

// sesearch: type_transition sysadm_t initrc_exec_t:process initrc_t; role_transition sysadm_r … system_r;
// type_transition initrc_t initrc_exec_t:process initrc_t; range_transition initrc_t initrc_exec_t:process s0
it.each([
  [
    "sysadm_u:sysadm_r:sysadm_t:s0-s0:c1",
    "sysadm_u:system_r:initrc_t:s0-s0:c1",
    "role-transition",
    "type-rule",
    "source",
  ],
  [
    "system_u:system_r:initrc_t:s0-s0:c1",
    "system_u:system_r:initrc_t:s0",
    "source",
    "type-rule",
    "range-transition",
  ],
])("%s executing an init script: %s (role by %s, type by %s, range by %s)", (source, result, ...steps) => {
  const traced = traceSid(policy, {
    kind: AVTAB_TRANSITION,
    source: context(source),
    target: context("system_u:object_r:initrc_exec_t:s0"),
    tclass: policy.classes.valueOf("process"),
  });
  if (!traced.ok) throw new Error(traced.error);
  const { role, type, range } = traced.value;
  expect(printContext(policy, traced.value.context)).toBe(result);
  expect([role.step, type.step, range.step]).toEqual(steps);
});

it("an access tells the rules that grant it and the constraint that takes it away", () => {
  const user = context("user_u:user_r:user_t:s0");
  const mine = context("user_u:object_r:user_home_t:s0");
  const theirs = context("staff_u:object_r:user_home_t:s0");
  const file = policy.classes.valueOf("file");
  const granted = traceAv(policy, user, mine, file);
  expect(granted.removals).toEqual([]);
  expect(granted.grants.some(({ enabled, mask }) => enabled && (mask & 2) !== 0)).toBe(true);
  const refused = traceAv(policy, user, theirs, file);
  expect(refused.granted).toBe(granted.granted);
  expect(refused.removals.map(({ step }) => step)).toContain("constraint");
  const constraint = refused.removals.find((removal) => removal.step === "constraint");
  expect(constraint?.step === "constraint" && constraint.trace.nodes.length).toBeGreaterThan(2);
});

it("booleans are staged, committed at once, and seen by the next decision", () => {
  const own = readPolicy(referencePolicy()).policy as PolicyDb;
  const before = runningBooleans(own);
  expect(stageBoolean(own, new Map(), "no_such_boolean", true)).toBeUndefined();
  const first = stageBoolean(own, new Map(), "httpd_enable_homedirs", true) ?? new Map();
  const staged = stageBoolean(own, first, "use_nfs_home_dirs", true) ?? new Map();
  const ask = (): number =>
    computeAv(
      own,
      context("system_u:system_r:httpd_t:s0", own),
      context("system_u:object_r:autofs_t:s0", own),
      own.classes.valueOf("dir"),
    ).allowed;
  const without = ask();
  expect(commitBooleans(own, staged)).toBe(true);
  expect(ask()).not.toBe(without);
  expect(commitBooleans(own, staged)).toBe(false);
  commitBooleans(own, before);
  expect(ask()).toBe(without);
});

it("bounds lead upwards only, and validatetrans tells its failures", () => {
  const bounded = randomPolicies()
    .map((bytes) => readPolicy(bytes).policy as PolicyDb)
    .find((candidate) => [...candidate.types].some(({ bounds }) => bounds !== 0)) as PolicyDb;
  const child = [...bounded.types].find(({ bounds }) => bounds !== 0)!;
  const at = (type: number): Context => ({ user: 1, role: 1, type });
  expect(boundedTransition(bounded, at(child.bounds), at(child.value)).allowed).toBe(true);
  expect(boundedTransition(bounded, at(child.value), at(child.bounds)).allowed).toBe(false);
  expect(boundedTransition(bounded, at(child.value), at(child.value)).chain).toEqual([child.value]);
  const [oldContext, newContext] = ["user_u:object_r:user_home_t:s0", "staff_u:object_r:user_home_t:s0"].map(
    (text) => context(text),
  ) as [Context, Context];
  const task = context("user_u:user_r:user_t:s0");
  const file = policy.classes.valueOf("file");
  const failures = traceValidateTransition(policy, oldContext, newContext, file, task);
  expect(failures.every(({ trace }) => !trace.value)).toBe(true);
});

it("the kernel's numbers are mapped by name, unknown ones by handle_unknown", () => {
  const classes = [
    { name: "file", permissions: ["write", "no_such_permission", "read"] },
    { name: "no_such_class", permissions: ["x"] },
  ];
  const mapping = createMapping(policy, classes);
  const decision = { allowed: 0b10, auditallow: 0b10, auditdeny: ~0b10, flags: 1, xperms: false };
  const mapped = (handleUnknown: number, kernelClass: number) =>
    mapDecision({ ...policy, handleUnknown }, mapping, kernelClass, () => decision);
  expect(mapped(0, 1)).toEqual({
    allowed: 0b100,
    auditallow: 0b100,
    auditdeny: ~0b100,
    flags: 1,
    xperms: false,
  });
  expect(mapped(4, 1)).toMatchObject({ allowed: 0b110, auditdeny: ~0b110 });
  expect([mapped(0, 2).allowed, mapped(4, 2).allowed]).toEqual([0, -1]);
  expect(unknownNames(policy, classes)).toEqual({
    classes: ["no_such_class"],
    permissions: [{ tclass: "file", permission: "no_such_permission" }],
  });
});
