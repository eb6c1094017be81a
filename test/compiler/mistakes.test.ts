/**
 * Mistakes that people make in policy sources, and the line that they are told about. Each was tried with m4 and
 * checkpolicy: `error` is said where these refuse the build, `warning` or nothing where they do not.
 */
import { expect, it } from "vitest";
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
];

it.each(CASES)("%s", (_what, files, expected) => {
  expect(said(files)).toEqual(expected);
});
