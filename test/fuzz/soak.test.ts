/**
 * A short soak (test/support/soak.ts) on a copy of the reference policy: the same state as a fresh start, no error in
 * the log, memory that does not run away. Ten minutes of it: `npm run bench -- soak`.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";
import { soak } from "../support/soak.ts";

it.skipIf(!requireOracle(POLICY_SOURCE))(
  "a session of several hundred steps ends where a fresh one starts",
  async () => {
    const scratch = mkdtempSync(join(tmpdir(), "sels-soak-"));
    try {
      const root = join(scratch, "policy");
      cpSync(policySource() as string, root, { recursive: true });
      const modules = join(root, "policy/modules");
      const files = readdirSync(modules, { recursive: true, encoding: "utf8" })
        .filter((path) => /\.(te|if|fc)$/.test(path) && !path.includes("corenetwork"))
        .sort()
        .map((path) => join(modules, path));
      const result = await soak({
        root,
        files,
        seed: 11,
        milliseconds: 40_000,
        steps: 120,
        branchFiles: 200,
        scratch,
      });
      expect(result.log).toEqual([]);
      expect(result.differences).toEqual([]);
      expect(result.switches).toBeGreaterThan(0);
      // Pools double soon after the start; the trees that edits leave behind would be 2.7 times by now.
      expect(result.memoryEnd / result.memoryStart).toBeLessThan(2.4);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
  400_000,
);
