/**
 * What others start: the commands of the pre-commit hooks and the steps of the GitHub Action, as they stand in their
 * files, against the bundled program; and the SARIF report against the schema of OASIS. Only `npx` is played by a
 * script, which takes the package from here instead of a registry.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schemaMistakes } from "../support/jsonSchema.ts";

const ROOT = join(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "dist/cli.cjs");
const SCHEMA: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures/sarif-2.1.0.schema.data.json"), "utf8"),
);
const WRONG =
  "module m 1.0;\nrequire { type b_t; class file { read write }; }\ntype a_t;\nallow a_t a_t:file { write read };\n";

let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sels-integrations-"));
  const npx = `#!/bin/sh\nwhile [ "$1" != sels ]; do shift; done\nshift\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`;
  write("bin/npx", npx);
  chmodSync(join(root, "bin/npx"), 0o755);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

describe("the pre-commit hooks", () => {
  const hooks = readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8");
  const entryOf = (id: string): readonly string[] => {
    const hook = hooks.split(/^- /m).find((one) => one.startsWith(`id: ${id}\n`)) ?? "";
    const [program, ...args] = /^ {2}entry: (.*)$/m.exec(hook)?.[1]?.split(" ") ?? [];
    // pre-commit installs the package and finds the program by this name.
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(join(ROOT, manifest.bin[program ?? ""])).toBe(PROGRAM);
    return args;
  };
  const run = (id: string, path: string) =>
    spawnSync(process.execPath, [PROGRAM, ...entryOf(id), path], { encoding: "utf8", cwd: root });

  it("fail on an error and pass without one", () => {
    expect(run("sels-check", write("bad/m.te", "module m 1.0;\nallow a_t a_t:file read;\n")).status).toBe(1);
    expect(run("sels-check", write("good/m.te", WRONG)).status).toBe(0);
  });

  it("repair a file", () => {
    const path = write("fix/m.te", WRONG);
    expect(run("sels-check-fix", path).status).toBe(0);
    expect(readFileSync(path, "utf8")).toContain("allow a_t self:file { read write };");
  });
});

describe("the GitHub Action", () => {
  const action = readFileSync(join(ROOT, "action.yml"), "utf8");
  /** The script of a step: a block, or the rest of the line. */
  const scriptOf = (name: string): string => {
    const step = action.split(/^ {4}- /m).find((one) => one.startsWith(`name: ${name}\n`)) ?? "";
    const block = /^ {6}run: \|\n((?: {8}.*\n?|\n)*)/m.exec(step)?.[1];
    return block?.replace(/^ {8}/gm, "") ?? /^ {6}run: (.*)$/m.exec(step)?.[1] ?? "exit 99";
  };
  const bash = (script: string, env: Readonly<Record<string, string>>) =>
    spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      encoding: "utf8",
      cwd: root,
      env: { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}`, ...env },
    });
  const check = (path: string) => {
    const output = write("output", "");
    const env = {
      SELS_PATH: path,
      SELS_ARGS: "--level hint",
      SELS_FAIL_LEVEL: "error",
      SELS_VERSION: "latest",
      SELS_SARIF: "sels.sarif",
      GITHUB_OUTPUT: output,
    };
    const { status } = bash(scriptOf("Check"), env);
    const code = /^code=(\d+)$/m.exec(readFileSync(output, "utf8"))?.[1] ?? "";
    return { status, code, verdict: bash(scriptOf("Verdict"), { SELS_CODE: code }).status };
  };

  it("reports, and fails after the report when there is an error", () => {
    write("a b/m.te", "");
    write("action/m.te", "module m 1.0;\nallow a_t a_t:file read;\n");
    expect(check("action")).toEqual({ status: 0, code: "1", verdict: 1 });
    const report = JSON.parse(readFileSync(join(root, "sels.sarif"), "utf8"));
    expect(report.runs[0].results.length).toBeGreaterThan(0);
    expect(schemaMistakes(SCHEMA, report)).toEqual([]);
  });

  it("passes without an error", () => {
    write("action/m.te", WRONG);
    expect(check("action")).toEqual({ status: 0, code: "0", verdict: 0 });
  });

  it("fails at once when it cannot check", () => {
    expect(check("not-there").status).not.toBe(0);
  });
});

describe("the SARIF report", () => {
  const report = () =>
    JSON.parse(
      spawnSync(process.execPath, [PROGRAM, "check", "sarif", "--level", "hint", "--format", "sarif"], {
        encoding: "utf8",
        cwd: root,
      }).stdout,
    );

  it("is valid with related places, with rules of every kind, and empty", () => {
    write("sarif/m.te", `${WRONG}type a_t;\nallow nobody_t a_t:file raed;\n`);
    write("sarif/m.fc", "/a\t--\tu:object_r:a_t\n/a\t--\tu:object_r:b_t\n");
    const found = report();
    expect(found.runs[0].results.some((one: object) => "relatedLocations" in one)).toBe(true);
    expect(schemaMistakes(SCHEMA, found)).toEqual([]);
    write("sarif/m.te", "module m 1.0;\ntype a_t;\n");
    write("sarif/m.fc", "");
    expect(schemaMistakes(SCHEMA, report())).toEqual([]);
  });

  it.each([
    ["a level that does not exist", /"level": "note"/, '"level": "fatal"'],
    ["a line 0", /"startLine": \d+/, '"startLine": 0'],
    ["a member too many", /"ruleId"/, '"colour": "red", "ruleId"'],
    ["no name", /"name": "sels",/, ""],
  ])("would not be valid with %s", (_what, before, after) => {
    write("sarif/m.te", WRONG);
    const text = JSON.stringify(report(), null, 2);
    const results = text.indexOf('"results"');
    const spoiled =
      after === ""
        ? text.replace(before, after)
        : text.slice(0, results) + text.slice(results).replace(before, after);
    expect(spoiled).not.toBe(text);
    expect(schemaMistakes(SCHEMA, JSON.parse(spoiled))).toHaveLength(1);
  });
});
