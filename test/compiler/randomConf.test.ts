/**
 * Small random policies against checkpolicy: both accept a text or neither does, and what both accept compiles to the same
 * policy. Seeded, so a failure names its seed. SELS_LONG=N: N more seeds of each kind, for a long run by hand.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PolicyChecks } from "../../server/checks/policyChecks.ts";
import { canonicalPolicy } from "../../server/compiler/canonical.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { requireOracle } from "../support/oracles.ts";
import { createRandom } from "./incrementalEdits.ts";
import { randomConf, randomModule } from "./randomConf.ts";

const COUNT = 40 + Number(process.env.SELS_LONG ?? 0);

describe.skipIf(!requireOracle("checkpolicy"))("random policies", () => {
  const folder = mkdtempSync(join(tmpdir(), "sels-random-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What checkpolicy makes of a text: facts, nothing when it refuses, undefined when it crashes or writes what no kernel reads. */
  function judge(conf: string): readonly string[] | undefined {
    const [text, binary] = [join(folder, "policy.conf"), join(folder, "policy.33")];
    writeFileSync(text, conf);
    rmSync(binary, { force: true });
    const { status } = spawnSync("checkpolicy", ["-M", "-U", "deny", "-c", "33", text, "-o", binary]);
    if (status === null) return undefined;
    if (status !== 0) return [];
    const { policy } = readPolicy(readFileSync(binary));
    return policy === undefined ? undefined : dumpPolicyDb(policy);
  }

  /** The same of ours; errors in place of facts when we refuse it. */
  function ours(conf: string): { readonly errors: readonly string[]; readonly facts: readonly string[] } {
    const words = createWords();
    const source = { id: 0, path: "policy.conf", role: "conf", module: "", enabled: true } as const;
    const compiled = compile(
      [{ ...source, tree: parseSource(conf, "conf", words) }],
      { defines: new Map(), mls: true, mode: "monolithic", handleUnknown: "deny", booleans: new Map() },
      words,
    );
    const findings = [
      ...compiled.findings().values(),
      ...new PolicyChecks(compiled).findings().values(),
    ].flat();
    const errors = findings
      .filter(({ severity }) => severity === "error")
      .map(({ start, message }) => `line ${conf.slice(0, start).split("\n").length}: ${message}`);
    return { errors, facts: errors.length > 0 ? [] : dumpPolicyDb(canonicalPolicy(compiled)) };
  }

  it.each([
    ["as people mean them", false],
    ["with slips", true],
  ])(
    "%s",
    (_, slips) => {
      let accepted = 0;
      for (let seed = 1; seed <= COUNT; seed++) {
        const conf = randomConf(createRandom(seed), slips);
        const expected = judge(conf);
        if (expected === undefined) continue;
        const { errors, facts } = ours(conf);
        const where = `seed ${seed}: ${errors.join("; ")}`;
        expect(errors.length > 0, where).toBe(expected.length === 0);
        const known = new Set(expected);
        expect(
          facts.filter((fact) => !known.has(fact)),
          where,
        ).toEqual([]);
        expect(facts.length, where).toBe(expected.length);
        if (facts.length > 0) accepted++;
      }
      expect(accepted).toBeGreaterThan(COUNT / 3);
      expect(accepted).toBeLessThan(COUNT);
    },
    120_000,
  );

  it.skipIf(!requireOracle("checkmodule"))("modules are taken or refused as checkmodule does", () => {
    // Said of a module although only what it is linked into says it: blocks that are both on disagree.
    const linked = new Set(["rangetrans-conflict", "ftrans-conflict", "ftrans-dup"]);
    let refused = 0;
    for (let seed = 1; seed <= COUNT; seed++) {
      const path = join(folder, "random.te");
      const te = randomModule(createRandom(seed), true);
      writeFileSync(path, te);
      const { status, stderr } = spawnSync("checkmodule", [
        "-M",
        "-m",
        path,
        "-o",
        join(folder, "random.mod"),
      ]);
      const words = createWords();
      const source = { id: 0, path, role: "te", module: "random", enabled: true } as const;
      const compiled = compile(
        [{ ...source, tree: parseSource(te, "te", words) }],
        { defines: new Map(), mls: true, mode: "modular", handleUnknown: "deny", booleans: new Map() },
        words,
      );
      const errors = [...compiled.findings().values()]
        .flat()
        .filter(({ severity, code }) => severity === "error" && !linked.has(code))
        .map(({ message }) => message);
      expect(errors.length > 0, `seed ${seed}: ${errors.join("; ")} ${stderr}`).toBe(status !== 0);
      if (status !== 0) refused++;
    }
    expect(refused).toBeGreaterThan(COUNT / 10);
    expect(refused).toBeLessThan(COUNT);
  });
});
