// What keywords of the policy language do, in a sentence or two, for hovers. Macros that are used like keywords are in
// features/builtins.ts; what a name means is no business of this table.

/** [words, shape, meaning] */
const ROWS: readonly (readonly [string, string, string])[] = [
  [
    "allow",
    "allow source target:class { permission … };",
    "Grants the permissions. What no rule allows is denied; constraints, role allows and bounds may still take it away. With two roles and no class: `allow role new_role;` lets the role change.",
  ],
  [
    "auditallow",
    "auditallow source target:class { permission … };",
    "Logs access that is granted. It grants nothing itself.",
  ],
  [
    "dontaudit",
    "dontaudit source target:class { permission … };",
    "Denials of these permissions are not logged. It grants nothing.",
  ],
  [
    "auditdeny",
    "auditdeny source target:class { permission … };",
    "The permissions whose denial is logged; all, when no rule says so. `dontaudit` is the usual way.",
  ],
  [
    "neverallow",
    "neverallow source target:class { permission … };",
    "An assertion: the build fails when a rule grants one of these. The kernel never sees it.",
  ],
  [
    "allowxperm",
    "allowxperm source target:class ioctl { number … };",
    "Narrows a granted `ioctl` (or `nlmsg`) to these commands. Without such a rule for the source, target and class, all commands pass.",
  ],
  [
    "auditallowxperm",
    "auditallowxperm source target:class ioctl { number … };",
    "Logs these commands when they are granted.",
  ],
  [
    "dontauditxperm",
    "dontauditxperm source target:class ioctl { number … };",
    "Denials of these commands are not logged.",
  ],
  [
    "neverallowxperm",
    "neverallowxperm source target:class ioctl { number … };",
    "An assertion: no rule may admit these commands.",
  ],
  [
    "type_transition",
    'type_transition source target:class result ["name"];',
    "The type of new objects: of a file made in a directory of the target, of a process that executes a file of the target. It grants nothing.",
  ],
  [
    "type_member",
    "type_member source target:class result;",
    "The type of a polyinstantiated object, such as a directory of one's own for each user. User space asks for it.",
  ],
  [
    "type_change",
    "type_change source target:class result;",
    "The type to relabel to, such as a terminal's at login. User space asks for it.",
  ],
  [
    "range_transition",
    "range_transition source target[:class] range;",
    "The level of new processes (without a class) or objects, in a policy with levels.",
  ],
  [
    "role_transition",
    "role_transition role type[:class] new_role;",
    "The role of a process that executes a file of the type.",
  ],
  [
    "type",
    "type name [alias other] [, attribute …];",
    "Declares a type, the label of processes or objects. Inside a require: a type that must exist.",
  ],
  ["typealias", "typealias type alias name;", "Another name for a type."],
  ["alias", "alias name", "Another name for what stands before."],
  [
    "typeattribute",
    "typeattribute type attribute [, …];",
    "Gives a type attributes, and so all rules of these.",
  ],
  [
    "attribute",
    "attribute name;",
    "Declares a group of types. Rules for it count for every type that has it.",
  ],
  [
    "expandattribute",
    "expandattribute attribute true;",
    "Whether the compiler replaces the attribute by its types in rules.",
  ],
  ["typebounds", "typebounds parent child;", "The child can never have more access than its parent."],
  ["permissive", "permissive type;", "What this domain is denied is logged, and done all the same."],
  ["role", "role name [types …];", "Declares a role, or gives it types that its processes may have."],
  ["types", "role name types …;", "The types that processes of the role may have."],
  ["attribute_role", "attribute_role name;", "Declares a group of roles."],
  ["roleattribute", "roleattribute role attribute;", "Puts a role into a group of roles."],
  [
    "user",
    "user name roles { … } [level … range …];",
    "Declares an SELinux user with the roles that it may have.",
  ],
  ["roles", "roles { … }", "The roles of a user."],
  ["bool", "bool name default;", "Declares a boolean that can be switched while the system runs."],
  [
    "if",
    "if (expression) { … } else { … }",
    "Rules that depend on booleans; access vector and type rules only.",
  ],
  ["else", "else { … }", "What counts while the condition does not hold, or when the optional is off."],
  ["optional", "optional { … }", "Rules that count only when everything that they require is declared."],
  ["require", "require { … }", "Names that must be declared elsewhere."],
  ["module", "module name version;", "Begins a loadable module."],
  [
    "class",
    "class name { permission … }",
    "An object class: a kind of thing that access is about. Alone it declares one, with permissions it says which.",
  ],
  ["common", "common name { permission … }", "Permissions that several classes share."],
  ["inherits", "class name inherits common", "The class has the permissions of the common, too."],
  [
    "sid",
    "sid name [context]",
    "An initial SID: a label that the kernel needs before, or without, any file or process.",
  ],
  ["policycap", "policycap name;", "Tells the kernel that this policy knows about a change of its checks."],
  [
    "fs_use_xattr",
    "fs_use_xattr fstype context;",
    "Files of the filesystem keep their labels in extended attributes; the context is the filesystem's own.",
  ],
  [
    "fs_use_task",
    "fs_use_task fstype context;",
    "Files get the label of the process that makes them: pipes and sockets.",
  ],
  [
    "fs_use_trans",
    "fs_use_trans fstype context;",
    "Files are labelled by `type_transition` from the process and the filesystem's own context: shared memory, terminals.",
  ],
  [
    "genfscon",
    "genfscon fstype path [-kind] context",
    "Labels of files below a path where the filesystem keeps none; the longest path wins.",
  ],
  [
    "portcon",
    "portcon protocol port[-port] context",
    "The label of ports; the first that holds a port wins.",
  ],
  ["netifcon", "netifcon interface context context", "The label of a network interface, and of its packets."],
  ["nodecon", "nodecon address mask context", "The label of network addresses; the first that matches wins."],
  ["ibpkeycon", "ibpkeycon prefix key context", "The label of InfiniBand partition keys."],
  ["ibendportcon", "ibendportcon device port context", "The label of an InfiniBand port."],
  [
    "constrain",
    "constrain class { permission … } expression;",
    "The permissions are denied unless the expression holds for source (1) and target (2), whatever is allowed.",
  ],
  [
    "mlsconstrain",
    "mlsconstrain class { permission … } expression;",
    "A constraint that may compare levels.",
  ],
  [
    "validatetrans",
    "validatetrans class expression;",
    "A file's label may change only when the expression holds for the old (1) and new (2) label and the process (3).",
  ],
  ["mlsvalidatetrans", "mlsvalidatetrans class expression;", "A `validatetrans` that may compare levels."],
  ["sensitivity", "sensitivity name;", "Declares a sensitivity, the first part of a level."],
  ["category", "category name;", "Declares a category; levels hold sets of them."],
  ["dominance", "dominance { s0 s1 … }", "The order of the sensitivities, lowest first."],
  [
    "level",
    "level s0:c0.c9;",
    "The categories that may stand with a sensitivity; in `user`, the default level.",
  ],
  ["range", "range low - high", "The levels that a user may have."],
  ["default_user", "default_user class source;", "Whose user new objects of the class get."],
  ["default_role", "default_role class source;", "Whose role new objects of the class get."],
  ["default_type", "default_type class source;", "Whose type new objects of the class get."],
  ["default_range", "default_range class source low;", "Whose level new objects of the class get."],
  ["self", "self", "As a target: the source itself, for each source."],
];

