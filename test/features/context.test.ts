// Where the cursor stands while somebody types; `$0` is the cursor.
import { expect, it } from "vitest";
import { completionContext } from "../../server/features/context.ts";

const CASES: [string, string, string?][] = [
  ["$0", "statement"],
  ["all$0", "statement", "all"],
  ["type foo_t;\nall$0", "statement", "all"],
  ["kernel_read_files(foo_t)\nker$0", "statement", "ker"],
  ["policy_module(foo, 1.0)\n\nallow $0", "types"],
  ["allow fo$0", "types", "fo"],
  ["allow { foo_t ba$0", "types", "ba"],
  ["allow foo_t $0", "types"],
  ["allow foo_t ba$0 :file read;", "types", "ba"],
  ["allow foo_t self:$0", "classes"],
  ["allow foo_t bar_t:{ file di$0", "classes", "di"],
  ["allow foo_t bar_t:file $0", "permissions"],
  ["allow foo_t bar_t:file { read wr$0", "permissions", "wr"],
  ["dontaudit { a b } ~c:{ file dir } { $0", "permissions"],
  ["kernel_read_files(foo_t)\nallow foo_t bar_t:file { $0", "permissions"],
  ["optional_policy(`\n\tallow foo_t bar_t:file re$0", "permissions", "re"],
  ["interface(`x',`\n\tgen_require(`\n\t\ttype a_t;\n\t')\n\tallow $1 a_t:dir se$0", "permissions", "se"],
  ["optional_policy(`\n\tker$0", "statement", "ker"],
  ["if (x) {\n\tall$0", "statement", "all"],
  ["type_transition a b:file $0", "types"],
  ["role_transition r b:process $0", "roles"],
  ["allowxperm a b:file $0", "xperm-kind"],
  ["type foo_t, $0", "attributes"],
  ["typeattribute foo_t do$0", "attributes", "do"],
  ["type $0", "nothing"],
  ["role foo_r types $0", "types"],
  ["tunable_policy(`al$0", "booleans", "al"],
  ["if ($0", "booleans"],
  ["kernel_read_files($0", "arguments"],
  ["kernel_read_files(foo_t, ba$0", "arguments", "ba"],
  ["gen_require(`\n\tclass file { $0", "permissions"],
  ["gen_require(`\n\ttype $0", "types"],
  ["require {\n\tclass file { read };\n\t$0", "require"],
  ["require {\n\ttype a_t;\n}\nal$0", "statement", "al"],
  ["# allow $0", "nothing"],
  ["allow foo_t bar_t:file read; # why\nal$0", "statement", "al"],
];

it.each(CASES)("%j", (text, slot, prefix = "") => {
  const offset = text.indexOf("$0");
  const found = completionContext(text.slice(0, offset) + text.slice(offset + 2), offset);
  expect(found).toMatchObject({ slot, prefix });
});

it("knows the classes of the rule for its permissions", () => {
  const text = "allow a b:{ file dir } { ";
  expect(completionContext(text, text.length).classes).toEqual(["file", "dir"]);
});

it("knows the call and the argument", () => {
  const text = "files_filetrans(a_t, { b_t c_t }, ";
  expect(completionContext(text, text.length)).toMatchObject({ call: "files_filetrans", argument: 2 });
});
