/** The repairs of what the compiler finds: a text with a mistake, the titles that are offered, the text afterwards. */

export interface Case {
  readonly code: string;
  /** the file that the finding is about */
  readonly file: string;
  readonly files: Readonly<Record<string, string>>;
  /** titles of the repairs, in their order */
  readonly titles: readonly string[];
  /** the text that the first one changes, afterwards, and its file when it is another */
  readonly after?: string;
  readonly changed?: string;
  /** a whole policy instead of a module */
  readonly whole?: boolean;
  /** what the first repair says that it changes; "same" by default */
  readonly changes?: string;
}

const HEAD = "policy_module(foo, 1.0)\n\ntype foo_t;\n";
const te = (text: string): string => `${HEAD}${text}\n`;
const iface = (body: string): string => `interface(\`foo_x',\`\n${body}\n')\n`;
const USE = te("foo_x(foo_t)");
const AGAIN = "what follows is read as policy again";

/** A finding in foo.te. */
const inTe = (
  code: string,
  before: string,
  title: string,
  after: string | undefined,
  changes?: string,
): Case => ({
  code,
  file: "foo.te",
  files: { "foo.te": before },
  titles: after === undefined ? [] : [title],
  ...(after === undefined ? {} : { after }),
  ...(changes === undefined ? {} : { changes }),
});

/** A finding in foo.if, whose interface foo.te calls. */
const inIf = (code: string, before: string, title: string, after: string, changes: string): Case => ({
  code,
  file: "foo.if",
  files: { "foo.te": USE, "foo.if": before },
  titles: [title],
  after,
  changes,
});

const PLAIN = (require: string, rest: string): string =>
  `module foo 1.0;\nrequire {\n${require}\n}\ntype foo_t;\n${rest}\n`;
const RULE = "\tallow $1 etc_t:file read;";
const NEEDS_ETC = "the module needs type etc_t";

/** A misspelt name in a statement of a whole policy: what was meant is written. */
const meant = (
  code: string,
  wrong: string,
  name: string,
  statement: string,
  more: readonly string[] = [],
): Case => ({
  code,
  file: "foo.te",
  files: { "foo.te": te(statement) },
  titles: [`Write ${name}`, ...more],
  after: te(statement.replace(wrong, name)),
  whole: true,
  changes: `this is about ${name}`,
});

const MEANT: readonly Case[] = [
  meant("typeattr-unknown", "kernle_t", "kernel_t", "typeattribute kernle_t domain;", [
    "Declare type kernle_t",
  ]),
  meant("typeattr-undecl", "domian", "domain", "typeattribute foo_t domian;", ["Declare attribute domian"]),
  meant("alias-unknown", "kernle_t", "kernel_t", "typealias kernle_t alias bar_t;"),
  meant("class-unknown", "fiel", "file", "allow foo_t self:fiel read;"),
  meant(
    "roleattr-undecl",
    "foo_roels",
    "foo_roles",
    "roleattribute system_r foo_roels;\nattribute_role foo_roles;",
  ),
  meant("roleallow-unknown", "sysetm_r", "system_r", "allow system_r sysetm_r;"),
  meant("roletrans-unknown", "sysetm_r", "system_r", "role_transition system_r foo_t sysetm_r;"),
  meant("user-unknown-role", "sysetm_r", "system_r", "user foo_u roles sysetm_r;"),
  meant("permissive-unknown", "kernle_t", "kernel_t", "permissive kernle_t;"),
  meant("ttrans-unknown-new", "fooo_t", "foo_t", "type_transition foo_t kernel_t:process fooo_t;"),
  meant("ftrans-unknown", "fooo_t", "foo_t", 'type_transition foo_t kernel_t:file fooo_t "x";'),
  meant("expandattr-undecl", "domian", "domain", "expandattribute domian true;"),
  meant("tbounds-undecl", "kernle_t", "kernel_t", "typebounds kernle_t foo_t;"),
  {
    code: "disable-refused",
    file: "foo.te",
    files: {
      "foo.te": te("# sels-disable-next-line type-unknown: no\nallow foo_t nothing_at_all_t:file read;"),
    },
    titles: ["Remove the directive"],
    after: te("allow foo_t nothing_at_all_t:file read;"),
    whole: true,
  },
];