/** Operands and operators of constraints. */
const CONSTRAINT_ROWS: readonly (readonly [string, string])[] = [
  ["u1 u2 u3", "The SELinux user of the source (1), target (2), or process (3, in `validatetrans`)."],
  ["r1 r2 r3", "The role of the source (1), target (2), or process (3, in `validatetrans`)."],
  ["t1 t2 t3", "The type of the source (1), target (2), or process (3, in `validatetrans`)."],
  ["l1 l2", "The low level of the source (1) or target (2)."],
  ["h1 h2", "The high level of the source (1) or target (2), its clearance."],
  ["dom", "Dominates: the sensitivity is at least as high, and the categories hold all of the other's."],
  ["domby", "Is dominated by: the other way round than `dom`."],
  ["eq", "Is the same."],
  ["neq", "Is not the same."],
  ["incomp", "Neither dominates the other."],
];

export interface KeywordText {
  readonly shape: string;
  readonly meaning: string;
}

export const KEYWORDS: ReadonlyMap<string, KeywordText> = new Map(
  ROWS.map(([word, shape, meaning]) => [word, { shape, meaning }]),
);

export const CONSTRAINT_WORDS: ReadonlyMap<string, KeywordText> = new Map(
  CONSTRAINT_ROWS.flatMap(([words, meaning]) =>
    words.split(" ").map((word): [string, KeywordText] => [word, { shape: word, meaning }]),
  ),
);
