/**
 * The checks of interfaces, templates, declarations and single entries of file contexts: a text that each finds, with the range that it marks, a twin
 * that it leaves alone, and what the repair makes of the text. A repair that says “the policy stays the same” is held
 * to it by compiling before and after.
 */
import { describe, expect, it } from "vitest";
import { INTERFACE_ROWS } from "../../../server/checks/catalogue/interface.data.ts";
import type { TextChange } from "../../../server/checks/fix.ts";
import { COMPILER_FIXERS } from "../../../server/checks/fixes/index.ts";
import { INTERFACE_CHECKS, INTERFACE_FIXERS } from "../../../server/checks/interface/index.ts";
import { LABELLING_CHECKS, LABELLING_FIXERS } from "../../../server/checks/labelling/index.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { contextOf, runChecks } from "../selint/harness.ts";
import { loadTree, pathOf } from "../selint/tree.ts";
import { CASES, type Case, EXTRA } from "./cases.data.ts";

const CHECKS = [...INTERFACE_CHECKS, ...LABELLING_CHECKS];
const FIXERS = [...INTERFACE_FIXERS, ...LABELLING_FIXERS];

function load({ file }: Case, text: string): Snapshot {
  return loadTree({ ...EXTRA, [file]: text.replace(/[«»]/g, "") });
}

function found(test: Case, text: string) {
  const snapshot = load(test, text);
  const own = snapshot.fileAt(pathOf(test.file));
  const all = runChecks(snapshot, {}, CHECKS);
  return { snapshot, findings: all.filter((one) => one.code === test.id && one.file === own?.id) };
}

function apply(text: string, changes: readonly TextChange[]): string {
  let result = text;
  for (const { start, end, text: put } of [...changes].sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + put + result.slice(end);
  return result;
}

describe.each(CASES)("$id", (test) => {
  const { id, bad, good, fixed, changes, message } = test;
  const marked = bad.split("\n").find((line) => line.includes("«")) ?? "";

  it(`marks what is wrong: ${marked.trim()}`, () => {
    const { findings } = found(test, bad);
    const range = [bad.indexOf("«"), bad.indexOf("»") - 1];
    expect(findings.map((one) => [one.start, one.end])).toContainEqual(range);
    if (message !== undefined) expect(findings.map((one) => one.message).join("\n")).toMatch(message);
  });

  it("leaves the twin alone", () => {
    expect(found(test, good).findings.map((one) => one.message)).toEqual([]);
  });

  if (fixed === undefined) return;
  it("is repaired", () => {
    const { snapshot, findings } = found(test, bad);
    const finding = findings.find((one) => one.start === bad.indexOf("«"));
    if (finding === undefined) throw new Error(`${id} finds nothing`);
    const context = contextOf(snapshot);
    const fixes = FIXERS.filter((one) => one.ids.includes(id)).flatMap((one) =>
      one.fixes(context, { ...finding, severity: "warning" }),
    );
    const fix = fixes[0];
    const text = apply(bad.replace(/[«»]/g, ""), fix?.changes ?? []);
    expect(text).toBe(fixed);
    expect(fix?.policy).toEqual(changes === undefined ? "same" : { changes });
    const repaired = found(test, text);
    expect(repaired.findings.length).toBeLessThan(findings.length);
    if (changes === undefined)
      expect(dumpPolicyDb(repaired.snapshot.compiled.db)).toEqual(dumpPolicyDb(snapshot.compiled.db));
  });
});

describe("the catalogue", () => {
  it("has a row and a test for every check, and says what each fix does", () => {
    const ids = new Set(INTERFACE_CHECKS.flatMap((one) => one.ids));
    // The compiler reports deprecated interfaces under the same id.
    const rows = [...INTERFACE_ROWS.map((row) => row.id), "interface-deprecated"];
    expect([...ids].sort()).toEqual([...rows].sort());
    const tested = new Set(CASES.map((one) => one.id));
    expect(rows.filter((id) => !tested.has(id))).toEqual([]);
    const fixed = new Set(INTERFACE_FIXERS.flatMap((one) => one.ids));
    const repaired = new Set(CASES.filter((one) => one.fixed !== undefined).map((one) => one.id));
    const promised = INTERFACE_ROWS.filter((row) => row.fix !== undefined).map((row) => row.id);
    // Some are repaired with the compiler's findings, and tested there.
    const elsewhere = new Set(COMPILER_FIXERS.flatMap((one) => one.ids));
    for (const id of promised.filter((one) => !elsewhere.has(one)))
      expect(fixed.has(id) && repaired.has(id), id).toBe(true);
  });
});
