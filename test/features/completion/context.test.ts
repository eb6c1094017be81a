// Where the cursor stands while somebody types; `$0` is the cursor.
import { expect, it } from "vitest";
import { completionContext, fileContextAt } from "../../../server/features/completion/context.ts";

const CASES: [string, string, string?][] = [
  ["$0", "statement"],
  ["all$0", "statement", "all"],
  ["type foo_t;\nall$0", "statement", "all"],
  ["kernel_read_files(foo_t)\nker$0", "statement", "ker"],
  ["policy_module(foo, 1.0)\n\nallow $0", "source"],
  ["allow fo$0", "source", "fo"],
  ["allow { foo_t ba$0", "source", "ba"],
  ["allow foo_t $0", "target"],
  ["allow foo_t ba$0 :file read;", "target", "ba"],
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
  ["type_transition a b:file $0", "type"],
  ["type_transition a b:file c $0", "filename"],
  ["range_transition a b:process $0", "levels"],
  ["role_transition r b:process $0", "roles"],
  ["allowxperm a b:file $0", "xperm-kind"],
  ["type foo_t, $0", "attributes"],
  ["typeattribute foo_t do$0", "attributes", "do"],
  ["type $0", "nothing"],
  ["role foo_r types $0", "types"],
  ["role foo_r $0", "word-types"],
  ["role $0", "roles"],
  ["roleattribute foo_r $0", "role-attributes"],
  ["user foo_u roles { $0", "roles"],
  ["typeattribute $0", "type"],
  ["typealias $0", "type"],
  ["typealias a_t $0", "word-alias"],
  ["type a_t $0", "word-alias"],
  ["bool foo $0", "truth"],
  ["expandattribute a $0", "truth"],
  ["policycap $0", "capabilities"],
  ["constrain { file $0", "classes"],
  ["constrain { file dir } { re$0", "permissions", "re"],
  ["allow a b:file read $0", "nothing"],
  ["sid $0", "sids"],
  ["sid kernel $0", "context-user"],
  ["sid kernel gen_context($0", "context-user"],
  ["sid kernel gen_context(system_u:$0", "context-role"],
  ["sid kernel gen_context(system_u:system_r:ke$0", "context-type", "ke"],
  ["sid kernel gen_context(system_u:system_r:kernel_t,$0", "levels"],
  ["portcon tcp 80 system_u:ob$0", "context-role", "ob"],
  ["genfscon proc / system_u:object_r:$0", "context-type"],
  ["genfscon proc / system_u:object_r:proc_t:$0", "levels"],
  ["fs_use_xattr ext4 gen_context(system_u:object_r:fs$0", "context-type", "fs"],
  ["gen_require(`\n\ttype a_t, b$0", "type", "b"],
  ["gen_require(`\n\tattribute_role $0", "role-attributes"],
  ["gen_require(`\n\tbool $0", "booleans"],
  ["gen_require(`\n\t$0", "require"],
  ["tunable_policy(`al$0", "booleans", "al"],
  ["if ($0", "booleans"],
  ["kernel_read_files($0", "arguments"],
  ["kernel_read_files(foo_t, ba$0", "arguments", "ba"],
  ["gen_require(`\n\tclass file { $0", "permissions"],
  ["gen_require(`\n\ttype $0", "type"],
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

it("knows what stands in a set already", () => {
  const given = (text: string) => completionContext(text, text.length).given;
  expect(given("allow a b:file { read write ")).toEqual(["read", "write"]);
  expect(given("allow { a b ")).toEqual(["a", "b"]);
  expect(given("typeattribute a b, ")).toEqual(["b"]);
  expect(given("type a_t, b, ")).toEqual(["b"]);
});

it.each([
  ["/usr/b$0", "path", "/usr/b"],
  ["/usr/bin $0", "file-kind"],
  ["/usr/bin/foo\t-$0", "file-kind", "-"],
  ["/usr/bin/foo\t--\t$0", "file-context"],
  ["/usr/bin/foo\t--\tgen$0", "file-context", "gen"],
  ["/usr/bin/foo\tgen_context($0", "context-user"],
  ["/usr/bin/foo\tgen_context(system_u:object_r:b$0", "context-type", "b"],
  ["/usr/bin/foo\tgen_context(system_u:object_r:bin_t,$0", "levels"],
  ["# /usr $0", "nothing"],
])("file contexts %j", (text, slot, prefix = "") => {
  expect(fileContextAt(text.replace("$0", ""), text.indexOf("$0"))).toMatchObject({ slot, prefix });
});
