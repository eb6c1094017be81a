/**
 * The product's reader of kernel binaries against setools on the same binary: both canonical dumps are equal, in
 * every build configuration and for a policy with every statement of the language.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";
import { compareDumps, printComparison } from "./compare.ts";
import { buildOracle, CONFIGS } from "./configs.ts";
import { oracleDump } from "./oracle.ts";

function expectEqualDumps(expected: readonly string[], binary: string): void {
  const { policy, errors } = readPolicy(readFileSync(binary));
  expect(errors).toEqual([]);
  if (policy === undefined) throw new Error(`${binary}: no policy, and no error either`);
  const comparison = compareDumps(expected, dumpPolicyDb(policy));
  expect(comparison.equal, printComparison(comparison)).toBe(true);
}

const available = requireOracle("m4", "checkpolicy", "sesearch", POLICY_SOURCE);

describe.skipIf(!available)("binary policies read as setools reads them", () => {
  it("with every statement of the language", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sels-binary-"));
    try {
      const binary = join(folder, "everything.33");
      const conf = fileURLToPath(new URL("fixtures/everything.conf", import.meta.url));
      execFileSync("checkpolicy", ["-M", "-U", "allow", conf, "-o", binary], { stdio: "ignore" });
      expectEqualDumps(await oracleDump(binary), binary);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(CONFIGS)("reference policy, $name", async (config) => {
    const { dump, binary } = await buildOracle(policySource() as string, config);
    expectEqualDumps(dump, binary);
  });
});
