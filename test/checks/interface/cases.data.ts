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
    "",
  ].join("\n"),
};

const fc = (path: string): string => `${path}\t--\tgen_context(system_u:object_r:kernel_t,s0)\n`;
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
];
