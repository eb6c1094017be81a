// The kinds of syntax nodes, each with its shape. Notation: `A B?` children in order; `x*` any number; (data …)
// what the node's data word means. Every name, number, path and string is a `N_NAME` leaf whose data is its word
// id, so a template's `$1_exec_t` and a plain name look alike; what they mean is decided when a macro is applied.
// A "set" child is exactly one of N_NAME, N_SET, N_COMPLEMENT, N_STAR, N_IFDEF, N_CALL.

/** N_FILE: statement* */
export const N_FILE = 1;
/** Something that no rule takes. (data 1: it holds m4 text — quotes, calls, `$` — and may make sense once expanded; 2: a quote that is left over where
 *  a comment closed one, wrong if it is expanded; 0: an error was reported) */
export const N_UNKNOWN = 2;
/** Leaf (data: word id). */
export const N_NAME = 3;
/** Leaf `-name` inside a set (data: word id). */
export const N_MINUS = 4;
/** `{ … }`, and `a -b` without braces: (N_NAME | N_MINUS | N_SET | N_IFDEF | N_CALL | N_COMPLEMENT | N_STAR)* */
export const N_SET = 5;
/** `~ x`: one N_NAME or N_SET */
export const N_COMPLEMENT = 6;
/** Leaf `*` */
export const N_STAR = 7;
/** `{ statement* }` or a quoted m4 body: statement*. (data 1: quoted) */
export const N_BLOCK = 8;

// ── type enforcement ──
/** `type x alias {…}, attr…;`: N_NAME N_ALIAS? N_ATTRS? */
export const N_TYPE = 10;
/** alias names: N_NAME* */
export const N_ALIAS = 11;
/** attribute names: N_NAME* */
export const N_ATTRS = 12;
/** `typealias x alias …;`: N_NAME N_ALIAS */
export const N_TYPEALIAS = 13;
/** `attribute x;`: N_NAME */
export const N_ATTRIBUTE = 14;
/** `expandattribute x true;`: set N_NAME */
export const N_EXPANDATTRIBUTE = 15;
/** `typeattribute x a, b;`: N_NAME N_ATTRS */
export const N_TYPEATTRIBUTE = 16;
/** `typebounds p c, d;`: N_NAME N_ATTRS */
export const N_TYPEBOUNDS = 17;
/** `permissive x;`: N_NAME */
export const N_PERMISSIVE = 18;
/** `neveraudit x;`: N_NAME */
export const N_NEVERAUDIT = 19;
/** source-set target-set class-set perm-set (data: RULE_*) */
export const N_AVRULE = 20;
/** source-set target-set class-set N_NAME(ioctl|nlmsg) xperm-set (data: RULE_*). xperm-set: N_NAME, N_XRANGE, N_SET or N_COMPLEMENT of these */
export const N_XPERMRULE = 21;
/** `low-high` in an xperm set: N_NAME N_NAME */
export const N_XRANGE = 22;
/** source-set target-set class-set N_NAME(result) N_NAME(string)? (data: RULE_TRANSITION…) */
export const N_TYPERULE = 23;
/** source-set target-set class-set? N_RANGE */
export const N_RANGETRANSITION = 24;
/** `attribute_role x;`: N_NAME */
export const N_ATTRIBUTEROLE = 25;
/** `role x, a, b;` / `role x;`: N_NAME N_ATTRS? */
export const N_ROLE = 26;
/** `role x types set;`: N_NAME set */
export const N_ROLETYPES = 27;
/** `roleattribute x a, b;`: N_NAME N_ATTRS */
export const N_ROLEATTRIBUTE = 28;
/** `allow r s;`: set set */
export const N_ROLEALLOW = 29;
/** `role_transition r t [:class] new;`: set set class-set? N_NAME(new role is the last child) */
export const N_ROLETRANSITION = 30;
/** `dominance { role … }` (deprecated): N_NAME* */
export const N_ROLEDOMINANCE = 31;
/** `bool x true;` N_NAME N_NAME (data 1: `tunable`) */
export const N_BOOL = 32;
/** `if (cond) {…} else {…}`: N_COND N_BLOCK N_BLOCK? */
export const N_IF = 33;
/** Condition in reverse Polish order: N_NAME (boolean) and N_OP leaves. (data 1: no children, because only m4 can tell or an error was reported) */
export const N_COND = 34;
/** Leaf operator (data: OP_*) */
export const N_OP = 35;
/** `optional {…} else {…}`: N_BLOCK N_BLOCK? */
export const N_OPTIONAL = 36;
/** `require { … }`: N_REQUIREITEM* */
export const N_REQUIRE = 37;
/** `type a, b;` in a require (data: SYM_*): N_NAME*; for SYM_CLASS: N_NAME perm-set. May also hold N_IFDEF, N_CALL, N_NAME (macros) directly in N_REQUIRE; the parts of such an N_IFDEF are N_BLOCKs of N_REQUIREITEM */
export const N_REQUIREITEM = 38;
/** `module x 1.0;`: N_NAME N_NAME? */
export const N_MODULE = 39;
/** `policycap x;`: N_NAME */
export const N_POLICYCAP = 40;

