// The audit formula, case by case.

import { expect, it } from "vitest";
import { auditOf } from "../../server/avc/audit.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import { AVD_NEVERAUDIT } from "../../server/services/computeAv.ts";

const decision = { allowed: 0b0011, auditallow: 0b0001, auditdeny: ~0b0100, flags: 0, xperms: false };

it("audits denials that are not dontaudited", () => {
  expect(auditOf(0b1110, decision, true)).toEqual({ denied: 0b1100, audited: 0b1000 });
  expect(auditOf(0b0100, decision, true)).toEqual({ denied: 0b0100, audited: 0 });
});

it("audits grants by auditallow, and failures without a denial whole", () => {
  expect(auditOf(0b0011, decision, false)).toEqual({ denied: 0, audited: 0b0001 });
  expect(auditOf(0b0010, decision, true)).toEqual({ denied: 0b0010, audited: 0b0010 });
});

it("keeps silent about probes when audit_access is dontaudited, and about neveraudit types", () => {
  expect(auditOf(0b1000, decision, true, { auditAccess: 0b0100 }).audited).toBe(0);
  expect(auditOf(0b1000, decision, true, { auditAccess: 0b10000 }).audited).toBe(0b1000);
  expect(auditOf(0b1011, { ...decision, flags: AVD_NEVERAUDIT }, true).audited).toBe(0);
});

it("asks the extended sets", () => {
  const sets = {
    driver: 0,
    kind: 1,
    allowed: new Ebitmap(),
    auditallow: Ebitmap.of([5]),
    dontaudit: Ebitmap.of([6]),
  };
  const audited = (requested: number, value: number): number =>
    auditOf(requested, decision, false, { xperm: { value, decision: sets } }).audited;
  expect([audited(0b1000, 6), audited(0b1000, 5)]).toEqual([0, 0b1000]);
  expect([audited(0b0001, 5), audited(0b0001, 6)]).toEqual([0b0001, 0]);
});
