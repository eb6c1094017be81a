// Reading and writing the stored policies: every byte is understood, and comes out again where it was. Then the
// refusals that a reader of files must get right, with their places.

import { describe, expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { writePolicy } from "../../server/policydb/binary/write.ts";
import { startCpuTime } from "../support/cpuTime.ts";
import { mutations, randomPolicies, referencePolicy } from "./fixtures.ts";
import { snapshot } from "./snapshot.ts";

/** Where two byte arrays differ first; -1 when they are equal. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return -1;
}

/** These come from secilc, which has its own order of genfs entries; only a layout knows that. */
const BY_SECILC = new Set([1, 4, 7, 10, 13]);

describe("stored policies", () => {
  const all: readonly (readonly [string, Uint8Array])[] = [
    ["reference", referencePolicy()],
    ...randomPolicies().map((bytes, i) => [`random ${i + 1}`, bytes] as const),
  ];

  it.each(all)("%s: comes out as it went in", (name, bytes) => {
    const { policy, layout, errors, warnings } = readPolicy(bytes);
    expect([errors, warnings]).toEqual([[], []]);
    if (policy === undefined) return;
    const again = writePolicy(policy, { version: 33, layout });
    expect(again.errors).toEqual([]);
    expect(firstDifference(again.bytes, bytes)).toBe(-1);
    const fresh = writePolicy(policy, { version: 33 }).bytes;
    if (BY_SECILC.has(Number(name.split(" ")[1]))) expect(fresh.length).toBe(bytes.length);
    else expect(firstDifference(fresh, bytes)).toBe(-1);
  });

  it("has the reference policy's numbers", () => {
    const { policy } = readPolicy(referencePolicy());
    expect(policy?.avtab.count).toBe(136989);
    expect(policy?.classes.count).toBe(134);
    expect(policy?.bools.count).toBe(351);
    expect(policy?.cats.count).toBe(1024);
    expect(policy?.mls).toBe(true);
  });

  it("goes down to old versions and says what is lost", () => {
    const { policy } = readPolicy(randomPolicies()[2] as Uint8Array);
    expect(policy).toBeDefined();
    if (policy === undefined) return;
    expect(writePolicy(policy, { version: 29 }).errors[0]?.message).toContain("need policy version 30");
    for (let version = 30; version <= 35; version++) {
      const down = writePolicy(policy, { version });
      const back = readPolicy(down.bytes);
      expect(back.errors).toEqual([]);
      const lost = down.warnings.map((warning) => warning.message).join();
      if (version < 31) expect(lost).toContain("ibpkeycon");
      if (version >= 32 && back.policy !== undefined) expect(snapshot(back.policy)).toEqual(snapshot(policy));
    }
  });
});

describe("damaged policies", () => {
  it("are refused where kernel and libsepol refuse, read where both read", () => {
    const wrong: string[] = [];
    const count = { read: 0, refused: 0, differing: 0 };
    for (const { id, bytes, kernelReads, libsepolReads } of mutations()) {
      const reads = readPolicy(bytes).policy !== undefined;
      if (kernelReads !== libsepolReads) count.differing++;
      else if (reads !== kernelReads) wrong.push(id);
      else if (reads) count.read++;
      else count.refused++;
    }
    // 16 claims version 34, which the kernel and the libsepol that judged did not know yet.
    expect(wrong).toEqual(["16"]);
    expect(count).toEqual({ read: 252, refused: 617, differing: 30 });
  });

  it("are written again as they were when they are read", () => {
    for (const { id, bytes } of mutations()) {
      const { policy, layout, warnings } = readPolicy(bytes);
      if (policy === undefined) continue;
      if (warnings.some((warning) => /twice|ignored/.test(warning.message))) continue;
      const again = writePolicy(policy, { version: policy.version, layout });
      expect([id, firstDifference(again.bytes, bytes)]).toEqual([id, -1]);
    }
  });
});

describe("refusals", () => {
  const base = randomPolicies()[4] as Uint8Array;
  const errorOf = (bytes: Uint8Array) => readPolicy(bytes).errors[0];
  const withWord = (at: number, value: number): Uint8Array => {
    const copy = base.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };

  it("tells what a file is instead of a policy", () => {
    expect(errorOf(new Uint8Array(0))?.message).toContain("the file ends inside the magic number");
    expect(errorOf(withWord(0, 0x8cff7cf9))?.message).toContain("byte-swapped");
    expect(errorOf(withWord(0, 0xf97cff8d))?.message).toContain("policy module");
    expect(errorOf(withWord(0, 0xf97cff8f))?.message).toContain(".pp");
    expect(errorOf(new TextEncoder().encode("policy_module(a, 1)"))?.message).toContain(
      "not a kernel policy",
    );
    const xen = base.slice();
    xen.set(new TextEncoder().encode("XenFlask"), 8);
    expect(errorOf(xen)).toEqual({
      offset: 8,
      section: "header",
      condition: "string",
      message: "this is a policy for Xen, not for SELinux",
    });
  });

  it("points to the byte", () => {
    expect(errorOf(withWord(16, 14))?.offset).toBe(16);
    expect(errorOf(withWord(20, 7))?.offset).toBe(20);
    expect(errorOf(withWord(24, 9))?.message).toBe("9 symbol tables, expected 8 in version 33");
    expect(errorOf(withWord(28, 7))?.offset).toBe(28);
  });

  it("reads a newer version as far as it is understood", () => {
    const { policy } = readPolicy(base);
    if (policy === undefined) throw new Error("the fixture is not readable");
    const newest = writePolicy(policy, { version: 35 }).bytes;
    newest[16] = 36;
    const { errors, warnings } = readPolicy(newest);
    expect(errors).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "policy version 36 is newer than 35; read as version 35",
    ]);
  });

  it("warns of unknown policy capabilities", () => {
    const { policy } = readPolicy(base);
    if (policy === undefined) throw new Error("the fixture is not readable");
    policy.polcaps.add(40);
    const { errors, warnings } = readPolicy(writePolicy(policy, { version: 33 }).bytes);
    expect([errors, warnings[0]?.message]).toEqual([[], "policy capability 40 is unknown"]);
  });

  it("never reads a truncated file, wherever it ends", () => {
    for (let end = 0; end < base.length; end += 37)
      expect([end, readPolicy(base.subarray(0, end)).policy]).toEqual([end, undefined]);
  });

  it("does not believe in counts that the file cannot hold", () => {
    for (let at = 32; at + 4 <= base.length; at += 11) {
      const cpuTime = startCpuTime();
      const { errors, policy } = readPolicy(withWord(at, 0xfffffff0));
      expect(errors.length === 0).toBe(policy !== undefined);
      expect(cpuTime()).toBeLessThan(1000);
    }
  });
});
