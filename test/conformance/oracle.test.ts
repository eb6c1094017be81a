/**
 * The oracle itself: oracle.py prints every kind of fact in the form that DUMP.md describes, agrees with what
 * sesearch and seinfo count, and compareDumps tells missing, extra and different apart.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { compilePolicyConf } from "../support/m4build.ts";
import { describeWithOracle } from "../support/oracles.ts";
import { compareDumps } from "./compare.ts";
import { oracleDump } from "./oracle.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "sels-oracle-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeWithOracle("oracle", ["checkpolicy", "sesearch", "seinfo"], () => {
  const binary = join(scratch, "everything.33");

  it("prints every kind of fact in the canonical form", async () => {
    execFileSync("checkpolicy", ["-M", "-U", "allow", fixture("everything.conf"), "-o", binary], {
      stdio: "ignore",
    });
    const expected = readFileSync(fixture("everything.dump.txt"), "utf8").trimEnd().split("\n");
    expect(await oracleDump(binary)).toEqual(expected);
  });

  it("counts what seinfo and sesearch count", async () => {
    const dump = await oracleDump(binary);
    const count = (kind: string): number => dump.filter((line) => line.startsWith(`${kind}\t`)).length;
    const stats = execFileSync("seinfo", [binary], { encoding: "utf8" });
    const stat = (name: string): number => Number(new RegExp(`\\b${name}:\\s+(\\d+)`).exec(stats)?.[1]);
    expect(count("type")).toBe(stat("Types"));
    expect(count("attribute")).toBe(stat("Attributes"));
    expect(count("constrain") + count("mlsconstrain")).toBe(stat("Constraints") + stat("MLS Constrain"));
    expect(count("validatetrans") + count("mlsvalidatetrans")).toBe(
      stat("Validatetrans") + stat("MLS Val. Tran"),
    );
    expect(count("type_transition")).toBe(stat("Type_trans"));
    expect(count("portcon")).toBe(stat("Portcon"));
    expect(count("genfscon")).toBe(stat("Genfscon"));
    const allows = execFileSync("sesearch", ["--allow", binary], { encoding: "utf8" });
    expect(count("allow")).toBe(allows.split("\n").filter((line) => /^allow /.test(line)).length);
  });

  it("gives one form to conditions that mean the same", async () => {
    const head = readFileSync(fixture("everything.conf"), "utf8");
    const marker = "if (x && !y) {";
    const rewritten = head.replace(marker, "if (!(y || !x)) {");
    expect(rewritten).not.toBe(head);
    const { writeFileSync } = await import("node:fs");
    const conf = join(scratch, "same.conf");
    writeFileSync(conf, rewritten);
    execFileSync("checkpolicy", ["-M", "-U", "allow", conf, "-o", join(scratch, "same.33")], {
      stdio: "ignore",
    });
    const comparison = compareDumps(await oracleDump(binary), await oracleDump(join(scratch, "same.33")));
    expect(comparison.equal).toBe(true);
  });

  it("refuses what checkpolicy refuses", () => {
    expect(() => compilePolicyConf("/dev/null", join(scratch, "none"), { mls: true })).toThrow(/checkpolicy/);
  });
});

describeWithOracle("compareDumps", [], () => {
  it("tells missing, extra and different apart and keeps multiplicity", () => {
    const expected = [
      "allow\ta\tb\tfile\tread\t-",
      "bool\tx\t1",
      "constrain\tfile\tread\tu1 u2 ==",
      "type\ta",
    ];
    const actual = ["allow\ta\tb\tfile\tread,write\t-", "bool\tx\t1", "type\ta", "type\tb", "type\ta"];
    const comparison = compareDumps(expected, actual);
    expect(comparison.equal).toBe(false);
    expect([comparison.missing, comparison.extra, comparison.different]).toEqual([1, 2, 1]);
    expect(comparison.byKind.get("type")?.examples.extra).toEqual(["type\tb", "type\ta"]);
    expect(compareDumps(expected, expected).equal).toBe(true);
  });
});
