/** `sels test`: which files it finds and with which policy, forms of the results, exit codes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TESTED_TREE } from "../features/policyTest/tree.ts";
import { parseFixture } from "../support/fixture.ts";
import { runSels } from "../support/terminal.ts";

const BAD = `test "data & more" {
  deny helper_t app_data_t:file write;
  allow app_t app_data_t:file read;
}
deny app_t nothing_t:file read;
`;

let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-policy-test-"));
  for (const [path, text] of parseFixture(TESTED_TREE).files) write(path, text);
  write("/p/tests/good.sels-test", "allow app_t self:process fork;\nlabel /srv/app app_data_t;\n");
  write("/bad/bad.sels-test", BAD);
  write("/bad/notes.txt", "nothing");
  write("/alone/a.sels-test", "deny app_t app_secret_t:file read;\n");
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const sels = (...args: string[]) => runSels(root, args);

describe("which tests and which policy", () => {
  it("those below a directory, with the policy around them", async () => {
    const { code, out, err } = await sels("test", "p");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(/^2 passed \(1 file, \d+ ms\)\n$/);
    expect(await sels("test", "p/tests/good.sels-test")).toMatchObject({ code: 0 });
  });

  it("a policy further up, or one that is named", async () => {
    expect(await sels("test", "alone")).toMatchObject({ code: 0 });
    expect(await sels("test", "alone", "--policy", "p")).toMatchObject({ code: 0 });
  });

  it("a kernel binary, which knows no labels", async () => {
    expect(await sels("compile", "p", "-o", join(root, "policy.33"))).toMatchObject({ code: 0 });
    expect(await sels("test", "alone", "--policy", "policy.33")).toMatchObject({ code: 0 });
    const { code, out } = await sels("test", "p", "--policy", "policy.33", "--format", "gcc");
    expect(code).toBe(1);
    expect(out).toContain("p/tests/good.sels-test:2:7: error: a kernel policy has no file contexts");
    const failed = await sels("test", "bad", "--policy", "policy.33", "--format", "gcc");
    expect(failed.out).toMatch(/bad\.sels-test:2:3: error: the policy allows helper_t app_data_t:file write/);
  });

  it("nothing there is a usage error", async () => {
    for (const args of [
      ["nowhere"],
      ["p/policy"],
      ["p", "--format", "sarif"],
      ["p", "--policy", "nowhere"],
    ]) {
      const { code, out, err } = await sels("test", ...args);
      expect({ args, code, out }).toEqual({ args, code: 2, out: "" });
      expect(err).not.toContain("internal error");
    }
  });
});

describe("forms", () => {
  it("pretty: the line, the rule and the calls; a summary", async () => {
    const { code, out, err } = await sels("test", "bad", "--verbose");
    expect(code).toBe(1);
    expect(out).toContain("FAIL bad/bad.sels-test:2 data & more › deny helper_t app_data_t:file write\n");
    expect(out).toContain("pass bad/bad.sels-test:3 data & more › allow app_t app_data_t:file read\n");
    expect(out).toContain("???? bad/bad.sels-test:5 deny app_t nothing_t:file read\n");
    expect(out).toContain(
      "error[test-failed]: the policy allows helper_t app_data_t:file write\n --> bad/bad.sels-test:2:3",
    );
    expect(out).toContain("through app_admin → app_write_data, which has it at app.if:6\n");
    expect(out).toMatch(/--> p\/policy\/modules\/apps\/app\.te:\d+:1\n.*\n.*app_admin\(helper_t\)/);
    expect(err).toMatch(/^1 passed, 1 failed, 1 mistake \(1 file, \d+ ms\)\n$/);
  });

  it("JSON: every assertion with its outcome, findings with ranges", async () => {
    const { code, out } = await sels("test", "bad", "--json");
    expect(code).toBe(1);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({
      assertions: [
        { file: "bad/bad.sels-test", tests: ["data & more"], outcome: "failed" },
        { assertion: "allow app_t app_data_t:file read", outcome: "passed" },
        { outcome: "invalid", tests: [] },
      ],
      findings: [
        {
          code: "test-failed",
          range: { start: { line: 1, character: 2 }, end: { line: 1, character: 37 } },
          related: [{ file: "p/policy/modules/apps/app.te" }],
        },
        { code: "test-unknown", severity: "error" },
      ],
      summary: { files: 1, passed: 1, failed: 1, invalid: 1 },
    });
  });

  it("JUnit: a case for each assertion and mistake", async () => {
    const { out } = await sels("test", "bad", "p/tests", "--format", "junit");
    expect(out).toContain('<testsuites name="sels test" tests="5" failures="1" errors="1">');
    expect(out).toContain('<testsuite name="bad/bad.sels-test" tests="3" failures="1" errors="1">');
    expect(out).toContain('name="data &amp; more › allow app_t app_data_t:file read (3:3)"></testcase>');
    expect(out).toMatch(/<failure type="test-failed" message="the policy allows [^"]*">bad[^<]*app_admin/);
    expect(out).toContain('<error type="test-unknown"');
  });

  it("GitHub annotations", async () => {
    const { out } = await sels("test", "bad", "--format", "github");
    expect(out).toMatch(/^::error file=bad\/bad\.sels-test,line=2,.*title=test-failed::the policy allows/m);
  });
});

describe("the example", () => {
  it("holds", async () => {
    const example = join(import.meta.dirname, "../../examples/web.sels-test");
    expect(await sels("test", example)).toMatchObject({ code: 0, out: "" });
  });
});
