/**
 * Mistakes that people make in policy sources, and the line that they are told about. Each was tried with m4 and
 * checkpolicy: `error` is said where these refuse the build, `warning` or nothing where they do not.
 */
import { expect, it } from "vitest";
import { PolicyChecks } from "../../server/checks/policyChecks.ts";
import { small } from "./queriesSupport.ts";

type Files = Readonly<Record<string, string>>;

const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;

/** `severity path:line code` of errors and warnings. */
function said(files: Files): readonly string[] {
  const { compiled, source } = small(files);
  const found: string[] = [];
  for (const path of Object.keys(files)) {
    const { id, tree } = source(path);
    for (const { severity, start, code } of compiled.findings().get(id) ?? []) {
      if (severity !== "error" && severity !== "warning") continue;
      found.push(`${severity} ${path}:${tree.tokens.text.slice(0, start).split("\n").length} ${code}`);
    }
  }
  return found;
}

const RULE = "\tallow a_t a_t:file read;";
const HEAD = lines("type a_t;", "attribute x;");

const EMPTY = lines(
  "interface(`i',`",
  "\tgen_require(`",
  "\t\t# nothing",
  "\t')",
  "\tallow $1 a_t:file read;",
  "')",
);

const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "an apostrophe in a comment of a block",
    { "a.te": HEAD + lines("optional_policy(`", "\t# don't", RULE, "')") },
    ["error a.te:4 m4-comment-quote"],
  ],
  [
    "the same in a branch that is off",
    { "a.te": HEAD + lines("ifdef(`off',`", "\t# don't", RULE, "')") },
    ["warning a.te:4 m4-comment-quote"],
  ],
  [
    "the same in an else branch, behind a comma",
    { "a.te": HEAD + lines("ifdef(`off',`", "\t# don't", RULE, "',`", RULE, "')") },
    ["warning a.te:4 m4-comment-quote"],
  ],
  [
    "the same, and a comma too many for ifdef",
    { "a.te": HEAD + lines("ifdef(`off',`", "\t# don't", "\ttypeattribute a_t x, x;", "',`", RULE, "')") },
    ["error a.te:4 parse-quote"],
  ],
  [
    "the same in an interface that nobody calls",
    { "a.te": HEAD, "a.if": lines("interface(`i',`", "\t# don't", "\tallow $1 a_t:file read;", "')") },
    ["warning a.if:2 m4-comment-quote"],
  ],
  [
    "the same in one that is called",
    {
      "a.te": `${HEAD}i(a_t)\n`,
      "a.if": lines("interface(`i',`", "\t# don't", "\tallow $1 a_t:file read;", "')"),
    },
    ["error a.if:2 m4-comment-quote"],
  ],
  [
    "the same in a block of an interface that is called",
    {
      "a.te": `${HEAD}i(a_t)\n`,
      "a.if": lines("interface(`i',`", "\tifdef(`off',`", "\t\t# don't", RULE, "\t')", "')"),
    },
    ["error a.if:3 m4-comment-quote"],
  ],
  [
    "the same in a block of a block that is off",
    { "a.te": HEAD + lines("ifdef(`off',`", "\toptional_policy(`", "\t\t# don't", RULE, "\t')", "')") },
    ["error a.te:5 parse-quote"],
  ],
  [
    "an argument left out in a block that is off",
    {
      "a.te": HEAD + lines("optional_policy(`", "\ti()", "')"),
      "a.if": lines(
        "interface(`i',`",
        "\tgen_require(`",
        "\t\ttype gone_t;",
        "\t')",
        "\tallow $1 gone_t:file read;",
        "')",
      ),
    },
    ["error a.te:4 empty-set"],
  ],
  [
    "a class that does not exist in a block that is off",
    {
      "a.te": HEAD + lines("optional_policy(`", "\ti(a_t)", "')"),
      "a.if": lines(
        "interface(`i',`",
        "\tgen_require(`",
        "\t\ttype gone_t;",
        "\t')",
        "\tallow $1 gone_t:fil read;",
        "')",
      ),
    },
    ["error a.if:5 class-unknown"],
  ],
  [
    "an interface that requires nothing, called in no optional block",
    { "a.te": `${HEAD}i(a_t)\n`, "a.if": EMPTY },
    [],
  ],
  [
    "the same, called in one",
    { "a.te": HEAD + lines("optional_policy(`", "\ti(a_t)", "')"), "a.if": EMPTY },
    ["error a.if:2 parse-syntax"],
  ],
  ...scopeCases(),
  ...conditionalCases(),
  ...interfaceCases(),
];

