/** Inlining calls: the text that a call becomes, where its requires go, and what is left alone. */
import { expect, it } from "vitest";
import { EAGER, errorsOf, offered, policyChanges, taken } from "./refactoring.ts";

const APP = "/p/policy/modules/apps/app.te";
const IF = "/p/policy/modules/apps/app.if";
const HEAD = "policy_module(app, 1.0)\ntype app_t;\ntype b_t;\n";
const INTERFACES = `
//- /p/policy/modules/apps/own.te
policy_module(own, 1.0)
type own_t;
//- /p/policy/modules/apps/own.if
interface(\`own_use',\`
	gen_require(\`
		type own_t, kernel_file_t;
		class netlink_route_socket { create };
	')

	# A remark, for $1.
	allow $1 own_t:file read;

	optional_policy(\`
		own_other($1, $2)
	')
')
interface(\`own_other',\`
	gen_require(\`
		type own_t;
	')

	allow $1 own_t:$2 write;
')
interface(\`own_old',\`
	refpolicywarn(\`$0($*) is old, use own_other.')
	own_other($1, file)
')
interface(\`own_all',\`
	own_other($*)
')
interface(\`own_stub',\`
	gen_require(\`
		type own_t;
	')
')
template(\`own_template',\`
	type $1_t;
	allow $1_t self:file read;
')
`;

/** The text of a file after inlining, which changes nothing in the policy. */
function inlined(te: string, interfaces = "", path = APP): string {
  const given = offered(`${INTERFACES}//- ${APP}\n${HEAD}${te}\n//- ${IF}\n${interfaces}\n`);
  const files = taken(given, /^Inline /);
  expect(policyChanges(given.files, files)).toEqual([]);
  expect(errorsOf(files)).toEqual(errorsOf(given.files));
  const text = files.get(path) ?? "";
  return (path === APP ? text.slice(HEAD.length) : text).trimEnd();
}

it("puts the body in place of the call, and the requires in front", () => {
  expect(inlined("own_«»use(app_t, { file dir }) # why")).toBe(`# why
gen_require(\`
	type own_t, kernel_file_t;
	class netlink_route_socket { create };
')

# A remark, for app_t.
allow app_t own_t:file read;

optional_policy(\`
	own_other(app_t, { file dir })
')`);
});

it("joins the gen_require of the caller's block, in its indentation", () => {
  const before =
    "interface(`app_x',`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n\n\toptional_policy(`\n\t\tgen_require(`\n\t\t\ttype own_t;\n\t\t')\n\t\town_«»use($1, $2)\n\t')\n')";
  const after = inlined("app_x(app_t, file)", before, IF);
  expect(after).toContain(
    "\t\tgen_require(`\n\t\t\ttype own_t;\n\t\t\ttype kernel_file_t;\n\t\t\tclass netlink_route_socket { create };\n\t\t')\n\t\t# A remark, for $1.\n\t\tallow $1 own_t:file read;\n",
  );
  expect(after).toContain("\t\toptional_policy(`\n\t\t\town_other($1, $2)\n\t\t')\n\t')\n')");
});

it("drops the warning of an interface that is old, and fills nothing in twice", () => {
  expect(inlined("own_«»old(app_t)")).toBe("own_other(app_t, file)");
});

it("requires nothing that the module declares, and leaves nothing of a stub", () => {
  const own = offered(
    INTERFACES.replace("type own_t;\n//-", "type own_t;\nown_«»other(own_t, file)\nown_stub(own_t)\n//-"),
  );
  const files = taken(own, "Inline own_other");
  expect(files.get("/p/policy/modules/apps/own.te")).toBe(
    "policy_module(own, 1.0)\ntype own_t;\nallow own_t own_t:file write;\nown_stub(own_t)",
  );
  const stub = offered(INTERFACES.replace("type own_t;\n//-", "type own_t;\n\town_«»stub(own_t)\n//-"));
  expect(taken(stub, "Inline own_stub").get("/p/policy/modules/apps/own.te")).toBe(
    "policy_module(own, 1.0)\ntype own_t;\n",
  );
});

it("takes templates and quoted arguments", () => {
  expect(inlined("own_«»template(`new')")).toBe("type new_t;\nallow new_t self:file read;");
});

it.each([
  "own_«»all(app_t, file)",
  "own_«»other(app_t)",
  "own_«»other(app_t, ifdef(`x',`file',`dir'))",
  "own_«»unknown(app_t)",
  "optional_policy(`own_«»other(app_t, file)')",
  "allow «»app_t own_t:file read;",
])("leaves %s alone", (te) => {
  const given = offered(`${INTERFACES}//- ${APP}\n${HEAD}${te}\n`, EAGER, ["refactor.inline"]);
  expect(given.actions.map(({ title }) => title)).toEqual([]);
});
