/** The macros of policy source, and the nodes they become. */
import { expect, it } from "vitest";
import { createWords, parsePolicy } from "../../grammar/parse.ts";
import { printErrors, printTree, treeDefect } from "../support/syntax.ts";

const lines = (...text: readonly string[]): string => text.join("\n");

/** text, tree, errors */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["policy_module(foo, 1.0)", "(POLICYMODULE foo 1.0)", []],
  [
    lines("policy_module(foo)", "policy_module(bar, @@VERSION@@)"),
    "(POLICYMODULE foo) (POLICYMODULE bar @@VERSION@@)",
    [],
  ],
  [
    lines(
      "interface(`foo_read',`",
      "\tgen_require(`",
      "\t\ttype foo_t, $1_t;",
      "\t\tattribute bar;",
      "\t\tclass file { read write };",
      "\t\tall_kernel_class_perms",
      "\t\tifdef(`x',`type y;')",
      "\t')",
      "\tallow $1 foo_t:file { read $2 -write };",
      "\tfoo_bar($1, foo_t)",
      "')",
    ),
    "(INTERFACE foo_read (BLOCK:1 (GENREQUIRE (REQUIREITEM:3 foo_t $1_t) (REQUIREITEM:4 bar) (REQUIREITEM:1 file {read write}) all_kernel_class_perms (IFDEF x (BLOCK:1 (REQUIREITEM:3 y)))) (AVRULE:1 $1 foo_t file {read $2 -write}) (CALL foo_bar (ARG $1) (ARG foo_t))))",
    [],
  ],
  [
    lines("template(`foo_template',`", "\ttype $1_t, $1_x;", "\t$3 $1_$2;", "')"),
    "(INTERFACE:1 foo_template (BLOCK:1 (TYPE $1_t (ATTRS $1_x)) (UNKNOWN:1 «$3 $1_$2;»)))",
    [],
  ],
  [
    lines("optional_policy(`", "\tfoo(a)", "',`", "\tbar(b)", "')"),
    "(OPTIONALPOLICY (BLOCK:1 (CALL foo (ARG a))) (BLOCK:1 (CALL bar (ARG b))))",
    [],
  ],
  [
    lines("tunable_policy(`a && !$1_b',`", "\tallow a b:c d;", "',`", "\tallow e f:g h;", "')"),
    "(TUNABLEPOLICY (COND a $1_b ! &&) (BLOCK:1 (AVRULE:1 a b c d)) (BLOCK:1 (AVRULE:1 e f g h)))",
    [],
  ],
  [
    lines("ifdef(`distro_debian',`", "\tallow a b:c d;", "',`", "\ttype x;", "')", "ifndef(`y',` foo(x) ')"),
    "(IFDEF distro_debian (BLOCK:1 (AVRULE:1 a b c d)) (BLOCK:1 (TYPE x))) (IFDEF:1 y (BLOCK:1 (CALL foo (ARG x))))",
    [],
  ],
  [
    "ifelse(`$1',`',`allow a b:c d;',`$2',`x',`foo(y)',`bar(z)')",
    "(IFELSE (ARG:1 $1) (ARG:1) (BLOCK:1 (AVRULE:1 a b c d)) (ARG:1 $2) (ARG:1 x) (BLOCK:1 (CALL foo (ARG y))) (BLOCK:1 (CALL bar (ARG z))))",
    [],
  ],
  [
    lines(
      "define(`a_perms',`{ read write b_perms }')",
      "define(`a_class_set', `{ file dir }')",
      "define(`one',`a')",
      "define(`list',`a b -c { d }')",
      "define(`none',`')",
      "define(`flag')",
      "define(`cond',`u1 == u2 or t1 != x')",
      "define(`blk',`allow $1 $2:file { a };')",
      "define(`cats',`c0.c`'decr(mcs_num_cats)')",
      "define(`n',0)",
    ),
    "(DEFINE a_perms {read write b_perms}) (DEFINE a_class_set {file dir}) (DEFINE one (WORDS a)) (DEFINE list (WORDS a b -c {d})) (DEFINE none) (DEFINE flag) (DEFINE cond (CONSTRAINTEXPR (CTERM u1 == u2) (CTERM:1 t1 != x) ||)) (DEFINE blk (BLOCK:1 (AVRULE:1 $1 $2 file {a}))) (DEFINE cats (RAW «`c0.c`'decr(mcs_num_cats)'»)) (DEFINE n (WORDS 0))",
    [],
  ],
  ["gen_bool(a_b,true) gen_tunable(`c', false)", "(GENBOOL a_b true) (GENBOOL:1 c false)", []],
  [
    lines(
      "gen_user(system_u,, system_r, s0, s0 - mls_systemhigh, mcs_allcats)",
      "gen_user(staff_u, staff, staff_r ifdef(`enable_mls',`secadm_r auditadm_r'), s0, s0)",
    ),
    "(GENUSER (ARG system_u) (ARG) (ARG system_r) (ARG s0) (ARG s0 -mls_systemhigh) (ARG mcs_allcats)) (GENUSER (ARG staff_u) (ARG staff) (ARG staff_r (IFDEF enable_mls (WORDS secadm_r auditadm_r))) (ARG s0) (ARG s0))",
    [],
  ],
  [
    lines(
      "sid kernel gen_context(system_u:system_r:kernel_t,mls_systemhigh)",
      "genfscon proc / gen_context(system_u:object_r:proc_t,s0,c0.c3)",
      "portcon tcp 80 gen_context(system_u:object_r:$1,$4)",
      "sid x my_context(a)",
    ),
    "(SIDCONTEXT kernel (GENCONTEXT (CONTEXT system_u system_r kernel_t) (RANGE (LEVEL mls_systemhigh)))) (GENFSCON proc / (GENCONTEXT (CONTEXT system_u object_r proc_t) (RANGE (LEVEL s0)) (ARG c0.c3))) (PORTCON tcp 80 (GENCONTEXT (CONTEXT system_u object_r $1) (RANGE (LEVEL $4)))) (SIDCONTEXT x (CONTEXT (CALL my_context (ARG a))))",
    [],
  ],
  [
    lines("refpolicywarn(`$0($*) has been deprecated, don`t' use foo() \"x\".')", "refpolicyerr(bad)"),
    "(MESSAGE (ARG:3)) (MESSAGE:1 (ARG:2))",
    [],
  ],
  [
    lines(
      'foo(a, -b, { c d -e }, ~{ f }, *, `g\', ``"interface"\'\', bar(h), "x y", /a/b, user allow)',
      "foo(a , b)",
      "foo()",
      "foo(,a)",
      "foo(80-90, s0:c1, a.b, `x, y', `allow a b:c d;')",
      "foo_bar",
      "foo($1_t, $*)",
    ),
    '(CALL foo (ARG a) (ARG -b) (ARG {c d -e}) (ARG (COMPLEMENT {f})) (ARG *) (ARG:1 g) (ARG:1 "interface") (ARG (CALL bar (ARG h))) (ARG "x y") (ARG /a/b) (ARG user allow)) (CALL foo (ARG:4 a) (ARG b)) (CALL foo) (CALL foo (ARG) (ARG a)) (CALL foo (ARG:2) (ARG:2) (ARG a.b) (ARG:3) (ARG:3)) (CALL foo_bar) (CALL foo (ARG $1_t) (ARG $*))',
    [],
  ],
  [
    "allow a foo(b):{ file ifdef(`x',`dir') } { ifdef(`y',`read',`write') perms };",
    "(AVRULE:1 a (CALL foo (ARG b)) {file (IFDEF x (WORDS dir))} {(IFDEF y (WORDS read) (WORDS write)) perms})",
    [],
  ],
  [
    lines(
      "constrain process read (u1 == u2 ifdef(`x',`or t1 == y') );",
      "constrain process read (basic_ubac_conditions or foo(x) and ifdef(`x',`t1 == y'));",
    ),
    "(UNKNOWN:1 «constrain process read (u1 == u2 ifdef(`x',`or t1 == y') );») (CONSTRAIN process read (CONSTRAINTEXPR basic_ubac_conditions (CALL foo (ARG x)) (IFDEF x (CONSTRAINTEXPR (CTERM:1 t1 == y))) && ||))",
    [],
  ],
  ["type a; ; foo(x);", "(TYPE a) (EMPTY) (CALL foo (ARG x)) (EMPTY)", []],
  [
    "require { role system_r; all_kernel_class_perms ifdef(`enable_mcs',`decl_sens(0,0)') }",
    "(REQUIRE (REQUIREITEM:2 system_r) all_kernel_class_perms (IFDEF enable_mcs (BLOCK:1 (CALL decl_sens (ARG 0) (ARG 0)))))",
    [],
  ],
  [
    lines("ifndef(`foo_iface',`", "interface(`foo_iface',`", "\tallow $1 b:c d;", "')", "')"),
    "(IFDEF:1 foo_iface (BLOCK:1 (INTERFACE foo_iface (BLOCK:1 (AVRULE:1 $1 b c d)))))",
    [],
  ],
  [
    lines(
      "allowxperm $1 b:chr_file ioctl my_ioctls;",
      "allow $1 { file_type $2 }:dir list;",
      "type_transition $1 $2:$4 $3 $5;",
    ),
    "(XPERMRULE:1 $1 b chr_file ioctl my_ioctls) (AVRULE:1 $1 {file_type $2} dir list) (TYPERULE:1 $1 $2 $4 $3 $5)",
    [],
  ],
  [
    "range_transition a b:process s0 - mcs_systemhigh;",
    "(RANGETRANSITION a b process (RANGE (LEVEL s0) (LEVEL mcs_systemhigh)))",
    [],
  ],
  [lines("optional_policy(``", "\tfoo(a)", "'')"), "(OPTIONALPOLICY (BLOCK:1 (CALL foo (ARG a))))", []],
  [
    lines(
      "class a",
      "class b",
      "sid x",
      "sid y",
      "common c",
      "{",
      "\tread\t# comment",
      "\twrite",
      "}",
      "class a inherits c",
      "{",
      "\tx",
      "}",
      "class b",
      "inherits c",
      "",
    ),
    "(CLASS a) (CLASS b) (SID x) (SID y) (COMMON c read write) (ACCESSVECTOR a (INHERITS c) x) (ACCESSVECTOR b (INHERITS c))",
    [],
  ],
];

it.each(CASES)("macro %#: %s", (text, tree, errors) => {
  const words = createWords();
  const parsed = parsePolicy(text, words, "refpolicy");
  expect(printTree(parsed, words)).toBe(tree);
  expect(printErrors(parsed)).toEqual(errors);
  expect(treeDefect(parsed)).toBeUndefined();
});
