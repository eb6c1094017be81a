/**
 * Texts that make checks work for ever, were they not careful: macros and templates that double at every step, entries
 * by the thousand of which each could be held against all others. Each ends within the time of a test, many times over.
 */
import { expect, it } from "vitest";
import { CHECKS } from "../../server/checks/registry.ts";
import { runChecks } from "./selint/harness.ts";
import { loadTree } from "./selint/tree.ts";

const HEAD = "policy_module(foo, 1.0)\n\ntype foo_t;\n";
const range = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join("");

const BOMBS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    "permission macros of permission macros",
    {
      "/p/policy/support/bomb.spt": `${range(25, (i) => `define(\`b${i}_file_perms',\`{ ${`b${i + 1}_file_perms `.repeat(12)}read }')\n`)}define(\`b25_file_perms',\`{ read write }')\n`,
      "foo.te": `${HEAD}allow foo_t self:file b0_file_perms;\nallow foo_t self:file { getattr open read };\n`,
    },
  ],
  [
    "templates of templates",
    {
      "foo.if": `${range(22, (i) => `template(\`t${i}',\`\n\ttype $1_x${i}_t;\n${["a", "b", "c", "d"].map((end) => `\tt${i + 1}($1_${end})\n`).join("")}')\n`)}template(\`t22',\`\n\ttype $1_y_t;\n')\n`,
      "foo.te": `${HEAD}t0(foo)\n`,
    },
  ],
  [
    "the same rule again and again",
    { "foo.te": `${HEAD}${"allow foo_t self:process fork;\n".repeat(8000)}` },
  ],
  [
    "paths below paths",
    {
      "foo.te": `${HEAD}${range(4000, (i) => `genfscon proc /a${"/x".repeat(i % 200)}/${i} system_u:system_r:kernel_t\n`)}`,
    },
  ],
  [
    "ports beside ports",
    {
      "foo.te": `${HEAD}${range(15_000, (i) => `portcon tcp ${i + 1}-${i + 4} system_u:system_r:${i % 2 === 0 ? "kernel_t" : "foo_t"}\n`)}`,
    },
  ],
];

it.each(BOMBS)("%s", { timeout: 30_000 }, (_what, files) => {
  const snapshot = loadTree(files);
  expect(runChecks(snapshot, {}, CHECKS).length).toBeGreaterThan(0);
});
