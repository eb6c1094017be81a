/** Every statement of the policy language, as checkpolicy reads it, and the nodes it becomes. */
import { expect, it } from "vitest";
import { createWords, parsePolicy } from "../../grammar/parse.ts";
import { printErrors, printTree, treeDefect } from "../support/syntax.ts";

const lines = (...text: readonly string[]): string => text.join("\n");

/** text, tree, errors */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["allow a b:c d;", "(AVRULE:1 a b c d)", []],
  ["allow { a -b { c } } ~{ d e }:{ f g } *;", "(AVRULE:1 {a -b {c}} (COMPLEMENT {d e}) {f g} *)", []],
  ["allow a -b self:file ~read;", "(AVRULE:1 {a -b} self file (COMPLEMENT read))", []],
  ["ALLOW a b : file { read write } ;", "(AVRULE:1 a b file {read write})", []],
  [
    "auditallow a b:c d; dontaudit a b:c d; auditdeny a b:c d; neverallow * ~a:c *;",
    "(AVRULE:2 a b c d) (AVRULE:3 a b c d) (AVRULE:4 a b c d) (AVRULE:5 * (COMPLEMENT a) c *)",
    [],
  ],
  ["allow r1_r { r2_r r3_r };", "(ROLEALLOW r1_r {r2_r r3_r})", []],
  [
    "allowxperm a b:c ioctl 0x8910; auditallowxperm a b:c ioctl { 1-5 0x10 7 }; dontauditxperm a b:c nlmsg ~{ 1 2 }; neverallowxperm a b:c ioctl 1-2;",
    "(XPERMRULE:1 a b c ioctl 0x8910) (XPERMRULE:2 a b c ioctl {(XRANGE 1 5) 0x10 7}) (XPERMRULE:3 a b c nlmsg (COMPLEMENT {1 2})) (XPERMRULE:5 a b c ioctl (XRANGE 1 2))",
    [],
  ],
  [
    'type_transition a b:c d; type_transition a b:c d "x.y z"; type_member a b:c d; type_change a { b c }:d e;',
    '(TYPERULE:1 a b c d) (TYPERULE:1 a b c d "x.y z") (TYPERULE:2 a b c d) (TYPERULE:3 a {b c} d e)',
    [],
  ],
  [
    "range_transition a b s0; range_transition a b:process s0:c0.c3,c5 - s1:c1;",
    "(RANGETRANSITION a b (RANGE (LEVEL s0))) (RANGETRANSITION a b process (RANGE (LEVEL s0 c0.c3 c5) (LEVEL s1 c1)))",
    [],
  ],
  [
    "role_transition r { t u } s; role_transition r t:process s;",
    "(ROLETRANSITION r {t u} s) (ROLETRANSITION r t process s)",
    [],
  ],
  [
    "type a; type a, b, c; type a alias b; type a alias { b c }, d;",
    "(TYPE a) (TYPE a (ATTRS b c)) (TYPE a (ALIAS b)) (TYPE a (ALIAS b c) (ATTRS d))",
    [],
  ],
  [
    "typealias a alias { b c }; typealias a alias b;",
    "(TYPEALIAS a (ALIAS b c)) (TYPEALIAS a (ALIAS b))",
    [],
  ],
  [
    "typeattribute a b, c; typebounds a b, c; attribute a; expandattribute { a b } true; permissive a; neveraudit a;",
    "(TYPEATTRIBUTE a (ATTRS b c)) (TYPEBOUNDS a (ATTRS b c)) (ATTRIBUTE a) (EXPANDATTRIBUTE {a b} true) (PERMISSIVE a) (NEVERAUDIT a)",
    [],
  ],
  [
    "role a; role a, b, c; role a types { b c -d }; role a types b; attribute_role a; roleattribute a b, c;",
    "(ROLE a) (ROLE a (ATTRS b c)) (ROLETYPES a {b c -d}) (ROLETYPES a b) (ATTRIBUTEROLE a) (ROLEATTRIBUTE a (ATTRS b c))",
    [],
  ],
  ["bool a true; tunable b false;", "(BOOL a true) (BOOL:1 b false)", []],
  [
    "if (a && !b || c ^ d) { allow a b:c d; } else { type_transition a b:c d; }",
    "(IF (COND a b ! && c d ^ ||) (BLOCK (AVRULE:1 a b c d)) (BLOCK (TYPERULE:1 a b c d)))",
    [],
  ],
  ["if ((a == b) != !c) { }", "(IF (COND a b == c ! !=) (BLOCK))", []],
  [
    "if (not a and b or c xor d) { auditallow a b:c d; }",
    "(IF (COND a ! b && c d ^ ||) (BLOCK (AVRULE:2 a b c d)))",
    [],
  ],
  [
    "optional { require { type a; } allow a b:c d; } else { allow a c:c d; }",
    "(OPTIONAL (BLOCK (REQUIRE (REQUIREITEM:3 a)) (AVRULE:1 a b c d)) (BLOCK (AVRULE:1 a c c d)))",
    [],
  ],
  [
    "require { type a, b; attribute c; class d { e f }; class d g; role h; attribute_role i; user j; bool k, l; tunable m; sensitivity s0; category c0; }",
    "(REQUIRE (REQUIREITEM:3 a b) (REQUIREITEM:4 c) (REQUIREITEM:1 d {e f}) (REQUIREITEM:1 d g) (REQUIREITEM:2 h) (REQUIREITEM:5 i) (REQUIREITEM:6 j) (REQUIREITEM:7 k l) (REQUIREITEM:8 m) (REQUIREITEM:9 s0) (REQUIREITEM:10 c0))",
    [],
  ],
  [
    "module a 1.0; module a 1; module a 1.2.3.4; module a;",
    "(MODULE a 1.0) (MODULE a 1) (MODULE a 1.2.3.4) (MODULE a)",
    [],
  ],
  ["policycap open_perms;", "(POLICYCAP open_perms)", []],
  ["class file class dir", "(CLASS file) (CLASS dir)", []],
  [
    "class file inherits base { a b } class dir { c } class x inherits base common base { a b }",
    "(ACCESSVECTOR file (INHERITS base) a b) (ACCESSVECTOR dir c) (ACCESSVECTOR x (INHERITS base)) (COMMON base a b)",
    [],
  ],
  ["sid kernel sid security", "(SID kernel) (SID security)", []],
  [
    lines("sid kernel system_u:system_r:kernel_t:s0 - s15:c0.c1023", "sid x u:object_r:t"),
    "(SIDCONTEXT kernel (CONTEXT system_u system_r kernel_t (RANGE (LEVEL s0) (LEVEL s15 c0.c1023)))) (SIDCONTEXT x (CONTEXT u object_r t))",
    [],
  ],
  [
    "default_user file source; default_role { a b } target; default_type c source; default_range d source low-high; default_range e target low; default_range e glblub;",
    "(DEFAULT:1 file source) (DEFAULT:2 {a b} target) (DEFAULT:3 c source) (DEFAULT:4 d source low-high) (DEFAULT:4 e target low) (DEFAULT:4 e glblub)",
    [],
  ],
  [
    "sensitivity s0; sensitivity s1 alias { a b }; dominance { s0 s1 } category c0; category c1 alias x; level s0:c0.c9,c11; level s1;",
    "(SENSITIVITY s0) (SENSITIVITY s1 (ALIAS a b)) (DOMINANCE s0 s1) (CATEGORY c0) (CATEGORY c1 (ALIAS x)) (LEVELDECL (LEVEL s0 c0.c9 c11)) (LEVELDECL (LEVEL s1))",
    [],
  ],
  ["dominance { role a { role b; } role c; }", "(ROLEDOMINANCE a b c)", []],
  [
    "constrain file { read write } (u1 == u2 or r1 != r2 and not t1 == { a b });",
    "(CONSTRAIN file {read write} (CONSTRAINTEXPR (CTERM u1 == u2) (CTERM r1 != r2) (CTERM:1 t1 == {a b}) ! && ||))",
    [],
  ],
  [
    "mlsconstrain { file dir } read (l1 dom l2 and (h1 domby h2 or l1 incomp h1)); constrain a b (u1 == a -b);",
    "(CONSTRAIN:1 {file dir} read (CONSTRAINTEXPR (CTERM l1 dom l2) (CTERM h1 domby h2) (CTERM l1 incomp h1) || &&)) (CONSTRAIN a b (CONSTRAINTEXPR (CTERM:1 u1 == {a -b})))",
    [],
  ],
  [
    "validatetrans file t3 == x; mlsvalidatetrans { a b } (u3 eq sys or l1 eq l2);",
    "(VALIDATETRANS file (CONSTRAINTEXPR (CTERM:1 t3 == x))) (VALIDATETRANS:1 {a b} (CONSTRAINTEXPR (CTERM:1 u3 == sys) (CTERM l1 == l2) ||))",
    [],
  ],
  [
    "user u roles r; user u roles { r s } level s0 range s0 - s1:c0.c3;",
    "(USER u r) (USER u {r s} (LEVEL s0) (RANGE (LEVEL s0) (LEVEL s1 c0.c3)))",
    [],
  ],
  [
    "fs_use_xattr ext4 system_u:object_r:fs_t:s0; fs_use_trans tmpfs u:r:t; fs_use_task pipefs u:r:t;",
    "(FSUSE:1 ext4 (CONTEXT system_u object_r fs_t (RANGE (LEVEL s0)))) (FSUSE:2 tmpfs (CONTEXT u r t)) (FSUSE:3 pipefs (CONTEXT u r t))",
    [],
  ],
  [
    'genfscon proc / u:r:t genfscon proc /sys -d u:r:t genfscon sysfs /a -- u:r:t:s0 genfscon 9p "/x y" u:r:t',
    '(GENFSCON proc / (CONTEXT u r t)) (GENFSCON proc /sys -d (CONTEXT u r t)) (GENFSCON sysfs /a -- (CONTEXT u r t (RANGE (LEVEL s0)))) (GENFSCON 9p "/x y" (CONTEXT u r t))',
    [],
  ],
  [
    "portcon tcp 80 u:r:t portcon udp 1-1023 u:r:t:s0",
    "(PORTCON tcp 80 (CONTEXT u r t)) (PORTCON udp 1 1023 (CONTEXT u r t (RANGE (LEVEL s0))))",
    [],
  ],
  ["netifcon eth0 u:r:t u:r:p", "(NETIFCON eth0 (CONTEXT u r t) (CONTEXT u r p))", []],
  [
    "nodecon 10.0.0.1 255.0.0.0 u:r:t nodecon 10.0.0.0/8 u:r:t nodecon ::1 ffff:ffff:: u:r:t nodecon fe80::/10 u:r:t",
    "(NODECON 10.0.0.1 255.0.0.0 (CONTEXT u r t)) (NODECON 10.0.0.0/8 (CONTEXT u r t)) (NODECON ::1 ffff:ffff:: (CONTEXT u r t)) (NODECON fe80::/10 (CONTEXT u r t))",
    [],
  ],
  [
    "ibpkeycon fe80:: 0xFFFF u:r:t ibpkeycon fe80:: 0-0x10 u:r:t ibendportcon mlx4_0 1 u:r:t",
    "(IBPKEYCON fe80:: 0xFFFF (CONTEXT u r t)) (IBPKEYCON fe80:: 0 0x10 (CONTEXT u r t)) (IBENDPORTCON mlx4_0 1 (CONTEXT u r t))",
    [],
  ],
  ["fscon 3 4 u:r:t u:r:p", "(FSCON 3 4 (CONTEXT u r t) (CONTEXT u r p))", []],
  [
    'pirqcon 33 u:r:t iomemcon 0xfebe0-0xfebff u:r:t ioportcon 0xeac0-0xfebf u:r:t pcidevicecon 0xc800 u:r:t devicetreecon "/a/b" u:r:t',
    '(XENCON:1 33 (CONTEXT u r t)) (XENCON:2 0xfebe0 0xfebff (CONTEXT u r t)) (XENCON:3 0xeac0 0xfebf (CONTEXT u r t)) (XENCON:4 0xc800 (CONTEXT u r t)) (XENCON:5 "/a/b" (CONTEXT u r t))',
    [],
  ],
  [lines(";;", ""), "(EMPTY) (EMPTY)", []],
];

it.each(CASES)("statement %#: %s", (text, tree, errors) => {
  const words = createWords();
  const parsed = parsePolicy(text, words, "kernel");
  expect(printTree(parsed, words)).toBe(tree);
  expect(printErrors(parsed)).toEqual(errors);
  expect(treeDefect(parsed)).toBeUndefined();
});