/** Slips in interfaces: told in the interface, not at its callers. */
function interfaceCases(): typeof CASES {
  const documented = lines("## <summary>I.</summary>", '## <param name="domain">', "## </param>", "#");
  const iface = (...body: readonly string[]): string => lines("interface(`i',`", ...body, "')");
  const require = ["\tgen_require(`", "\t\ttype a_t;", "\t')"];
  const of = (text: string, ...expected: readonly string[]): [Files, readonly string[]] => [
    { "a.te": `${HEAD}i(a_t)\ni(a_t)\n`, "a.if": text },
    expected,
  ];
  return [
    [
      "a parameter beyond the documented ones",
      ...of(documented + iface("\tallow $3 a_t:file read;"), "error a.if:6 empty-set"),
    ],
    [
      "a gen_require without its parenthesis",
      ...of(
        iface("\tgen_require`", "\t\ttype a_t;", "\t')", "\tallow $1 a_t:file read;"),
        "error a.if:2 parse-syntax",
      ),
    ],
    [
      "a body that is not quoted",
      ...of(
        lines("interface(`i',", ...require, "\tallow $1 a_t:file read;", ")"),
        "error a.if:2 parse-syntax",
      ),
    ],
    [
      "a backquote in a comment of a body, which nothing closes",
      ...of(iface("\t# a `b", "\tallow $1 a_t:file read;"), "error a.if:2 parse-quote"),
    ],
    [
      "a backquote in a comment of a body, which a comment below closes",
      ...of(iface("\t# a `b", "\t# or b'", "\tallow $1 a_t:file read;")),
    ],
    [
      "a backquote in a comment between interfaces",
      ...of(`# a \`b\n${iface(...require, "\tallow $1 a_t:file read;")}`),
    ],
    [
      "a permission of a set that no class has",
      {
        "a.spt": "define(`read_perms',`{ raed open }')\n",
        "a.te": HEAD + lines("allow a_t a_t:file read_perms;", "allow a_t a_t:dir read_perms;"),
      },
      ["error a.spt:1 perm-unknown", "error a.spt:1 perm-unknown"],
    ],
    [
      "a permission of a set that another class has",
      {
        "a.spt": "define(`read_perms',`{ read open }')\n",
        "a.te": HEAD + lines("allow a_t self:process read_perms;"),
      },
      ["error a.te:3 perm-unknown", "error a.te:3 perm-unknown"],
    ],
    [
      "a transition without its result",
      ...of(
        iface("\ttype_transition $1 a_t:process $2;"),
        "error a.te:3 empty-set",
        "error a.te:4 empty-set",
      ),
    ],
  ];
}

