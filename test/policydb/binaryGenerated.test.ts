// Properties over generated policies, and mutated binaries by the hundred thousand: the reader answers each, soon.

import { describe, expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { VERSION_MAX, VERSION_MIN_WRITE } from "../../server/policydb/binary/versions.ts";
import { writePolicy } from "../../server/policydb/binary/write.ts";
import { startCpuTime } from "../support/cpuTime.ts";
import { randomPolicy, randomSource } from "./generate.ts";
import { snapshot } from "./snapshot.ts";

const POLICIES = 400;
const MUTATIONS = 100_000;
/** Generous for a loaded machine; a typical read takes a tenth of a millisecond. */
const SLOWEST_READ = 1000;

describe("generated policies", () => {
  it("are the same after writing and reading, in every version", () => {
    for (let seed = 1; seed <= POLICIES; seed++) {
      const version = VERSION_MIN_WRITE + (seed % (VERSION_MAX - VERSION_MIN_WRITE + 1));
      const policy = randomPolicy(seed, version, 1 + (seed % 4));
      const { bytes, errors, warnings } = writePolicy(policy, { version });
      expect([seed, errors, warnings]).toEqual([seed, [], []]);
      const back = readPolicy(bytes);
      expect([seed, version, back.errors]).toEqual([seed, version, []]);
      if (back.policy === undefined) continue;
      expect(snapshot(back.policy)).toEqual(snapshot(policy));
      const again = writePolicy(back.policy, { version, layout: back.layout }).bytes;
      expect([seed, Buffer.compare(again, bytes)]).toEqual([seed, 0]);
    }
  });

  it("stay valid when an older version drops what it does not know", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const policy = randomPolicy(seed, VERSION_MAX, 2);
      for (let version = VERSION_MIN_WRITE; version < VERSION_MAX; version += 3) {
        const down = writePolicy(policy, { version });
        if (down.errors.length > 0) expect(down.bytes.length).toBe(0);
        else expect([seed, version, readPolicy(down.bytes).errors]).toEqual([seed, version, []]);
      }
    }
  });
});

describe("mutated binaries", () => {
  it(`are read or refused, ${MUTATIONS} of them`, () => {
    const bases = [31, 33, 35].map(
      (version, i) => writePolicy(randomPolicy(70 + i, version), { version }).bytes,
    );
    const below = randomSource(4711);
    let read = 0;
    let slowest = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const bytes = mutated(bases[i % bases.length] as Uint8Array, below);
      const started = performance.now();
      const result = readPolicy(bytes, { withoutProcess: true });
      // Asking for processor time costs more than most reads do: only what seemed slow is timed so, once more.
      if (performance.now() - started > SLOWEST_READ) {
        const cpuTime = startCpuTime();
        readPolicy(bytes, { withoutProcess: true });
        slowest = Math.max(slowest, cpuTime());
      }
      if ((result.policy === undefined) !== result.errors.length > 0)
        throw new Error(`neither nor in run ${i}`);
      const offset = result.errors[0]?.offset ?? 0;
      if (offset < 0 || offset > bytes.length) throw new Error(`error outside the file in run ${i}`);
      if (result.policy !== undefined) read++;
    }
    expect(slowest).toBeLessThan(SLOWEST_READ);
    expect(read).toBeGreaterThan(MUTATIONS / 100);
    expect(read).toBeLessThan(MUTATIONS);
  });
});

/** One to three edits: a bit, a byte, a word, a cut, a hole, inserted bytes. */
function mutated(base: Uint8Array, below: (n: number) => number): Uint8Array {
  let bytes: Uint8Array = base.slice();
  for (let edits = 1 + below(3); edits > 0; edits--) {
    const at = below(bytes.length);
    const kind = below(20);
    if (kind < 9) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    else if (kind < 14) bytes[at] = below(256);
    else if (kind < 17) {
      const value = [0, 1, 0xffffffff, 0x7fffffff, 0x10000, below(0x10000)][below(6)] as number;
      for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = value >>> (8 * i);
    } else if (kind === 17) bytes = bytes.slice(0, Math.max(1, at));
    else if (kind === 18) bytes = joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(8)));
    else
      bytes = joined(
        bytes.subarray(0, at),
        new Uint8Array(1 + below(8)).fill(below(256)),
        bytes.subarray(at),
      );
    if (bytes.length === 0) bytes = new Uint8Array(1);
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
