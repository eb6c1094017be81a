// Properties that tie the ways of deciding together, over the fourteen random policies of the golden answers and over
// generated ones: fast rows decide as the pairwise reference does, the trace adds up to the decision, before and
// after booleans change.

import { describe, expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import type { Context } from "../../server/policydb/context.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { computeAvByRows, createAvRows } from "../../server/services/avRows.ts";
import { commitBooleans } from "../../server/services/booleans.ts";
import { computeAv, createDecision } from "../../server/services/computeAv.ts";
import { traceAv } from "../../server/services/traceAv.ts";
import { randomPolicies } from "../policydb/fixtures.ts";
import { randomPolicy, randomSource } from "../policydb/generate.ts";
import { randomContext } from "./randomContext.ts";

const stored = randomPolicies().map((bytes) => readPolicy(bytes).policy as PolicyDb);
const generated = Array.from({ length: 60 }, (_, seed) => randomPolicy(seed + 1, 35, 1 + (seed % 3)));
const policies = [...stored, ...generated].map((policy, i) => [i, policy] as const);

interface Question {
  readonly source: Context;
  readonly target: Context;
  readonly tclass: number;
}

function questions(policy: PolicyDb, seed: number, count: number): Question[] {
  const below = randomSource(seed);
  return Array.from({ length: count }, () => ({
    source: randomContext(policy, below),
    target: randomContext(policy, below),
    tclass: below(policy.classes.nprim + 2),
  }));
}

function flipBooleans(policy: PolicyDb, seed: number): void {
  const below = randomSource(seed);
  commitBooleans(policy, new Map([...policy.bools].map((bool) => [bool.name, below(2) === 1])));
}

describe.each(policies)("policy %i", (seed, policy) => {
  it("rows decide as pairs do, and the trace adds up", () => {
    const rows = createAvRows(policy);
    const byRows = createDecision();
    for (let round = 0; round < 3; round++) {
      for (const { source, target, tclass } of questions(policy, seed * 3 + round, 300)) {
        const reference = computeAv(policy, source, target, tclass);
        computeAvByRows(rows, source, target, tclass, byRows);
        const trace = traceAv(policy, source, target, tclass);
        expect(byRows).toEqual(reference);
        expect(trace.decision).toEqual(reference);
        const removed = trace.removals.reduce((mask, step) => mask | step.removed, 0);
        expect(trace.granted & ~removed).toBe(reference.allowed);
      }
      flipBooleans(policy, seed + round);
    }
  });
});

it("the questions reach what they should: grants, removals of all kinds, permissive domains", () => {
  const seen = new Set<string>();
  for (const [seed, policy] of policies)
    for (const { source, target, tclass } of questions(policy, seed, 300)) {
      const trace = traceAv(policy, source, target, tclass);
      if (trace.decision.allowed !== 0) seen.add("allowed");
      if (trace.decision.xperms) seen.add("xperms");
      if ((trace.decision.flags & 1) !== 0) seen.add("permissive");
      for (const { step } of trace.removals) seen.add(step);
    }
  expect([...seen].sort()).toEqual(["allowed", "bounds", "constraint", "permissive", "role-allow", "xperms"]);
});
