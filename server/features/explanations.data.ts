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
  // policy tests
  [
    "test-failed",
    "an assertion of a policy test does not hold",
    "The policy says something else than the `*.sels-test` file; the message has the reason. Change the policy, or the assertion when it is no longer meant.",
  ],
  [
    "test-unknown",
    "an assertion names what the policy does not have",
    "Nothing is tested until the name is right: a type that went away would make a `deny` hold for ever.",
  ],
  [
    "test-syntax",
    "a policy test file cannot be understood at this place",
    "docs/policy-tests.md has the language. The other assertions of the file are tested.",
  ],
  [
    "test-empty",
    "a set of an assertion has no members",
    "The assertion says nothing. The attribute may have lost its types, or an exclusion takes all of them.",
  ],
  [
    "test-policy",
    "no policy is known for a policy test file",
    "An open test file is about the policy around it, or the only one that is open. Move it below a policy, or name one: ‘sels test FILE --policy POLICY’.",
  ],
  [
    "test-constrained",
    "rules allow what the kernel takes away",
    "Assertions are about rules. Constraints, role allow and bounds depend on contexts; for the contexts in the message they take away something that `allow` asserts.",
  ],
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
    "Inside m4 quotes ‘#’ starts no comment, so the apostrophe closes the quote and the rest of the body falls out of it. Where the build expands the text, checkpolicy refuses it, and this is an error. Reword the comment.",
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
  [
    "types-too-many",
    "the policy has more types and attributes than it can hold",
    "The kernel's tables number types with 16 bits, so 65,535 types and attributes together is the end, and checkpolicy stops with “type space overflow”. Merge types, or leave modules out of the build.",
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
    "else-declares",
    "a declaration or requirement in the else branch of an optional block",
    "An else branch holds rules about names that are known anyway; an optional block inside of it may require others. The tools say: Could not declare type here.",
  ],
  [
    "req-perm-undeclared",
    "a whole policy requires a permission that no class has",
    "The tools say: Base policy - require of permission without prior declaration.",
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
    "ttrans-skipped",
    "the policy compiler leaves a class of this type rule out",
    "An earlier rule already gives the same result for another class of this rule; libsepol then stops reading the rule's classes, and those left are in no policy. Leave the class that is given twice out of this rule, or write one rule for each class.",
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
  ["tbounds-attr", "typebounds names an attribute", "Bounds are between types."],
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
  // what the tools refuse or warn about besides
  [
    "parse-order",
    "a statement of an earlier policy.conf section after a later one (e.g. class after TE rules)",
    "The tools say: syntax error.",
  ],
  ["parse-linedir", "a #line number that does not fit", "The tools say: source line number too big."],
  [
    "parse-dash-ident",
    'a range written without blanks: "s0-s1" is one identifier to the scanner',
    "The tools say: unknown sensitivity s0-s1 .",
  ],
  [
    "perm-partial-classes",
    "a rule over several classes names a permission that only some of them have (older releases: warning)",
    "The tools say: permission is not defined for class.",
  ],
  ["type-self", '"self" declared as a type', "The tools say: self is a reserved type name / syntax error."],
  [
    "type-attr-undecl",
    "a type declaration lists an undeclared attribute",
    "The tools say: attribute is not declared.",
  ],
  [
    "type-attr-istype",
    "a type declaration lists a type where an attribute is needed",
    "The tools say: is a type, not an attribute.",
  ],
  ["typeattr-unknown", "typeattribute of an unknown type", "The tools say: unknown type."],
  [
    "typeattr-istype",
    "typeattribute with a type in attribute position",
    "The tools say: is a type, not an attribute.",
  ],
  [
    "typeattr-attr",
    "typeattribute of an attribute while writing a kernel policy",
    "The tools say: Type attributes cannot be used in a typeattribute definition (by version) / loop.",
  ],
  [
    "alias-unknown",
    "typealias of an unknown type or of an attribute",
    "The tools say: unknown type, or it was already declared as an attribute.",
  ],
  [
    "expandattr-undecl",
    "expandattribute of an undeclared attribute",
    "The tools say: attribute is not declared.",
  ],
  ["expandattr-type", "expandattribute of a type", "The tools say: is a type, not an attribute."],
  [
    "expandattr-both",
    "expandattribute true and false for one attribute",
    "The tools say: was set to both true and false; resolving to false.",
  ],
  ["permissive-unknown", "permissive of an unknown type", "The tools say: type is not defined."],
  ["permissive-attr", "permissive of an attribute", "The tools say: attributes may not be permissive."],
  [
    "neveraudit-attr",
    "neveraudit of an attribute (3.10 and later)",
    "The tools say: attributes may not be neveraudit.",
  ],
  [
    "neveraudit-unknown",
    "neveraudit of an unknown type (3.10 and later)",
    "The tools say: type is not defined.",
  ],
  ["av-self-and-minus", "self and -self together", "The tools say: self and -self are mutual exclusive."],
  ["av-minus-self-compl", "-self in a complement", "The tools say: -self is not supported in complements."],
  ["av-dontaudit-tilde", "dontaudit with ~permissions", "The tools say: dontaudit rule with a ~?."],
  [
    "av-empty-perms",
    "a permission set that comes out empty (~ of all)",
    "The tools say: omitting avrule with no permission set (newer releases).",
  ],
  [
    "neverallow-self",
    "a neverallow with self is violated",
    "The tools say: neverallow ... violated by allow ... self.",
  ],
  [
    "neverallow-minus-self",
    "a neverallow to all but oneself is violated",
    "The tools say: neverallow ... violated by allow .",
  ],
  [
    "neverallow-cond",
    "an allow inside a conditional matches a neverallow (either branch, whatever the boolean)",
    "The tools say: neverallow ... violated by allow .",
  ],
  [
    "neverallow-compl",
    "a neverallow with ~ or * sets is violated",
    "The tools say: neverallow ... violated by allow .",
  ],
  [
    "xperm-neverallow",
    "an allowxperm rule grants values that a neverallowxperm forbids",
    "The tools say: neverallowxperm ... violated by allowxperm .",
  ],
  [
    "xperm-neverallow-nox",
    "ioctl is allowed with no allowxperm at all where a neverallowxperm exists",
    "The tools say: neverallowxperm ... violated by allow ... ioctl.",
  ],
  [
    "xperm-cond",
    "an xperm rule inside a conditional for a policy version below 34",
    "The tools say: extended permissions in conditional policies are only supported since policy version 34 / syntax error.",
  ],
  [
    "xperm-noallow",
    "allowxperm without any matching allow ioctl (useless; no tool says so)",
    "The tools say: (no diagnostic: candidate for a lint).",
  ],
  ["av-dup-rule", "the same allow rule twice (merged in silence)", "The tools say: (no diagnostic)."],
  [
    "ttrans-conflict-attr",
    "the conflict arises through an attribute",
    "The tools say: conflicting TE rule for .",
  ],
  [
    "ttrans-dup",
    "two identical type_transition rules",
    "The tools say: (accepted; duplicate TE rule only where a flag forbids it).",
  ],
  [
    "tchange-conflict",
    "two type_change rules with the same key and different results",
    "The tools say: conflicting TE rule for .",
  ],
  [
    "tmember-conflict",
    "two type_member rules with the same key and different results",
    "The tools say: conflicting TE rule for .",
  ],
  [
    "ttrans-cond-dup",
    "a conditional type rule whose key already exists outside conditionals",
    "The tools say: type rule already exists outside of a conditional / conflicting TE rule.",
  ],
  [
    "ttrans-cond-conflict",
    "two conditionals give different results for one key and may both be active",
    "The tools say: conflicting TE rule / conflicting type rules.",
  ],
  [
    "ttrans-cond-both",
    "different results in the true and false branch of one conditional (allowed)",
    "The tools say: (accepted).",
  ],
  [
    "ftrans-cond",
    "a named transition inside a conditional",
    "The tools say: type transitions with a filename not allowed inside conditionals.",
  ],
  [
    "ftrans-unknown",
    "a named transition with an unknown result type",
    "The tools say: unknown type used in transition definition.",
  ],
  [
    "bool-period",
    "a boolean name with a period",
    "The tools say: boolean identifier may not contain periods.",
  ],
  [
    "cond-unknown",
    "a conditional on an unknown boolean",
    "The tools say: unknown boolean in conditional expression.",
  ],
  [
    "cond-deep",
    "a conditional expression deeper than the evaluation stack (10)",
    "The tools say: conditional expression is too deep.",
  ],
  [
    "cond-mix-tunable",
    "one expression mixes a boolean and a tunable",
    "The tools say: illegal conditional expression; Contains boolean and tunable.",
  ],
  [
    "cond-decl",
    "a declaration (or role/range rule, neverallow) inside a conditional",
    "The tools say: syntax error.",
  ],
  [
    "cond-neverallow",
    "neverallow inside a conditional",
    "The tools say: syntax error / neverallow not allowed.",
  ],
  [
    "role-dup",
    "a role declared twice (merged by checkpolicy)",
    "The tools say: (accepted) / Duplicate declaration.",
  ],
  [
    "role-attr-clash",
    "one name for a role and a role attribute",
    "The tools say: used as both an attribute and a role / Duplicate declaration.",
  ],
  [
    "roleattr-undecl",
    "roleattribute with an undeclared attribute",
    "The tools say: role attribute is not declared.",
  ],
  [
    "roleattr-isrole",
    "roleattribute with a regular role in attribute position",
    "The tools say: is a regular role, not an attribute.",
  ],
  ["roleset-star", "* or ~ as a role set in a rule", "The tools say: * is not allowed for role sets."],
  ["roleallow-unknown", "role allow of an unknown role", "The tools say: unknown role."],
  [
    "roletrans-dup",
    "two role_transition rules for one key",
    "The tools say: duplicate role transition for (r,t,c).",
  ],
  [
    "roletrans-newattr",
    "the new role is a role attribute",
    "The tools say: the new role must be a regular role.",
  ],
  [
    "roletrans-unknown",
    "the new role is unknown",
    "The tools say: unknown role used in transition definition.",
  ],
  [
    "roletrans-noallow",
    "role_transition without a role allow (fails at run time only)",
    "The tools say: (no diagnostic: candidate for a lint).",
  ],
  [
    "roledom",
    "the deprecated role dominance statement",
    "The tools say: role dominance has been deprecated.",
  ],
  ["user-unknown-role", "a user gets an unknown role", "The tools say: unknown role."],
  ["user-star", "* or ~ in user roles", "The tools say: * is not allowed in user declarations."],
  [
    "user-nolevel",
    "a user without level/range in an MLS policy",
    "The tools say: no default level specified for user.",
  ],
  [
    "user-level-unknown",
    "an unknown sensitivity in the default level",
    "The tools say: unknown sensitivity used in user level definition.",
  ],
  ["user-cat-unknown", "an unknown category in the range", "The tools say: unknown category."],
  [
    "user-range-order",
    "the high level of the range does not dominate the low one",
    "The tools say: MLS range high level does not dominate low level.",
  ],
  [
    "user-default-outside",
    "the default level lies outside the range",
    "The tools say: default level not within user range.",
  ],
  [
    "user-cat-level",
    "a category that the sensitivity's level statement does not list",
    "The tools say: Category can not be associated with level.",
  ],
  ["user-dup", "a user declared twice (roles merged)", "The tools say: (accepted or Duplicate declaration)."],
  ["tbounds-undecl", "typebounds with an undeclared type", "The tools say: type is not declared."],
  ["tbounds-inconsistent", "a child bounded by two parents", "The tools say: type has inconsistent bounds."],
  [
    "tbounds-exceed",
    "a bounded type has a permission that its parent lacks",
    "The tools say: Child type exceeds bounds of parent in the following rules.",
  ],
  [
    "tbounds-exceed-cond",
    "the excess is inside a conditional",
    "The tools say: Child type exceeds bounds of parent.",
  ],
  [
    "tbounds-target",
    "the target is bounded too: the parent needs the permission on the target's parent",
    "The tools say: (accepted when the parent pair holds it).",
  ],
  [
    "tbounds-hier-name",
    "a name with a period whose parent type does not exist",
    "The tools say: parent doesn't exist, child is an orphan.",
  ],
  [
    "rbounds-exceed",
    "a role named as child (period) has a type that its parent lacks",
    "The tools say: Role bounds violation.",
  ],
  [
    "ubounds-exceed",
    "a user named as child has a role that its parent lacks",
    "The tools say: User bounds violation.",
  ],
  [
    "rbounds-implicit-missing",
    "a hierarchical role whose parent is not in the same scope",
    "The tools say: Implicit role bounds declared, but the parent was not found in the same scope.",
  ],
  [
    "ubounds-implicit-missing",
    "a hierarchical user whose parent is not in the same scope",
    "The tools say: Implicit user bounds declared, but the parent was not found in the same scope.",
  ],
  [
    "sens-alias-dup",
    "a sensitivity alias already declared",
    "The tools say: duplicate declaration of sensitivity alias.",
  ],
  [
    "dom-unknown",
    "dominance names an unknown sensitivity",
    "The tools say: unknown sensitivity used in dominance definition.",
  ],
  [
    "dom-incomplete",
    "dominance leaves out a sensitivity",
    "The tools say: all sensitivities must be specified in dominance definition.",
  ],
  [
    "cat-alias-dup",
    "a category alias already declared",
    "The tools say: duplicate declaration of category alias.",
  ],
  [
    "level-sens-unknown",
    "level of an unknown sensitivity",
    "The tools say: unknown sensitivity used in level definition.",
  ],
  ["level-cat-range", "a category range the wrong way round", "The tools say: category range is invalid."],
  [
    "level-missing",
    "a sensitivity without a level statement",
    "The tools say: sensitivity was not used in a level definition!.",
  ],
  [
    "rangetrans-level",
    "range_transition to an unknown level",
    "The tools say: unknown level used in range_transition definition.",
  ],
  [
    "default-range-conflict",
    "two different default_range for a class",
    "The tools say: conflicting default range information for class.",
  ],
  [
    "constr-u3",
    "u3/r3/t3 in constrain (only for validatetrans)",
    "The tools say: syntax error (u3 == u1 is no production); illegal constraint expression for names.",
  ],
  [
    "constr-mls-in-plain",
    "l1/h1 comparisons in a plain constrain",
    "The tools say: (accepted: grammar is shared).",
  ],
  [
    "constr-mls-user",
    "a user name inside mlsconstrain (users are declared later in policy.conf)",
    "The tools say: unknown user.",
  ],
  [
    "constr-empty",
    "a constraint whose permission set is empty",
    "The tools say: omitting constraint with no permission set.",
  ],
  ["ctx-sens", "a context with an unknown sensitivity", "The tools say: Sensitivity is not defined."],
  [
    "ctx-cat",
    "a category that the level does not have",
    "The tools say: category can not be associated with level.",
  ],
  [
    "sidctx-missing",
    "a declared initial SID without a context",
    "The tools say: SID was never defined / omitted.",
  ],
  ["port-overlap", "two portcon that overlap in part", "The tools say: (accepted; first match wins)."],
  [
    "node-dup",
    "two nodecon with the same address and mask (3.4: accepted)",
    "The tools say: duplicate entry for network node.",
  ],
  ["node-mask", "a mask that is not contiguous", "The tools say: ipv4 mask is not contiguous."],
  ["node-hostbits", "address bits outside the mask", "The tools say: host bits in ipv4 address set."],
  ["node6-mask", "an IPv6 mask that is not contiguous", "The tools say: ipv6 mask is not contiguous."],
  ["node6-hostbits", "iPv6 address bits outside the mask", "The tools say: host bits in ipv6 address set."],
  [
    "node-cidr-mask",
    "a CIDR length out of range (3.8 and later)",
    "The tools say: invalid mask in IPv4 CIDR notation.",
  ],
  [
    "node-cidr-zero",
    "a CIDR length of 0 (3.8 and later)",
    "The tools say: IPv4 CIDR mask of 0, matching all IPs.",
  ],
  [
    "ibpkey-prefix",
    "a subnet prefix with low-order bits",
    "The tools say: subnet prefix should be 0's in the low order 64 bits.",
  ],
  [
    "xen-on-selinux",
    "a Xen statement in a selinux-target policy",
    "The tools say: pirqcon not supported for target.",
  ],
  [
    "mod-in-base",
    "a module statement while compiling a monolithic/base policy",
    "The tools say: Module specification found while not building a policy module / syntax error.",
  ],
  [
    "mod-noname",
    "checkmodule -m on text that has no module statement",
    "The tools say: Building a policy module, but no module specification found.",
  ],
  [
    "mod-noversion",
    "a module statement without a version",
    "The tools say: Expected a module version but none was found / syntax error.",
  ],
  [
    "mod-name-file",
    "the module name differs from the output file name",
    "The tools say: Module name is different than the output base filename.",
  ],
  [
    "req-type",
    "a type used without require or declaration",
    "The tools say: unknown type / type is not within scope.",
  ],
  ["req-class", "a class used without require", "The tools say: unknown class."],
  ["req-perm", "a permission used without require", "The tools say: permission is not defined for class."],
  [
    "req-scope-optional",
    "a symbol required only inside an optional block is used outside it",
    "The tools say: type is not within scope.",
  ],
  [
    "req-perm-scope",
    "a permission required only inside an optional block is used outside it",
    "The tools say: permission of class is not within scope.",
  ],
  [
    "req-class-scope",
    "a class required only inside an optional block is used outside it",
    "The tools say: class is not within scope.",
  ],
  [
    "req-role-scope",
    "a role required only inside an optional block is used outside it",
    "The tools say: role is not within scope.",
  ],
  ["req-bool", "a boolean used without require", "The tools say: unknown boolean in conditional expression."],
  [
    "opt-norequire",
    "an optional block without a require section",
    "The tools say: This block has no require section.",
  ],
  [
    "req-and-decl",
    "a symbol both required and declared in one scope",
    "The tools say: Duplicate declaration of type / accepted.",
  ],
  [
    "req-type-as-attr",
    "one name required as a type and as an attribute",
    "The tools say: Identifier used as both an attribute and a type / Could not declare.",
  ],
  [
    "mod-class-decl",
    "a class declared in a module",
    "The tools say: syntax error (modules may not declare classes).",
  ],
  ["mod-user-in-cond", "a declaration of a role inside a conditional", "The tools say: syntax error."],
  [
    "link-missing-type",
    "a module requires a type that no module declares",
    "The tools say: m's global requirements were not met: type/attribute zz_t.",
  ],
  [
    "link-missing-perm",
    "a module requires a permission that the base class lacks",
    "The tools say: Module depends on permission in class, not satisfied.",
  ],
  [
    "link-missing-class",
    "a module requires a class that base does not declare",
    "The tools say: global requirements were not met: class.",
  ],
  [
    "link-dup-type",
    "a module declares a type that base (or another module) declares",
    "The tools say: Duplicate declaration in module: type/attribute.",
  ],
  [
    "link-type-vs-attr",
    "a module requires as a type what base declares as an attribute",
    "The tools say: Expected X to be a type, but it was already declared as an attribute.",
  ],
  [
    "link-attr-vs-type",
    "a module requires as an attribute what base declares as a type",
    "The tools say: Expected X to be an attribute, but it was already declared as a type.",
  ],
  [
    "link-role-vs-attr",
    "a module requires as a role attribute what base declares as a role",
    "The tools say: Expected X to be a role attribute.",
  ],
  [
    "link-tunable",
    "a module requires as a tunable what base declares as a boolean",
    "The tools say: Mismatch between boolean/tunable definition and usage.",
  ],
  [
    "link-sens",
    "a module requires a sensitivity that base lacks",
    "The tools say: Sensitivity not declared by base.",
  ],
  [
    "link-optional-off",
    "requirements of an optional block are not met: the block is dropped in silence (seen with -v)",
    "The tools say: optional requirements were not met.",
  ],
  [
    "link-alias-attr",
    "a module makes an alias of what base declares as an attribute",
    "The tools say: is an alias of an attribute, not allowed.",
  ],
  [
    "expand-neverallow",
    "a module allows what a neverallow of base forbids (found when expanding)",
    "The tools say: neverallow violated by allow.",
  ],
  [
    "expand-ttrans",
    "two modules give different results for one type_transition key",
    "The tools say: conflicting TE rule.",
  ],
  [
    "expand-roletrans",
    "two modules give different new roles for one role_transition key",
    "The tools say: Conflicting role trans rule.",
  ],
  [
    "expand-ftrans",
    "two modules give different results for one named transition",
    "The tools say: Conflicting name-based type_transition.",
  ],
  [
    "expand-attr-loop",
    "role attributes that contain each other",
    "The tools say: Found loop in role attributes involving.",
  ],
  ["expand-bounds", "a module breaks a typebounds", "The tools say: Child type exceeds bounds of parent."],
];