/** Declarations in conditional blocks: the build takes lines that begin with one to the front, unless an optional block is around. */
function conditionalCases(): typeof CASES {
  const tunable = "gen_tunable(t, false)";
  const block = (...inside: readonly string[]): string => lines("tunable_policy(`t',`", ...inside, "')");
  const of = (text: string, ...expected: readonly string[]): [Files, readonly string[]] => [
    { "a.te": HEAD + lines(tunable) + text, "a.if": lines("interface(`makes',`", "\ttype $1, x;", "')") },
    expected,
  ];
  return [
    [
      "declarations in a conditional block",
      ...of(
        block(
          "\ttype z_t, x;",
          "\tattribute z;",
          "\tgen_tunable(u, true)",
          "\trole z_r;",
          "\tallow a_t z_t:file read;",
        ) + lines("allow z_t a_t:file read;"),
      ),
    ],
    ["a declaration by a call in one", ...of(block("\tmakes(z_t)"))],
    [
      "the same in an optional block",
      ...of(lines("optional_policy(`") + block("\ttype z_t;", RULE) + lines("')"), "error a.te:6 cond-decl"),
    ],
    ["a declaration behind a rule of its line", ...of(block(`${RULE} type z_t;`), "error a.te:5 cond-decl")],
    ["a declaration of two lines", ...of(block("\ttype z_t,", "\t\tx;"), "error a.te:5 cond-decl")],
    ["a membership in a conditional block", ...of(block("\ttypeattribute a_t x;"), "error a.te:5 cond-decl")],
    [
      "a statement of the top level in an optional block",
      ...of(lines("optional_policy(`", RULE, "\tpolicycap open_perms;", "')"), "error a.te:6 parse-syntax"),
    ],
  ];
}

/** Names that only an optional block declares: each verdict is checkpolicy's, on Debian's tree with the same lines in it. */
function scopeCases(): typeof CASES {
  const optional = (...inside: readonly string[]): string => lines("optional_policy(`", ...inside, "')");
  const use = "allow a_t z_t:file read;";
  const interfaces = lines(
    "interface(`reads',`",
    "\tgen_require(`",
    "\t\ttype z_t;",
    "\t')",
    "\tallow $1 z_t:file read;",
    "')",
    "interface(`reads_unasked',`",
    "\tallow $1 z_t:file read;",
    "')",
    "interface(`makes',`",
    "\ttype $1;",
    "')",
  );
  const of = (text: string, ...expected: readonly string[]): [Files, readonly string[]] => [
    { "a.te": HEAD + text, "a.if": interfaces },
    expected,
  ];
  const declared = optional("\ttype z_t;");
  const scope = "req-scope-optional";
  return [
    ["a type of an optional block, used outside of it", ...of(declared + use, `error a.te:6 ${scope}`)],
    ["the same before it", ...of(`${use}\n${declared}`, `error a.te:3 ${scope}`)],
    ["the same inside of it", ...of(optional("\ttype z_t;", use))],
    ["the same before its declaration there", ...of(optional(use, "\ttype z_t;"))],
    ["the same in a block within it", ...of(optional("\ttype z_t;", optional(use)))],
    ["the same in another optional block", ...of(declared + optional(use), `error a.te:7 ${scope}`)],
    [
      "the same in one that requires it",
      ...of(declared + optional("gen_require(`", "\ttype z_t;", "')", use)),
    ],
    ["the same by a call that requires it", ...of(declared + optional("reads(a_t)"))],
    ["the same by a call outside of all blocks", ...of(`${declared}reads(a_t)`, `error a.te:6 ${scope}`)],
    [
      "the same by a call of what forgets to require it",
      ...of(declared + optional("reads_unasked(a_t)"), `error a.if:8 ${scope}`),
    ],
    [
      "the same where a call declares it",
      ...of(optional("makes(z_t)", use) + optional("makes(y_t)", use), `error a.te:9 ${scope}`),
    ],
    [
      "a type that is in an attribute before it is declared",
      ...of(optional("\ttypeattribute z_t x;", "\ttype z_t;"), `error a.te:4 ${scope}`),
    ],
    [
      "an attribute of an optional block, used outside of it",
      ...of(`${optional("\tattribute z;")}typeattribute a_t z;`, `error a.te:6 ${scope}`),
    ],
    [
      "a boolean of an optional block, used outside of it",
      ...of(
        optional("\tgen_tunable(z, false)") + lines("tunable_policy(`z',`", RULE, "')"),
        `error a.te:6 ${scope}`,
      ),
    ],
    [
      "a role of an optional block, used outside of it",
      ...of(`${optional("\trole z_r;")}role z_r types a_t;`, "error a.te:6 req-role-scope"),
    ],
    [
      "a role that a block neither declares nor requires, which is off",
      ...of(
        optional("gen_require(`", "\ttype gone_t;", "')", "role z_r types gone_t;"),
        "error a.te:7 role-unknown",
      ),
    ],
    ["a type of an optional block in a label", ...of(`${declared}permissive z_t;`, `error a.te:6 ${scope}`)],
  ];
}

