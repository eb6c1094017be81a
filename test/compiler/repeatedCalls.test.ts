/** The same call twice: what m4 writes out twice is said of both, and what is declared twice is an error at the second. */
import { expect, it } from "vitest";
import { OPTIONS, small } from "./queriesSupport.ts";

type Files = Readonly<Record<string, string>>;

const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;

const INTERFACES = lines(
  "template(`makes',`",
  "\ttype $1_t;",
  "')",
  "template(`makes_inside',`",
  "\tmakes($1_in)",
  "')",
  "template(`makes_more',`",
  "\tattribute $1_a;",
  "\tgen_bool($1_b, true)",
  "\ttype $1_t alias $1_u;",
  "')",
  "template(`makes_role',`",
  "\trole $1_r;",
  "')",
  "interface(`gone',`",
  "\trefpolicyerr(`$0($*) has gone')",
  "')",
  "interface(`old',`",
  "\trefpolicywarn(`$0($*) is old')",
  "')",
  "interface(`gives_role',`",
  "\trole $1 types a_t;",
  "')",
  "interface(`gives_label',`",
  "\tsid kernel gen_context(u:$1:a_t)",
  "')",
);

/** `path:line code message`, errors and warnings, in the order of the files given. */
function said(files: Files, { compiled, source } = small(files)): readonly string[] {
  return Object.keys(files).flatMap((path) => {
    const { id, tree } = source(path);
    return (compiled.findings().get(id) ?? [])
      .filter(({ severity }) => severity === "error" || severity === "warning")
      .map(({ start, code, message }) => {
        const line = tree.tokens.text.slice(0, start).split("\n").length;
        return `${path}:${line} ${code} ${message}`;
      });
  });
}

const AGAIN = "the same call stands elsewhere";
const EMPTY = "a name, or an argument that stands for one, is missing";

const CASES: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
  [
    "a template that declares a type",
    lines("makes(x)", "makes(y)", "makes(x)", "makes(x)"),
    [
      `a.te:3 type-dup this declares type x_t again: ${AGAIN}`,
      `a.te:4 type-dup this declares type x_t again: ${AGAIN}`,
    ],
  ],
  [
    "a template that calls one",
    lines("makes_inside(x)", "makes_inside(x)"),
    [`a.te:2 type-dup this declares type x_in_t again: ${AGAIN}`],
  ],
  [
    "a template that declares several things",
    lines("makes_more(x)", "makes_more(x)"),
    [`a.te:2 attr-dup this declares attribute x_a again, and more: ${AGAIN}`],
  ],
  [
    "the same in an optional block",
    lines("makes(x)", "optional_policy(`", "\tmakes(x)", "')"),
    [`a.te:3 type-dup this declares type x_t again: ${AGAIN}`],
  ],
  [
    "not in one that is off",
    lines("makes(x)", "optional_policy(`", "\tgen_require(`", "\t\ttype none_t;", "\t')", "\tmakes(x)", "')"),
    [],
  ],
  ["a role may be declared again", lines("makes_role(x)", "makes_role(x)"), []],
  [
    "an interface that refuses to be called",
    lines("gone(a_t)", "gone(a_t)"),
    [
      "a.te:1 refpolicy-error gone is refused by its own definition: gone has gone",
      "a.te:2 refpolicy-error gone is refused by its own definition: gone has gone",
    ],
  ],
  [
    "an interface that is deprecated",
    lines("old(a_t)", "old(a_t)"),
    [
      "a.te:1 interface-deprecated old is deprecated: old is old",
      "a.te:2 interface-deprecated old is deprecated: old is old",
    ],
  ],
  [
    "an empty argument where a role is needed",
    lines("type a_t;", "gives_role()", "gives_role(`')"),
    [`a.te:2 empty-set the role is empty: ${EMPTY}`, `a.te:3 empty-set the role is empty: ${EMPTY}`],
  ],
];

it.each(CASES)("%s", (_what, text, expected) => {
  expect(said({ "a.te": text, "a.if": INTERFACES })).toEqual(expected);
});

it("an empty argument where a context needs a role", () => {
  const files = { "a.te": lines("type a_t;", "gives_label()"), "a.if": INTERFACES };
  expect(said(files)).toContain(`a.te:2 empty-set the role is empty: ${EMPTY}`);
});

it("is told where optional blocks have else branches", () => {
  const text = lines("makes(x)", "optional {", "\trequire { type none_t; }", "} else {", "\tmakes(x)", "}");
  expect(said({ "a.te": text, "a.if": INTERFACES })).toContain(
    `a.te:5 type-dup this declares type x_t again: ${AGAIN}`,
  );
});

it("is told in the other module where modules are built one by one", () => {
  const files = { "a.te": "makes(x)\n", "b.te": "makes(x)\n", "a.if": INTERFACES };
  const modular = small(files, { ...OPTIONS, mode: "modular" });
  expect(said({ "a.te": "", "b.te": "" }, modular)).toContain(
    `b.te:1 link-dup-type this declares type x_t again: ${AGAIN}`,
  );
});

it("follows edits", () => {
  const files = { "a.te": "makes(x)\n", "b.te": "type b_t;\n", "a.if": INTERFACES };
  const edited = small(files);
  const counts: number[] = [];
  for (const text of ["makes(x)\n", "", "makes(x)\nmakes(x)\n", "makes(z)\n", "makes_inside(x)\n"]) {
    edited.edit("b.te", text);
    const now = said(files, edited);
    expect(now).toEqual(said({ ...files, "b.te": text }));
    counts.push(now.length);
  }
  expect(counts).toEqual([1, 0, 2, 0, 0]);
});
