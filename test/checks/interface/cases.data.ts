/** Texts for checks.test.ts. `«…»` marks the range that is found. */

export interface Case {
  readonly id: string;
  readonly file: string;
  readonly bad: string;
  readonly good: string;
  readonly message?: RegExp;
  /** the text after the repair; undefined: there is none */
  readonly fixed?: string;
  /** what the repair says that it changes; "same" by default */
  readonly changes?: string;
}

/** A module whose macros the cases call. */
export const EXTRA: Readonly<Record<string, string>> = {
  "foo.te": "policy_module(foo, 1.0)\n",
  "base.te":
    "policy_module(base, 1.0)\n\ntype base_t;\nattribute_role base_roles;\nattribute exec_type;\nattribute device_node;\ntype base_exec_t, exec_type;\ntype base_bin_t, exec_type;\ntype base_device_t, device_node;\n",
  "/p/config/file_contexts.subs_dist": "# aliases\n/var/run /run\n/run/lock /var/lock\n",
  "base.if": [
    "## <summary>Base.</summary>",
    "## <summary>Two types.</summary>",
    '## <param name="domain"><summary>Domain.</summary></param>',
    '## <param name="entry_point"><summary>Program.</summary></param>',
    "interface(`base_domain',`\n\tallow $1 $2:file read;\n')",
    "interface(`base_outer',`\n\tbase_domain($1, $2)\n')",
    "interface(`base_role',`\n\trole $1 types $2;\n')",
    "interface(`base_class',`\n\tallow kernel_t kernel_t:$1 getattr;\n')",
    "template(`base_template',`\n\ttype $1_made_t;\n\tallow $1_made_t self:process fork;\n')",
    "template(`base_wrapper',`\n\tbase_template($1)\n')",
    "interface(`base_maybe',`\n\tifelse(`$2',`',`',`\n\t\tallow $1 $2:file read;\n\t')\n')",
    '## <param name="a"><summary>A.</summary></param>\n## <param name="b" unused="true"><summary>B.</summary></param>',
    "interface(`base_unused',`\n\tallow $1 self:process fork;\n')",
    "interface(`base_new',`\n\tallow $1 kernel_t:file getattr;\n')",
    "interface(`base_old',`\n\trefpolicywarn(`base_old($*) has been deprecated, please use base_new() instead.')\n\tbase_new($1)\n')",
    "interface(`base_older',`\n\trefpolicywarn(`base_older() is gone, use base_new($2) and base_domain($1, $2) instead.')\n\tallow $1 $2:file read;\n')",
    "interface(`base_gone',`\n\trefpolicywarn(`base_gone($*) has been deprecated, please remove.')\n')",
    "## <summary>Read.  (Deprecated)</summary>\n## <desc><p>Has been deprecated, use base_new() instead.</p></desc>",
    "interface(`base_said',`\n\tallow $1 kernel_t:file getattr;\n')",
    "interface(`base_partly',`\n\tifelse(`$2',`',`',`refpolicywarn(`base_partly($*) second parameter is deprecated.')')\n\tallow $1 kernel_t:file getattr;\n')",
    "",
  ].join("\n"),
};

const fc = (path: string): string => `${path}\t--\tgen_context(system_u:object_r:kernel_t,s0)\n`;
const te = (text: string): string =>
  `policy_module(foo, 1.0)\n\ntype foo_t;\nallow foo_t self:process fork;\n${text}\n`;
const params = (...names: readonly string[]): string =>
  `## <summary>Foo.</summary>\n${names.map((name) => `## <param name="${name}"><summary>It.</summary></param>\n`).join("")}#\n`;
const iface = (body: string): string => `## <summary>Foo.</summary>\ninterface(\`foo_do',\`\n\t${body}\n')\n`;

