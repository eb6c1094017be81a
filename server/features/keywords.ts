// Keywords that completion offers at the start of a statement, each with the shape of what follows as a snippet.

/** A keyword with its snippet; `$0`, `${1:name}` as in LSP. */
export interface KeywordCompletion {
  readonly label: string;
  readonly snippet: string;
  readonly detail: string;
}

const RULE = "${1:source} ${2:target}:${3:class} ${4:permission};";
const TYPE_RULE = "${1:source} ${2:target}:${3:class} ${4:result};";

const ROWS: readonly (readonly [string, string, string])[] = [
  ["allow", `allow ${RULE}`, "grant access"],
  ["auditallow", `auditallow ${RULE}`, "log granted access"],
  ["dontaudit", `dontaudit ${RULE}`, "do not log denied access"],
  ["neverallow", `neverallow ${RULE}`, "assert that no rule grants this"],
  [
    "allowxperm",
    "allowxperm ${1:source} ${2:target}:${3:class} ${4:ioctl} ${5:0x0000};",
    "narrow an ioctl or nlmsg permission",
  ],
  [
    "auditallowxperm",
    "auditallowxperm ${1:source} ${2:target}:${3:class} ${4:ioctl} ${5:0x0000};",
    "log these commands",
  ],
  [
    "dontauditxperm",
    "dontauditxperm ${1:source} ${2:target}:${3:class} ${4:ioctl} ${5:0x0000};",
    "do not log these commands",
  ],
  [
    "neverallowxperm",
    "neverallowxperm ${1:source} ${2:target}:${3:class} ${4:ioctl} ${5:0x0000};",
    "assert that none is granted",
  ],
  ["type_transition", `type_transition ${TYPE_RULE}`, "label of new objects"],
  ["type_member", `type_member ${TYPE_RULE}`, "label of polyinstantiated objects"],
  ["type_change", `type_change ${TYPE_RULE}`, "label for relabelling"],
  [
    "range_transition",
    "range_transition ${1:source} ${2:target}:${3:class} ${4:s0};",
    "level of new processes and objects",
  ],
  ["role_transition", "role_transition ${1:role} ${2:type}:${3:process} ${4:role};", "role of new processes"],
  ["type", "type ${1:name}_t;", "declare a type"],
  ["typealias", "typealias ${1:type} alias ${2:name};", "another name for a type"],
  ["typeattribute", "typeattribute ${1:type} ${2:attribute};", "give a type an attribute"],
  ["typebounds", "typebounds ${1:parent} ${2:child};", "bound a type by another"],
  ["attribute", "attribute ${1:name};", "declare an attribute"],
  ["attribute_role", "attribute_role ${1:name};", "declare a role attribute"],
  ["roleattribute", "roleattribute ${1:role} ${2:attribute};", "give a role an attribute"],
  ["role", "role ${1:name} types ${2:type};", "declare a role, or give it types"],
  ["bool", "bool ${1:name} ${2:false};", "declare a boolean"],
  ["permissive", "permissive ${1:type};", "a domain whose denials are only logged"],
  ["expandattribute", "expandattribute ${1:attribute} ${2:true};", "expand an attribute, or never"],
  ["policycap", "policycap ${1:name};", "declare a policy capability"],
  ["if", "if (${1:boolean}) {\n\t$0\n}", "conditional rules"],
  ["optional", "optional {\n\t$0\n}", "rules that need declarations of others"],
  ["require", "require {\n\t$0\n}", "names declared elsewhere"],
];

/** Macros with a syntax of their own; only for sources that m4 reads. */
const MACRO_ROWS: readonly (readonly [string, string, string])[] = [
  ["policy_module", "policy_module(${1:name}, ${2:1.0.0})", "name and version of the module"],
  ["gen_require", "gen_require(`\n\t$0\n')", "names declared elsewhere"],
  ["optional_policy", "optional_policy(`\n\t$0\n')", "rules that need another module"],
  ["tunable_policy", "tunable_policy(`${1:boolean}',`\n\t$0\n')", "conditional rules"],
  ["gen_tunable", "gen_tunable(${1:name}, ${2:false})", "declare a boolean"],
  ["ifdef", "ifdef(`${1:name}',`\n\t$0\n')", "rules of a build option"],
];

const INTERFACE_ROWS: readonly (readonly [string, string, string])[] = [
  [
    "interface",
    "interface(`${1:name}',`\n\tgen_require(`\n\t\ttype ${2:type};\n\t')\n\n\t$0\n')",
    "define an interface",
  ],
  ["template", "template(`${1:name}',`\n\t$0\n')", "define a template"],
];

const asCompletion = ([label, snippet, detail]: readonly [string, string, string]): KeywordCompletion => ({
  label,
  snippet,
  detail,
});

const PLAIN = ROWS.map(asCompletion);
const WITH_MACROS = [...PLAIN, ...MACRO_ROWS.map(asCompletion)];
const WITH_INTERFACES = [...INTERFACE_ROWS.map(asCompletion), ...WITH_MACROS];

/** The keywords for a file of this role. */
export function keywordsFor(role: string): readonly KeywordCompletion[] {
  if (role === "conf") return PLAIN;
  return role === "if" ? WITH_INTERFACES : WITH_MACROS;
}

/** Words that can start a require's items. */
export const REQUIRE_KEYWORDS: readonly string[] = [
  "type",
  "attribute",
  "class",
  "role",
  "attribute_role",
  "bool",
  "user",
];

export const statementKeywords: ReadonlySet<string> = new Set(PLAIN.map((keyword) => keyword.label));

/** Rules with a source, a target and a class. */
export function isKeywordOfRule(word: string): boolean {
  return RULES.has(word);
}

const RULES: ReadonlySet<string> = new Set(ROWS.slice(0, 13).map(([label]) => label));
