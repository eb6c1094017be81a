/** The formatter on small texts: what it changes, and what it must leave alone. Each pair is also tried twice. */
import { describe, expect, it } from "vitest";
import {
  applyChanges,
  DEFAULT_FORMAT_OPTIONS,
  minimalChange,
  tabsTo,
} from "../../../server/features/format/change.ts";
import {
  areAlike,
  type FormatKind,
  formatChanges,
  formatKindOf,
  parseForFormat,
} from "../../../server/features/format/format.ts";
import { createWords } from "../../../server/workspace/engine.ts";

const words = createWords();

function format(text: string, kind: FormatKind = "policy", indent = "\t"): string {
  const tree = parseForFormat(text, kind, words);
  return applyChanges(text, formatChanges(tree, kind, words, { indent }));
}

function expectFormat(before: string, after: string, kind: FormatKind = "policy"): void {
  expect(format(before, kind)).toBe(after);
  expect(format(after, kind)).toBe(after);
}

type Case = readonly [name: string, before: string, after: string];

const LAYOUT: readonly Case[] = [
  [
    "blocks are indented with tabs",
    "interface(`a_b',`\n  gen_require(`\n type a_t;\n    ')\n\n        allow $1 a_t:file read;\n')\n",
    "interface(`a_b',`\n\tgen_require(`\n\t\ttype a_t;\n\t')\n\n\tallow $1 a_t:file read;\n')\n",
  ],
  [
    "both branches",
    "ifdef(`a',`\nb(c)\n',`\nd(e)\nifdef(`f',`\ng(h)\n')\n')\n",
    "ifdef(`a',`\n\tb(c)\n',`\n\td(e)\n\tifdef(`f',`\n\t\tg(h)\n\t')\n')\n",
  ],
  [
    "braces",
    "if(x){\nallow a b:c d;\n} else {\nallow a b:c e;\n}\noptional {\nrequire{\ntype t;\n}\n}\n",
    "if(x) {\n\tallow a b:c d;\n} else {\n\tallow a b:c e;\n}\noptional {\n\trequire {\n\t\ttype t;\n\t}\n}\n",
  ],
  [
    "statements of a tall block get a line each",
    "type a_t; type b_t;\noptional_policy(`\n\ta(b) c(d)\n')\n",
    "type a_t;\ntype b_t;\noptional_policy(`\n\ta(b)\n\tc(d)\n')\n",
  ],
  [
    "a short block stays on its line",
    "optional_policy(`a(b) c(d)')\nif (x) { allow a b:c d; allow a b:e f; }\n",
    "optional_policy(`a(b) c(d)')\nif (x) { allow a b:c d; allow a b:e f; }\n",
  ],
  [
    "further lines keep their distance",
    "optional_policy(`\n    allow a b:c {\n        d\n        e\n    };\n')\n",
    "optional_policy(`\n\tallow a b:c {\n\t    d\n\t    e\n\t};\n')\n",
  ],
  ["a further line is indented at least once", "allow a\nb:c d;\n", "allow a\n\tb:c d;\n"],
  [
    "comments go with the code, but what is switched off stays",
    "optional_policy(`\n# why\n#a(b)\n  # how\n\tc(d)\n   # end\n')\n # top\n",
    "optional_policy(`\n\t# why\n#a(b)\n\t# how\n\tc(d)\n\t# end\n')\n# top\n",
  ],
  [
    "at most two empty lines, none at the ends, one line end",
    "\n\n# a\n\n\n\n\ntype a_t;\t \n  \ntype b_t;\n\n\n",
    "# a\n\n\ntype a_t;\n\ntype b_t;\n",
  ],
  ["a line end is added", "type a_t;", "type a_t;\n"],
  ["Windows' line ends stay", "type  a_t;\r\ntype b_t; type c_t;", "type a_t;\r\ntype b_t;\r\ntype c_t;\r\n"],
  ["a byte order mark stays", "\ufeff\n  type a_t ;\n", "\ufefftype a_t;\n"],
];

