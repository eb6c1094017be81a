/**
 * Repairs of what the compiler finds: what each makes of a text, that the finding is gone afterwards, and that a repair
 * which says “the policy stays the same” leaves it the same.
 */
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../server/checks/catalogue/catalogue.ts";
import { COMPILER_FIXERS } from "../../../server/checks/fixes/index.ts";
import { FIXERS } from "../../../server/checks/registry.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import type { Workspace } from "../../../server/workspace/workspace.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { loadTree } from "../selint/tree.ts";
import { CASES, type Case } from "./cases.data.ts";
import { findingsOf, loadModules, openModules, repaired } from "./modules.ts";

const folderOf = ({ whole }: Case): string => (whole === true ? "/p/policy/modules/services/" : "/m/");
const pathIn = (test: Case, name: string): string =>
  name.startsWith("/") ? name : `${folderOf(test)}${name}`;
const load = (test: Case, files: Case["files"]): Snapshot =>
  test.whole === true ? loadTree(files) : loadModules(files);

describe.each(CASES)("$code", (test) => {
  const { code, files, titles, after, changes } = test;

  it(`${titles[0]}: ${JSON.stringify(files[test.file]?.split("\n").at(-2) ?? test.file)}`, () => {
    const snapshot = load(test, files);
    const path = pathIn(test, test.file);
    const finding = findingsOf(snapshot, path, code)[0];
    if (finding === undefined) throw new Error(`nothing is found: ${JSON.stringify(allOf(snapshot))}`);
    // The repairs of SELint's checks have tests of their own.
    const own = COMPILER_FIXERS.some((fixer) => fixer.ids.includes(code));
    const fixes = snapshot.fixes(finding);
    expect({ own, titles: fixes.map(({ title }) => title) }).toEqual({ own: true, titles });
    const [fix] = fixes;
    if (fix === undefined || after === undefined) return;
    const changed = pathIn(test, test.changed ?? test.file);
    const texts = repaired(snapshot, fix);
    expect(texts).toEqual({ [changed]: after });
    expect(fix.policy).toEqual(changes === undefined ? "same" : { changes });
    const again = load(test, { ...files, [test.changed ?? test.file]: after });
    const said = (one: { message: string }) => one.message === finding.message;
    expect(findingsOf(again, path, code).filter(said)).toEqual([]);
    if (fix.policy === "same")
      expect(dumpPolicyDb(again.compiled.db)).toEqual(dumpPolicyDb(snapshot.compiled.db));
  });
});

describe("what was meant", () => {
  const path = "/m/foo.te";
  const head = "policy_module(foo, 1.0)\n\n";
  const messages = (workspace: Workspace, text: string, version: number): readonly string[] => {
    workspace.open(path, `file://${path}`, version, text);
    const snapshot = workspace.snapshotOf(path) as Snapshot;
    return findingsOf(snapshot, path, "req-type").map(({ message }) => message);
  };

  it("follows the declarations of a module while they are typed", () => {
    const rule = "allow zebra_t zebar_t:file read;\n";
    const workspace = openModules({ "foo.te": `${head}type zebra_t;\n${rule}` });
    const unknown = "type or attribute zebar_t is not declared";
    expect(messages(workspace, `${head}type zebra_t;\n${rule}`, 1)).toEqual([
      `${unknown} (did you mean zebra_t?)`,
    ]);
    const gone = messages(workspace, `${head}type other_t;\nallow other_t zebar_t:file read;\n`, 2);
    expect(gone).toEqual([unknown]);
    const back = messages(workspace, `${head}type zebras_t;\nallow zebras_t zebra_t:file read;\n`, 3);
    expect(back).toEqual(["type or attribute zebra_t is not declared (did you mean zebras_t?)"]);
  });
});

/** Repaired by what other cases try: the same code of another statement, or tested with the check itself. */
const ELSEWHERE = [
  "W-007",
  "parse-dash-ident",
  "perm-partial-classes",
  "req-class-scope",
  "req-role-scope",
  "ctx-user",
  "ctx-role",
  "ctx-type",
];

describe("the catalogue", () => {
  it("has a case for every code of the compilers that has a repair", () => {
    const tested = new Set([...CASES.map(({ code }) => code), ...ELSEWHERE]);
    expect(COMPILER_FIXERS.flatMap(({ ids }) => ids).filter((id) => !tested.has(id))).toEqual([]);
  });

  it("says what a repair does for every code that has one, and for no other", () => {
    const fixed = new Set(FIXERS.flatMap(({ ids }) => ids));
    const said = CATALOGUE.filter(({ fix }) => fix !== undefined).map(({ id }) => id);
    expect(said.filter((id) => !fixed.has(id))).toEqual([]);
    expect([...fixed].filter((id) => !said.includes(id))).toEqual([]);
  });
});

function allOf(snapshot: Snapshot): readonly string[] {
  return snapshot
    .files()
    .flatMap(({ id }) => snapshot.findings(id).map(({ code, message }) => `${code} ${message}`));
}
