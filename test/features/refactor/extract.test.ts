/** Extracting interfaces and moving access: the interface, the call, the file that is made, and an unchanged policy. */
import { describe, expect, it } from "vitest";
import { EAGER, errorsOf, type Offered, offered, policyChanges, taken } from "./refactoring.ts";

const APPS = "/p/policy/modules/apps";
const HEAD = "policy_module(app, 1.0)\ntype app_t;\n";
const OWN = `
//- ${APPS}/own.te
policy_module(own, 1.0)
type own_t;
type own_conf_t;
attribute own_files;
//- ${APPS}/app.te
${HEAD}`;

/** The files after an action, which changes nothing in the policy. */
function changed(given: Offered, title: string | RegExp): Map<string, string> {
  const files = taken(given, title);
  expect(policyChanges(given.files, files)).toEqual([]);
  expect(errorsOf(files)).toEqual(errorsOf(given.files));
  return files;
}

function titles(text: string): string[] {
  return offered(OWN + text).actions.map(({ title }) => title);
}

describe("extract", () => {
  const RULES = `type app_log_t;
«allow app_t app_log_t:file { open read };
# Beside it, logs.
allow app_t { own_conf_t -own_t }:dir search;
dontaudit app_t self:file write;»
`;

  it("makes the file of the module, with documentation, requires and remarks", () => {
    const files = changed(offered(OWN + RULES), "Extract an interface of app for app_t");
    expect(files.get(`${APPS}/app.te`)).toBe(`${HEAD}type app_log_t;\napp_read_log_files(app_t)\n`);
    expect(files.get(`${APPS}/app.if`)).toBe(`## <summary>App.</summary>

########################################
## <summary>
##	Read log files of app.
## </summary>
## <param name="domain">
##	<summary>
##	Domain allowed access.
##	</summary>
## </param>
#
interface(\`app_read_log_files',\`
	gen_require(\`
		type app_log_t, own_conf_t, own_t;
	')

	allow $1 app_log_t:file { open read };
	# Beside it, logs.
	allow $1 { own_conf_t -own_t }:dir search;
	dontaudit $1 self:file write;
')
`);
  });

  it("is not offered to a client that cannot make the file", () => {
    expect(offered(OWN + RULES, EAGER, ["refactor.extract"]).actions).toEqual([]);
    const there = offered(`${OWN}${RULES}\n//- ${APPS}/app.if\n## <summary>App.</summary>\n`, EAGER);
    const files = changed(there, "Extract an interface of app for app_t");
    expect(files.get(`${APPS}/app.if`)).toMatch(/^## <summary>App\.<\/summary>\n\n####/);
  });

  it("gives the interface to the owner of the types, and calls it in an optional block", () => {
    const given = offered(
      `${OWN}«allow app_t own_files:dir search;\nallow app_t own_conf_t:file read_file_perms;»\n//- ${APPS}/own.if\n## <summary>Own.</summary>\ninterface(\`own_search_files_dirs',\`\n')`,
    );
    expect(given.actions.map(({ title }) => title)).toEqual(["Extract an interface of own for app_t"]);
    const files = changed(given, "Extract an interface of own for app_t");
    expect(files.get(`${APPS}/app.te`)).toBe(
      `${HEAD}optional_policy(\`\n\town_search_files_dirs_2(app_t)\n')`,
    );
    expect(files.get(`${APPS}/own.if`)).toContain(
      "\tgen_require(`\n\t\tattribute own_files;\n\t\ttype own_conf_t;\n\t')\n\n\tallow $1 own_files:dir search;\n",
    );
  });

  it("takes calls and type rules along", () => {
    const files = changed(
      offered(
        `${OWN}type app_x_t;\n«allow app_t app_x_t:process transition;\ntype_transition app_t app_x_t:process own_t;\nkernel_read_files(app_t)»\n`,
      ),
      "Extract an interface of app for app_t",
    );
    expect(files.get(`${APPS}/app.if`)).toContain(
      "\tallow $1 app_x_t:process transition;\n\ttype_transition $1 app_x_t:process own_t;\n\tkernel_read_files($1)\n')",
    );
  });

  it.each([
    ["several sources", "type x_t;\n«allow app_t x_t:file read;\nallow x_t app_t:file read;»\n"],
    ["neverallow", "«neverallow app_t app_t:file read;»\n"],
    ["what nobody declares", "«allow app_t no_t:file read;»\n"],
    ["a remark with a quote", "«allow app_t self:file read;\n# it's\nallow app_t self:dir search;»\n"],
    [
      "a file name with a quote",
      '«type_transition app_t own_t:file own_t "it\'s";\nallow app_t own_t:file read;»\n',
    ],
    ["a type named as a class", "type dir;\n«allow dir own_t:dir search;»\n"],
    ["declarations", "«type x_t;\nallow app_t x_t:file read;»\n"],
    ["a set of sources", "«allow { app_t own_t } own_conf_t:file read;»\n"],
  ])("refuses %s", (_, text) => {
    expect(titles(text).filter((title) => title.startsWith("Extract"))).toEqual([]);
  });
});

describe("move", () => {
  it("takes all rules of the block about the other module", () => {
    const files = changed(
      offered(`${OWN}
allow app_t own_conf_t:file read;
allow app_t self:file write;
allow app_t «»own_conf_t:dir search;
# On its own.
allow app_t own_t:file read;
allow app_t kernel_file_t:file read;
`),
      "Move 2 rules of app_t to an interface of own",
    );
    expect(files.get(`${APPS}/app.te`)).toBe(`${HEAD}
allow app_t self:file write;
optional_policy(\`
	own_read_conf_files(app_t)
')
# On its own.
allow app_t own_t:file read;
allow app_t kernel_file_t:file read;
`);
    expect(files.get(`${APPS}/own.if`)).toContain(
      "\t\ttype own_conf_t;\n\t')\n\n\tallow $1 own_conf_t:file read;\n\tallow $1 own_conf_t:dir search;\n')",
    );
  });

  it("calls a module of the base, and from within optional and conditional blocks, without one more", () => {
    const base = changed(
      offered(`${OWN}allow app_t «»kernel_file_t:file write; # why\n`),
      "Move this rule of app_t to an interface of kernel",
    );
    expect(base.get(`${APPS}/app.te`)).toBe(`${HEAD}kernel_write_files(app_t) # why\n`);
    const inside = changed(
      offered(`${OWN}if (kernel_may_write) {\n\tallow app_t «»own_t:file write;\n}\n`),
      /^Move/,
    );
    expect(inside.get(`${APPS}/app.te`)).toBe(
      `${HEAD}if (kernel_may_write) {\n\town_write_files(app_t)\n}\n`,
    );
  });

  it.each([
    "allow app_t «»app_t:file read;",
    "allow app_t «»self:file read;",
    "allow app_t { «»own_t kernel_file_t }:file read;",
    "type_transition app_t «»own_t:process app_t;",
  ])("leaves %s alone", (text) => {
    expect(titles(`${text}\n`).filter((title) => title.startsWith("Move"))).toEqual([]);
  });
});
