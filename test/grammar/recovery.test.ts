/** One mistake, one error, at the right place; and what stands around it is read all the same. */
import { expect, it } from "vitest";
import { createWords, parsePolicy } from "../../grammar/parse.ts";
import { printErrors, printTree, treeDefect } from "../support/syntax.ts";

const lines = (...text: readonly string[]): string => text.join("\n");

/** text, tree, errors */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    lines("allow a b:c d", "allow e f:g h;"),
    "(AVRULE:1 a b c d) (AVRULE:1 e f g h)",
    ["parse-semicolon 12-13 «d»"],
  ],
  [
    lines("interface(`x',`", "\tallow $1 b:c d", "\tallow $1 f:g h;", "')"),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 b c d) (AVRULE:1 $1 f g h)))",
    ["parse-semicolon 30-31 «d»"],
  ],
  [
    lines("interface(`x',`", "\tallow $1 b:c d", "')"),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 b c d)))",
    ["parse-semicolon 30-31 «d»"],
  ],
  [
    lines("type foo_t", "domain_type(foo_t)", "allow a b:c { d e }"),
    "(TYPE foo_t) (CALL domain_type (ARG foo_t)) (AVRULE:1 a b c {d e})",
    ["parse-semicolon 5-10 «foo_t»", "parse-semicolon 48-49 «}»"],
  ],
  [
    lines("gen_require(`", "\ttype a_t", "\tclass file read", "')", "type b;"),
    "(GENREQUIRE (REQUIREITEM:3 a_t) (REQUIREITEM:1 file read)) (TYPE b)",
    ["parse-semicolon 20-23 «a_t»", "parse-semicolon 36-40 «read»"],
  ],
  [
    lines("allow a b:c { d e;", "allow f g:h i;"),
    "(UNKNOWN «allow a b:c { d e;») (AVRULE:1 f g h i)",
    ["parse-brace 12-13 «{»"],
  ],
  [
    lines("allow a { b c:d e;", "allow f g:h i;"),
    "(UNKNOWN «allow a { b c:d e;») (AVRULE:1 f g h i)",
    ["parse-brace 8-9 «{»"],
  ],
  [
    lines("alow a b:c d;", "allow f g:h i;"),
    "(UNKNOWN «alow a b:c d;») (AVRULE:1 f g h i)",
    ["parse-syntax 0-4 «alow»"],
  ],
  [lines("allow a b c d;", "type x;"), "(UNKNOWN «allow a b c d;») (TYPE x)", ["parse-syntax 10-11 «c»"]],
  // Nobody has to indent: where the quotes balance, nothing was left open.
  [
    lines("interface(`x',`", "optional_policy(`", "allow $1 b:c d;", "')", "')", "type x;"),
    "(INTERFACE x (BLOCK:1 (OPTIONALPOLICY (BLOCK:1 (AVRULE:1 $1 b c d))))) (TYPE x)",
    [],
  ],
  [
    lines("foo(a, b", "allow f g:h i;", "type x;"),
    "(CALL foo (ARG a) (ARG:6)) (AVRULE:1 f g h i) (TYPE x)",
    ["parse-paren 3-4 «(»"],
  ],
  [
    lines("interface(`x',`", "\tfoo($1", "\tbar($1)", "')", "", "interface(`y',`", "\tallow $1 a:b c;", "')"),
    "(INTERFACE x (BLOCK:1 (CALL foo (ARG:6)) (CALL bar (ARG $1)))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-paren 20-21 «(»"],
  ],
  [
    lines(
      "interface(`x',`",
      "\tallow $1 a:b c;",
      ")",
      "",
      "## <summary>don't</summary>",
      "interface(`y',`",
      "\tallow $1 a:b c;",
      "')",
    ),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 33-34 «)»"],
  ],
  [
    lines("interface(`x',`", "\tallow $1 a:b c;", "'", "", "interface(`y',`", "\tallow $1 a:b c;", "')"),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-paren 9-10 «(»"],
  ],
  [
    lines(
      "interface(`x',`",
      "\toptional_policy(`",
      "\t\tfoo($1)",
      "\t)",
      "')",
      "",
      "# it's",
      "interface(`y',`",
      "\tallow $1 a:b c;",
      "')",
    ),
    "(INTERFACE x (BLOCK:1 (OPTIONALPOLICY (BLOCK:1 (CALL foo (ARG $1)))))) (UNKNOWN «'») (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 46-47 «)»"],
  ],
  [
    lines(
      "interface(`x',`",
      "\toptional_policy(`",
      "\t\tfoo($1)",
      "\t'",
      "')",
      "",
      "interface(`y',`",
      "\tallow $1 a:b c;",
      "')",
    ),
    "(INTERFACE x (BLOCK:1 (OPTIONALPOLICY (BLOCK:1 (CALL foo (ARG $1)))))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-paren 32-33 «(»"],
  ],
  [
    lines(
      "interface(`x',`",
      "\toptional_policy(",
      "\t\tfoo($1)",
      "\t')",
      "')",
      "",
      "interface(`y',`",
      "\tallow $1 a:b c;",
      "')",
    ),
    "(INTERFACE x (BLOCK:1 (OPTIONALPOLICY (BLOCK (CALL foo (ARG $1)))))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 32-33 «(»"],
  ],
  [
    lines("interface(`x',", "\tallow $1 a:b c;", "')", "", "interface(`y',`", "\tallow $1 a:b c;", "')"),
    "(INTERFACE x (BLOCK (AVRULE:1 $1 a b c))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 13-14 «,»"],
  ],
  [
    lines("interface(`x,`", "\tallow $1 a:b c;", "')", "", "interface(`y',`", "\tallow $1 a:b c;", "')"),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 10-11 «`»"],
  ],
  [
    lines("interface(x',`", "\tallow $1 a:b c;", "')", "", "interface(`y',`", "\tallow $1 a:b c;", "')"),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 10-11 «x»"],
  ],
  [
    lines("interface(`x',`", "\tallow $1 a:b c;", "", "interface(`y',`", "\tallow $1 a:b c;", "')"),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 14-15 «`»"],
  ],
  [
    lines(
      "interface(`x',`",
      "\t# don't do this",
      "\tallow $1 a:b c;",
      "\tfoo($1, b)",
      "')",
      "",
      "interface(`y',`",
      "\tallow $1 a:b c;",
      "')",
    ),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c) (CALL foo (ARG $1) (ARG b)) (UNKNOWN:2 «'»))) (INTERFACE y (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["m4-comment-quote 22-23 «'»"],
  ],
  [
    lines(
      "interface(`x',`",
      "\t#optional_policy(`",
      "\t#\tfoo(`a')",
      "\t#')",
      "\tallow $1 a:b c; # isn`t",
      "')",
    ),
    "(INTERFACE x (BLOCK:1 (AVRULE:1 $1 a b c)))",
    ["parse-quote 75-76 «`»"],
  ],
  [lines("# don't", "allow a b:c d;"), "(AVRULE:1 a b c d)", []],
  [
    lines("if (a) {", "\tallow a b:c d;", "type x;"),
    "(IF (COND a) (BLOCK (AVRULE:1 a b c d) (TYPE x)))",
    ["parse-brace 7-8 «{»"],
  ],
  [
    lines("if (a {", "\tallow a b:c d;", "}", "type x;"),
    "(IF (COND a) (BLOCK (AVRULE:1 a b c d))) (TYPE x)",
    ["parse-paren 3-4 «(»"],
  ],
  [lines("')", "type x;"), "(UNKNOWN «')») (TYPE x)", ["parse-unmatched 0-2 «')»"]],
  [lines("type x; }", "type y;"), "(TYPE x) (UNKNOWN «}») (TYPE y)", ["parse-unmatched 8-9 «}»"]],
  [lines("allow a b:c @;", "type y;"), "(UNKNOWN «allow a b:c @;») (TYPE y)", ["parse-char 12-13 «@»"]],
  ["type é;", "(UNKNOWN «type é;»)", ["parse-char 5-6 «é»"]],
  [
    lines("tunable_policy(`a &&',`", "\tallow a b:c d;", "')"),
    "(TUNABLEPOLICY (COND:1) (BLOCK:1 (AVRULE:1 a b c d)))",
    ["parse-syntax 20-21 «'»"],
  ],
  [
    lines("optional_policy(`", "\tfoo(a))", "\tbar(b)", "')"),
    "(OPTIONALPOLICY (BLOCK:1 (CALL foo (ARG a)) (UNKNOWN «)») (CALL bar (ARG b))))",
    ["parse-unmatched 25-26 «)»"],
  ],
  [
    "allow a b:c d; allow e f:g h allow i j:k l; type m",
    "(AVRULE:1 a b c d) (AVRULE:1 e f g h) (AVRULE:1 i j k l) (TYPE m)",
    ["parse-semicolon 27-28 «h»", "parse-semicolon 49-50 «m»"],
  ],
  ["allow $1 b:c d e f;", "(UNKNOWN:1 «allow $1 b:c d e f;»)", []],
  ["type type;", "(UNKNOWN «type type;»)", ["parse-syntax 5-9 «type»"]],
  [lines("type user_t, ;", "type b;"), "(UNKNOWN «type user_t, ;») (TYPE b)", ["parse-syntax 13-14 «;»"]],
  [lines("policy_module(x, 1.0", "type a;"), "(POLICYMODULE x 1.0) (TYPE a)", ["parse-paren 13-14 «(»"]],
  [lines('"abc', "type x;"), '(UNKNOWN «"abc») (TYPE x)', ['parse-char 0-1 «"»']],
  [
    lines("constrain a b ( u1 == u2 ;", "type x;"),
    "(UNKNOWN «constrain a b ( u1 == u2 ;») (TYPE x)",
    ["parse-paren 14-15 «(»"],
  ],
  [
    lines("ifdef(`x',`", "\ttype a;", "',`", "\ttype b;", ")", "type c;", ""),
    "(IFDEF x (BLOCK:1 (TYPE a)) (BLOCK:1 (TYPE b))) (TYPE c)",
    ["parse-quote 34-35 «)»"],
  ],
];

it.each(CASES)("mistake %#: %s", (text, tree, errors) => {
  const words = createWords();
  const parsed = parsePolicy(text, words, "refpolicy");
  expect(printTree(parsed, words)).toBe(tree);
  expect(printErrors(parsed)).toEqual(errors);
  expect(treeDefect(parsed)).toBeUndefined();
});
