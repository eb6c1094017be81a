// Signatures of the macros that have a syntax of their own; the reference policy defines them in loadable_module.spt
// and m4 itself knows the rest. What their parameters mean is said here, because no comment above a definition does.

export interface Builtin {
  readonly parameters: readonly (readonly [name: string, summary: string])[];
  readonly summary: string;
}

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    "policy_module",
    {
      summary:
        "Begins a policy module. In a loadable module it becomes `module`, and requires the kernel's classes.",
      parameters: [
        ["name", "The module's name, the file's name without .te."],
        ["version", "Version such as 1.0.0; newer releases of the reference policy leave it out."],
      ],
    },
  ],
  [
    "gen_require",
    {
      summary:
        "Names that must be declared elsewhere. When one is missing, the optional around it is dropped.",
      parameters: [
        ["requirements", "`type a_t;`, `attribute b;`, `class file { read };`, `role r;`, `bool c;` …"],
      ],
    },
  ],
  [
    "optional_policy",
    {
      summary: "Rules that count only when everything that they require is declared.",
      parameters: [
        ["rules", "What counts when nothing is missing."],
        ["otherwise", "What counts when something is missing."],
      ],
    },
  ],
  [
    "tunable_policy",
    {
      summary: "Rules under a boolean or tunable; access vector and type rules only.",
      parameters: [
        ["condition", "Booleans with `&&`, `||`, `^`, `==`, `!=`, `!`."],
        ["rules", "Rules while the condition holds."],
        ["otherwise", "Rules while it does not hold."],
      ],
    },
  ],
  [
    "interface",
    {
      summary: "Defines an interface: rules that other modules call with their own types as `$1`, `$2` …",
      parameters: [
        ["name", "Begins with the module's name."],
        ["body", "A gen_require, then rules."],
      ],
    },
  ],
  [
    "template",
    {
      summary:
        "Defines a template: an interface that may also declare names made of its arguments, such as `$1_t`.",
      parameters: [
        ["name", "Begins with the module's name."],
        ["body", "Declarations and rules."],
      ],
    },
  ],
  [
    "gen_tunable",
    {
      summary: "Declares a tunable: a boolean that may also be fixed when the policy is built.",
      parameters: [
        ["name", "The tunable's name."],
        ["default", "`true` or `false`."],
      ],
    },
  ],
  [
    "gen_bool",
    {
      summary: "Declares a boolean.",
      parameters: [
        ["name", "The boolean's name."],
        ["default", "`true` or `false`."],
      ],
    },
  ],
  [
    "gen_user",
    {
      summary: "Declares an SELinux user.",
      parameters: [
        ["user", "The user's name."],
        ["prefix", "Prefix of the home directory's type."],
        ["roles", "Roles that the user may have."],
        ["level", "Default level of the user in an MLS policy."],
        ["range", "Range of levels in an MLS policy."],
        ["categories", "Categories in an MCS policy; none when left out."],
      ],
    },
  ],
  [
    "gen_context",
    {
      summary: "A security context; the level is added as the policy's kind (plain, MCS, MLS) asks.",
      parameters: [
        ["context", "`user:role:type`."],
        ["level", "Level in an MLS policy; s0 in an MCS policy."],
        ["categories", "Categories in an MCS policy."],
      ],
    },
  ],
  [
    "ifdef",
    {
      summary:
        "m4: text that depends on a definition, such as `enable_mls`, `distro_debian`, `init_systemd`.",
      parameters: [
        ["name", "A build option or a macro."],
        ["then", "Text while the name is defined."],
        ["else", "Text while it is not."],
      ],
    },
  ],
  [
    "ifndef",
    {
      summary: "Text that depends on a name being undefined.",
      parameters: [
        ["name", "A build option or a macro."],
        ["then", "Text while the name is not defined."],
        ["else", "Text while it is."],
      ],
    },
  ],
  [
    "define",
    {
      summary: "m4: defines a macro.",
      parameters: [
        ["name", "The macro's name."],
        ["body", "Text with `$1`, `$2` … for the arguments."],
      ],
    },
  ],
  [
    "ifelse",
    {
      summary: "m4: compares two texts.",
      parameters: [
        ["a", "A text."],
        ["b", "Another text."],
        ["equal", "What it becomes when both are the same."],
        ["otherwise", "What it becomes when they differ."],
      ],
    },
  ],
  [
    "refpolicywarn",
    { summary: "Prints a warning when the policy is built.", parameters: [["message", "The text."]] },
  ],
  [
    "refpolicyerr",
    { summary: "Prints an error and stops the build.", parameters: [["message", "The text."]] },
  ],
]);
