/** The options of `sels check` that choose, accept and repair findings, and its reports for machines. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { runSels } from "../support/terminal.ts";

const APP = "p/policy/modules/apps/app.te";
const SOURCE = "policy_module(app, 1.0)\n\ntype app_t;\nallow app_t app_t:file { write read };\n";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sels-flags-"));
  for (const [path, text] of parseFixture(TINY_TREE).files) write(path, text);
  write(APP, SOURCE);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const check = (...args: string[]) => runSels(root, ["check", "p", ...args]);

async function ids(...args: string[]): Promise<string[]> {
  const { out } = await check("--level", "hint", "--json", ...args);
  const { findings } = JSON.parse(out) as { findings: { code: string; file: string }[] };
  return findings.filter((finding) => finding.file === APP).map((finding) => finding.code);
}

describe("choosing", () => {
  it("selects and ignores by id and by category, and refuses what is unknown", async () => {
    expect(await ids()).toEqual(expect.arrayContaining(["C-005", "C-007"]));
    expect(await ids("--select", "C-005")).toEqual(["C-005"]);
    expect(await ids("--ignore", "c-005,C-007")).not.toContain("C-005");
    const { code, err } = await check("--select", "C-05x");
    expect(code).toBe(2);
    expect(err).toContain("C-05x");
  });

  it("follows .sels.json by path, and shows its mistakes where they are", async () => {
    write(
      ".sels.json",
      '{ "checks": { "C-005": "off", "C-007": "error" },\n  "overrides": [{ "files": "**/app.te", "checks": { "C-007": "warning" } }] }',
    );
    expect(await ids()).not.toContain("C-005");
    expect((await check("--select", "C-007")).out).toContain("warning[C-007]");
    write(".sels.json", '{\n  "chekcs": {}\n}');
    const { out, code } = await check("--format", "gcc");
    expect(out).toContain(".sels.json:2:3: error: ‘chekcs’ is not known here (did you mean checks?)");
    expect(code).toBe(1);
  });

  it("reads selint.conf", async () => {
    write("p/selint.conf", "disable = { C-005 }\n");
    expect(await ids()).not.toContain("C-005");
    write("p/selint.conf", 'severity = "warning"\nenable_normal = { C-007 }\n');
    const found = await ids();
    expect(found).not.toContain("C-005");
    expect(found).toContain("C-007");
  });

  it("obeys directives, tells those without use, and keeps errors of the compiler", async () => {
    write(APP, SOURCE.replace("allow", "# sels-disable-next-line C-005, C-007: by meaning\nallow"));
    const found = await ids();
    expect(found).not.toContain("C-005");
    expect(found).not.toContain("C-007");
    write(APP, SOURCE.replace("};\n", "}; #selint-disable: C-005\n"));
    expect(await ids()).not.toContain("C-005");
    write(
      APP,
      `# sels-disable-file C-001: none\n# sels-disable-file type-unknown: please\n${SOURCE}allow app_t no_t:file read;\n`,
    );
    const kept = await ids();
    expect(kept).toContain("type-unknown");
  });
});

describe("accepting", () => {
  it("accepts what a baseline holds, wherever it moves, and fails on what is new", async () => {
    const args = ["--level", "hint", "--fail-level", "hint", "--baseline", "base.json"];
    expect((await check(...args, "--update-baseline")).code).toBe(0);
    expect((await check(...args)).code).toBe(0);
    write(APP, SOURCE.replace("\n\n", "\n\n\n\n"));
    expect((await check(...args)).code).toBe(0);
    write(APP, `${SOURCE}allow app_t self:dir { write read };\n`);
    expect((await check(...args)).code).toBe(1);
    write(APP, "policy_module(app, 1.0)\n\ntype app_t;\n");
    expect((await check(...args)).err).toContain("no longer there");
    expect((await check(...args.slice(0, 4), "--baseline", "none.json")).code).toBe(2);
  });

  it("looks at changed lines only", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { cwd: root });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "x");
    expect(await ids("--changed-since", "HEAD")).toEqual([]);
    write(APP, `${SOURCE}allow app_t self:dir { write read };\n`);
    expect(await ids("--changed-since", "HEAD")).toEqual(["C-005"]);
    expect((await check("--changed-since", "nowhere")).code).toBe(2);
    expect((await check("--changed-since=--output=x")).code).toBe(2);
  });
});

describe("repairing", () => {
  it("repairs until nothing is left, and changes nothing in a dry run", async () => {
    await check("--fix-dry-run");
    expect(readFileSync(join(root, APP), "utf8")).toBe(SOURCE);
    const { err } = await check("--fix");
    expect(err).toContain("applied in");
    expect(readFileSync(join(root, APP), "utf8")).toContain("allow app_t self:file { read write };");
    expect(await ids("--select", "C-005,C-007")).toEqual([]);
  });

  it("says that there are repairs which change the policy", async () => {
    write(APP, `${SOURCE}allow app_t nobody_t:file read;\n`);
    const hint = "other repairs change the policy: --unsafe-fixes makes them, too";
    expect((await check("--fix")).err).toContain(hint);
    expect((await check("--fix", "--unsafe-fixes")).err).not.toContain(hint);
    expect((await check("--fix")).err).not.toContain(hint);
  });
});

describe("reports", () => {
  it("are SARIF with rules, regions and fingerprints", async () => {
    const { out } = await check("--level", "hint", "--format", "sarif");
    const { version, runs } = JSON.parse(out);
    expect(version).toBe("2.1.0");
    const { tool, results } = runs[0];
    expect(results.length).toBeGreaterThan(0);
    const prints = new Set<string>();
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(["error", "warning", "note", "none"]).toContain(result.level);
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      expect(artifactLocation.uri).not.toMatch(/^\/|\\/);
      if (region !== undefined) expect(region.startLine).toBeGreaterThan(0);
      prints.add(`${artifactLocation.uri} ${result.ruleId} ${result.partialFingerprints["selsLine/v1"]}`);
    }
    expect(prints.size).toBe(results.length);
  });

  it("are workflow commands and JUnit", async () => {
    const github = (await check("--level", "hint", "--select", "C-005", "--format", "github")).out;
    expect(github).toMatch(
      /^::notice file=p\/policy\/modules\/apps\/app\.te,line=4,endLine=4,col=\d+,endColumn=\d+,title=C-005::/,
    );
    const junit = (await check("--level", "hint", "--select", "C-005", "--format", "junit")).out;
    expect(junit).toContain('<testsuite name="p/policy/modules/apps/app.te" tests="1"');
    expect((await check("--select", "C-006", "--format", "junit")).out).toContain('name="no findings"');
  });
});
