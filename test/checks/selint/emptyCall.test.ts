/** W-006 and SELint itself, on calls of interfaces that do nothing: it asks for an argument whatever the interface is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadFixture } from "../../support/fixture.ts";
import { describeWithOracle } from "../../support/oracles.ts";
import { runChecks } from "./harness.ts";

const TREE: Readonly<Record<string, string>> = {
  "policy/flask/security_classes": "class file\n",
  "policy/flask/access_vectors": "class file { read }\n",
  "policy/support/misc.spt": "",
  "policy/modules.conf": "a = module\nb = module\n",
  "policy/modules/kernel/a.te": "policy_module(a, 1.0)\ntype a_t;\n",
  "policy/modules/kernel/a.if": [
    "## <summary>Interfaces that do nothing, and one that does.</summary>",
    "interface(`a_required',`\n\tgen_require(`\n\t\ttype a_t;\n\t')\n')",
    "interface(`a_warned',`\n\trefpolicywarn(`$0($*) has been deprecated.')\n')",
    "interface(`a_empty',`\n')",
    "interface(`a_real',`\n\tgen_require(`\n\t\ttype a_t;\n\t')\n\n\tallow $1 a_t:file read;\n')",
    "interface(`a_calls',`\n\ta_required()\n\ta_real($1)\n')",
    "",
  ].join("\n\n"),
  "policy/modules/apps/b.te": [
    "policy_module(b, 1.0)\n\ntype b_t;\n",
    ...["required", "warned", "empty", "real", "calls"].flatMap((name) => [
      `a_${name}()`,
      `a_${name}( )`,
      `a_${name}(b_t)`,
      `a_${name}(\`')`,
      `optional_policy(\`\n\ta_${name}()\n')`,
    ]),
    "",
  ].join("\n"),
};

describeWithOracle("calls without an argument", ["selint"], () => {
  const folder = mkdtempSync(join(tmpdir(), "sels-empty-call-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are the same for SELint, stubs or not", () => {
    for (const [path, text] of Object.entries(TREE)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const run = spawnSync("selint", ["-s", "-r", "-E", "-e", "W-006", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    const theirs = [...run.stdout.matchAll(/^(\S+):\s+(\d+): .*\(W-006\)$/gm)].map(
      ([, file, line]) => `${file}:${line}`,
    );
    const fixture = Object.entries(TREE).map(([path, text]) => `//- /p/${path}\n${text}`);
    const snapshot = loadFixture(fixture.join("\n"), "/p").workspace.snapshots()[0];
    if (snapshot === undefined) throw new Error("no policy");
    const ours = runChecks(snapshot)
      .filter(({ code }) => code === "W-006")
      .map(({ file, start }) => {
        const { path = "", text = "" } = snapshot.file(file) ?? {};
        return `${path.slice(path.lastIndexOf("/") + 1)}:${text.slice(0, start).split("\n").length}`;
      });
    expect(theirs.length).toBe(16);
    expect([...ours].sort()).toEqual([...theirs].sort());
  });
});