it.each(CASES)("%s", (_what, files, expected) => {
  expect(said(files)).toEqual(expected);
});

it("says of scopes after an edit what a policy that is made anew says", () => {
  const declared = lines("optional_policy(`", "\ttype z_t;", "')");
  const interfaces = (require: string): string =>
    lines("interface(`reads',`", `\tgen_require(\`${require}')`, "\tallow $1 z_t:file read;", "')");
  const called = lines("optional_policy(`", "\treads(a_t)", "')");
  const states: readonly Files[] = [
    { "a.te": HEAD + declared, "b.te": called, "b.if": interfaces("type z_t;") },
    { "a.te": HEAD + declared, "b.te": called, "b.if": interfaces("type a_t;") },
    { "a.te": `${HEAD}type z_t;\n`, "b.te": called, "b.if": interfaces("type a_t;") },
    { "a.te": `${HEAD}type z_t;\n`, "b.te": "reads(a_t)\n", "b.if": interfaces("type z_t;") },
    { "a.te": HEAD + declared, "b.te": "reads(a_t)\n", "b.if": interfaces("type z_t;") },
    { "a.te": HEAD + declared, "b.te": called, "b.if": interfaces("type z_t;") },
  ];
  const edited = small(states[0] as Files);
  const counts: number[] = [];
  for (const files of states) {
    for (const [path, text] of Object.entries(files)) edited.edit(path, text);
    const now = [...edited.compiled.findings().values()]
      .flat()
      .map(({ code, message }) => `${code} ${message}`);
    const anew = [...small(files).compiled.findings().values()].flat();
    expect(now).toEqual(anew.map(({ code, message }) => `${code} ${message}`));
    counts.push(now.filter((text) => text.startsWith("req-scope")).length);
  }
  expect(counts).toEqual([0, 1, 0, 0, 1, 0]);
});

it("leads from a broken assertion to the statement that put the type into the attribute", () => {
  const { compiled, textAt } = small({
    "a.te": `${HEAD}type b_t;\nattribute y;\nallow a_t y:file read;\nneverallow a_t b_t:file read;\n`,
    "b.te": "typeattribute b_t y;\n",
  });
  const found = [...new PolicyChecks(compiled).findings().values()].flat();
  expect(found.map(({ code, related }) => [code, ...related.map(textAt)])).toEqual([
    ["neverallow", "a.te: neverallow a_t b_t:file read;", "b.te: typeattribute b_t y;"],
  ]);
});

it("says of scopes after two edits at once, one of a macro, what a policy that is made anew says", () => {
  const macro = (perms: string): string => `define(\`read_perms',\`{ ${perms} }')\n`;
  const edited = small({
    "a.spt": macro("read"),
    "a.te": `${HEAD}type z_t;\nallow a_t z_t:file read_perms;\n`,
  });
  expect([...edited.compiled.findings().values()].flat().map(({ code }) => code)).not.toContain(
    "req-scope-optional",
  );
  edited.edit("a.spt", macro("read open"));
  edited.edit(
    "a.te",
    HEAD + lines("optional_policy(`", "\ttype z_t;", "')", "allow a_t z_t:file read_perms;"),
  );
  expect([...edited.compiled.findings().values()].flat().map(({ code }) => code)).toContain(
    "req-scope-optional",
  );
});
