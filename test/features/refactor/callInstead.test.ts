/** A raw rule as a call of the owner's interface: the least besides first, and the title says all that is besides. */
import { expect, it } from "vitest";
import { errorsOf, type Offered, offered, policyChanges, taken } from "./refactoring.ts";

const APP = "/p/policy/modules/apps/app.te";
const HEAD = "policy_module(app, 1.0)\ntype app_t;\n";

function interfaceText(name: string, body: string): string {
  return `interface(\`${name}',\`\n\tgen_require(\`\n\t\ttype own_t;\n\t')\n${body}\n')\n`;
}

const OWN = `
//- /p/policy/modules/apps/own.te
policy_module(own, 1.0)
type own_t;
//- /p/policy/modules/apps/own.if
${interfaceText("own_write", "allow $1 own_t:file { write read };")}
${interfaceText("own_read", "allow $1 own_t:file read;")}
${interfaceText("own_rw", "allow $1 own_t:file { open read write };")}
${interfaceText("own_manage", "allow $1 own_t:file rw_file_perms; allow $1 own_t:dir search;")}
${interfaceText("own_label", "allow $1 own_t:file read; type_transition $1 own_t:process own_t;")}
${interfaceText("own_both", "allow $1 own_t:file read; allow own_t $1:file read;")}
${interfaceText("own_sometimes", "tunable_policy(`kernel_may_write',`allow $1 own_t:file read;')")}
interface(\`own_two',\`allow $1 own_t:file { read $2 };')
//- ${APP}
${HEAD}`;

function at(text: string): Offered {
  return offered(OWN + text);
}

function calls(given: Offered): string[] {
  return given.actions.map(({ title }) => title).filter((title) => title.startsWith("Call "));
}

it("offers three at most, the least first", () => {
  expect(calls(at("allow app_t «»own_t:file read;\n"))).toEqual([
    "Call own_read instead (grants nothing else)",
    "Call own_write instead (also grants own_t:file write)",
    "Call own_rw instead (also grants own_t:file { open write })",
  ]);
  expect(calls(at("allow app_t «»own_t:file { write open };\n"))).toEqual([
    "Call own_rw instead (also grants own_t:file read)",
    "Call own_manage instead (also grants own_t:file { getattr read }, own_t:dir search)",
  ]);
});

it("changes what the title says and nothing else", () => {
  const given = at("allow app_t «»own_t:file read; # why\n");
  const same = taken(given, /^Call own_read /);
  expect(same.get(APP)).toBe(`${HEAD}optional_policy(\`\n\town_read(app_t)\n') # why\n`);
  expect(policyChanges(given.files, same)).toEqual([]);
  expect(errorsOf(same)).toEqual([]);
  const more = taken(given, /^Call own_rw /);
  expect(policyChanges(given.files, more)).toEqual(["changed allow app_t own_t:file { read +open +write };"]);
});

it("calls a module of the base outright", () => {
  const given = at("allow app_t «»kernel_file_t:file read_file_perms;\n");
  const files = taken(given, "Call kernel_read_files instead (grants nothing else)");
  expect(files.get(APP)).toBe(`${HEAD}kernel_read_files(app_t)\n`);
  expect(policyChanges(given.files, files)).toEqual([]);
});

it.each([
  "allow app_t «»own_t:file execute;",
  "allow app_t «»app_t:file read;",
  "allow app_t «»self:file read;",
  "dontaudit app_t «»own_t:file read;",
  "allow { app_t kernel_t } «»own_t:file read;",
  "allow app_t «»own_t:file ~read;",
])("offers nothing for %s", (text) => {
  expect(calls(at(`${text}\n`))).toEqual([]);
});