// ── kernel policy ──
/** `class x`: N_NAME */
export const N_CLASS = 50;
/** `sid x`: N_NAME */
export const N_SID = 51;
/** `common x { … }`: N_NAME N_NAME* */
export const N_COMMON = 52;
/** `class x inherits y { … }`: N_NAME N_INHERITS? N_NAME* */
export const N_ACCESSVECTOR = 53;
/** N_NAME */
export const N_INHERITS = 54;
/** `default_user set source;` (data: DEFAULT_*): class-set N_NAME N_NAME? */
export const N_DEFAULT = 55;
/** N_NAME N_ALIAS? */
export const N_SENSITIVITY = 56;
/** `dominance { s0 s1 }`: N_NAME* (also without braces) */
export const N_DOMINANCE = 57;
/** N_NAME N_ALIAS? */
export const N_CATEGORY = 58;
/** `level s0:c0.c9;`: N_LEVEL */
export const N_LEVELDECL = 59;
/** class-set perm-set N_CONSTRAINTEXPR (data 1: mlsconstrain) */
export const N_CONSTRAIN = 60;
/** class-set N_CONSTRAINTEXPR (data 1: mlsvalidatetrans) */
export const N_VALIDATETRANS = 61;
/** Reverse Polish order: N_CTERM, N_OP(OP_NOT|OP_AND|OP_OR) and macro names (N_NAME, N_CALL, N_IFDEF: whole operands) */
export const N_CONSTRAINTEXPR = 62;
/** `u1 == u2`, `t1 != { a b }`: N_NAME(left) N_OP(OP_EQ…OP_INCOMP) and N_NAME(right attribute) or a set of names (data 1: right side is a set of names) */
export const N_CTERM = 63;
/** `user u roles {…} level l range r;`: N_NAME role-set N_LEVEL? N_RANGE? */
export const N_USER = 64;

// ── labels ──
/** `user:role:type[:range]`: N_NAME N_NAME N_NAME N_RANGE? ; or one N_CALL / N_NAME that becomes a context */
export const N_CONTEXT = 70;
/** `gen_context(ctx, mls, mcs)`: N_CONTEXT N_RANGE? N_ARG?(categories) — stands where N_CONTEXT stands */
export const N_GENCONTEXT = 71;
/** N_LEVEL N_LEVEL? (low, high) */
export const N_RANGE = 72;
/** sensitivity and categories (`c0.c255` is one word): N_NAME N_NAME*; the first may be a macro */
export const N_LEVEL = 73;
/** `sid x ctx`: N_NAME context */
export const N_SIDCONTEXT = 74;
/** (data: fs_use code 1 xattr, 2 trans, 3 task): N_NAME context */
export const N_FSUSE = 75;
/** `genfscon fs path [-t] ctx`: N_NAME N_NAME(path) N_NAME(-t letter or class)? context */
export const N_GENFSCON = 76;
/** `portcon proto low[-high] ctx`: N_NAME N_NAME N_NAME? context */
export const N_PORTCON = 77;
/** `netifcon name ctx ctx`: N_NAME context context */
export const N_NETIFCON = 78;
/** `nodecon addr mask ctx` or CIDR: N_NAME N_NAME? context (names cover the whole address text) */
export const N_NODECON = 79;
/** `ibpkeycon prefix low[-high] ctx`: N_NAME N_NAME N_NAME? context */
export const N_IBPKEYCON = 80;
/** `ibendportcon device port ctx`: N_NAME N_NAME context */
export const N_IBENDPORTCON = 81;
/** `fscon major minor ctx ctx`: N_NAME N_NAME context context */
export const N_FSCON = 82;
/** Xen: pirqcon 1, iomemcon 2, ioportcon 3, pcidevicecon 4, devicetreecon 5 (data): N_NAME N_NAME? context */
export const N_XENCON = 83;