export const CASES: readonly Case[] = [
  ...MEANT,
  // ── require ──
  inTe(
    "req-type",
    te("allow foo_t etc_t:dir search;"),
    "Require type etc_t",
    "policy_module(foo, 1.0)\n\ngen_require(`\n\ttype etc_t;\n')\n\ntype foo_t;\nallow foo_t etc_t:dir search;\n",
    NEEDS_ETC,
  ),
  inTe(
    "req-type",
    te("allow foo_t file_type:file read;"),
    "Require attribute file_type",
    "policy_module(foo, 1.0)\n\ngen_require(`\n\tattribute file_type;\n')\n\ntype foo_t;\nallow foo_t file_type:file read;\n",
    "the module needs attribute file_type",
  ),
  inIf(
    "req-type",
    iface(RULE),
    "Require type etc_t",
    iface(`\tgen_require(\`\n\t\ttype etc_t;\n\t')\n\n${RULE}`),
    NEEDS_ETC,
  ),
  inIf(
    "req-type",
    iface(`\tgen_require(\`\n\t\tattribute file_type;\n\t\ttype zoo_t;\n\t\tclass file read;\n\t')\n${RULE}`),
    "Require type etc_t",
    iface(
      `\tgen_require(\`\n\t\tattribute file_type;\n\t\ttype etc_t;\n\t\ttype zoo_t;\n\t\tclass file read;\n\t')\n${RULE}`,
    ),
    NEEDS_ETC,
  ),
  inIf(
    "req-type",
    iface(`\tgen_require(\`\n\t\ttype a_t;\n\t')\n${RULE}`),
    "Require type etc_t",
    iface(`\tgen_require(\`\n\t\ttype a_t;\n\t\ttype etc_t;\n\t')\n${RULE}`),
    NEEDS_ETC,
  ),
  inTe(
    "req-type",
    te("optional_policy(`\n\tgen_require(`\n\t\ttype a_t;\n\t')\n\tallow foo_t etc_t:dir search;\n')"),
    "Require type etc_t",
    te(
      "optional_policy(`\n\tgen_require(`\n\t\ttype a_t;\n\t\ttype etc_t;\n\t')\n\tallow foo_t etc_t:dir search;\n')",
    ),
    NEEDS_ETC,
  ),
  inTe(
    "req-type",
    te("optional_policy(`\n\tallow foo_t etc_t:dir search;\n')"),
    "Require type etc_t",
    te("optional_policy(`\n\tgen_require(`\n\t\ttype etc_t;\n\t')\n\n\tallow foo_t etc_t:dir search;\n')"),
    NEEDS_ETC,
  ),
  inTe(
    "req-scope-optional",
    te(
      "optional_policy(`\n\tgen_require(`\n\t\ttype etc_t;\n\t')\n\tallow foo_t etc_t:dir search;\n')\nallow foo_t etc_t:dir search;",
    ),
    "Require type etc_t",
    "policy_module(foo, 1.0)\n\ngen_require(`\n\ttype etc_t;\n')\n\ntype foo_t;\noptional_policy(`\n\tgen_require(`\n\t\ttype etc_t;\n\t')\n\tallow foo_t etc_t:dir search;\n')\nallow foo_t etc_t:dir search;\n",
    NEEDS_ETC,
  ),
  inTe(
    "req-class",
    PLAIN(
      "\ttype a_t;\n\tclass file read;",
      "allow foo_t a_t:dir { search read };\nallow foo_t a_t:dir open;",
    ),
    "Require class dir",
    PLAIN(
      "\ttype a_t;\n\tclass dir { open read search };\n\tclass file read;",
      "allow foo_t a_t:dir { search read };\nallow foo_t a_t:dir open;",
    ),
    "the module needs class dir",
  ),
  inTe(
    "req-perm",
    PLAIN("\ttype a_t;\n\tclass file read;", "allow foo_t a_t:file { read getattr };"),
    "Require permission getattr of class file",
    PLAIN("\ttype a_t;\n\tclass file { getattr read };", "allow foo_t a_t:file { read getattr };"),
    "the module needs this permission",
  ),
  {
    code: "W-001",
    file: "foo.te",
    files: { "foo.te": te("allow foo_t own_t:file write;") },
    titles: ["Require type own_t"],
    after:
      "policy_module(foo, 1.0)\n\ngen_require(`\n\ttype own_t;\n')\n\ntype foo_t;\nallow foo_t own_t:file write;\n",
    whole: true,
  },
  // ── call an interface ──
  {
    ...inTe(
      "req-type",
      te("allow foo_t etc_t:file { read open };"),
      "",
      te("optional_policy(`\n\tfiles_read_etc_files(foo_t)\n')"),
      "also grants etc_t:file getattr",
    ),
    titles: ["Call files_read_etc_files(foo_t)", "Require type etc_t"],
  },
  {
    ...inTe(
      "req-type",
      te("optional_policy(`\n\tallow foo_t etc_t:file { getattr open read write };\n')"),
      "",
      te("optional_policy(`\n\tfiles_rw_etc_files(foo_t)\n')"),
      "grants nothing else",
    ),
    titles: ["Call files_rw_etc_files(foo_t)", "Require type etc_t"],
  },
  {
    code: "W-001",
    file: "foo.te",
    files: { "foo.te": te("allow foo_t kernel_t:file read;") },
    titles: ["Call kernel_read(foo_t)", "Require type kernel_t"],
    after: te("kernel_read(foo_t)"),
    whole: true,
    changes: "grants nothing else",
  },
  {
    code: "W-001",
    file: "foo.te",
    files: {
      "foo.te": te(
        "allow foo_t bar_t:file open;\noptional_policy(`\n\tgen_require(`\n\t\ttype bar_t;\n\t')\n\tallow foo_t bar_t:file read;\n')",
      ),
      "bar.te": "policy_module(bar, 1.0)\n\ntype bar_t;\n",
      "bar.if":
        "interface(`bar_use',`\n\tgen_require(`\n\t\ttype bar_t;\n\t')\n\tallow $1 bar_t:file { open read };\n')\ninterface(`bar_all',`\n\tgen_require(`\n\t\ttype bar_t;\n\t')\n\tallow $1 bar_t:file { open read write };\n')\n",
    },
    titles: ["Call bar_use(foo_t)", "Require type bar_t"],
    after: te(
      "optional_policy(`\n\tbar_use(foo_t)\n')\noptional_policy(`\n\tgen_require(`\n\t\ttype bar_t;\n\t')\n\tallow foo_t bar_t:file read;\n')",
    ),
    whole: true,
    changes: "grants nothing else",
  },
  // ── write what was meant ──
  {
    ...inTe("req-type", te("allow foo_t fooo_t:file read;"), "", te("allow foo_t foo_t:file read;")),
    titles: ["Write foo_t", "Declare type fooo_t"],
    changes: "this is about foo_t",
  },
  inTe(
    "req-perm",
    te("allow foo_t self:file raed;"),
    "Write read",
    te("allow foo_t self:file read;"),
    "this is about read",
  ),
  inTe(
    "req-class",
    te("allow foo_t self:fiel read;"),
    "Write file",
    te("allow foo_t self:file read;"),
    "this is about file",
  ),
  inTe(
    "interface-unknown",
    te("files_tpye(foo_t)"),
    "Write files_type",
    te("files_type(foo_t)"),
    "this is about files_type",
  ),
  {
    ...inTe(
      "req-bool",
      te("gen_bool(foo_network, false)\nif (foo_netwrok) {\n\tallow foo_t self:file read;\n}"),
      "",
      te("gen_bool(foo_network, false)\nif (foo_network) {\n\tallow foo_t self:file read;\n}"),
    ),
    titles: ["Write foo_network", "Declare boolean foo_netwrok, off"],
    changes: "this is about foo_network",
  },
  {
    code: "role-unknown",
    file: "foo.te",
    files: { "foo.te": te("role systen_r types foo_t;") },
    titles: ["Write system_r"],
    after: te("role system_r types foo_t;"),
    whole: true,
    changes: "this is about system_r",
  },
  {
    code: "type-attr-undecl",
    file: "foo.te",
    files: { "foo.te": "policy_module(foo, 1.0)\n\ntype foo_t, domian;\n" },
    titles: ["Write domain", "Declare attribute domian"],
    after: "policy_module(foo, 1.0)\n\ntype foo_t, domain;\n",
    whole: true,
    changes: "this is about domain",
  },
  // ── declare ──
  inTe(
    "req-type",
    te("\nallow foo_t other_name_t:file read;"),
    "Declare type other_name_t",
    te("type other_name_t;\n\nallow foo_t other_name_t:file read;"),
    "adds type other_name_t;",
  ),
  inTe(
    "req-type",
    te("files_type(foo_t)\n\nallow foo_t unheard_conf_t:file read;"),
    "Declare type unheard_conf_t as a configuration file",
    te(
      "files_type(foo_t)\n\ntype unheard_conf_t;\nfiles_config_file(unheard_conf_t)\n\nallow foo_t unheard_conf_t:file read;",
    ),
    "adds type unheard_conf_t; files_config_file(unheard_conf_t)",
  ),
  inTe(
    "req-bool",
    te("if (some_switch) {\n\tallow foo_t self:file read;\n}"),
    "Declare boolean some_switch, off",
    "policy_module(foo, 1.0)\n\n## <desc>\n## <p>\n## Determine whether some switch is wanted.\n## </p>\n## </desc>\ngen_bool(some_switch, false)\n\ntype foo_t;\nif (some_switch) {\n\tallow foo_t self:file read;\n}\n",
    "adds gen_bool(some_switch, false)",
  ),
  {
    code: "cond-unknown",
    file: "foo.te",
    files: { "foo.te": te("tunable_policy(`some_switch',`\n\tallow foo_t self:file read;\n')") },
    titles: ["Declare tunable some_switch, off"],
    after:
      "policy_module(foo, 1.0)\n\n## <desc>\n## <p>\n## Determine whether some switch is wanted.\n## </p>\n## </desc>\ngen_tunable(some_switch, false)\n\ntype foo_t;\ntunable_policy(`some_switch',`\n\tallow foo_t self:file read;\n')\n",
    whole: true,
    changes: "adds gen_tunable(some_switch, false)",
  },
  {
    code: "type-attr-undecl",
    file: "foo.te",
    files: { "foo.te": "policy_module(foo, 1.0)\n\ntype foo_t, unheard_of;\n" },
    titles: ["Declare attribute unheard_of"],
    after: "policy_module(foo, 1.0)\n\nattribute unheard_of;\n\ntype foo_t, unheard_of;\n",
    whole: true,
    changes: "adds attribute unheard_of;",
  },
  {
    code: "E-005",
    file: "foo.fc",
    files: { "foo.fc": "/a\t--\tgen_context(system_u:object_r:unheard_of_t,s0)\n", "foo.te": HEAD },
    titles: ["Declare type unheard_of_t"],
    after: `${HEAD.trimEnd()}\ntype unheard_of_t;\n`,
    changed: "foo.te",
    changes: "adds type unheard_of_t;",
    whole: true,
  },
  // ── syntax ──
  inTe(
    "parse-semicolon",
    te("allow foo_t self:file read\nallow foo_t self:dir read;"),
    "Write the missing `;`",
    te("allow foo_t self:file read;\nallow foo_t self:dir read;"),
  ),
  inTe(
    "parse-brace",
    te("allow foo_t self:file { read write ;"),
    "Close the brace",
    te("allow foo_t self:file { read write };"),
    AGAIN,
  ),
  inTe(
    "parse-brace",
    te("allow foo_t self:file { read write\nallow foo_t self:dir read;"),
    "Close the brace",
    te("allow foo_t self:file { read write };\nallow foo_t self:dir read;"),
    AGAIN,
  ),
  inTe(
    "parse-brace",
    te("gen_bool(b, false)\nif (b) {\n\tallow foo_t self:file read;\n\ntype bar_t;"),
    "Close the brace",
    te("gen_bool(b, false)\nif (b) {\n\tallow foo_t self:file read;\n}\n\ntype bar_t;"),
    AGAIN,
  ),
  inTe(
    "parse-paren",
    te("files_type(foo_t\nallow foo_t self:dir read;"),
    "Close the parenthesis",
    te("files_type(foo_t)\nallow foo_t self:dir read;"),
    AGAIN,
  ),
  inTe(
    "parse-quote",
    te("optional_policy(`\n\tfiles_type(foo_t)\n)"),
    "Write the missing closing quote",
    te("optional_policy(`\n\tfiles_type(foo_t)\n')"),
    AGAIN,
  ),
  {
    ...inIf("parse-quote", `interface(\`foo_x,\`\n${RULE}\n')\n`, "Close the quote", iface(RULE), AGAIN),
    files: { "foo.if": `interface(\`foo_x,\`\n${RULE}\n')\n`, "foo.te": HEAD },
  },
  {
    ...inIf("parse-quote", `interface(foo_x',\`\n${RULE}\n')\n`, "", iface(RULE), AGAIN),
    files: { "foo.if": `interface(foo_x',\`\n${RULE}\n')\n`, "foo.te": HEAD },
    titles: ["Write the missing opening quote"],
  },
  inTe("parse-unmatched", te("files_type(foo_t))"), "Remove `)`", te("files_type(foo_t)"), AGAIN),
  {
    code: "fc-syntax",
    file: "foo.fc",
    files: {
      "foo.fc":
        "/a\t--\tgen_context(system_u:object_r:foo_t,s0 # why\n/b\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
      "foo.te": HEAD,
    },
    titles: ["Close the parenthesis"],
    after:
      "/a\t--\tgen_context(system_u:object_r:foo_t,s0) # why\n/b\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    changes: AGAIN,
  },
  inTe("parse-unmatched", te("files_type foo_t)"), "Open the parenthesis", te("files_type(foo_t)"), AGAIN),
  inTe(
    "parse-unmatched",
    te("allow foo_t self:file read write };"),
    "Open the brace",
    te("allow foo_t self:file { read write };"),
    AGAIN,
  ),
  inTe(
    "W-012",
    te("tunable_policy(`foo_talk',`\n\tallow foo_t self:process fork;\n')"),
    "Declare tunable foo_talk, off",
    `policy_module(foo, 1.0)\n\n## <desc>\n## <p>\n## Determine whether foo talk is wanted.\n## </p>\n## </desc>\ngen_tunable(foo_talk, false)\n\ntype foo_t;\ntunable_policy(\`foo_talk',\`\n\tallow foo_t self:process fork;\n')\n`,
    "adds gen_tunable(foo_talk, false)",
  ),
  inTe(
    "parse-syntax",
    te("allow foo_t self:file { read, write,getattr };"),
    "Remove the comma",
    te("allow foo_t self:file { read write getattr };"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("attribute foo_a;\ntypeattribute foo_t, foo_a;"),
    "Remove the comma",
    te("attribute foo_a;\ntypeattribute foo_t foo_a;"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("gen_bool(foo_b, false)\nif foo_b && !foo_b {\n\tallow foo_t self:file read;\n}"),
    "Put the condition into parentheses",
    te("gen_bool(foo_b, false)\nif (foo_b && !foo_b) {\n\tallow foo_t self:file read;\n}"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("attribute foo_a;\nattribute foo_b;\ntype foo_u foo_a foo_b;"),
    "Write commas between the names",
    te("attribute foo_a;\nattribute foo_b;\ntype foo_u, foo_a, foo_b;"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("allow foo_t self:file read write;"),
    "Put the names into braces",
    te("allow foo_t self:file { read write };"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("allow foo_t self file read;"),
    "Write the missing `:`",
    te("allow foo_t self:file read;"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("gen_bool(foo_b false)"),
    "Write the missing `,`",
    te("gen_bool(foo_b, false)"),
    AGAIN,
  ),
  inTe(
    "parse-syntax",
    te("alolw foo_t self:file read;"),
    "Write allow",
    te("allow foo_t self:file read;"),
    AGAIN,
  ),
  inIf(
    "parse-syntax",
    iface("\tgen_require(`\n\t\ttype etc_t;\n\t')\n\tdotnaudit $1 etc_t:file read;"),
    "Write dontaudit",
    iface("\tgen_require(`\n\t\ttype etc_t;\n\t')\n\tdontaudit $1 etc_t:file read;"),
    AGAIN,
  ),
  {
    ...inIf(
      "empty-set",
      "interface(`foo_x',`\n\tallow $1 $2:file read;\n')\n",
      "Write the missing `,`",
      te("foo_x(foo_t, foo_t)"),
      "the call has one argument more",
    ),
    file: "foo.te",
    files: {
      "foo.te": te("foo_x(foo_t foo_t)"),
      "foo.if": "interface(`foo_x',`\n\tallow $1 $2:file read;\n')\n",
    },
  },
  inTe(
    "interface-unknown",
    te("ifedf(`distro_x',`\n\tfiles_type(foo_t)\n')"),
    "Write ifdef",
    te("ifdef(`distro_x',`\n\tfiles_type(foo_t)\n')"),
    "this is about ifdef",
  ),
  {
    ...inTe(
      "perm-unknown",
      te("allow foo_t self:file raed_file_perms;"),
      "Write read_file_perms",
      te("allow foo_t self:file read_file_perms;"),
      "this is about read_file_perms",
    ),
    whole: true,
  },
  ...[
    ["/a\t-\tgen_context(system_u:object_r:foo_t,s0)\n", "Write --"],
    ["/a\t--\tgen_cnotext(system_u:object_r:foo_t,s0)\n", "Write gen_context"],
  ].map(
    ([text = "", title = ""]): Case => ({
      code: "fc-syntax",
      file: "foo.fc",
      files: { "foo.fc": text, "foo.te": HEAD },
      titles: [title],
      after: "/a\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
      changes: AGAIN,
    }),
  ),
  // ── modules ──
  inTe(
    "mod-noname",
    "type foo_t;\n",
    "Begin with policy_module()",
    "policy_module(foo, 1.0)\n\ntype foo_t;\n",
    "the module requires the classes and roles of the reference policy",
  ),
  inTe(
    "mod-noversion",
    "module foo;\nrequire {\n\ttype a_t;\n}\n",
    "Write the version 1.0",
    "module foo 1.0;\nrequire {\n\ttype a_t;\n}\n",
    "the module has version 1.0",
  ),
  inTe(
    "mod-name-file",
    "policy_module(fool, 1.0)\n\ntype foo_t;\n",
    "Call the module foo",
    HEAD,
    "the module is called foo",
  ),
  {
    code: "type-unknown",
    file: "/p/policy/modules/services/own.if",
    files: {
      "foo.te": te("own_read(foo_t)"),
      "/p/policy/modules.conf": "own = off\nkernel = base\nfoo = module\n",
    },
    titles: ["Put the call into an optional block"],
    after: te("optional_policy(`\n\town_read(foo_t)\n')"),
    changed: "foo.te",
    changes: "left out where the module is",
    whole: true,
  },
  {
    code: "link-missing-type",
    file: "foo.if",
    files: {
      "foo.te": te("foo_x(foo_t)"),
      "foo.if": iface("\tgen_require(`\n\t\ttype gone_t;\n\t')\n\tallow $1 gone_t:file read;"),
      "base.conf":
        "class file\nsid kernel\nclass file { read }\ntype base_t;\nrole system_r;\nrole system_r types base_t;\nuser system_u roles { system_r };\nsid kernel system_u:system_r:base_t\n",
    },
    titles: ["Put the call into an optional block"],
    after: te("optional_policy(`\n\tfoo_x(foo_t)\n')"),
    changed: "foo.te",
    changes: "left out where the module is",
  },
  // ── directives ──
  ...[
    ["disable-unused", "# sels-disable-next-line C-005: sorted by hand\n", "", "Remove the directive"],
    [
      "disable-unused",
      "# sels-disable-file C-005, W-002: why\n",
      "# sels-disable-file W-002: why\n",
      "Remove the id",
    ],
    ["disable-unused", "type a_t; # sels-disable-line C-005\n", "type a_t;\n", "Remove the directive"],
    [
      "disable-expired",
      "# sels-disable-next-line C-005 until 2020-02-30: sorted by hand\n",
      "",
      "Remove the directive",
    ],
    ["disable-unknown", "# sels-disable-file C-05: why\n", "# sels-disable-file C-005: why\n", "Write C-005"],
  ].map(
    ([code = "", before = "", after = "", title = ""]): Case => ({
      code,
      file: "foo.te",
      files: { "foo.te": `${HEAD}${before}type b_t;\n` },
      titles: [title],
      after: `${HEAD}${after}type b_t;\n`,
      whole: true,
    }),
  ),
  // ── take away ──
  {
    ...inTe("type-dup", te("type bar_t;\ntype bar_t;"), "Remove the second declaration", te("type bar_t;")),
    whole: true,
  },
  {
    ...inTe("type-dup", te("type bar_t;\ntype bar_t, domain;"), "", undefined),
    whole: true,
  },
  {
    ...inTe(
      "attr-dup",
      te("attribute bar;\nattribute bar;"),
      "Remove the second declaration",
      te("attribute bar;"),
    ),
    whole: true,
  },
  {
    ...inTe(
      "ftrans-dup",
      te('type_transition foo_t foo_t:file foo_t "x";\ntype_transition foo_t foo_t:file foo_t "x";'),
      "Remove the second rule",
      te('type_transition foo_t foo_t:file foo_t "x";'),
    ),
    whole: true,
  },
  {
    ...inTe(
      "unused-declaration",
      te("allow foo_t self:file read;\ntype bar_t;"),
      "Remove the declaration",
      te("allow foo_t self:file read;"),
      "removes bar_t",
    ),
    whole: true,
  },
  {
    ...inTe(
      "xperm-range-order",
      te("allow foo_t self:file ioctl;\nallowxperm foo_t self:file ioctl 0x20-0x10;"),
      "Swap the ends",
      te("allow foo_t self:file ioctl;\nallowxperm foo_t self:file ioctl 0x10-0x20;"),
      "the range is 0x10-0x20",
    ),
    whole: true,
  },
  {
    ...inTe(
      "argument-extra",
      te("kernel_read(foo_t, foo_t)"),
      "Remove the argument",
      te("kernel_read(foo_t)"),
    ),
    whole: true,
  },
  ...[
    ["fc-duplicate", "Remove the entry", "/b\t--\tgen_context(system_u:object_r:foo_t,s0)\n", ""],
    [
      "fc-shadowed",
      "Remove the entry",
      "/b.\t--\tgen_context(system_u:object_r:foo_t,s0)\n/b(.*)?\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
      "/b(.*)?\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    ],
    [
      "E-003",
      "Write system_u",
      "/c\t--\tgen_context(sytem_u:object_r:foo_t,s0)\n",
      "/c\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    ],
    [
      "E-004",
      "Write object_r",
      "/c\t--\tgen_context(system_u:objct_r:foo_t,s0)\n",
      "/c\t--\tgen_context(system_u:object_r:foo_t,s0)\n",
    ],
  ].map(
    ([code = "", title = "", before = "", after = ""]): Case => ({
      code,
      file: "foo.fc",
      files: { "foo.fc": `/b\t--\tgen_context(system_u:object_r:foo_t,s0)\n${before}`, "foo.te": HEAD },
      titles: [title],
      after: `/b\t--\tgen_context(system_u:object_r:foo_t,s0)\n${after}`,
      ...(code.startsWith("E-") ? { changes: "the context is one that the policy knows" } : {}),
      whole: true,
    }),
  ),
];
