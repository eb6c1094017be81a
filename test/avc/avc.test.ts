// The cache against deciding anew, and the kernel's habits one by one: threshold and reclaim, sequence numbers,
// permissive mode's grants, statistics, extended permissions.

import { describe, expect, it } from "vitest";
import { Avc, type AvcSource } from "../../server/avc/avc.ts";
import { createAvcSource } from "../../server/avc/source.ts";
import { printCacheStats, printHashStats } from "../../server/avc/stats.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import { createAvRows } from "../../server/services/avRows.ts";
import { commitBooleans } from "../../server/services/booleans.ts";
import { AVD_PERMISSIVE, computeAv, createDecision } from "../../server/services/computeAv.ts";
import { Sidtab } from "../../server/services/sidtab.ts";
import { XPERM_IOCTL, xpermAllowed } from "../../server/services/xperms.ts";
import { randomPolicies } from "../policydb/fixtures.ts";
import { randomPolicy, randomSource } from "../policydb/generate.ts";
import { randomContext } from "../services/randomContext.ts";

/** A source that allows `allowed` to everyone and counts. */
function constantSource(allowed: number, flags = 0): AvcSource & { calls: number; sequence: number } {
  const source = {
    calls: 0,
    sequence: 1,
    seqno: () => source.sequence,
    compute: (_s: number, _t: number, _c: number, decision: ReturnType<typeof createDecision>) => {
      source.calls++;
      Object.assign(decision, { ...createDecision(), allowed, flags });
    },
    xpermDrivers: () => ({ drivers: new Ebitmap(256), kinds: 0 }),
    xperms: (_s: number, _t: number, _c: number, driver: number, kind: number) => ({
      driver,
      kind,
      allowed: new Ebitmap(256),
      auditallow: new Ebitmap(256),
      dontaudit: new Ebitmap(256),
    }),
  };
  return source;
}

const stored = randomPolicies().map((bytes) => readPolicy(bytes).policy as PolicyDb);
const generated = Array.from({ length: 20 }, (_, seed) => randomPolicy(seed + 100, 35, 2));

describe.each([...stored, ...generated].map((policy, i) => [i, policy] as const))(
  "policy %i",
  (seed, policy) => {
    it("says the same from the cache as anew, over reclaims and boolean changes", () => {
      const below = randomSource(seed);
      const sidtab = new Sidtab(policy);
      const avc = new Avc(createAvcSource(createAvRows(policy), sidtab));
      avc.threshold = 40;
      const sids = Array.from({ length: 25 }, () => sidtab.sidOf(randomContext(policy, below)));
      const decision = createDecision();
      for (let i = 0; i < 1500; i++) {
        const ssid = sids[below(sids.length)] as number;
        const tsid = sids[below(sids.length)] as number;
        const tclass = 1 + below(policy.classes.nprim);
        const source = sidtab.contextOf(ssid);
        const target = sidtab.contextOf(tsid);
        if (source === undefined || target === undefined) continue;
        const reference = computeAv(policy, source, target, tclass);
        avc.decide(ssid, tsid, tclass, decision);
        expect(decision).toEqual(reference);
        const requested = 1 << below(32);
        expect(avc.hasPerm(ssid, tsid, tclass, requested, true)).toBe((requested & ~reference.allowed) === 0);
        if (i % 400 === 399) {
          commitBooleans(policy, new Map([...policy.bools].map((bool) => [bool.name, below(2) === 1])));
          avc.reset(policy.generation);
        }
      }
      expect(avc.hashStats().entries).toBeLessThanOrEqual(41);
    });

    it("filters extended permissions as deciding anew does", () => {
      const below = randomSource(seed + 7);
      const sidtab = new Sidtab(policy);
      const avc = new Avc(createAvcSource(createAvRows(policy), sidtab));
      const decision = createDecision();
      for (let i = 0; i < 400; i++) {
        const source = randomContext(policy, below);
        const target = randomContext(policy, below);
        const tclass = 1 + below(policy.classes.nprim);
        const value = below(2) === 0 ? below(0x10000) : below(0x400);
        const reference = computeAv(policy, source, target, tclass);
        if ((reference.flags & AVD_PERMISSIVE) !== 0) continue;
        const requested = 1 << below(4);
        const { allowed } = avc.hasExtendedPerm(
          sidtab.sidOf(source),
          sidtab.sidOf(target),
          tclass,
          requested,
          XPERM_IOCTL,
          value,
          decision,
        );
        const filter = xpermAllowed(policy, source, target, tclass, value);
        expect(allowed).toBe((requested & ~reference.allowed) === 0 && filter);
      }
    });
  },
);

describe("the kernel's habits", () => {
  it("computes once for each node", () => {
    const source = constantSource(3);
    const avc = new Avc(source);
    expect([avc.hasPerm(1, 2, 3, 1), avc.hasPerm(1, 2, 3, 2), avc.hasPerm(1, 2, 3, 4)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(source.calls).toBe(1);
    expect(printCacheStats(avc)).toBe("lookups hits misses allocations reclaims frees\n3 2 1 1 0 0\n");
  });

  it("reclaims 16 nodes when the threshold is passed, round-robin over the slots", () => {
    const avc = new Avc(constantSource(0));
    for (let sid = 0; sid < 512; sid++) avc.hasPerm(sid, 0, 0, 1);
    expect(printHashStats(avc)).toBe("entries: 512\nbuckets used: 512/512\nlongest chain: 1\n");
    avc.hasPerm(512, 0, 0, 1);
    expect(avc.stats.reclaims).toBe(16);
    expect(avc.hashStats().entries).toBe(512 - 16 + 1);
    // the hint moves on before it is used: slots 1 to 16 went, slot 0 and 17 did not
    const { misses } = avc.stats;
    for (const sid of [0, 17, 511]) avc.hasPerm(sid, 0, 0, 1);
    expect(avc.stats.misses).toBe(misses);
    avc.hasPerm(1, 0, 0, 1);
    expect(avc.stats.misses).toBe(misses + 1);
  });

  it("grants in permissive mode once, and forgets it when enforcing begins", () => {
    const avc = new Avc(constantSource(1));
    avc.setEnforcing(false);
    const decision = createDecision();
    expect(avc.hasPerm(1, 1, 1, 6)).toBe(true);
    avc.decide(1, 1, 1, decision);
    expect(decision.allowed).toBe(7);
    expect(avc.hasPerm(1, 1, 1, 8, true)).toBe(false);
    avc.setEnforcing(true);
    expect(avc.hasPerm(1, 1, 1, 6)).toBe(false);
  });

  it("lets permissive domains pass while enforcing, but not strictly", () => {
    const avc = new Avc(constantSource(0, AVD_PERMISSIVE));
    expect(avc.hasPerm(1, 1, 1, 2, true)).toBe(false);
    expect(avc.hasPerm(1, 1, 1, 2)).toBe(true);
    expect(avc.hasPerm(1, 1, 1, 2, true)).toBe(true);
  });

  it("does not keep decisions of an older policy", () => {
    const source = constantSource(1);
    const avc = new Avc(source);
    avc.reset(5);
    expect(avc.hasPerm(1, 1, 1, 1)).toBe(true);
    expect(avc.hashStats().entries).toBe(0);
    source.sequence = 5;
    expect(avc.hasPerm(1, 1, 1, 1)).toBe(true);
    expect(avc.hashStats().entries).toBe(1);
  });
});
