/**
 * Contexts of files in a whole policy: what `setfiles -c` refuses is an error where the build takes the entry. Each verdict is
 * that of setfiles on Debian's policy with such an entry in it.
 */
import { expect, it } from "vitest";
import { NO_CONTROL } from "../../../server/checks/control/control.ts";
import { CheckRunner } from "../../../server/checks/runner.ts";
import type { Finding } from "../../../server/compiler/face.ts";
import { loadTree, pathOf } from "../selint/tree.ts";

const IDS = new Set(["E-003", "E-004", "E-005", "fc-context-invalid"]);
const OFF = { "/p/policy/modules.conf": "kernel = base\nown = module\nother = off\n" };

/** `severity code text` of what is said about `own.fc`, or another file. */
function said(fc: string, files: Readonly<Record<string, string>> = {}, name = "own.fc"): readonly string[] {
  const snapshot = loadTree({
    "other.te": "policy_module(other, 1.0)\ntype other_t;\n",
    ...files,
    [name]: fc,
  });
  const runner = new CheckRunner({
    compiled: snapshot.compiled,
    files: () => snapshot.files(),
    file: (id) => snapshot.file(id),
    control: NO_CONTROL,
  });
  const file = snapshot.files().find(({ path }) => path === pathOf(name));
  if (file === undefined) throw new Error("the file is not there");
  return runner
    .complete(file)
    .filter(({ code }: Finding) => IDS.has(code))
    .map(({ severity, code, start, end }: Finding) => `${severity} ${code} ${fc.slice(start, end)}`);
}

const entry = (context: string): string => `/a\t--\tgen_context(${context},s0)\n`;

it.each([
  ["a context that is valid", entry("system_u:object_r:own_t"), []],
  ["an unknown user", entry("no_u:object_r:own_t"), ["error E-003 no_u"]],
  ["an unknown role", entry("system_u:no_r:own_t"), ["error E-004 no_r"]],
  ["an unknown type", entry("system_u:object_r:no_t"), ["error E-005 no_t"]],
  ["an attribute", entry("system_u:object_r:own_attr"), ["error E-005 own_attr"]],
  [
    "a type that the role does not have",
    entry("system_u:system_r:own_t"),
    ["error fc-context-invalid own_t"],
  ],
  ["a role that the user does not have", entry("system_u:own_r:own_t"), ["error fc-context-invalid own_t"]],
  [
    "an entry that the build leaves out",
    `ifdef(\`off',\`\n${entry("system_u:object_r:no_t")}')\n`,
    ["warning E-005 no_t"],
  ],
  [
    "a template of home directories",
    "HOME_DIR/a\t--\tgen_context(system_u:object_r:no_t,s0)\n",
    ["warning E-005 no_t"],
  ],
  ["a level where there are none", "/a\t--\tsystem_u:object_r:own_t:s0\n", ["error fc-context-invalid s0"]],
  ["no context", "/a\t--\t<<none>>\n", []],
])("%s", (_what, fc, expected) => {
  expect(said(fc)).toEqual(expected);
});

it("knows the types of the modules that are built", () => {
  expect(said(entry("system_u:object_r:other_t"))).toEqual([]);
  expect(said(entry("system_u:object_r:other_t"), OFF)).toEqual(["error fc-context-invalid other_t"]);
});

it("warns about modules that are not built", () => {
  expect(said(entry("system_u:object_r:no_t"), OFF, "other.fc")).toEqual(["warning E-005 no_t"]);
});
