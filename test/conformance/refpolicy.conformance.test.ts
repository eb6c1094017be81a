/**
 * The product against m4, checkpolicy and setools on a whole reference policy, in every build configuration: 0
 * missing, 0 extra, 0 different facts, for the reader of binaries and for the compiler. SELS_POLICY_SOURCE names
 * another tree (README.md). One file, so that one worker builds each configuration once.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { mustNotSkip, POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";
import { compareDumps, printComparison } from "./compare.ts";
import { buildOracle, CONFIGS, type OracleBuild } from "./configs.ts";
import { engineConnected, openEngine } from "./engine.ts";
import { oracleDump } from "./oracle.ts";

const tools = requireOracle("m4", "checkpolicy", "sesearch");

function expectEqualDumps(expected: readonly string[], actual: readonly string[]): void {
  const comparison = compareDumps(expected, actual);
  expect(comparison.equal, printComparison(comparison)).toBe(true);
}

function dumpOfBinary(path: string): readonly string[] {
  const { policy, errors } = readPolicy(readFileSync(path));
  expect(errors).toEqual([]);
  if (policy === undefined) throw new Error(`${path}: no policy, and no error either`);
  return dumpPolicyDb(policy);
}

describe.skipIf(!tools)("a policy with every statement", () => {
  it("is read from its binary as setools reads it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sels-binary-"));
    try {
      const binary = join(folder, "everything.33");
      const conf = fileURLToPath(new URL("fixtures/everything.conf", import.meta.url));
      execFileSync("checkpolicy", ["-M", "-U", "allow", conf, "-o", binary], { stdio: "ignore" });
      expectEqualDumps(await oracleDump(binary), dumpOfBinary(binary));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe.skipIf(!tools || !requireOracle(POLICY_SOURCE)).each(CONFIGS)(
  "reference policy, $name",
  (config) => {
    let oracle: OracleBuild;
    beforeAll(async () => {
      oracle = await buildOracle(policySource() as string, config);
    });

    it("is a whole policy on the oracle's side", () => {
      const allows = oracle.dump.filter((line) => line.startsWith("allow\t"));
      expect(allows.length).toBeGreaterThan(50_000);
      expect(oracle.dump).toContain("role\tsysadm_r");
    });

    it("is read from its binary as setools reads it", () => {
      expectEqualDumps(oracle.dump, dumpOfBinary(oracle.binary));
    });

    it.skipIf(!engineConnected && !mustNotSkip())("compiles to the same facts, with no error", async () => {
      const engine = await openEngine(oracle.tree, { kind: "tree" });
      expectEqualDumps(oracle.dump, dumpPolicyDb(engine.db));
      expect(engine.findings().filter(({ severity }) => severity === "error")).toEqual([]);
    });
  },
);

afterAll(() => {
  if (!engineConnected)
    process.stderr.write("SKIPPED: conformance of the compiler, no engine is connected\n");
});
