/**
 * Single policy.conf files against checkpolicy: one with every statement, and fourteen random ones that use every
 * feature (MLS, conditionals, extended permissions, constraints of every operator, bounds, object contexts). 0 missing,
 * 0 extra facts. Rules whose permission set comes out empty are left out: checkpolicy 3.4 writes them, newer ones omit
 * them with a warning, and so do we.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { requireOracle } from "../support/oracles.ts";
import { compareDumps, printComparison } from "./compare.ts";
import { oracleDump } from "./oracle.ts";

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const random: Record<string, string> = JSON.parse(brotliDecompressSync(fixture("random.conf.br")).toString());
const texts: readonly (readonly [string, string])[] = [
  ["everything.conf", fixture("everything.conf").toString()],
  ...Object.entries(random),
];
const EMPTY = /^(allow|auditallow|dontaudit)\t[^\t]*\t[^\t]*\t[^\t]*\t\t/;

describe.skipIf(!requireOracle("checkpolicy", "sesearch"))("a policy.conf", () => {
  const folder = mkdtempSync(join(tmpdir(), "sels-conf-"));
  beforeAll(() => expect(texts.length).toBe(15));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(texts)("%s compiles to checkpolicy's facts", async (name, text) => {
    const conf = join(folder, name);
    const binary = `${conf}.33`;
    writeFileSync(conf, text);
    execFileSync("checkpolicy", ["-M", "-U", "allow", "-c", "33", conf, "-o", binary], { stdio: "ignore" });
    const words = createWords();
    const source = { id: 0, path: conf, role: "conf", module: "", enabled: true } as const;
    const compiled = compile(
      [{ ...source, tree: parseSource(text, "conf", words) }],
      { defines: new Map(), mls: true, mode: "monolithic", handleUnknown: "allow", booleans: new Map() },
      words,
    );
    const errors = [...compiled.findings().values()].flat().filter(({ severity }) => severity === "error");
    expect(errors).toEqual([]);
    const expected = (await oracleDump(binary)).filter((line) => !EMPTY.test(line));
    const comparison = compareDumps(expected, dumpPolicyDb(compiled.db));
    expect(comparison.equal, printComparison(comparison)).toBe(true);
  });
});