// ── m4 as structure ──
/** `interface(`x',` … ')` (data 1: template): N_NAME N_BLOCK */
export const N_INTERFACE = 100;
/** `define(`x',…)`: N_NAME and one of N_BLOCK, N_SET, N_WORDS, N_CONSTRAINTEXPR, N_RAW; nothing when the body is empty */
export const N_DEFINE = 101;
/** A body that is a list of words: (N_NAME | N_MINUS | N_SET | N_CALL | N_IFDEF)* */
export const N_WORDS = 102;
/** Text that is only understood by expanding it. Leaf; the token range is what counts. */
export const N_RAW = 103;
/** `ifdef(`x',…,…)` (data 1: ifndef): N_NAME then-part else-part?; parts are N_BLOCK between statements, N_WORDS inside a set, N_CONSTRAINTEXPR inside an expression */
export const N_IFDEF = 104;
/** `ifelse(a,b,then,…,else)`: (N_ARG N_ARG part)* part? */
export const N_IFELSE = 105;
/** `optional_policy(`…',`…')`: N_BLOCK N_BLOCK? */
export const N_OPTIONALPOLICY = 106;
/** `tunable_policy(`cond',`…',`…')`: N_COND N_BLOCK N_BLOCK? */
export const N_TUNABLEPOLICY = 107;
/** `gen_require(`…')`: as N_REQUIRE */
export const N_GENREQUIRE = 108;
/** `policy_module(x, 1.0)`: N_NAME N_NAME? */
export const N_POLICYMODULE = 109;
/** `gen_bool(x,true)` / `gen_tunable` (data 1): N_NAME N_NAME */
export const N_GENBOOL = 110;
/** `gen_user(u, prefix, roles, level, range, cats)`: N_ARG* */
export const N_GENUSER = 111;
/** Macro call `x(a, b)` or a bare macro name as a statement (data: word id of the macro; first token is its name): N_ARG* */
export const N_CALL = 112;
/** Argument (data bits: 1 quoted, 2 not a plain list: children are missing and only the token range counts, 4 trailing blank): (N_NAME | N_MINUS | N_SET | N_CALL | N_IFDEF | N_COMPLEMENT | N_STAR)* */
export const N_ARG = 113;
/** refpolicywarn / refpolicyerr (data 1): N_ARG */
export const N_MESSAGE = 114;
/** `;` alone */
export const N_EMPTY = 115;

// ── file contexts ──
/** `path [-t] context|<<none>>`: N_NAME(path) N_NAME(-t)? context? (no context: <<none>>) */
export const N_FCENTRY = 120;

// data of N_AVRULE / N_XPERMRULE
export const RULE_ALLOW = 1;
export const RULE_AUDITALLOW = 2;
export const RULE_DONTAUDIT = 3;
export const RULE_AUDITDENY = 4;
export const RULE_NEVERALLOW = 5;
// data of N_TYPERULE
export const RULE_TRANSITION = 1;
export const RULE_MEMBER = 2;
export const RULE_CHANGE = 3;
// data of N_OP
export const OP_NOT = 1;
export const OP_AND = 2;
export const OP_OR = 3;
export const OP_XOR = 4;
export const OP_EQ = 5;
export const OP_NEQ = 6;
export const OP_DOM = 7;
export const OP_DOMBY = 8;
export const OP_INCOMP = 9;
// data of N_REQUIREITEM
export const SYM_CLASS = 1;
export const SYM_ROLE = 2;
export const SYM_TYPE = 3;
export const SYM_ATTRIBUTE = 4;
export const SYM_ATTRIBUTEROLE = 5;
export const SYM_USER = 6;
export const SYM_BOOL = 7;
export const SYM_TUNABLE = 8;
export const SYM_SENSITIVITY = 9;
export const SYM_CATEGORY = 10;
// data of N_DEFAULT
export const DEFAULT_KIND_USER = 1;
export const DEFAULT_KIND_ROLE = 2;
export const DEFAULT_KIND_TYPE = 3;
export const DEFAULT_KIND_RANGE = 4;
