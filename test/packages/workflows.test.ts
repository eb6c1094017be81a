/**
 * The workflows of continuous integration are YAML that a machine elsewhere reads, so a slip shows only on the day of a
 * release. Python's YAML parser reads them here; then jobs exist that are waited for, scripts are Bash, nobody's text is
 * pasted into a script, and rights are asked for one by one. Without the parser this is skipped, and says so.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../tidy/sources.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, ".github/workflows");
const READ = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1])), default=str))";
const hasYaml = spawnSync("python3", ["-c", "import yaml"]).status === 0;
if (!hasYaml) process.stderr.write("\n*** python3-yaml is not here; the workflows' tests are SKIPPED\n\n");

function read(file: string): Workflow {
  return JSON.parse(
    execFileSync("python3", ["-c", READ, join(FOLDER, file)], { encoding: "utf8" }),
  ) as Workflow;
}

const files = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name));

describe.skipIf(!hasYaml)("the workflows", () => {
  it.each(files)("%s has jobs that can run", (file) => {
    const { jobs, permissions } = read(file);
    expect(permissions).toEqual({ contents: "read" });
    for (const [name, job] of Object.entries(jobs)) {
      for (const other of [job.needs ?? []].flat())
        expect(Object.keys(jobs), `${name} needs`).toContain(other);
      if (job.uses?.startsWith("./")) expect(existsSync(join(ROOT, job.uses)), job.uses).toBe(true);
      if (job.uses === undefined) expect(job["timeout-minutes"], `${name}: a limit`).toBeGreaterThan(0);
      for (const { uses } of job.steps ?? []) if (uses !== undefined) expect(uses).toMatch(/^\.\/|@v?\d/);
    }
  });

  it.each(files)("%s has scripts that Bash reads, without other people's text in them", (file) => {
    const scripts = Object.values(read(file).jobs).flatMap(({ steps = [] }) =>
      steps.flatMap(({ run = [] }) => run),
    );
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      expect(script).not.toContain("${{");
      const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
      expect(`${status} ${stderr}`).toBe("0 ");
      for (const [path] of script.matchAll(/(?<![\w/])\.ci\/\w+/g))
        expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  });

  it("release.yml publishes only what all tests have passed", () => {
    const { jobs } = read("release.yml");
    const before = (name: string): readonly string[] =>
      [jobs[name]?.needs ?? []].flat().flatMap((other) => [other, ...before(other)]);
    for (const name of Object.keys(jobs).filter((one) => one !== "test"))
      expect(before(name)).toContain("test");
    expect(jobs.test?.uses).toBe("./.github/workflows/ci.yml");
    expect(jobs.npm?.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs.github?.permissions).toEqual({ contents: "write" });
    // The extension is packed and published by one and the same tool.
    const [, version = "none"] =
      /VSCE = "([\d.]+)"/.exec(readFileSync(join(ROOT, ".ci/package.mjs"), "utf8")) ?? [];
    expect(JSON.stringify(jobs.marketplaces)).toContain(`@vscode/vsce@${version} `);
  });
});
