// Rename on the tiny tree: what changes where, and what is refused with which reason. `$0` is the cursor.
import { describe, expect, it } from "vitest";
import type { TextDocumentEdit } from "vscode-languageserver-types";
import { prepareRename } from "../../../server/features/rename/rename.ts";
import { atCursor, type Fixture, loadFixture, TINY_TREE } from "../../support/fixture.ts";
import { renameAtCursor } from "./renaming.ts";

const MODULE = `
//- /p/policy/global_tunables
## <desc>
## <p>
## Let app_write_all do what it likes.
## </p>
## </desc>
gen_tunable(app_write_all, false)
//- /p/policy/modules/apps/app.if
## <summary>Applications.</summary>

########################################
## <summary>
##	Read files of app_t (see app_read_files).
## </summary>
## <param name="domain">
##	<summary>
##	Domain allowed access.
##	</summary>
## </param>
#
interface(\`app_read_files',\`
	gen_require(\`
		type app_file_t;
		attribute app_domain;
	')

	allow $1 app_file_t:file read_file_perms;
')

interface(\`app_give',\`
	app_read_files($1)
	type_transition $1 app_file_t:file $2;
')

template(\`app_pair_template',\`
	type $1_t, domain;
	type $1_file_t, file_type;
	allow $1_t $2:file read;
')

template(\`app_both_template',\`
	type $1_both_t;
	allow $1 $1_both_t:file read;
')

interface(\`app_role_or_type',\`
	allow $1 app_file_t:file read;
	role $2 types $1;
')
//- /p/policy/modules/apps/app.fc
/app	gen_context(system_u:object_r:app_file_t,s0)
/opt/app	gen_context(system_u:object_r:app_file_t,s0)
//- /p/policy/modules/apps/other.te
policy_module(other, 1.0.0)
gen_require(\`
	type app_file_t, app_t;
	attribute app_domain;
	role app_r;
')
app_read_files(app_t)
optional_policy(\`
	app_give(app_t, app_file_t)
')
optional_policy(\`
	gen_require(\`
		type never_t;
	')
	allow never_t app_file_t:file read;
')
kernel_domain_template(made)
app_both_template(app_old_t)
app_pair_template(pair, app_file_t)
app_pair_template(app_file_t, app_t)
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

attribute app_domain;
attribute_role app_roles;
role app_r;
type app_t, app_domain;
# app_t runs; app_t-like things too.
type app_file_t, file_type;
typealias app_file_t alias { app_old_t app_aged_t };
gen_bool(app_may, false)
role app_r types app_t;
`;

function load(text: string): Fixture {
  return loadFixture(`${TINY_TREE}${MODULE}${text}`, "/p");
}

/** `file: line` of every changed line. */
function changedLines(text: string, newName: string): string[] {
  const fixture = load(text);
  const done = renameAtCursor(fixture, newName);
  expect(done?.refused).toBeUndefined();
  return [...(done?.texts ?? [])].flatMap(([path, after]) => {
    const before = (fixture.files.get(path) ?? "").split("\n");
    const name = path.slice(path.lastIndexOf("/") + 1);
    return after.split("\n").flatMap((line, i) => (line === before[i] ? [] : [`${name}: ${line.trim()}`]));
  });
}

