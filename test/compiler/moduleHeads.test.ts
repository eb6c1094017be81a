/** Names and versions of modules: what policy_module may be given, as checkmodule has it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeWithOracle } from "../support/oracles.ts";
import { OPTIONS, small } from "./queriesSupport.ts";

const NAMES =
  "r2 type TYPE Type source sameuser level inherits not self 2foo foo-bar foo.bar foo. _x A1 a- t1".split(
    " ",
  );
const VERSIONS = '1 1.0 1.2.3.4 1.2.3.4.5 1.0a 1. 1..2 0x1 01 a v1 "1.0" 1.0-r1 1a 1.2/8 r2 ::1'.split(" ");
const HEADS = [...NAMES.map((name) => [name, "1.0"]), ...VERSIONS.map((version) => ["foo", version])] as [
  string,
  string,
][];

/** What is said of the head of a module, without what the name of its file should be. */
function saidOf(text: string, mode: "modular" | "monolithic" = "modular"): readonly string[] {
  const { compiled, source } = small({ "foo.te": text }, { ...OPTIONS, mode });
  return (compiled.findings().get(source("foo.te").id) ?? [])
    .filter(
      ({ code, severity, start }) =>
        severity === "error" && code !== "mod-name-file" && start < text.indexOf("\n"),
    )
    .map(({ message, start, end }) => `${text.slice(start, end)}: ${message}`);
}

describe("the head of a module", () => {
  it("may not be named by a word of the language", () => {
    expect(saidOf("policy_module(r2,1.0)\n")).toEqual([
      "r2: r2 is a word of the policy language: no module can be called so",
    ]);
    expect(saidOf("policy_module(`TYPE', 1.0)\n")[0]).toMatch(/^TYPE: TYPE is a word/);
  });

  it("has a version that begins with a number", () => {
    expect(saidOf("policy_module(foo, v1)\n")[0]).toMatch(/^v1: v1 cannot be the version of a module/);
    expect(saidOf("policy_module(foo, `v1')\n")[0]).toMatch(/^`v1': v1 cannot be the version of a module/);
  });

  it("is not judged where m4 makes something else of it, or drops it", () => {
    expect(saidOf("policy_module(foo, VERSION)\ndefine(`VERSION', `1.0')\n")).toEqual([]);
    expect(saidOf("policy_module(r2, v1)\n", "monolithic")).toEqual([]);
  });
});

describeWithOracle("the head of a module, and checkmodule", ["checkmodule"], () => {
  const folder = mkdtempSync(join(tmpdir(), "sels-heads-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(HEADS)("%s %s", (name, version) => {
    const path = join(folder, `${name}.te`);
    writeFileSync(path, `module ${name} ${version};\nrequire { class file read; }\ntype a_t;\n`);
    const result = spawnSync("checkmodule", ["-m", "-o", join(folder, `${name}.mod`), path], {
      encoding: "utf8",
    });
    const isRefused = result.status !== 0;
    if (isRefused) expect(result.stderr).toMatch(/on line 1:/);
    expect(saidOf(`policy_module(${name}, ${version})\n`).length > 0).toBe(isRefused);
  });
});
