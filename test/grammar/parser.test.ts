/** The recorded grammar is sound, fragments parse, and nothing that is thrown at the parser throws back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createWords,
  type Goal,
  parseFileContexts,
  parseFragment,
  parsePolicy,
} from "../../grammar/parse.ts";
import { PolicyParser } from "../../grammar/refpolicy/statements.ts";
import { startCpuTime } from "../support/cpuTime.ts";
import { printErrors, printTree, treeDefect } from "../support/syntax.ts";

it("has a grammar that Chevrotain finds no fault with", () => {
  expect(() => new PolicyParser(false)).not.toThrow();
});

describe("parseFragment", () => {
  const cases: readonly (readonly [Goal, string, string])[] = [
    ["set", "{ a -b }", "{a -b}"],
    ["set", "a", "a"],
    ["set", "~{ a }", "(COMPLEMENT {a})"],
    ["words", "a -b { c } 12", "(WORDS a -b {c} 12)"],
    ["constraint", "u1 == u2 or t1 != x", "(CONSTRAINTEXPR (CTERM u1 == u2) (CTERM:1 t1 != x) ||)"],
    [
      "context",
      "system_u:object_r:x_t:s0 - s1",
      "(CONTEXT system_u object_r x_t (RANGE (LEVEL s0) (LEVEL s1)))",
    ],
    ["condition", "a && !b", "(COND a b ! &&)"],
    ["statements", "type a; foo(b)", "(TYPE a) (CALL foo (ARG b))"],
    ["set", "{ a", "(UNKNOWN «{ a»)"],
    ["context", "$1:object_r", "(UNKNOWN:1 «$1:object_r»)"],
  ];
  it.each(cases)("%s: %s", (goal, text, tree) => {
    const words = createWords();
    const parsed = parseFragment(text, words, goal);
    expect(printTree(parsed, words)).toBe(tree);
    expect(treeDefect(parsed)).toBeUndefined();
  });
});

describe("dialects", () => {
  it("takes macros for macros in policy source only", () => {
    const words = createWords();
    const text = "allow a b:c foo(x);";
    expect(printErrors(parsePolicy(text, words, "refpolicy"))).toEqual([]);
    expect(printErrors(parsePolicy(text, words, "kernel"))).toEqual(["parse-syntax 15-16 «(»"]);
  });

  it("knows no quotes, parameters and bare words in policy.conf", () => {
    const words = createWords();
    for (const text of ["type $1;", "optional_policy(`type a;')", "foo\n"]) {
      expect(parsePolicy(text, words, "kernel").errors.length).toBeGreaterThan(0);
    }
  });

  it("reads paths up to a blank in policy.conf, up to a parenthesis in policy source", () => {
    const words = createWords();
    const conf = parsePolicy("genfscon a /b(/.*)?,c u:r:t", words, "kernel");
    expect(printTree(conf, words)).toBe("(GENFSCON a /b(/.*)?,c (CONTEXT u r t))");
    const source = parsePolicy("foo(/a/b,c)", words, "refpolicy");
    expect(printTree(source, words)).toBe("(CALL foo (ARG /a/b) (ARG c))");
  });

  it("reads CR LF, tabs, a byte order mark and NUL", () => {
    const words = createWords();
    const parsed = parsePolicy("\ufefftype\ta;\r\n\r\ntype b;\r\n", words, "refpolicy");
    expect(printTree(parsed, words)).toBe("(TYPE a) (TYPE b)");
    expect(printErrors(parsed)).toEqual([]);
    expect(printErrors(parsePolicy("type a;\0", words, "kernel"))).toEqual(["parse-char 7-8 «\0»"]);
  });
});

describe("deep nesting", () => {
  const N = 100_000;
  const openers = ["{", "(", "`", "allow a {", "optional_policy(`", "if (a) {", "foo(", "ifdef(`a',`", "!"];
  const more = [
    "define(`a',`",
    "ifelse(a,b,`",
    "optional {",
    "constrain a b (",
    "~{",
    "interface(`x',`",
    "((!",
  ];
  it.each([...openers, ...more])("%s a hundred thousand times", (opener) => {
    const words = createWords();
    const cpuTime = startCpuTime();
    for (const dialect of ["refpolicy", "kernel"] as const) {
      const parsed = parsePolicy(`type x;\n${opener.repeat(N)}`, words, dialect);
      expect(treeDefect(parsed)).toBeUndefined();
      expect(parsed.errors.length).toBeGreaterThan(0);
      expect(parsed.errors.length).toBeLessThanOrEqual(1001);
    }
    expect(treeDefect(parseFileContexts(opener.repeat(N), words))).toBeUndefined();
    expect(cpuTime()).toBeLessThan(10_000);
  });

  it("reads 150 levels and reports the 201st", () => {
    const words = createWords();
    const nested = (n: number): string => `allow a ${"{ ".repeat(n)}b${" }".repeat(n)}:c d;\ntype x;`;
    expect(printErrors(parsePolicy(nested(150), words, "kernel"))).toEqual([]);
    const deep = parsePolicy(nested(300), words, "kernel");
    expect(deep.errors.map((error) => error.code)).toEqual(["parse-depth"]);
    expect(printTree(deep, words)).toContain("(TYPE x)");
  });
});

describe("whatever the text", () => {
  const pieces = fc.constantFrom(
    ..."` ' { } ( ) ; , : - ~ * ! && || == # \n \n\t".split(" "),
    "\n",
    ..."allow type interface(` ifdef(` ',` ') gen_require(` optional_policy(` ifelse( define( if (a) { else".split(
      " ",
    ),
    ...'a_t b $1 $1_t 12 0x1 1.0 fe80:: /x "s" foo( require{ dnl # constrain u1 gen_context( class sid'.split(
      " ",
    ),
  );
  const soup = fc.array(fc.tuple(pieces, fc.constantFrom(" ", "", "\n"))).map((all) => all.flat().join(""));

  it("keeps the tree sound and the errors inside the text", () => {
    const words = createWords();
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: "binary", maxLength: 400 })), (text) => {
        for (const dialect of ["refpolicy", "kernel"] as const) {
          expect(treeDefect(parsePolicy(text, words, dialect))).toBeUndefined();
        }
        expect(treeDefect(parseFileContexts(text, words))).toBeUndefined();
        for (const goal of ["set", "words", "constraint", "context", "condition"] as const) {
          expect(treeDefect(parseFragment(text, words, goal))).toBeUndefined();
        }
      }),
      { numRuns: 1500, seed: 7 },
    );
  });

  it("takes time in proportion to the text", () => {
    const words = createWords();
    fc.assert(
      fc.property(soup, (text) => {
        if (text.length < 20) return;
        const large = text.repeat(Math.ceil(300_000 / text.length));
        const cpuTime = startCpuTime();
        parsePolicy(large, words, "refpolicy");
        expect(cpuTime()).toBeLessThan(3_000);
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});