describe("rename", () => {
  it.each<[string, string, string[]]>(
    [
      [
        "allow app$0_t self:process fork;",
        "tool_t",
        [
          "app.if: ##	Read files of tool_t (see app_read_files).",
          "app.te: type tool_t, app_domain;",
          "app.te: # tool_t runs; app_t-like things too.",
          "app.te: role app_r types tool_t;",
          "app.te: allow tool_t self:process fork;",
          "other.te: app_give(tool_t, app_file_t)",
          "other.te: app_read_files(tool_t)",
          "other.te: type app_file_t, tool_t;",
          "other.te: app_pair_template(app_file_t, tool_t)",
        ],
      ],
      [
        "allow app_t self:process fork;\nallow app_dom$0ain self:process fork;",
        "app_domains",
        [
          "app.if: attribute app_domains;",
          "app.te: attribute app_domains;",
          "app.te: type app_t, app_domains;",
          "app.te: allow app_domains self:process fork;",
          "other.te: attribute app_domains;",
        ],
      ],
      [
        "allow app_t app_ag$0ed_t:file read;",
        "app_older_t",
        [
          "app.te: typealias app_file_t alias { app_old_t app_older_t };",
          "app.te: allow app_t app_older_t:file read;",
        ],
      ],
      [
        "tunable_policy(`app_m$0ay',`allow app_t app_file_t:file write;')",
        "app_can",
        [
          "app.te: gen_bool(app_can, false)",
          "app.te: tunable_policy(`app_can',`allow app_t app_file_t:file write;')",
        ],
      ],
      [
        "tunable_policy(`app_write$0_all',`allow app_t app_file_t:file write;')",
        "app_write_some",
        [
          "global_tunables: ## Let app_write_some do what it likes.",
          "global_tunables: gen_tunable(app_write_some, false)",
          "app.te: tunable_policy(`app_write_some',`allow app_t app_file_t:file write;')",
        ],
      ],
      [
        "app_read$0_files(app_t)",
        "app_load_files",
        [
          "app.if: ##	Read files of app_t (see app_load_files).",
          "app.if: interface(`app_load_files',`",
          "app.if: app_load_files($1)",
          "app.te: app_load_files(app_t)",
          "other.te: app_load_files(app_t)",
        ],
      ],
      [
        "role app$0_r types app_t;",
        "tool_r",
        [
          "app.te: role tool_r;",
          "app.te: role tool_r types app_t;",
          "app.te: role tool_r types app_t;",
          "other.te: role tool_r;",
        ],
      ],
      [
        "roleattribute app_r app_ro$0les;",
        "tool_roles",
        ["app.te: attribute_role tool_roles;", "app.te: roleattribute app_r tool_roles;"],
      ],
      [
        "allow app_t app_file_t:file read_file$0_perms;",
        "see_file_perms",
        [
          "misc.spt: define(`see_file_perms',`{ getattr open read }')",
          "kernel.if: allow $1 kernel_file_t:file see_file_perms;",
          "app.if: allow $1 app_file_t:file see_file_perms;",
          "app.te: allow app_t app_file_t:file see_file_perms;",
        ],
      ],
      ["//- /p/policy/users2\n", "x", []],
    ].slice(0, 9) as [string, string, string[]][],
  )("%s → %s", (text, newName, expected) => {
    expect(changedLines(text, newName).sort()).toEqual([...expected].sort());
  });

  it("of a user changes its contexts", () => {
    const text =
      "\n//- /p/policy/modules/apps/app2.te\npolicy_module(app2, 1)\n//- /p/policy/modules/apps/app2.fc\n/x	gen_context(system$0_u:object_r:app_old_t,s0)";
    expect(changedLines(text, "sys_u").sort()).toEqual([
      "app.fc: /app	gen_context(sys_u:object_r:app_file_t,s0)",
      "app.fc: /opt/app	gen_context(sys_u:object_r:app_file_t,s0)",
      "app2.fc: /x	gen_context(sys_u:object_r:app_old_t,s0)",
      "kernel.te: sid kernel gen_context(sys_u:system_r:kernel_t,s0)",
      "users: user sys_u roles { system_r };",
    ]);
  });

  it("tells range and name beforehand", () => {
    const { view, place } = atCursor(
      load("allow app_t app_old_t:file { rea$0d };\nallow app_t app_t:file read;"),
    );
    expect(prepareRename(view, place)).toHaveProperty("refused");
    const other = atCursor(load("\nallow app$0_t app_old_t:file read;"));
    const found = prepareRename(other.view, other.place);
    expect(found).toMatchObject({ placeholder: "app_t" });
    expect(found).toHaveProperty("range.end.character", "allow app_t".length);
  });

  it("asks about comments where the client can ask", () => {
    const done = renameAtCursor(load("allow app$0_t self:process fork;"), "tool_t", {
      documentChanges: true,
      annotations: true,
      renamesFiles: true,
    });
    const edits = ((done?.edit?.documentChanges ?? []) as TextDocumentEdit[]).flatMap(({ edits }) => edits);
    expect(edits.filter((edit) => "annotationId" in edit)).toHaveLength(2);
    expect(Object.values(done?.edit?.changeAnnotations ?? {})).toMatchObject([{ needsConfirmation: true }]);
    expect(done?.edit?.changes).toBeUndefined();
  });
});

