// The token types of policy text. Invariant: a keyword's type is its word id (grammar/text/words.ts reserves the
// keywords first, in the order of this file), so the scanner finds a token's type by comparing its word id; the
// capital spellings that checkpolicy's policy_scan.l also takes follow with ids that map back to the small ones.
// The macros with a syntax of their own (`interface(`, `ifdef(` …) are keywords only in front of a parenthesis.

import { Words } from "./words.ts";

export const T_EOF = 0;

// keywords of the policy language
export const T_ALLOW = 1;
export const T_AUDITALLOW = 2;
export const T_DONTAUDIT = 3;
export const T_AUDITDENY = 4;
export const T_NEVERALLOW = 5;
export const T_ALLOWXPERM = 6;
export const T_AUDITALLOWXPERM = 7;
export const T_DONTAUDITXPERM = 8;
export const T_NEVERALLOWXPERM = 9;
export const T_TYPE_TRANSITION = 10;
export const T_TYPE_MEMBER = 11;
export const T_TYPE_CHANGE = 12;
export const T_RANGE_TRANSITION = 13;
export const T_ROLE_TRANSITION = 14;
export const T_TYPE = 15;
export const T_TYPEALIAS = 16;
export const T_TYPEATTRIBUTE = 17;
export const T_TYPEBOUNDS = 18;
export const T_ATTRIBUTE = 19;
export const T_EXPANDATTRIBUTE = 20;
export const T_PERMISSIVE = 21;
export const T_NEVERAUDIT = 22;
export const T_ROLE = 23;
export const T_ATTRIBUTE_ROLE = 24;
export const T_ROLEATTRIBUTE = 25;
export const T_BOOL = 26;
export const T_TUNABLE = 27;
export const T_IF = 28;
export const T_ELSE = 29;
export const T_OPTIONAL = 30;
export const T_REQUIRE = 31;
export const T_MODULE = 32;
export const T_POLICYCAP = 33;
export const T_CLASS = 34;
export const T_SID = 35;
export const T_COMMON = 36;
export const T_DEFAULT_USER = 37;
export const T_DEFAULT_ROLE = 38;
export const T_DEFAULT_TYPE = 39;
export const T_DEFAULT_RANGE = 40;
export const T_SENSITIVITY = 41;
export const T_DOMINANCE = 42;
export const T_CATEGORY = 43;
export const T_LEVEL = 44;
export const T_CONSTRAIN = 45;
export const T_MLSCONSTRAIN = 46;
export const T_VALIDATETRANS = 47;
export const T_MLSVALIDATETRANS = 48;
export const T_USER = 49;
export const T_FS_USE_XATTR = 50;
export const T_FS_USE_TRANS = 51;
export const T_FS_USE_TASK = 52;
export const T_GENFSCON = 53;
export const T_PORTCON = 54;
export const T_NETIFCON = 55;
export const T_NODECON = 56;
export const T_IBPKEYCON = 57;
export const T_IBENDPORTCON = 58;
export const T_FSCON = 59;
export const T_PIRQCON = 60;
export const T_IOMEMCON = 61;
export const T_IOPORTCON = 62;
export const T_PCIDEVICECON = 63;
export const T_DEVICETREECON = 64;
export const T_ALIAS = 65;
export const T_TYPES = 66;
export const T_ROLES = 67;
export const T_RANGE = 68;
export const T_INHERITS = 69;
export const T_TRUE = 70;
export const T_FALSE = 71;
export const T_SOURCE = 72;
export const T_TARGET = 73;
export const T_LOW = 74;
export const T_HIGH = 75;
export const T_LOW_HIGH = 76;
export const T_GLBLUB = 77;
export const T_NOT = 78;
export const T_AND = 79;
export const T_OR = 80;
export const T_XOR = 81;
export const T_EQ = 82;
export const T_DOM = 83;
export const T_DOMBY = 84;
export const T_INCOMP = 85;
export const T_SAMEUSER = 86;
export const T_U1 = 87;
export const T_U2 = 88;
export const T_U3 = 89;
export const T_R1 = 90;
export const T_R2 = 91;
export const T_R3 = 92;
export const T_T1 = 93;
export const T_T2 = 94;
export const T_T3 = 95;
export const T_L1 = 96;
export const T_L2 = 97;
export const T_H1 = 98;
export const T_H2 = 99;
// macros with a syntax of their own
export const T_INTERFACE = 100;
export const T_TEMPLATE = 101;
export const T_DEFINE = 102;
export const T_IFDEF = 103;
export const T_IFNDEF = 104;
export const T_IFELSE = 105;
export const T_OPTIONAL_POLICY = 106;
export const T_TUNABLE_POLICY = 107;
export const T_GEN_REQUIRE = 108;
export const T_POLICY_MODULE = 109;
export const T_GEN_BOOL = 110;
export const T_GEN_TUNABLE = 111;
export const T_GEN_USER = 112;
export const T_GEN_CONTEXT = 113;
export const T_REFPOLICYWARN = 114;
export const T_REFPOLICYERR = 115;
export const T_DNL = 116;
// everything else
/** identifier, also with `$1` in it */
export const T_WORD = 117;
/** identifier that `(` follows at once: a macro call */
export const T_CALLEE = 118;
/** `12`, `0x1f` */
export const T_NUMBER = 119;
/** letters and digits that start with a digit, as `9p` */
export const T_NUMWORD = 120;
/** `1.2.3` */
export const T_VERSION = 121;
/** IPv4 or IPv6 address */
export const T_ADDRESS = 122;
/** address with prefix length */
export const T_CIDR = 123;
/** `/…` */
export const T_PATH = 124;
/** `"…"` */
export const T_STRING = 125;
/** `` ` `` */
export const T_LQUOTE = 126;
/** `'` */
export const T_RQUOTE = 127;
export const T_LBRACE = 128;
export const T_RBRACE = 129;
export const T_LPAREN = 130;
export const T_RPAREN = 131;
export const T_LBRACKET = 132;
export const T_RBRACKET = 133;
export const T_COLON = 134;
export const T_SEMI = 135;
export const T_COMMA = 136;
export const T_MINUS = 137;
export const T_TILDE = 138;
export const T_STAR = 139;
export const T_DOT = 140;
/** `!=` */
export const T_NEQ = 141;
/** whatever else */
export const T_BAD = 142;

