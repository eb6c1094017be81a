/**
 * Repairs: what each makes of a text, that the finding is gone afterwards, and that a repair which says “the policy
 * stays the same” leaves it the same: the policy is compiled before and after and compared line by line.
 */
import { describe, expect, it } from "vitest";
import type { TextChange } from "../../../server/checks/fix.ts";
import { SELINT_FIXERS } from "../../../server/checks/selint/index.ts";
import type { Snapshot } from "../../../server/workspace/snapshot.ts";
import { dumpPolicyDb } from "../../support/dump/policydbDump.ts";
import { contextOf, type Options, runChecks } from "./harness.ts";
import { loadTree, pathOf } from "./tree.ts";

interface Case {
  readonly id: string;
  readonly file: string;
  readonly before: string;
  /** the text afterwards; undefined: no repair is offered */
  readonly after: string | undefined;
  /** what the repair says that it changes; "same" by default */
  readonly changes?: string;
  readonly options?: Options;
}

const HEAD = "policy_module(foo, 1.0)\n\ntype foo_t;\ntype foo_run_t;\n";
const te = (text: string): string => `${HEAD}${text}\n`;
const CALLER = { "use.te": "policy_module(use, 1.0)\n\ntype use_t;\nfoo_do(use_t)\n" };
const iface = (body: string): string => `## <summary>Foo.</summary>\ninterface(\`foo_do',\`\n${body}\n')\n`;