export const CASES: readonly Case[] = [
  {
    id: "argument-missing",
    file: "foo.if",
    bad: iface("«base_domain»($1)"),
    good: iface("base_domain($1, $2)"),
    message: /base_domain needs \$2 \(entry_point\), and one argument is given/,
  },
  {
    id: "argument-missing",
    file: "foo.if",
    bad: iface("«base_outer»(, $1)"),
    good: iface("base_maybe($1)"),
  },
  {
    id: "argument-extra",
    file: "foo.if",
    bad: iface("base_domain($1, $2, «$3»)"),
    good: iface("base_unused($1, $2)"),
    message: /takes 2 arguments/,
  },
  {
    id: "argument-kind",
    file: "foo.if",
    bad: iface("base_role(«kernel_t», $1)"),
    good: iface("base_role(base_roles, { kernel_t own_t })"),
    message: /kernel_t is a type, and base_role needs a role for \$1/,
  },
  {
    id: "argument-kind",
    file: "foo.if",
    bad: iface("base_outer($1, { kernel_t «system_r» })"),
    good: iface("base_outer($1, { kernel_t domain nobody_t })"),
  },
  {
    id: "argument-kind",
    file: "foo.if",
    bad: iface("base_class(«own_t»)"),
    good: iface("base_class(process)"),
    message: /needs a class/,
  },
  {
    id: "argument-kind",
    file: "foo.if",
    bad: iface("base_wrapper(«own_t»)"),
    good: iface("base_wrapper(own)"),
    message: /needs a prefix/,
  },
  {
    id: "argument-blank",
    file: "foo.if",
    bad: iface("base_wrapper(«foo» )"),
    good: iface("base_domain($1 , $2 )"),
    fixed: iface("base_wrapper(foo)"),
    changes: "the names are whole again",
  },
  {
    id: "argument-blank",
    file: "foo.if",
    bad: iface("base_template(\n\t\t«foo»\n\t)"),
    good: iface("base_template(\n\t\tfoo)"),
    fixed: iface("base_template(\n\t\tfoo)"),
    changes: "the names are whole again",
  },
  {
    id: "fc-substituted",
    file: "foo.fc",
    bad: fc("«/var/run/a\\.b(/.*)?»"),
    good: `${fc("/run/a(/.*)?")}${fc("/var/running/a")}${fc("/var/runs.*")}${fc("HOME_DIR/var/run")}`,
    message: /looked up as \/run\/a/,
    fixed: fc("/run/a\\.b(/.*)?"),
    changes: "the entry labels files",
  },
  {
    id: "fc-substituted",
    file: "foo.fc",
    bad: fc("«/var/run(/.*)?»"),
    // /var/run/lock/x becomes /run/lock/x, which this entry labels
    good: fc("/run/lock/x"),
  },
  // The link that an alias is has an entry of its own.
  {
    id: "fc-substituted",
    file: "foo.fc",
    bad: "«/var/run»\t-l\tgen_context(system_u:object_r:own_t,s0)\n/run\t-l\tgen_context(system_u:object_r:kernel_t,s0)\n",
    good: "/var/run\t-l\tgen_context(system_u:object_r:kernel_t,s0)\n/run\t-l\tgen_context(system_u:object_r:kernel_t,s0)\n",
  },
  {
    id: "fc-level-inside",
    file: "foo.fc",
    bad: "/a\t--\tgen_context(system_u:object_r:kernel_t:«s0»)\n",
    good: fc("/a"),
    fixed: fc("/a"),
    changes: "the context of these files is valid",
  },
  {
    id: "fc-level-inside",
    file: "foo.fc",
    bad: "/a\t--\tgen_context(system_u:object_r:kernel_t:«s0:c0»,s0)\n",
    good: "/a\t--\tsystem_u:object_r:kernel_t:s0\n",
    fixed: fc("/a"),
    changes: "the context of these files is valid",
  },
  {
    id: "fc-m4-word",
    file: "foo.fc",
    bad: fc("/usr/«index»(/.*)?"),
    good: `${fc("/usr/`index'(/.*)?")}${fc("/usr/index/length")}${fc("/usr/distro_debian2")}`,
    fixed: fc("/usr/`index'(/.*)?"),
    changes: "the path is what is written",
  },
  {
    id: "fc-m4-word",
    file: "foo.fc",
    bad: fc("/usr/«read_file_perms»"),
    good: fc("/usr/read_file"),
  },
  {
    id: "fc-kind",
    file: "foo.fc",
    bad: "/usr/bin/foo\t«-d»\tgen_context(system_u:object_r:base_exec_t,s0)\n",
    good: "/usr/bin/foo\t--\tgen_context(system_u:object_r:base_exec_t,s0)\n/usr/bin\t-d\tgen_context(system_u:object_r:base_bin_t,s0)\n",
  },
  {
    id: "fc-kind",
    file: "foo.fc",
    bad: "/dev/foo\t«--»\tgen_context(system_u:object_r:base_device_t,s0)\n",
    good: "/dev/foo\t-c\tgen_context(system_u:object_r:base_device_t,s0)\n",
  },
  {
    id: "interface-deprecated",
    file: "foo.if",
    bad: iface("«base_old»(kernel_t)"),
    good: iface("base_new(kernel_t)\n\tbase_partly(kernel_t)"),
    message:
      /base_old is deprecated: base_old\(\$\*\) has been deprecated, please use base_new\(\) instead\./,
    fixed: iface("base_new(kernel_t)"),
  },
  {
    id: "interface-deprecated",
    file: "foo.if",
    bad: iface("«base_said»($1)"),
    good: iface("base_new($1)"),
    fixed: iface("base_new($1)"),
  },
  {
    id: "interface-deprecated",
    file: "foo.if",
    bad: iface("«base_older»(own_t, kernel_t)"),
    good: iface("base_domain(own_t, kernel_t)"),
    fixed: iface("base_new(kernel_t)\n\tbase_domain(own_t, kernel_t)"),
    changes: "the rules of the new interface in place of the old one's",
  },
  {
    id: "interface-deprecated",
    file: "foo.if",
    bad: iface("base_new($1)\n\t«base_gone»($1)"),
    good: iface("base_new($1)"),
    fixed: iface("base_new($1)"),
  },
  {
    id: "name-is-macro",
    file: "foo.te",
    bad: te("type «read_file_perms»;"),
    good: te("type read_file_perms_t;\ntype index;"),
  },
  { id: "name-is-macro", file: "foo.te", bad: te("attribute «sysval»;"), good: te("attribute sysvalue;") },
  {
    id: "name-is-macro",
    file: "foo.te",
    bad: te("typealias foo_t alias «divnum»;"),
    good: te("typealias foo_t alias divnum_t;"),
  },
  {
    id: "block-unquoted",
    file: "foo.te",
    bad: te("«optional_policy»(\n\tbase_new(foo_t)\n)"),
    good: te("optional_policy(`\n\tbase_new(foo_t)\n')\nifdef(`x',,`base_new(foo_t)')"),
    fixed: te("optional_policy(`\n\tbase_new(foo_t)\n')"),
    changes: "m4 takes them as they are written",
  },
  {
    id: "macro-uncallable",
    file: "foo.if",
    bad: "interface(`«foo-do»',`\n\tallow $1 self:process fork;\n')\n",
    good: "interface(`foo_do',`\n\tallow $1 self:process fork;\n')\n",
  },
  {
    id: "unused-declaration",
    file: "foo.te",
    bad: te("role «lonely_r»;"),
    good: te("role busy_r;\nrole busy_r types foo_t;"),
    message: /nothing uses role lonely_r/,
  },
  {
    id: "template-declares-nothing",
    file: "foo.if",
    bad: "template(`«foo_do»',`\n\tbase_new($1)\n')\n",
    good: "template(`foo_do',`\n\tbase_wrapper($1)\n')\ntemplate(`foo_to',`\n\tallow $1_t self:process fork;\n')\n",
  },
  {
    id: "unused-declaration",
    file: "foo.te",
    bad: te("type «lonely_t»;"),
    good: te("type made_made_t;\nbase_template(made)\ntype lost_t;\nallow lost_t self:process fork;"),
    message: /nothing uses type lonely_t/,
  },
  {
    id: "unused-declaration",
    file: "foo.te",
    bad: te("attribute «lonely»;\ntypeattribute foo_t lonely;"),
    good: te("attribute friends;\ntypeattribute foo_t friends;\nallow friends self:process fork;"),
  },
  {
    id: "unused-declaration",
    file: "foo.te",
    bad: te("gen_bool(«foo_lonely»,false)"),
    good: te("gen_bool(foo_asked,false)\nif (foo_asked) {\n\tallow foo_t self:process fork;\n}"),
  },
  {
    id: "unused-require",
    file: "foo.te",
    bad: te("gen_require(`\n\ttype kernel_t, «own_t»;\n')\nallow foo_t kernel_t:file getattr;"),
    good: te("gen_require(`\n\ttype kernel_t;\n')\nallow foo_t kernel_t:file getattr;"),
    fixed: te("gen_require(`\n\ttype kernel_t;\n')\nallow foo_t kernel_t:file getattr;"),
    changes: "the module no longer needs own_t",
  },
  {
    id: "unused-require",
    file: "foo.te",
    bad: te(
      "optional_policy(`\n\tgen_require(`\n\t\tclass «dbus» send_msg;\n\t\ttype own_t;\n\t')\n\tallow foo_t own_t:file read;\n')",
    ),
    good: te("optional_policy(`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n\tallow foo_t own_t:file read;\n')"),
    fixed: te(
      "optional_policy(`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n\tallow foo_t own_t:file read;\n')",
    ),
    changes: "the module no longer needs dbus",
  },
  {
    id: "docs-parameters",
    file: "foo.if",
    bad: '## <summary>Foo.</summary>\n## <param name="domain">\n##\t<summary>Domain.</summary>\n## </param>\n## <infoflow type="read"/>\n#\ninterface(`«foo_do»\',`\n\tallow $1 $2:file read;\n\')\n',
    good: "# Foo, without documentation.\ninterface(`foo_do',`\n\tallow $1 $2:file read;\n')\n",
    message: /uses \$2, which/,
    fixed:
      '## <summary>Foo.</summary>\n## <param name="domain">\n##\t<summary>Domain.</summary>\n## </param>\n## <param name="parameter2">\n##\t<summary>\n##\tDescription.\n##\t</summary>\n## </param>\n## <infoflow type="read"/>\n#\ninterface(`foo_do\',`\n\tallow $1 $2:file read;\n\')\n',
  },
  {
    id: "docs-parameters",
    file: "foo.if",
    bad: `${params("role", "domain")}interface(\`«foo_do»',\`\n\trole $2 types $1;\n')\n`,
    good: `${params("domain", "role")}interface(\`foo_do',\`\n\trole $2 types $1;\n')\n`,
    message: /the wrong way round: \$1 is a type, and \$2 a role/,
  },
  {
    id: "docs-parameters",
    file: "foo.if",
    bad: `${params("domain", "domain")}interface(\`«foo_do»',\`\n\tallow $1 $2:file read;\n')\n`,
    good: `${params("domain", "file")}interface(\`foo_do',\`\n\tallow $1 $2:file read;\n')\n`,
    message: /documents domain twice/,
  },
  {
    id: "docs-parameters",
    file: "foo.if",
    bad: `${params("domain", "file")}interface(\`«foo_do»',\`\n\tallow $1 self:file read;\n')\n`,
    good: `${params("domain", "file").replace('"file"', '"file" unused="true"')}interface(\`foo_do',\`\n\tallow $1 self:file read;\n')\n`,
  },
  {
    id: "docs-summary",
    file: "foo.if",
    bad: "## <desc>Reads foo.</desc>\ninterface(`«foo_do»',`\n\tallow $1 self:file read;\n')\n",
    good: iface("allow $1 self:file read;"),
  },
];