const SPACING: readonly Case[] = [
  ["rules", "allow  a  b : file  { read  write } ;\n", "allow a b:file { read write };\n"],
  ["sets", "allow {a b} {c d}:{file dir}{read};\n", "allow { a b } { c d }:{ file dir } { read };\n"],
  [
    "without what must touch",
    "allow { a -b } ~{ c }:file ~{ read };\n",
    "allow { a -b } ~{ c }:file ~{ read };\n",
  ],
  ["lists", "typeattribute a_t b ,c;\ntype a_t,d;\n", "typeattribute a_t b, c;\ntype a_t, d;\n"],
  ["calls", "a( b,c,  { d e })\n", "a(b, c, { d e })\n"],
  ["blocks", "interface(`a', `\n\tb($1)\n')\n", "interface(`a',`\n\tb($1)\n')\n"],
  [
    "declarations",
    "policy_module(a,1.0)\ngen_tunable( b,false)\n",
    "policy_module(a, 1.0)\ngen_tunable(b, false)\n",
  ],
  ["comments behind a statement", "type a_t;   # why\t\n", "type a_t;   # why\n"],
];

const LEFT_ALONE: readonly (readonly [name: string, text: string])[] = [
  ["blanks that belong to an argument", "a(b , c d )\na({b  c}, `d ')\na(b  c)\n"],
  ["a blank would make a call a word", "a(b)\nc (d)\n"],
  ["labels and their columns", "sid kernel\tgen_context(system_u:object_r:a_t,s0)\n"],
  ["documentation", "## <summary>\n##\tA   b. \n## </summary>\n"],
  ["definitions for m4", "define(`a',`dnl\nifelse(`$1',,,`b')\n')\n"],
  ["sets that are defined", "define(`a',`{ b c }')\ndefine(`d',` { e } ')\n"],
  ["text that only m4 understands", "allow a `$1'b:c   d;\n"],
  ["quotes in comments", "optional_policy(`\n# it's\n   a(b)\n')\n"],
  ["statements with a mistake", "optional_policy(`\n  allow a b:c d\n   e( {\n')\n"],
  ["an open quote, and what follows", "interface(`a',`\n  b($1)\n\n  # x\n"],
  ["form feeds", "type a_t;\f\n  \f\n"],
  ["an argument without quotes", "ifdef(`a', b(c)  d(e) )\n"],
];

describe("layout", () => {
  it.each(LAYOUT)("%s", (_name, before, after) => expectFormat(before, after));
});

describe("spacing", () => {
  it.each(SPACING)("%s", (_name, before, after) => expectFormat(before, after));
});

describe("what is left alone", () => {
  it.each(LEFT_ALONE)("%s", (_name, text) => expect(format(text)).toBe(text));

  it("only the statement with the mistake", () => {
    expectFormat(
      "  type a_t;\n\nallow  a b:c;\n\n\n\n\ntype  b_t;\n\n\n\n\ntype  c_t;\n",
      "type a_t;\n\nallow  a b:c;\n\n\n\n\ntype b_t;\n\n\ntype c_t;\n",
    );
  });

  it("commas of the macros of support files", () => {
    expectFormat("define(`a',`\nb($1,$2)\n')\n", "define(`a',`\n\tb($1,$2)\n')\n", "support");
  });
});