const CASES: readonly Case[] = [
  {
    id: "C-004",
    file: "foo.if",
    before: "interface(`foo_do',`\n\tallow $1 self:process fork;\n')\n",
    after: `${"#".repeat(40)}\n## <summary>\n##\tSummary.\n## </summary>\n## <param name="domain">\n##\t<summary>\n##\tDomain allowed access.\n##\t</summary>\n## </param>\n#\ninterface(\`foo_do',\`\n\tallow $1 self:process fork;\n')\n`,
  },
  {
    id: "C-005",
    file: "foo.te",
    before: te("allow foo_t self:process { signal fork fork };"),
    after: te("allow foo_t self:process { fork signal };"),
  },
  {
    id: "C-005",
    file: "foo.te",
    before: te("allow foo_t self:process ~{ signal fork };"),
    after: te("allow foo_t self:process ~{ fork signal };"),
  },
  {
    id: "C-005",
    file: "foo.te",
    before: te("allow foo_t self:process { signal # why\n fork };"),
    after: undefined,
  },
  {
    id: "C-006",
    file: "foo.if",
    before: iface(
      "\tgen_require(`\n\t\tclass dbus send_msg;\n\t\ttype own_t;\n\t')\n\tallow $1 own_t:dbus send_msg;",
    ),
    after: iface(
      "\tgen_require(`\n\t\ttype own_t;\n\t\tclass dbus send_msg;\n\t')\n\tallow $1 own_t:dbus send_msg;",
    ),
  },
  {
    id: "C-006",
    file: "foo.if",
    before: iface("\tgen_require(`\n\t\tclass dbus send_msg; # why\n\t\ttype own_t;\n\t')"),
    after: undefined,
  },
  {
    id: "C-007",
    file: "foo.te",
    before: te("allow foo_t foo_t:process fork;"),
    after: te("allow foo_t self:process fork;"),
  },
  { id: "S-003", file: "foo.te", before: te("kernel_read(foo_t);"), after: te("kernel_read(foo_t)") },
  {
    id: "S-003",
    file: "foo.te",
    before: te("kernel_read(foo_t)\n;\ntype x_t;"),
    after: te("kernel_read(foo_t)\ntype x_t;"),
  },
  {
    id: "S-006",
    file: "foo.te",
    before: "module foo 1.2;\ntype foo_t;\n",
    after: "policy_module(foo, 1.2)\ntype foo_t;\n",
    changes: "the module requires the classes and roles of the reference policy",
  },
  {
    id: "S-007",
    file: "foo.fc",
    before: "/a\t--\tgen_context(system_u:object_r:foo_t)\n",
    after: "/a\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    changes: "files of this path get the level s0",
  },
  {
    id: "S-008",
    file: "foo.if",
    before: iface("\tgen_require(\n\t\ttype own_t;\n\t)\n\tallow $1 own_t:file read;"),
    after: iface("\tgen_require(`\n\t\ttype own_t;\n\t')\n\tallow $1 own_t:file read;"),
  },
  {
    id: "S-009",
    file: "foo.te",
    before: te("allow foo_t self:fifo_file read_file_perms;"),
    after: te("allow foo_t self:fifo_file read_fifo_file_perms;"),
  },
  { id: "S-009", file: "foo.te", before: te("allow foo_t self:chr_file read_file_perms;"), after: undefined },
  {
    id: "S-010",
    file: "foo.te",
    before: te("allow foo_t self:file { execute relabelfrom relabelto };"),
    after: te("allow foo_t self:file { execute relabelling_file_perms };"),
  },
  {
    id: "S-010",
    file: "foo.te",
    before: te("allow foo_t self:file { getattr open read };"),
    after: te("allow foo_t self:file read_file_perms;"),
    changes: "grants ioctl, lock",
  },
  { id: "S-011", file: "foo.fc", before: "# a\n \t\n", after: "# a\n\n" },
  {
    id: "W-002",
    file: "foo.if",
    before: iface(
      "\tgen_require(`\n\t\ttype own_t;\n\t')\n\n\tallow $1 own_t:file read;\n\tallow $1 kernel_t:file read;",
    ),
    after: iface(
      "\tgen_require(`\n\t\ttype own_t;\n\t\ttype kernel_t;\n\t')\n\n\tallow $1 own_t:file read;\n\tallow $1 kernel_t:file read;",
    ),
  },
  {
    id: "W-002",
    file: "foo.if",
    before: iface("\tallow $1 domain:file read;"),
    after: iface("\tgen_require(`\n\t\tattribute domain;\n\t')\n\n\tallow $1 domain:file read;"),
  },
  {
    id: "W-003",
    file: "foo.if",
    before: iface("\tgen_require(`\n\t\ttype own_t, kernel_t;\n\t')\n\tallow $1 kernel_t:file read;"),
    after: iface("\tgen_require(`\n\t\ttype kernel_t;\n\t')\n\tallow $1 kernel_t:file read;"),
  },
  {
    id: "W-003",
    file: "foo.if",
    before: iface("\tgen_require(`\n\t\ttype kernel_t, own_t;\n\t')\n\tallow $1 kernel_t:file read;"),
    after: iface("\tgen_require(`\n\t\ttype kernel_t;\n\t')\n\tallow $1 kernel_t:file read;"),
  },
  {
    id: "W-003",
    file: "foo.if",
    before: iface(
      "\tgen_require(`\n\t\ttype kernel_t;\n\t\ttype own_t;\n\t')\n\tallow $1 kernel_t:file read;",
    ),
    after: iface("\tgen_require(`\n\t\ttype kernel_t;\n\t')\n\tallow $1 kernel_t:file read;"),
  },
  {
    id: "W-003",
    file: "foo.if",
    before: iface("\tgen_require(`\n\t\ttype own_t;\n\t')\n\tallow $1 self:process fork;"),
    after: iface("\tallow $1 self:process fork;"),
  },
  {
    id: "W-004",
    file: "foo.fc",
    before: "/etc/a.d\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    after: "/etc/a\\.d\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    changes: "the pattern matches this character only",
  },
  {
    id: "W-005",
    file: "foo.te",
    before: te("own_read(foo_t)"),
    after: te("optional_policy(`\n\town_read(foo_t)\n')"),
  },
  {
    id: "W-005",
    file: "foo.if",
    before: iface("\town_read($1)"),
    after: iface("\toptional_policy(`\n\t\town_read($1)\n\t')"),
    changes: "the interface cannot be called in a conditional any more",
  },
  { id: "W-005", file: "foo.te", before: te("if (global_bool) {\n\town_read(foo_t)\n}"), after: undefined },
  {
    id: "W-007",
    file: "foo.te",
    before: te("kernel_read(foo_t foo_run_t)"),
    after: te("kernel_read({ foo_t foo_run_t })"),
    changes: "the call means all of these names",
  },
  {
    id: "W-009",
    file: "foo.te",
    before: "policy_module(bar, 1.0)\n",
    after: "policy_module(foo, 1.0)\n",
    changes: "the module is called foo",
  },
  {
    id: "W-010",
    file: "other.if",
    before: "interface(`other_x',`\n\town_raed($1)\n')\n",
    after: "interface(`other_x',`\n\town_read($1)\n')\n",
    changes: "this is about own_read",
  },
  {
    id: "W-012",
    file: "other.if",
    before: "interface(`other_x',`\n\tif (own_boll) { allow $1 self:process fork; }\n')\n",
    after: "interface(`other_x',`\n\tif (own_bool) { allow $1 self:process fork; }\n')\n",
    changes: "this is about own_bool",
  },
  {
    id: "E-005",
    file: "foo.fc",
    before: "/a\t--\tgen_context(system_u:object_r:kernl_t,s0)\n",
    after: "/a\t--\tgen_context(system_u:object_r:kernel_t,s0)\n",
    changes: "this is about kernel_t",
  },
  {
    id: "E-007",
    file: "other.if",
    before: "interface(`other_x',`\n\tallow $1 self:process singal;\n')\n",
    after: "interface(`other_x',`\n\tallow $1 self:process signal;\n')\n",
    changes: "this is about signal",
  },
  {
    id: "E-008",
    file: "other.if",
    before: "interface(`other_x',`\n\tallow $1 self:fiel read;\n')\n",
    after: "interface(`other_x',`\n\tallow $1 self:file read;\n')\n",
    changes: "this is about file",
  },
  { id: "E-009", file: "foo.te", before: te("optional_policy(`\n')"), after: te("").slice(0, -1) },
  { id: "E-009", file: "foo.te", before: te("optional_policy(`\n\t# soon\n')"), after: undefined },
];

