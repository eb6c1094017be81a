/** File contexts in both forms, and what is wrong with them. */
import { expect, it } from "vitest";
import { createWords, parseFileContexts } from "../../../grammar/parse.ts";
import { printErrors, printTree, treeDefect } from "../../support/syntax.ts";

const lines = (...text: readonly string[]): string => text.join("\n");

/** text, tree, errors */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    lines(
      "/etc/foo(/.*)?\t--\tgen_context(system_u:object_r:foo_t,s0)",
      "# it's a comment",
      "HOME_DIR/\\.x\t-d\tgen_context(system_u:object_r:home_t,s0-mls_systemhigh,c0.c3)",
      "/tmp/.*\t\t<<none>>",
    ),
    "(FCENTRY /etc/foo(/.*)? -- (GENCONTEXT (CONTEXT system_u object_r foo_t) (RANGE (LEVEL s0)))) (FCENTRY HOME_DIR/\\.x -d (GENCONTEXT (CONTEXT system_u object_r home_t) (RANGE (LEVEL s0) (LEVEL mls_systemhigh)) (ARG c0.c3))) (FCENTRY /tmp/.*)",
    [],
  ],
  [
    lines(
      "ifdef(`distro_debian',`",
      "/a\t--\tgen_context(system_u:object_r:a_t,s0)",
      "',`",
      "/b\tgen_context(system_u:object_r:b_t,s0)",
      "')",
      "ifndef(`x', `",
      "/c\t-l\tgen_context(system_u:object_r:c_t,mls_systemhigh)",
      "')",
    ),
    "(IFDEF distro_debian (BLOCK:1 (FCENTRY /a -- (GENCONTEXT (CONTEXT system_u object_r a_t) (RANGE (LEVEL s0))))) (BLOCK:1 (FCENTRY /b (GENCONTEXT (CONTEXT system_u object_r b_t) (RANGE (LEVEL s0)))))) (IFDEF:1 x (BLOCK:1 (FCENTRY /c -l (GENCONTEXT (CONTEXT system_u object_r c_t) (RANGE (LEVEL mls_systemhigh))))))",
    [],
  ],
  [
    lines(
      "/a\tsystem_u:object_r:a_t:s0-s15:c0.c1023",
      "/b\t-c\tu:object_r:b_t:s0:c1,c2",
      "/c\tu:object_r:c_t",
    ),
    "(FCENTRY /a (CONTEXT system_u object_r a_t (RANGE (LEVEL s0) (LEVEL s15 c0.c1023)))) (FCENTRY /b -c (CONTEXT u object_r b_t (RANGE (LEVEL s0 c1 c2)))) (FCENTRY /c (CONTEXT u object_r c_t))",
    [],
  ],
  [
    lines(
      "/a\t-x\tu:r:t",
      "/b",
      "/c\tfoo",
      "/d\tgen_context(u:r:t,s0",
      "/e\tgen_context(u:r:t,s0) junk",
      "/f\t-- u:r:t",
    ),
    "(UNKNOWN «/a -x u:r:t») (UNKNOWN «/b») (UNKNOWN «/c foo») (UNKNOWN «/d gen_context(u:r:t,s0») (FCENTRY /e (GENCONTEXT (CONTEXT u r t) (RANGE (LEVEL s0)))) (UNKNOWN «junk») (FCENTRY /f -- (CONTEXT u r t))",
    [
      "fc-syntax 3-5 «-x»",
      "fc-syntax 12-14 «/b»",
      "fc-syntax 15-21 «/c\tfoo»",
      "fc-syntax 22-45 «/d\tgen_context(u:r:t,s0»",
      "fc-syntax 71-75 «junk»",
    ],
  ],
  [
    lines("ifdef(`x',`", "/a\tu:r:t"),
    "(IFDEF x (BLOCK:1 (FCENTRY /a (CONTEXT u r t))))",
    ["parse-quote 10-11 «`»"],
  ],
  [
    lines("ifdef(`x',`", "# don't", "/a\tu:r:t", "')"),
    "(IFDEF x (BLOCK:1 (FCENTRY /a (CONTEXT u r t))))",
    ["m4-comment-quote 17-18 «'»"],
  ],
  [lines("')", "/a\tu:r:t", ""), "(UNKNOWN «')») (FCENTRY /a (CONTEXT u r t))", ["parse-unmatched 0-2 «')»"]],
];

it.each(CASES)("file contexts %#: %s", (text, tree, errors) => {
  const words = createWords();
  const parsed = parseFileContexts(text, words);
  expect(printTree(parsed, words)).toBe(tree);
  expect(printErrors(parsed)).toEqual(errors);
  expect(treeDefect(parsed)).toBeUndefined();
});