describe("file contexts", () => {
  const context = "gen_context(system_u:object_r:a_t,s0)";
  const cases: readonly Case[] = [
    ["one line", `/a -- ${context}\n`, `/a\t--\t${context}\n`],
    [
      "a new line falls into line",
      `/a\t\t\t--\t${context}\n/b/c\t\t\t--\t${context}\n/d -d ${context}\n/e\t${context}\n`,
      `/a\t\t\t--\t${context}\n/b/c\t\t\t--\t${context}\n/d\t\t\t-d\t${context}\n/e\t\t\t\t${context}\n`,
    ],
    [
      "a long path gets one tab",
      `/a\t--\t${context}\n/b\t--\t${context}\n/a/very/long/path -- ${context}\n`,
      `/a\t--\t${context}\n/b\t--\t${context}\n/a/very/long/path\t--\t${context}\n`,
    ],
    [
      "no column rules",
      `/a\t--\t${context}\n\n/a/bcdefgh\t${context}\n/b\t\t--\t${context}\n/c\t--\t${context}\n/d\t\t\t\t${context}\n/e\t\t\t\t\t${context}\n`,
      `/a\t--\t${context}\n\n/a/bcdefgh\t${context}\n/b\t\t--\t${context}\n/c\t--\t${context}\n/d\t\t\t\t${context}\n/e\t\t\t\t\t${context}\n`,
    ],
    [
      "empty lines, blanks at both ends, ifdef",
      `\n\nifdef(\`x',\`\n  /a\t${context}  \n')\n\n\n\n/b\t<<none>>\n\n`,
      `ifdef(\`x',\`\n/a\t${context}\n')\n\n\n/b\t<<none>>\n`,
    ],
    ["a mistake", `/a  nonsense:  \n/b  ${context}\n`, `/a  nonsense:  \n/b\t${context}\n`],
  ];
  it.each(cases)("%s", (_name, before, after) => expectFormat(before, after, "contexts"));
});

describe("parts", () => {
  const text = "type  a_t;\n\noptional_policy(`\n  a(b)\n  c(d)\n')\n\ntype  e_t;\n";

  it("changes only the lines asked for", () => {
    const tree = parseForFormat(text, "policy", words);
    const start = text.indexOf("  a(b)");
    const changes = formatChanges(tree, "policy", words, DEFAULT_FORMAT_OPTIONS, { start, end: start + 6 });
    expect(applyChanges(text, changes)).toBe(text.replace("  a(b)", "\ta(b)"));
  });

  it("gives the same line by line as at once", () => {
    const tree = parseForFormat(text, "policy", words);
    const starts = [...text.matchAll(/^/gm)].map(({ index }) => index);
    const changes = starts.flatMap((start, i) =>
      formatChanges(tree, "policy", words, DEFAULT_FORMAT_OPTIONS, {
        start,
        end: (starts[i + 1] ?? text.length + 1) - 1,
      }),
    );
    expect(applyChanges(text, changes)).toBe(format(text));
  });

  it("indents with the editor's blanks", () => {
    expect(format("optional_policy(`\na(b)\n')\n", "policy", "    ")).toBe(
      "optional_policy(`\n    a(b)\n')\n",
    );
  });
});

describe("the tools", () => {
  it("know files by their names", () => {
    const kinds = ["a.te", "b/a.if", "a.spt", "a.fc", "policy.conf", "a.te.in", "a.cil", "mls"].map(
      formatKindOf,
    );
    expect(kinds).toEqual([
      "policy",
      "policy",
      "support",
      "contexts",
      "conf",
      "support",
      undefined,
      undefined,
    ]);
  });

  it("make changes as small as can be, and never part a line end", () => {
    expect(minimalChange("a \t b", 1, 4, " ")).toEqual({ start: 2, end: 4, text: "" });
    expect(minimalChange("a b", 1, 2, " ")).toBeUndefined();
    expect(minimalChange("a\r\nb", 1, 3, "\r\n\r\n")).toMatchObject({ text: "\r\n" });
    expect(tabsTo(7, 8)).toBe("\t");
    expect(tabsTo(8, 8)).toBe("\t");
    expect(tabsTo(0, 24)).toBe("\t\t\t");
  });

  it("notice when a change is not about white space only", () => {
    const tree = (text: string) => parseForFormat(text, "policy", words);
    expect(areAlike(tree("allow a b:c d;"), tree("allow a\tb : c\n{d};"))).toBe(false);
    expect(areAlike(tree("a(b)"), tree("a(b )"))).toBe(false);
    expect(areAlike(tree("a(b)"), tree("a (b)"))).toBe(false);
    expect(areAlike(tree("allow a b:c d;"), tree("allow a\tb:c\nd ; # x"))).toBe(true);
  });
});
