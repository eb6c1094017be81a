/**
 * A compiled policy, numbered and ordered canonically, has the bytes that checkpolicy gives for the same sources: for
 * small policies that aim at one order each, and for the reference policy in every build configuration.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { canonicalPolicy } from "../../server/compiler/canonical.ts";
import type { BuildOptions, Compiled, Source } from "../../server/compiler/face.ts";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { writePolicy } from "../../server/policydb/binary/write.ts";
import { compile, createWords, parseSource } from "../../server/workspace/engine.ts";
import { buildOracle, CONFIGS } from "../conformance/configs.ts";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";
import { runSels } from "../support/terminal.ts";
import { confOf, SAMPLES } from "./canonicalSamples.ts";

const folder = mkdtempSync(join(tmpdir(), "sels-canonical-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function checkpolicy(conf: string, mls: boolean, version = 33): Uint8Array {
  const path = join(folder, "policy.conf");
  const binary = join(folder, "oracle.bin");
  writeFileSync(path, conf);
  const args = [...(mls ? ["-M"] : []), "-U", "deny", "-c", String(version), path, "-o", binary];
  execFileSync("checkpolicy", args, { stdio: ["ignore", "ignore", "pipe"], maxBuffer: 1 << 26 });
  return readFileSync(binary);
}

function compileConf(conf: string, mls: boolean): { compiled: Compiled; edit: (text: string) => void } {
  const words = createWords();
  const source = (text: string): Source => ({
    id: 0,
    path: "policy.conf",
    role: "conf",
    module: "policy",
    enabled: true,
    tree: parseSource(text, "conf", words),
  });
  const options: BuildOptions = {
    defines: new Map(),
    mls,
    mode: "monolithic",
    handleUnknown: "deny",
    booleans: new Map(),
  };
  const compiled = compile([source(conf)], options, words);
  return { compiled, edit: (text) => compiled.update([{ id: 0, source: source(text) }]) };
}

function bytesOf(compiled: Compiled, version = 33): Uint8Array {
  const { bytes, errors } = writePolicy(canonicalPolicy(compiled), { version });
  expect(errors).toEqual([]);
  return bytes;
}

/** First what the policies say, because a difference there reads better than one of bytes. */
function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const dump = (bytes: Uint8Array): readonly string[] => {
    const { policy } = readPolicy(bytes);
    return policy === undefined ? [] : dumpPolicyDb(policy);
  };
  expect(dump(actual)).toEqual(dump(expected));
  expect(Buffer.from(actual).toString("hex")).toBe(Buffer.from(expected).toString("hex"));
}

describeWithOracle("a small policy has checkpolicy's bytes", ["checkpolicy"], () => {
  it.each(SAMPLES)("$name", (sample) => {
    const mls = sample.plain !== true;
    const conf = confOf(sample);
    const expected = checkpolicy(conf, mls);
    const { compiled } = compileConf(conf, mls);
    expect(
      compiled
        .findings()
        .get(0)
        ?.filter(({ severity }) => severity === "error") ?? [],
    ).toEqual([]);
    expectSame(bytesOf(compiled), expected);
  });

  it.each([20, 23, 24, 26, 28, 30, 31, 32])("version %i", (version) => {
    const conf = confOf({
      name: "",
      text: "type a_t alias b_t; bool x true; if (x) { allow a_t self:file read; }",
    });
    expectSame(bytesOf(compileConf(conf, true).compiled, version), checkpolicy(conf, true, version));
  });

  it("after edits that left holes among the values", () => {
    const samples = SAMPLES.filter(({ plain }) => plain !== true).slice(0, 12);
    const { compiled, edit } = compileConf(confOf(samples[0] as (typeof samples)[0]), true);
    for (const sample of samples) {
      edit(confOf(sample));
      expectSame(bytesOf(compiled), checkpolicy(confOf(sample), true));
    }
  });
});

describeWithOracle(
  "the reference policy has checkpolicy's bytes",
  ["m4", "checkpolicy", POLICY_SOURCE],
  () => {
    it.each(CONFIGS)("$name", { timeout: 600_000 }, async (config) => {
      const oracle = await buildOracle(policySource() as string, config);
      const output = join(folder, `${config.name}.33`);
      const { code, err } = await runSels(folder, ["compile", oracle.tree, "-o", output]);
      expect(code, err).toBe(0);
      expect(Buffer.compare(readFileSync(output), readFileSync(oracle.binary))).toBe(0);
    });
  },
);