describe("rename refuses", () => {
  it.each([
    ["allow app$0_t self:process fork;", "kernel_t", "there is a type `kernel_t` already"],
    ["allow app$0_t self:process fork;", "app_domain", "there is a attribute `app_domain` already"],
    ["allow app$0_t self:process fork;", "never_t", "`never_t` is used at other.te:13 already"],
    ["allow app$0_t self:process fork;", "made_t", "there is a type `made_t` already"],
    ["allow app$0_t self:process fork;", "attribute", "word of the policy language"],
    ["allow app$0_t self:process fork;", "self", "word of the policy language"],
    ["allow app$0_t self:process fork;", "read_file_perms", "is a macro (macro): m4 would expand it"],
    ["allow app$0_t self:process fork;", "my-index", "`index` is a builtin of m4"],
    ["allow app$0_t self:process fork;", "9_t", "is no identifier"],
    ["allow app$0_t self:process fork;", "app.sub_t", "a period means something"],
    ["allow app$0_t self:process fork;\ntype app_t.sub;", "tool_t", "`app_t.sub` is bounded by `app_t`"],
    ["role app$0_r types app_t;", "ab", "reads as a part of an IPv6 address"],
    ["app_read$0_files(app_t)", "__gnu__", "is a builtin of m4"],
    ["allow app$0_t self:process fork;", "a b", "is no identifier"],
    ["allow app$0_t self:process fork;", "$1_t", "holds a `$`"],
    ["allow app_t self:pro$0cess fork;", "x", "is a class: the kernel"],
    ["allow app_t self:process fo$0rk;", "x", "is a permission: the kernel"],
    ["allow made$0_t self:process fork;", "x_t", "is made by a macro (kernel.if:37) out of `made`"],
    ["allow app_t app_o$0ld_t:file read;", "x_t", "is passed to a macro that also makes other names of it"],
    ["allow unknown$0_t self:process fork;", "x_t", "nothing in this policy declares `unknown_t`"],
    ["define(`gen_req$0uire',`$1')", "x", "word of the policy language"],
    ["role obj$0ect_r types app_t;", "x_r", "built into every policy"],
    ["app_read$0_files(app_t)", "app_give", "there is a interface `app_give` already"],
    ["app_read$0_files(app_t)", "app_t", "`app_t` is used at"],
    ["app_read$0_files(app_t)", "opt", "where m4 would expand it"],
    ["app_read$0_files(app_t)", "app-read", "is no name for a macro"],
    ["interface(`z',` allow $0$1 app_t:file read; ')", "x", "is a parameter"],
    ["template(`z',` type $$01_z_t; ')", "x", "is put together from arguments"],
  ])("%s → %s", (text, newName, reason) => {
    expect(renameAtCursor(load(text), newName)?.refused).toContain(reason);
  });

  it("nothing of m4 in a policy.conf", () => {
    const conf = [
      "//- /c/policy.conf",
      "class file\nclass process\nsid kernel",
      "class file { read }\nclass process { fork }",
      "attribute domain;\ntype a$0_t, domain;\ntypealias a_t alias b_t;\nbool may true;",
      "allow a_t self:process fork;\nif (may) { allow domain a_t:file read; }",
      "role r;\nrole r types a_t;\nuser u roles r;\nsid kernel u:r:a_t\n",
    ].join("\n");
    const fixture = loadFixture(conf, "/c");
    const [after] = renameAtCursor(fixture, "index_t")?.texts.values() ?? [];
    expect(after).toBe(fixture.files.get("/c/policy.conf")?.replaceAll(/\ba_t\b/g, "index_t"));
    expect(renameAtCursor(fixture, "index")?.refused).toBeUndefined();
    expect(renameAtCursor(fixture, "b_t")?.refused).toContain("there is a alias `b_t` already");
  });

  it.each([
    ["app_may = false", undefined],
    ["app_may = true", "booleans.conf sets `app_may` to true"],
  ])("a boolean that booleans.conf sets otherwise: %s", (line, reason) => {
    const text = `tunable_policy(\`app_m$0ay',\`allow app_t self:process fork;')\n//- /p/policy/booleans.conf\n${line}\n`;
    const refused = renameAtCursor(load(text), "app_can")?.refused;
    if (reason === undefined) expect(refused).toBeUndefined();
    else expect(refused).toContain(reason);
  });

  it("what is only required", () => {
    const here =
      "//- /m/a.te\nmodule a 1.0;\nrequire { type http$0d_t; class file read; }\nallow httpd_t self:file read;";
    expect(renameAtCursor(loadFixture(here, "/m"), "x_t")?.refused).toContain("only required here");
  });

  it.each([
    ["kernel_re$0ad(mine_t)", "is declared in /h/kernel/kernel.if, which is installed"],
    ["allow mine_t kernel$0_t:file read;", "`kernel_t` is declared in /h/kernel/kernel.if"],
    ["allow shared$0_t self:file read;", "is also named in /h/kernel/kernel.if, which is installed"],
  ])("what installed headers know: %s", (line, reason) => {
    const text = `
//- /h/build.conf
TYPE = standard
//- /h/support/misc.spt
define(\`read_file_perms',\`{ getattr read }')
//- /h/kernel/kernel.if
interface(\`kernel_read',\`
	gen_require(\`
		type kernel_t, shared_t;
	')
	allow $1 { kernel_t shared_t }:file read_file_perms;
')
//- /m/mine.te
policy_module(mine, 1.0)
require { type kernel_t; class file read; }
type mine_t;
type shared_t;
kernel_read(mine_t)
${line}
`;
    const fixture = loadFixture(text, "/m", { defines: [], headers: "/h" });
    expect(renameAtCursor(fixture, "x_name")?.refused).toContain(reason);
    const own = loadFixture(text.replace("$0", "").replace("type mine_t", "type mi$0ne_t"), "/m", {
      defines: [],
      headers: "/h",
    });
    expect(renameAtCursor(own, "x_name")?.texts.get("/m/mine.te")).toContain("kernel_read(x_name)");
  });
});
