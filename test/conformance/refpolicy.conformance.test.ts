/**
 * The product against m4 and checkpolicy on a whole reference policy, in every build configuration: 0 missing,
 * 0 extra, 0 different facts. SELS_POLICY_SOURCE names another tree (README.md).
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { mustNotSkip, POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";
import { compareDumps, printComparison } from "./compare.ts";
import { buildOracle, CONFIGS, type OracleBuild } from "./configs.ts";
import { engineConnected, openEngine } from "./engine.ts";

const available = requireOracle("m4", "checkpolicy", "sesearch", POLICY_SOURCE);

describe.skipIf(!available).each(CONFIGS)("reference policy, $name", (config) => {
  let oracle: OracleBuild;
  beforeAll(async () => {
    oracle = await buildOracle(policySource() as string, config);
  });

  it("is a whole policy on the oracle's side", () => {
    const allows = oracle.dump.filter((line) => line.startsWith("allow\t"));
    expect(allows.length).toBeGreaterThan(50_000);
    expect(oracle.dump).toContain("role\tsysadm_r");
  });

  it.skipIf(!engineConnected && !mustNotSkip())("compiles to the same facts, with no error", async () => {
    const engine = await openEngine(oracle.tree, { kind: "tree" });
    const comparison = compareDumps(oracle.dump, dumpPolicyDb(engine.db));
    expect(comparison.equal, printComparison(comparison)).toBe(true);
    expect(engine.findings().filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

afterAll(() => {
  if (!engineConnected)
    process.stderr.write("SKIPPED: conformance of the compiler, no engine is connected\n");
});
