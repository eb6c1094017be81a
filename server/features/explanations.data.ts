// The table of findings: code, what is wrong, what to do. Codes are those of the compiler, the parser and the
// workspace; what the tools that build policy accept is at most a warning here. A test holds that every code that
// the sources mention has a row.

/** code, title, advice */
export type ExplanationRow = readonly [code: string, title: string, advice: string];

const DUPLICATE =
  "Remove one of the two declarations; the other place is named beside the finding. In a template, give the name a part that differs by caller.";
const LABEL_TWICE =
  "Two statements label the same object. Keep one; when both labels are meant for different objects, make the objects differ.";

export const EXPLANATION_ROWS: readonly ExplanationRow[] = [
  // files and projects
  [
    "encoding-bom",
    "the file starts with a byte order mark",
    "m4 copies the mark through and checkpolicy does not understand it. Save the file as UTF-8 without a mark.",
  ],
  [
    "encoding-not-utf8",
    "the file holds bytes that are not UTF-8",
    "It is read as Latin-1, one character a byte. In comments this is harmless; save the file as UTF-8 to be rid of it.",
  ],
  [
    "file-binary",
    "the file is binary",
    "A file with NUL bytes is no policy source. Binary policies are for ‘sels query --policy’.",
  ],
  ["file-too-large", "the file is too large", "Files beyond 256 MB are not read."],
  [
    "module-missing",
    "modules.conf names a module that the tree does not have",
    "make stops with ‘No rule to make target’. Remove the line from modules.conf, or add the module.",
  ],
  [
    "headers-missing",
    "there are no policy headers at the given place",
    "A directory of headers holds build.conf, support/ and a directory for each layer, such as /usr/share/selinux/devel/include.",
  ],
  // syntax
  [
    "parse-syntax",
    "a word stands where the grammar does not allow it",
    "Look at the word before it too: often something is missing there. ‘sels expand’ shows what macros become.",
  ],
  [
    "parse-semicolon",
    "a semicolon is missing",
    "Statements of the policy language end with ‘;’, macro calls do not.",
  ],
  ["parse-brace", "a brace is missing", "Every ‘{’ needs its ‘}’: sets, requires, optional and if blocks."],
  ["parse-paren", "a parenthesis is missing", "Close the argument list of the call."],
  [
    "parse-quote",
    "an m4 quote is missing",
    "Bodies and conditions are quoted as `…'. An apostrophe inside a body ends it, also one in a comment.",
  ],
  [
    "parse-unmatched",
    "a closing mark without an opening one",
    "Remove it, or find the block that should have opened here; an apostrophe in a comment inside a body may have closed it early.",
  ],
  [
    "parse-char",
    "a character that the language does not have",
    "Typographic quotes and dashes come from copying out of documents. Replace them by plain ones.",
  ],
  [
    "parse-depth",
    "blocks are nested too deeply",
    "Nothing that people write nests this deep. Look for a brace or quote that is never closed.",
  ],
  [
    "fc-syntax",
    "a line of file contexts is malformed",
    "path regexp, optionally a file type such as -- or -d, then a context or <<none>>.",
  ],
  [
    "m4-comment-quote",
    "an apostrophe in a comment ends a quoted body",
    "Inside m4 quotes ‘#’ starts no comment, so the apostrophe closes the quote and the rest of the body falls out of it. Reword the comment.",
  ],
  ["macro-recursion", "a macro calls itself without end", "m4 would run out of memory. Break the cycle."],
  [
    "refpolicy-error",
    "refpolicyerr: the policy stops the build here",
    "The message says why; usually a build option is missing or two exclude each other.",
  ],
  [
    "too-many",
    "too many findings of one kind",
    "Only the first ones are listed. Mend those first: the others often have the same cause.",
  ],
  // names
  [
    "type-unknown",
    "the type or attribute is not declared",
    "Check the spelling. In a module, declare the name in a require block (gen_require), or use an interface of the module that declares it. In a whole policy, make sure that its module is on.",
  ],
  ["role-unknown", "the role is not declared", "Declare it with ‘role name;’, or require it."],
  [
    "user-unknown",
    "the user is not declared",
    "Users are declared in policy/users with gen_user or ‘user … roles …;’.",
  ],
  [
    "bool-unknown",
    "the boolean or tunable is not declared",
    "Declare it with gen_tunable or gen_bool, or require it with ‘bool name;’.",
  ],
  [
    "class-unknown",
    "the class is not declared",
    "Classes come from policy/flask/security_classes; modules get the kernel's through policy_module and name others in a require.",
  ],
  [
    "perm-unknown",
    "the class has no such permission",
    "Each class has permissions of its own: hover the class to see them. A permission set such as read_file_perms fits only classes that have all its members.",
  ],
  [
    "interface-unknown",
    "there is no interface, template or macro of that name",
    "Check the spelling, and that the file that defines it is part of the policy or of the installed headers. Interfaces get new names between releases.",
  ],
  [
    "interface-dup",
    "an interface is defined twice",
    "The last definition counts, and make prints an error. Rename or remove one.",
  ],
  [
    "interface-deprecated",
    "the interface is deprecated",
    "Its definition says what to use instead; it will go away in a later release.",
  ],
  [
    "interface-arguments",
    "a call has the wrong number of arguments",
    "A missing argument is empty, which drops words from rules or breaks them. Hover the call to see its parameters.",
  ],
  ["sid-unknown", "the initial SID is not declared", "Initial SIDs are listed in policy/flask/initial_sids."],
  [
    "sens-unknown",
    "the sensitivity is not declared",
    "Sensitivities are s0 … up to MLS_SENS - 1 in MLS builds; other builds have only s0.",
  ],
  ["cat-unknown", "the category is not declared", "Categories are c0 … up to MCS_CATS - 1 or MLS_CATS - 1."],
  ["common-unknown", "the common is not declared", "Declare the common before the class that inherits it."],
  [
    "require-missing",
    "a name is used without being required",
    "It works while everything is built as one policy, and fails when the module is built alone. Add it to the gen_require of the interface or module.",
  ],
  [
    "optional-dropped",
    "the block is not part of the policy: a name it needs is missing",
    "This is what optional blocks are for. When it should be there, turn on the module that declares the name.",
  ],
  ["type-dup", "the type is declared twice", DUPLICATE],
  ["attr-dup", "the attribute is declared twice", DUPLICATE],
  ["alias-dup", "the alias is already a name", DUPLICATE],
  ["bool-dup", "the boolean is declared twice", DUPLICATE],
  ["cat-dup", "the category is declared twice", DUPLICATE],
  ["class-dup", "the class is declared twice", DUPLICATE],
  ["common-dup", "the common is declared twice", DUPLICATE],
  ["sens-dup", "the sensitivity is declared twice", DUPLICATE],
  ["sid-dup", "the initial SID is declared twice", DUPLICATE],
  [
    "type-attr-clash",
    "one name is a type and an attribute",
    "Types and attributes share one name space. Rename one.",
  ],
  ["typeattr-undecl", "the attribute is not declared", "Declare it with ‘attribute name;’, or require it."],
  ["role-attr-undecl", "the role attribute is not declared", "Declare it with ‘attribute_role name;’."],
  // classes and permissions
  ["av-class-undecl", "permissions for a class that is not declared", "Add the class to security_classes."],
  [
    "av-common-undecl",
    "the inherited common is not declared",
    "Declare the common above, in access_vectors.",
  ],
  ["av-dup", "a class gets its permissions twice", "Put all permissions of a class into one statement."],
  ["av-inherited-conflict", "a class repeats a permission that it inherits", "Remove it; the common has it."],
  ["av-perm-dup", "a class lists a permission twice", "Remove one."],
  [
    "av-perm-many",
    "a class has more than 32 permissions",
    "An access vector has 32 bits. Split the class, as process and process2 are.",
  ],
  ["common-perm-dup", "a common lists a permission twice", "Remove one."],
  ["common-perm-many", "a common has more than 32 permissions", "An access vector has 32 bits."],
  // rules
  [
    "neverallow",
    "an allow rule does what a neverallow forbids",
    "Both places and the attributes through which they meet are named. Narrow the rule, take the type out of the attribute, or exempt it in the neverallow.",
  ],
  [
    "av-self-source",
    "self stands in source position",
    "self means the source; as a source it has no meaning.",
  ],
  ["av-minus-self", "-self is for neverallow rules only", "Name the types instead."],
  [
    "empty-set",
    "the set is empty",
    "A set that becomes nothing makes no rule. Look at the arguments and exclusions that emptied it.",
  ],
  ["typeset-star", "* is for neverallow rules only", "Use an attribute that all wanted types have."],
  [
    "typeset-tilde",
    "~ is for neverallow rules only",
    "Use an attribute and exclude from it: { attribute -type_t }.",
  ],
  [
    "ttrans-conflict",
    "two type rules give different results for one key",
    "The kernel has one result for a source, target and class. Remove one of the rules, or give one of them an object name.",
  ],
  ["ttrans-attr-result", "the result of a type rule is an attribute", "A new object gets exactly one type."],
  ["ttrans-unknown-new", "the resulting type is not declared", "Check the spelling, or require it."],
  [
    "ftrans-conflict",
    "two named transitions give different results",
    "Remove one: for one source, target, class and name there is one result.",
  ],
  [
    "ftrans-dup",
    "a named transition is repeated",
    "checkpolicy refuses it, the module linker does not. Remove one.",
  ],
  ["rangetrans-conflict", "two range transitions give different ranges", "Remove one."],
  [
    "rangetrans-order",
    "the low level of a range does not lie within the high one",
    "The high level must dominate the low one.",
  ],
  ["role-trans-conflict", "two role transitions give different roles", "Remove one."],
  ["role-trans-dup", "a role transition is repeated", "Remove one."],
  ["tbounds-attr", "typebounds names an attribute", "Bounds are between types."],
  ["tbounds-twice", "a type is bounded by two types", "A type has at most one bounding type."],
  ["xperm-kind", "the kind of extended permission is unknown", "It is ioctl or nlmsg."],
  [
    "xperm-perm-undef",
    "the class lacks the permission that the rule extends",
    "ioctl rules need a class with ioctl, nlmsg rules one with nlmsg.",
  ],
  ["xperm-range-order", "a range runs backwards", "Write the smaller number first."],
  ["xperm-value", "an extended permission is out of range", "Values have 16 bits: 0x0000 – 0xffff."],
  [
    "polcap-unknown",
    "the policy capability is unknown",
    "Check the spelling; a capability newer than the tools cannot be used with them.",
  ],
  // conditionals
  [
    "cond-nested",
    "a conditional inside a conditional",
    "Conditions do not nest: combine them with && in one.",
  ],
  [
    "cond-statement",
    "a statement that conditionals do not allow",
    "Only allow, auditallow, dontaudit and type rules (and their extended forms in new policies) may depend on a boolean.",
  ],
  // constraints and defaults
  ["constr-class", "a constraint names an unknown class", "Check the spelling."],
  [
    "constr-perm",
    "a constraint names a permission that a class lacks",
    "All classes of the constraint must have it.",
  ],
  [
    "constr-deep",
    "a constraint's expression is too deep",
    "The kernel's stack has five places. Regroup the expression, or split the constraint.",
  ],
  ["constr-type", "a constraint names an unknown type", "Check the spelling."],
  ["constr-role", "a constraint names an unknown role", "Check the spelling."],
  ["constr-user", "a constraint names an unknown user", "Check the spelling."],
  ["constr-u3-name", "u3, r3, t3 outside validatetrans", "The third context is the task's in validatetrans."],
  ["validate-class", "validatetrans names an unknown class", "Check the spelling."],
  ["validate-deep", "a validatetrans expression is too deep", "The kernel's stack has five places."],
  ["default-class", "a default names an unknown class", "Check the spelling."],
  ["default-conflict", "two defaults contradict each other", "Keep one for each class."],
  // MLS and contexts
  [
    "mls-not-mls",
    "an MLS statement in a policy without MLS",
    "Build with TYPE=mls or TYPE=mcs, or remove it.",
  ],
  ["dom-multi", "a second dominance statement", "There is one order of sensitivities."],
  ["level-multi", "a sensitivity has two level statements", "Keep one."],
  ["level-cat-unknown", "a level names an unknown category", "Check the spelling and MLS_CATS."],
  ["ctx-user", "the context's user is not declared", "Users are declared in policy/users."],
  [
    "ctx-role",
    "the context's role is not declared, or not the user's",
    "Objects carry object_r; processes a role that the user has.",
  ],
  ["ctx-type", "the context's type is not declared", "Check the spelling, or require it."],
  [
    "ctx-cat-unknown",
    "the context's category is not declared",
    "Check the spelling and the number of categories.",
  ],
  [
    "ctx-invalid",
    "the context is not valid",
    "The role must have the type, the user the role, and the range must lie within the user's.",
  ],
  [
    "ctx-nomls-field",
    "the context has a level in a policy without MLS",
    "Use gen_context: it leaves the level out where there is none.",
  ],
  ["low-high", "a range runs backwards", "Write the lower end first."],
  ["fsuse-dup", "a filesystem has two fs_use statements", LABEL_TWICE],
  ["genfs-dup", "a genfscon is repeated", LABEL_TWICE],
  ["genfs-class", "genfscon names an unknown file type", "The mark is one of -- -d -l -c -b -s -p."],
  ["genfs-type", "genfscon's context has no such type", "Check the spelling."],
  ["port-dup", "a portcon is repeated", LABEL_TWICE],
  ["port-hidden", "a portcon can never match", "An earlier range covers it. Put the narrower one first."],
  ["port-order", "a port range runs backwards", "Write the smaller port first."],
  ["port-proto", "the protocol is unknown", "It is tcp, udp, dccp or sctp."],
  ["netif-dup", "a netifcon is repeated", LABEL_TWICE],
  [
    "node-address",
    "the address or mask is malformed",
    "IPv4 in dotted form, IPv6 in colon form; the mask has the same family.",
  ],
  ["ibpkey-hidden", "an ibpkeycon can never match", "An earlier range covers it."],
  ["ibpkey-range", "a partition key is out of range", "Keys have 16 bits."],
  ["ibend-dup", "an ibendportcon is repeated", LABEL_TWICE],
  ["ibend-port", "a port number is out of range", "InfiniBand ports are 1 – 255."],
  ["sidctx-dup", "an initial SID gets two contexts", LABEL_TWICE],
  [
    "sidctx-undef",
    "the initial SID is not declared",
    "Initial SIDs are listed in policy/flask/initial_sids.",
  ],
];
