/** Each of SELint's checks: a text that it finds, the range that it marks, and a twin that it leaves alone. */
import { describe, expect, it } from "vitest";
import { rowOf } from "../../../server/checks/catalogue/catalogue.ts";
import { SELINT_ROWS } from "../../../server/checks/catalogue/selint.data.ts";
import { COMPILER_FIXERS } from "../../../server/checks/fixes/index.ts";
import { SELINT_CHECKS, SELINT_FIXERS } from "../../../server/checks/selint/index.ts";
import { type Found, type Options, runChecks } from "./harness.ts";
import { loadTree, pathOf } from "./tree.ts";

interface Case {
  readonly id: string;
  readonly file: string;
  /** `«…»` marks the range that is found */
  readonly bad: string;
  readonly good: string;
  readonly options?: Options;
}

const HEAD = "policy_module(foo, 1.0)\n\ntype foo_t;\ntype foo_run_t;\n";
const te = (text: string): string => `${HEAD}${text}\n`;
const iface = (body: string): string => `## <summary>Foo.</summary>\ninterface(\`foo_do',\`\n${body}\n')\n`;

const CASES: readonly Case[] = [
  {
    id: "C-001",
    file: "foo.te",
    bad: te("«allow» foo_t self:process fork;\ntype late_t;"),
    good: te("allow foo_t self:process fork;"),
  },
  {
    id: "C-001",
    file: "foo.te",
    bad: te("«kernel_read»(foo_t)\nallow foo_t self:process fork;"),
    good: te("allow foo_t self:process fork;\nkernel_read(foo_t)"),
    options: { "C-001": { ordering_rules: "refpolicy" } },
  },
  {
    id: "C-004",
    file: "foo.if",
    bad: "interface(`«foo_do»',`\n\tallow $1 self:process fork;\n')\n",
    good: iface("\tallow $1 self:process fork;"),
  },
  {
    id: "C-005",
    file: "foo.te",
    bad: te("allow foo_t self:process { signal «fork» };"),
    good: te("allow foo_t self:process { fork signal };"),
  },
  {
    id: "C-005",
    file: "foo.te",
    bad: te("allow foo_t self:process { fork «fork» };"),
    good: te("allow foo_t self:process ~{ fork signal };"),
  },
  {
    id: "C-005",
    file: "foo.te",
    bad: te("allowxperm foo_t self:file ioctl { 0x10 «0x9» };"),
    good: te("allowxperm foo_t self:file ioctl { 0x9 0x10 };"),
  },
  {
    id: "C-006",
    file: "foo.if",
    bad: iface("\tgen_require(`\n\t\tclass dbus send_msg;\n\t\ttype «own_t»;\n\t')"),
    good: iface("\tgen_require(`\n\t\ttype own_t;\n\t\tclass dbus send_msg;\n\t')"),
  },
  {
    id: "C-006",
    file: "foo.if",
    bad: iface("\tgen_require(`\n\t\ttype b_t, «a_t»;\n\t')"),
    good: iface("\tgen_require(`\n\t\ttype a_t, b_t;\n\t')"),
  },
  {
    id: "C-006",
    file: "foo.if",
    bad: iface("\tgen_require(`\n\t\ttype own_t;\n\t\tclass «dbus» send_msg;\n\t')"),
    good: iface("\tgen_require(`\n\t\tclass dbus send_msg;\n\t\ttype own_t;\n\t')"),
    options: { "C-006": { ordering_requires: ["class", "type"] } },
  },
  {
    id: "C-007",
    file: "foo.te",
    bad: te("allow foo_t «foo_t»:process fork;"),
    good: te("allow own_attr own_attr:process fork;"),
  },
  {
    id: "C-008",
    file: "foo.te",
    bad: te("if («own_bool») { allow foo_t self:process fork; }"),
    good: te("if (global_bool) { allow foo_t self:process fork; }"),
  },
  {
    id: "S-001",
    file: "foo.te",
    bad: te("«gen_require»(`\n\ttype own_t;\n')"),
    good: te("gen_require(`\n\tclass dbus send_msg;\n')"),
  },
  {
    id: "S-002",
    file: "foo.fc",
    bad: "/a\t--\tgen_context(system_u:object_r:«own_t»,s0)\n",
    good: "/a\t--\tgen_context(system_u:object_r:foo_made_t,s0)\n",
  },
  { id: "S-003", file: "foo.te", bad: te("kernel_read(foo_t)«;»"), good: te("kernel_read(foo_t)") },
  {
    id: "S-004",
    file: "foo.if",
    bad: iface("\t«own_template»($1)"),
    good: "## <summary>Foo.</summary>\ntemplate(`foo_do',`\n\town_template($1)\n')\n",
  },
  {
    id: "S-005",
    file: "foo.if",
    bad: iface("\t«type» x_t;"),
    good: iface("\tgen_require(`\n\t\ttype own_t;\n\t')"),
  },
  { id: "S-006", file: "foo.te", bad: "«module» foo 1.0;\ntype foo_t;\n", good: HEAD },
  {
    id: "S-007",
    file: "foo.fc",
    bad: "/a\t--\t«gen_context»(system_u:object_r:own_t)\n",
    good: "/a\t--\tgen_context(system_u:object_r:own_t,s0)\n",
  },
  {
    id: "S-008",
    file: "foo.if",
    bad: iface("\t«gen_require»(\n\t\ttype own_t;\n\t)"),
    good: iface("\tgen_require(`\n\t\ttype own_t;\n\t')"),
  },
  {
    id: "S-009",
    file: "foo.te",
    bad: te("allow foo_t self:fifo_file «read_file_perms»;"),
    good: te("allow foo_t self:fifo_file read_fifo_file_perms;"),
  },
  {
    id: "S-010",
    file: "foo.te",
    bad: te("allow foo_t self:file «{ getattr open read }»;"),
    good: te("allow foo_t self:file { getattr open };"),
  },
  { id: "S-011", file: "foo.fc", bad: "# a\n«  »\n", good: "# a\n\n" },
  {
    id: "W-001",
    file: "foo.te",
    bad: te("allow foo_t «own_t»:file read;"),
    good: te("gen_require(`\n\ttype own_t;\n')\nallow foo_t own_t:file read;"),
  },
  {
    id: "W-001",
    file: "foo.te",
    bad: te("optional_policy(`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n')\nallow foo_t «own_t»:file read;"),
    good: te("allow foo_t foo_run_t:file read;"),
  },
  {
    id: "W-002",
    file: "own.if",
    bad: iface("\tallow $1 «own_t»:file read;"),
    good: iface("\tgen_require(`\n\t\ttype own_t;\n\t')\n\tallow $1 own_t:file read;"),
  },
  {
    id: "W-002",
    file: "own.if",
    bad: iface("\trole system_r types $1;\n\trole «own_r» types $1;"),
    good: iface("\tallow $1 $1_t:file read;\n\tallow $1 nobody_t:file read;"),
  },
  {
    id: "W-003",
    file: "own.if",
    bad: iface("\tgen_require(`\n\t\ttype own_t, «foo_t»;\n\t')\n\tallow $1 own_t:file read;"),
    good: iface("\tgen_require(`\n\t\ttype own_t;\n\t')\n\tallow $1 own_t:file read;"),
  },
  {
    id: "W-003",
    file: "own.if",
    bad: iface("\tgen_require(`\n\t\ttype «own_t»;\n\t')"),
    good: "## <summary>Foo.</summary>\ninterface(`own_stub',`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n')\n",
  },
  {
    id: "W-004",
    file: "foo.fc",
    bad: "/etc/a«.»d\t--\tgen_context(system_u:object_r:own_t,s0)\n",
    good: "/etc/a\\.d/.*[.x]+(y)*\t--\tgen_context(system_u:object_r:own_t,s0)\n/a.b <<none>>\n",
  },
  {
    id: "W-004",
    file: "foo.fc",
    bad: "/etc/a«*»\t--\tgen_context(system_u:object_r:own_t,s0)\n",
    good: "/etc/a\\*\t--\tgen_context(system_u:object_r:own_t,s0)\n",
  },
  {
    id: "W-005",
    file: "foo.te",
    bad: te("«own_read»(foo_t)"),
    good: te("kernel_read(foo_t)\noptional_policy(`\n\town_read(foo_t)\n')"),
  },
  {
    id: "W-005",
    file: "foo.te",
    bad: te("optional_policy(`\n\town_read(foo_t)\n',`\n\t«own_read»(foo_run_t)\n')"),
    good: te("kernel_read(foo_t)"),
  },
  { id: "W-006", file: "foo.te", bad: te("«kernel_read»()"), good: te("kernel_read(foo_t)") },
  {
    id: "W-007",
    file: "foo.te",
    bad: te("kernel_read(«foo_t foo_run_t»)"),
    good: te("kernel_read({ foo_t foo_run_t })\nkernel_read(s0 - mcs_high)"),
  },
  {
    id: "W-007",
    file: "foo.te",
    bad: te("kernel_read(«foo_t -foo_run_t»)"),
    good: te("kernel_read(`foo_t foo_run_t')"),
  },
  {
    id: "W-008",
    file: "foo.te",
    bad: te("allow foo_t self:process «*»;"),
    good: te("neverallow foo_t self:process *;"),
  },
  {
    id: "W-008",
    file: "foo.te",
    bad: te("allow foo_t self:process «~{ fork }»;"),
    good: te("dontaudit foo_t self:process ~{ fork };"),
  },
  { id: "W-009", file: "foo.te", bad: "policy_module(«bar», 1.0)\n", good: HEAD },
  {
    id: "W-010",
    file: "foo.if",
    bad: iface("\t«own_raed»($1)"),
    good: iface("\town_read($1)\n\tstrange($1)"),
  },
  {
    id: "W-011",
    file: "foo.if",
    bad: iface("\tgen_require(`\n\t\ttype «own_t»;\n\t')\n"),
    good: iface("\tgen_require(`\n\t\ttype $1_t;\n\t\tclass dbus send_msg;\n\t')"),
  },
  {
    id: "W-011",
    file: "own.if",
    bad: iface("\tgen_require(`\n\t\ttype «none_t»;\n\t')\n"),
    good: iface("\tgen_require(`\n\t\ttype own_t;\n\t\trole system_r;\n\t')"),
  },
  {
    id: "W-012",
    file: "foo.if",
    bad: iface("\tif («none_bool») { allow $1 self:process fork; }"),
    good: iface("\tif (global_bool && own_bool) { allow $1 self:process fork; }"),
  },
  {
    id: "W-013",
    file: "foo.te",
    bad: te("allow foo_t self:file { «audit_access» read };"),
    good: te("dontaudit foo_t self:file { audit_access read };"),
  },
  { id: "E-002", file: "foo.fc", bad: "«/etc/a»\n", good: "  # indented\n/a <<none>>\n" },
  {
    id: "E-003",
    file: "foo.fc",
    bad: "/a\t--\tgen_context(«no_u»:object_r:own_t,s0)\n",
    good: "/a\t--\tgen_context(system_u:object_r:own_t,s0)\n",
  },
  {
    id: "E-003",
    file: "foo.fc",
    bad: "/a\t--\tgen_context(«no_u»:object_r:own_t,s0)\n",
    good: "/a\t--\tgen_context(some_u:object_r:own_t,s0)\n",
    options: { "E-003": { assume_users: ["some_u"] } },
  },
  {
    id: "E-004",
    file: "foo.fc",
    bad: "/a\t--\tgen_context(system_u:«no_r»:own_t,s0)\n",
    good: "/a\t--\tgen_context(system_u:system_r:own_t,s0)\n",
  },
  {
    id: "E-005",
    file: "foo.fc",
    bad: "/a\t--\tsystem_u:object_r:«no_t»:s0\n",
    good: "/a\t--\tsystem_u:object_r:own_t\n",
  },
  { id: "E-006", file: "foo.te", bad: te("attribute «own_read»;"), good: te("attribute own_reader;") },
  {
    id: "E-007",
    file: "foo.if",
    bad: iface("\tallow $1 self:process { fork «read» };"),
    good: iface(
      "\tallow $1 self:process { fork $2 all_process_perms };\n\tallow $1 self:file read_file_perms;",
    ),
  },
  {
    id: "E-008",
    file: "foo.if",
    bad: iface("\tallow $1 self:«fil» read;"),
    good: iface("\tallow $1 self:{ file $2 dir_class_set } read;"),
  },
  {
    id: "E-009",
    file: "foo.te",
    bad: te("«optional_policy»(`\n\t# nothing\n')"),
    good: te("optional_policy(`\n\town_read(foo_t)\n')"),
  },
  { id: "E-010", file: "foo.if", bad: iface("\t«stray»"), good: iface("\tallow $1 self:process fork;") },
  {
    id: "E-010",
    file: "foo.if",
    bad: iface("\t«stray»"),
    good: iface("\tmine"),
    options: { "E-010": { custom_te_simple_macros: ["mine"] } },
  },
  { id: "F-001", file: "foo.te", bad: te("allow foo_t self:process fork «fork»;"), good: HEAD },
  { id: "X-001", file: "foo.if", bad: "## <summary>Foo.</summary>\ninterface(`«foo_do»',`\n')\n", good: "" },
  {
    id: "X-002",
    file: "foo.te",
    bad: te("allow { own_attr «-foo_t» } foo_t:file read;"),
    good: te("neverallow { own_attr -foo_t } foo_t:file read;"),
  },
  {
    id: "X-002",
    file: "foo.te",
    bad: te("kernel_read({ own_attr «-foo_t» })"),
    good: te("kernel_read(-foo_t)"),
  },
];