/** Number of keywords of the policy language: types and word ids 1…LANGUAGE_KEYWORDS. */
export const LANGUAGE_KEYWORDS = 99;
/** Number of all keywords: types and word ids 1…KEYWORDS. */
export const KEYWORDS = 116;
/** Number of reserved words, capital spellings included. */
export const RESERVED = 215;
/** Number of token types. */
export const TOKEN_TYPES = 143;

/** The keywords in the order of their ids, and the names of the other token types after them. */
export const TOKEN_NAMES: readonly string[] = [
  "end of text",
  "allow",
  "auditallow",
  "dontaudit",
  "auditdeny",
  "neverallow",
  "allowxperm",
  "auditallowxperm",
  "dontauditxperm",
  "neverallowxperm",
  "type_transition",
  "type_member",
  "type_change",
  "range_transition",
  "role_transition",
  "type",
  "typealias",
  "typeattribute",
  "typebounds",
  "attribute",
  "expandattribute",
  "permissive",
  "neveraudit",
  "role",
  "attribute_role",
  "roleattribute",
  "bool",
  "tunable",
  "if",
  "else",
  "optional",
  "require",
  "module",
  "policycap",
  "class",
  "sid",
  "common",
  "default_user",
  "default_role",
  "default_type",
  "default_range",
  "sensitivity",
  "dominance",
  "category",
  "level",
  "constrain",
  "mlsconstrain",
  "validatetrans",
  "mlsvalidatetrans",
  "user",
  "fs_use_xattr",
  "fs_use_trans",
  "fs_use_task",
  "genfscon",
  "portcon",
  "netifcon",
  "nodecon",
  "ibpkeycon",
  "ibendportcon",
  "fscon",
  "pirqcon",
  "iomemcon",
  "ioportcon",
  "pcidevicecon",
  "devicetreecon",
  "alias",
  "types",
  "roles",
  "range",
  "inherits",
  "true",
  "false",
  "source",
  "target",
  "low",
  "high",
  "low-high",
  "glblub",
  "not",
  "and",
  "or",
  "xor",
  "eq",
  "dom",
  "domby",
  "incomp",
  "sameuser",
  "u1",
  "u2",
  "u3",
  "r1",
  "r2",
  "r3",
  "t1",
  "t2",
  "t3",
  "l1",
  "l2",
  "h1",
  "h2",
  "interface",
  "template",
  "define",
  "ifdef",
  "ifndef",
  "ifelse",
  "optional_policy",
  "tunable_policy",
  "gen_require",
  "policy_module",
  "gen_bool",
  "gen_tunable",
  "gen_user",
  "gen_context",
  "refpolicywarn",
  "refpolicyerr",
  "dnl",
  "name",
  "macro call",
  "number",
  "file system name",
  "version",
  "address",
  "address range",
  "path",
  "string",
  "`",
  "'",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ":",
  ";",
  ",",
  "-",
  "~",
  "*",
  ".",
  "!=",
  "unknown character",
];

/** An interner that knows the keywords; scanners need one made by this function. */
export function createWords(): Words {
  const keywords = TOKEN_NAMES.slice(1, KEYWORDS + 1);
  return new Words([...keywords, ...keywords.slice(0, LANGUAGE_KEYWORDS).map((word) => word.toUpperCase())]);
}
