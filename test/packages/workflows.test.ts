/**
 * The workflows of continuous integration, the action, the hooks and the registries' entries are YAML that a machine
 * elsewhere reads, so a slip shows only on the day of a release. Here a parser of YAML 1.2 reads them; then jobs exist
 * that are waited for, scripts are Bash, nobody's text is pasted into a script, and rights are asked for one by one.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import manifest from "../../package.json" with { type: "json" };
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

/** The content of a YAML file of the repository; a mistake or a warning of the parser fails the test. */
function readYaml(path: string): unknown {
  const document = parseDocument(readFileSync(join(ROOT, path), "utf8"));
  expect([...document.errors, ...document.warnings].map(({ message }) => message)).toEqual([]);
  return document.toJS();
}

const read = (file: string): Workflow => readYaml(`.github/workflows/${file}`) as Workflow;

const files = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name));

describe("the workflows", () => {
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
    const earlier = (name: string): readonly string[] =>
      [jobs[name]?.needs ?? []].flat().flatMap((other) => [other, ...earlier(other)]);
    for (const name of Object.keys(jobs).filter((one) => one !== "test"))
      expect(earlier(name)).toContain("test");
    expect(jobs.test?.uses).toBe("./.github/workflows/ci.yml");
    expect(jobs.npm?.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs.github?.permissions).toEqual({ contents: "write" });
    // The extension is packed and published by one and the same tool.
    const [, version = "none"] =
      /VSCE = "([\d.]+)"/.exec(readFileSync(join(ROOT, ".ci/package.mjs"), "utf8")) ?? [];
    expect(JSON.stringify(jobs.marketplaces)).toContain(`@vscode/vsce@${version} `);
  });
});

describe("what others read", () => {
  it("the action has inputs with defaults, and its script uses all of them through the environment", () => {
    const { inputs, runs } = readYaml("action.yml") as {
      readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
      readonly runs: {
        readonly using: string;
        readonly steps: readonly (Step & {
          readonly env?: object;
          readonly with?: object;
          readonly if?: string;
        })[];
      };
    };
    expect(runs.using).toBe("composite");
    const used = JSON.stringify(runs.steps);
    for (const [name, input] of Object.entries(inputs)) {
      expect(typeof input.default, name).toBe("string");
      expect(input.description).not.toBe("");
      expect(used, name).toContain(`inputs.${name}`);
    }
    for (const { run } of runs.steps) expect(run ?? "").not.toContain("${{");
  });

  it("the hooks start programs that the package has, on files that it reads", () => {
    const hooks = readYaml(".pre-commit-hooks.yaml") as readonly {
      readonly id: string;
      readonly entry: string;
      readonly language: string;
      readonly files: string;
    }[];
    expect(hooks.map(({ id }) => id)).toEqual(["sels-check", "sels-format", "sels-check-fix"]);
    for (const { entry, language, files } of hooks) {
      expect(Object.keys(manifest.bin)).toContain(entry.split(" ")[0]);
      expect(language).toBe("node");
      for (const name of ["a.te", "b/c.if", "d.fc", "e.spt"]) expect(new RegExp(files).test(name)).toBe(true);
    }
  });

  it("Mason's entry names the package and its program", () => {
    const entry = readYaml("client/registry/mason.yaml") as {
      readonly name: string;
      readonly bin: Readonly<Record<string, string>>;
      readonly source: { readonly id: string };
    };
    expect(entry.name).toBe(manifest.name);
    expect(entry.source.id).toContain(`pkg:npm/${manifest.name}@`);
    for (const program of Object.keys(entry.bin)) expect(Object.keys(manifest.bin)).toContain(program);
  });
});
