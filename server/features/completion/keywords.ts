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

const DOCUMENTATION =
  "########################################\n## <summary>\n##\t${1:Summary.}\n## </summary>\n";
const DOMAIN_PARAMETER =
  '## <param name="domain">\n##\t<summary>\n##\tDomain allowed access.\n##\t</summary>\n## </param>\n#\n';
const PREFIX_PARAMETER =
  '## <param name="prefix">\n##\t<summary>\n##\tPrefix of the names.\n##\t</summary>\n## </param>\n#\n';

const INTERFACE_ROWS: readonly (readonly [string, string, string])[] = [
  [
    "interface",
    `${DOCUMENTATION}${DOMAIN_PARAMETER}interface(\`\${2:MODULE_read_files}',\`\n\tgen_require(\`\n\t\ttype \${3:MODULE_t};\n\t')\n\n\tallow \\$1 $3:\${4:file} \${5:read_file_perms};$0\n')`,
    "define an interface, with its documentation",
  ],
  [
    "template",
    `${DOCUMENTATION}${PREFIX_PARAMETER}template(\`\${2:MODULE_template}',\`\n\ttype \\$1_t;\n\t$0\n')`,
    "define a template, with its documentation",
  ],
];

/** Whole files, offered while nothing stands above. */
const FILE_ROWS: ReadonlyMap<string, readonly (readonly [string, string, string])[]> = new Map([
  [
    "te",
    [
      [
        "module skeleton",
        "policy_module(MODULE, ${1:1.0.0})\n\n########################################\n#\n# Declarations\n#\n\ntype MODULE_t;\ntype MODULE_exec_t;\ninit_daemon_domain(MODULE_t, MODULE_exec_t)\n\n########################################\n#\n# Local policy\n#\n\nallow MODULE_t self:${2:fifo_file rw_fifo_file_perms};\n$0",
        "a module with a domain and its program",
      ],
    ],
  ],
  [
    "if",
    [
      [
        "module skeleton",
        "## <summary>${1:What the module is.}</summary>\n\n########################################\n## <summary>\n##\tExecute MODULE in its own domain.\n## </summary>\n## <param name=\"domain\">\n##\t<summary>\n##\tDomain allowed to transition.\n##\t</summary>\n## </param>\n#\ninterface(`MODULE_domtrans',`\n\tgen_require(`\n\t\ttype MODULE_t, MODULE_exec_t;\n\t')\n\n\tcorecmd_search_bin(\\$1)\n\tdomtrans_pattern(\\$1, MODULE_exec_t, MODULE_t)\n')\n$0",
        "the interfaces of a module, with documentation",
      ],
    ],
  ],
]);

const asCompletion = ([label, snippet, detail]: readonly [string, string, string]): KeywordCompletion => ({
  label,
  snippet,
  detail,
});

const PLAIN = ROWS.map(asCompletion);
const WITH_MACROS = [...PLAIN, ...MACRO_ROWS.map(asCompletion)];
const WITH_INTERFACES = [...INTERFACE_ROWS.map(asCompletion), ...WITH_MACROS];

/** The keywords for a file of this role; `isFirst`: nothing stands above. Names begin with the module's. */
export function keywordsFor(role: string, module: string, isFirst: boolean): readonly KeywordCompletion[] {
  const rows = role === "conf" ? PLAIN : role === "if" ? WITH_INTERFACES : WITH_MACROS;
  const whole = isFirst ? (FILE_ROWS.get(role) ?? []).map(asCompletion) : [];
  const name = module === "" ? "name" : module;
  return [...whole, ...rows].map((row) =>
    row.snippet.includes("MODULE") || row.label === "policy_module"
      ? { ...row, snippet: row.snippet.replaceAll("MODULE", name).replace("${1:name},", `\${1:${name}},`) }
      : row,
  );
}

/** What a line of file contexts is made of, behind its path. */
export const FILE_CONTEXT_ROWS: readonly KeywordCompletion[] = [
  asCompletion([
    "gen_context",
    "gen_context(${1:system_u}:${2:object_r}:${3:type},${4:s0})",
    "the label of the files",
  ]),
  asCompletion(["<<none>>", "<<none>>", "files that are never relabelled"]),
];

/** Whole lines of file contexts. */
export const FILE_CONTEXT_LINES: readonly KeywordCompletion[] = [
  asCompletion([
    "file",
    "/usr/bin/${1:MODULE}\t--\tgen_context(system_u:object_r:${2:MODULE_exec_t},s0)",
    "label one file",
  ]),
  asCompletion([
    "directory",
    "/var/lib/${1:MODULE}(/.*)?\tgen_context(system_u:object_r:${2:MODULE_var_lib_t},s0)",
    "label a directory and everything below it",
  ]),
  asCompletion([
    "module skeleton",
    "/usr/s?bin/${1:MODULE}\t--\tgen_context(system_u:object_r:MODULE_exec_t,s0)\n\n/etc/$1(/.*)?\tgen_context(system_u:object_r:MODULE_etc_t,s0)\n\n/var/lib/$1(/.*)?\tgen_context(system_u:object_r:MODULE_var_lib_t,s0)\n\n/var/log/$1(/.*)?\tgen_context(system_u:object_r:MODULE_log_t,s0)\n$0",
    "the files of a module",
  ]),
];

/** Kinds of files in file contexts. */
export const FILE_KINDS: readonly (readonly [string, string])[] = [
  ["--", "regular files"],
  ["-d", "directories"],
  ["-l", "symbolic links"],
  ["-s", "sockets"],
  ["-p", "named pipes"],
  ["-b", "block devices"],
  ["-c", "character devices"],
];

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
