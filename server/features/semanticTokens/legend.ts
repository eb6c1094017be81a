// The types and modifiers of semantic tokens. Types are those that every client has a colour for; what they stand for in
// policy is said beside them. The order is the protocol: a token carries positions in these lists.

export const TOKEN_TYPES = [
  "type", // type
  "interface", // attribute
  "class", // object class
  "enumMember", // permission
  "variable", // boolean or tunable
  "function", // interface or template
  "macro", // support macro, permission set, m4's own
  "parameter", // $1
  "keyword",
  "namespace", // module
  "decorator", // role
  "struct", // user
  "enum", // sensitivity, category, initial SID
  "number",
  "string",
  "regexp", // path of file contexts
] as const;

export const TOKEN_MODIFIERS = [
  "declaration",
  "deprecated",
  "inactive", // a branch of ifdef that the build does not take, or a module that it leaves out
  "dropped", // an optional that is not part of the policy
] as const;

export const TK_TYPE = 0;
export const TK_ATTRIBUTE = 1;
export const TK_CLASS = 2;
export const TK_PERMISSION = 3;
export const TK_BOOLEAN = 4;
export const TK_INTERFACE = 5;
export const TK_MACRO = 6;
export const TK_PARAMETER = 7;
export const TK_KEYWORD = 8;
export const TK_MODULE = 9;
export const TK_ROLE = 10;
export const TK_USER = 11;
export const TK_LEVEL = 12;
export const TK_NUMBER = 13;
export const TK_STRING = 14;
export const TK_PATH = 15;

export const MOD_DECLARATION = 1;
export const MOD_DEPRECATED = 2;
export const MOD_INACTIVE = 4;
export const MOD_DROPPED = 8;