const EXTRA = { "made.te": "policy_module(made, 1.0)\n" };

function found(name: string, text: string, id: string, options: Options = {}): readonly Found[] {
  const files: Record<string, string> = { ...EXTRA, [name]: text };
  if (name !== "foo.te" && !name.startsWith("own")) files["foo.te"] = `${HEAD}own_template(foo)\n`;
  const snapshot = loadTree(files);
  const file = snapshot.fileAt(pathOf(name));
  return runChecks(snapshot, options).filter((one) => one.code === id && one.file === file?.id);
}

describe.each(CASES)("$id", ({ id, file, bad, good, options }) => {
  const start = bad.indexOf("«");
  const text = bad.replace(/[«»]/g, "");

  it(`marks what is wrong: ${bad
    .split("\n")
    .find((line) => line.includes("«"))
    ?.trim()}`, () => {
    const ranges = found(file, text, id, options).map((one) => [one.start, one.end]);
    expect(ranges).toContainEqual([start, bad.indexOf("»") - 1]);
  });

  it("leaves the twin alone", () => {
    const ranges = found(file, good, id, options).map((one) => good.slice(one.start, one.end));
    expect(ranges).toEqual([]);
  });
});

describe("the catalogue", () => {
  it("has a row for every check and every fixer, and a test for every row that is reported", () => {
    const ids = [...SELINT_CHECKS, ...SELINT_FIXERS].flatMap((one) => one.ids);
    for (const id of ids) expect(rowOf(id)?.origin, id).toBe("selint");
    const tested = new Set(CASES.map((one) => one.id));
    expect(SELINT_ROWS.map((row) => row.id).filter((id) => !tested.has(id))).toEqual(["F-002"]);
  });

  it("says what a fix does for every check that has a fixer, and for no other", () => {
    const ids = [...SELINT_FIXERS, ...COMPILER_FIXERS].flatMap((one) => one.ids);
    const fixed = new Set(ids.filter((id) => rowOf(id)?.origin === "selint"));
    expect(
      SELINT_ROWS.filter((row) => row.fix !== undefined)
        .map((row) => row.id)
        .sort(),
    ).toEqual([...fixed].sort());
  });
});