function load({ file }: Case, text: string): Snapshot {
  const others = file === "foo.if" ? CALLER : {};
  const own =
    file === "foo.fc"
      ? { "foo.te": HEAD }
      : file.endsWith(".if")
        ? { [file.replace(".if", ".te")]: `policy_module(${file.slice(0, -3)}, 1.0)\n` }
        : {};
  return loadTree({ ...others, ...own, [file]: text });
}

function apply(text: string, changes: readonly TextChange[]): string {
  let result = text;
  for (const { start, end, text: put } of [...changes].sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + put + result.slice(end);
  return result;
}

describe.each(CASES)("$id", (test) => {
  const { id, file, before, after, changes, options } = test;

  it(`repairs ${JSON.stringify(before.split("\n").at(-2))}`, () => {
    const snapshot = load(test, before);
    const own = snapshot.fileAt(pathOf(file));
    const finding = runChecks(snapshot, options).find((one) => one.code === id && one.file === own?.id);
    if (finding === undefined) throw new Error(`${id} finds nothing`);
    const context = contextOf(snapshot, options);
    const fixes = SELINT_FIXERS.filter((one) => one.ids.includes(id)).flatMap((one) =>
      one.fixes(context, { ...finding, severity: "warning" }),
    );
    if (after === undefined) {
      expect(fixes).toEqual([]);
      return;
    }
    const fix = fixes[0];
    expect(apply(before, fix?.changes ?? [])).toBe(after);
    expect(fix?.policy).toEqual(changes === undefined ? "same" : { changes });
    const repaired = load(test, after);
    const ownAfter = repaired.fileAt(pathOf(file));
    const left = runChecks(repaired, options).filter((one) => one.code === id && one.file === ownAfter?.id);
    expect(left).toEqual([]);
    if (changes === undefined)
      expect(dumpPolicyDb(repaired.compiled.db)).toEqual(dumpPolicyDb(snapshot.compiled.db));
  });
});

describe("the repairs", () => {
  it("are compared by dumps that see one permission more", () => {
    const dump = (text: string) => dumpPolicyDb(loadTree({ "foo.te": te(text) }).compiled.db);
    const one = dump("allow foo_t self:process fork;");
    expect(one.some((line) => line.includes("foo_t") && line.includes("fork"))).toBe(true);
    expect(dump("allow foo_t self:process { fork signal };")).not.toEqual(one);
  });

  it("are all tested", () => {
    const tested = new Set(CASES.filter((one) => one.after !== undefined).map((one) => one.id));
    expect(SELINT_FIXERS.flatMap((one) => one.ids).filter((id) => !tested.has(id))).toEqual([]);
  });
});
