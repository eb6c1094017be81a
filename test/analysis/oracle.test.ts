/**
 * The neverallow and bounds checks against checkpolicy on random small policies: which neverallow rules fail, with
 * which permissions and values, and which pairs of a child and its target exceed their bounds.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkBounds } from "../../server/analysis/bounds.ts";
import { checkAssertions } from "../../server/analysis/neverallow.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { type PolicyDb, permissionNames } from "../../server/policydb/policydb.ts";
import { describeWithOracle } from "../support/oracles.ts";
import { assertionsOf, generatePolicy, policyText } from "./generatedPolicy.ts";

const POLICIES = 100;

function addValues(
  to: Map<string, Set<number>>,
  key: string,
  ranges: readonly (readonly [number, number])[],
): void {
  const set = to.get(key) ?? new Set<number>();
  for (const [low, high] of ranges) for (let value = low; value <= high; value++) set.add(value);
  to.set(key, set);
}

describeWithOracle("checkpolicy on random policies", ["checkpolicy"], () => {
  const dir = mkdtempSync(join(tmpdir(), "sels-neverallow-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const compile = (text: string): { readonly status: number | null; readonly output: string } => {
    writeFileSync(join(dir, "policy.conf"), text);
    const args = ["-c", "33", "-o", join(dir, "policy.bin"), join(dir, "policy.conf")];
    const result = spawnSync("checkpolicy", args, { encoding: "utf8" });
    return { status: result.status, output: result.stdout + result.stderr };
  };
  const read = (): PolicyDb => {
    const { policy, errors } = readPolicy(readFileSync(join(dir, "policy.bin")));
    if (policy === undefined) throw new Error(JSON.stringify(errors));
    return policy;
  };
  const named = (db: PolicyDb, tclass: number, mask: number): string => {
    const datum = db.classes.at(tclass);
    return datum === undefined ? "?" : `${datum.name} { ${permissionNames(datum, mask).join(" ")} }`;
  };

  it("fails the same neverallow rules, on the same permissions and values", () => {
    let failing = 0;
    let withValues = 0;
    for (let seed = 1; seed <= POLICIES; seed++) {
      const policy = generatePolicy(seed);
      const plain = compile(policyText(policy, false).text);
      expect(plain.status, `seed ${seed}: ${plain.output}`).toBe(0);
      const db = read();
      const { text, lines } = policyText(policy, true);
      const { status, output } = compile(text);
      const theirs = new Set<string>();
      const reports =
        /neverallow(?:xperm)? on line (\d+) .*violated by\s+(allow|allowxperm) (\w+) (\w+):(\w+) (?:ioctl )?(\{[^}]*\})/g;
      for (const [, line, , , , tclass, what] of output.matchAll(reports))
        theirs.add(`${lines.get(Number(line))} ${tclass} ${what?.replace(/\s+/g, " ")}`);
      const ours = new Set<string>();
      const ourValues = new Map<string, Set<number>>();
      for (const found of checkAssertions(db, assertionsOf(db, policy))) {
        if (found.accepted) continue;
        const { xperms } = found;
        if (xperms === undefined || xperms.entry < 0)
          ours.add(`${found.assertion} ${named(db, found.tclass, found.mask)}`);
        else addValues(ourValues, `${found.assertion} ${db.classes.nameOf(found.tclass)}`, xperms.ranges);
      }
      const theirValues = new Map<string, Set<number>>();
      for (const report of theirs) {
        const [, key = "", list = ""] = /^(\d+ \w+) \{(.*0x.*)\}$/.exec(report) ?? [];
        if (key === "") continue;
        theirs.delete(report);
        const ranges = [...list.matchAll(/0x(\w+)(?:-0x(\w+))?/g)].map(
          ([, low = "", high = low]): [number, number] => [
            Number.parseInt(low, 16),
            Number.parseInt(high, 16),
          ],
        );
        addValues(theirValues, key, ranges);
      }
      const context = `seed ${seed}\n${text}\n${output}`;
      expect([...ours].sort(), context).toEqual([...theirs].sort());
      expect(ourValues, context).toEqual(theirValues);
      expect(ours.size + ourValues.size > 0, context).toBe(status !== 0);
      if (ourValues.size > 0) withValues++;
      if (status !== 0) failing++;
    }
    // Both verdicts must really occur.
    expect(failing).toBeGreaterThan(POLICIES / 5);
    expect(failing).toBeLessThan((POLICIES * 19) / 20);
    expect(withValues).toBeGreaterThan(5);
  });

  it("reports the same excess over type bounds", () => {
    let failing = 0;
    for (let seed = 1; seed <= 120; seed++) {
      const policy = generatePolicy(seed + 5000, true);
      const unbounded = compile(policyText({ ...policy, bounds: [] }, false).text);
      expect(unbounded.status, unbounded.output).toBe(0);
      const db = read();
      for (const statement of policy.bounds) {
        const [, parent = "", child = ""] = /typebounds (\w+) (\w+);/.exec(statement) ?? [];
        const datum = db.types.get(child);
        if (datum !== undefined) datum.bounds = db.types.valueOf(parent);
      }
      const { text } = policyText(policy, false);
      const { status, output } = compile(text);
      const theirs = new Set<string>();
      for (const [, source, target, tclass, perms] of output.matchAll(/(\w+) (\w+) : (\w+) \{([^}]*)\}/g))
        theirs.add(`${source} ${target} ${tclass} {${perms?.replace(/\s+/g, " ")}}`);
      const ours = new Set<string>();
      for (const found of checkBounds(db)) {
        expect(found.kind).toBe("type");
        if (found.kind !== "type") continue;
        const { child, target, tclass, mask } = found;
        ours.add(`${db.types.nameOf(child)} ${db.types.nameOf(target)} ${named(db, tclass, mask)}`);
      }
      expect([...ours].sort(), `seed ${seed}\n${text}\n${output}`).toEqual([...theirs].sort());
      expect(ours.size > 0).toBe(status !== 0);
      if (status !== 0) failing++;
    }
    expect(failing).toBeGreaterThan(20);
    expect(failing).toBeLessThan(115);
  });
});
