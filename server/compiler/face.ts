// What the upper rooms see of the compiler: sources go in, a policy database with findings and provenance comes
// out, and an edit changes only what it touches. Offsets are UTF-16 code units; files are numbers that the
// workspace gives. Nothing here throws; nothing here knows LSP or a file system.

import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import type { Ebitmap } from "../policydb/ebitmap.ts";
import type { EntryState } from "../policydb/entryState.ts";
import type { PolicyDb } from "../policydb/policydb.ts";

/** What a file is for. Order of roles within a build follows the reference policy's Rules.monolithic. */
export type FileRole =
  | "security_classes"
  | "initial_sids"
  | "access_vectors"
  | "support"
  | "context_defaults"
  | "mls"
  | "mcs"
  | "policy_capabilities"
  | "global_booleans"
  | "global_tunables"
  | "users"
  | "constraints"
  | "te"
  | "if"
  | "fc"
  | "conf";

/** What an avtab entry said before an update touched it; a new one said nothing. */
export interface ChangedRule extends EntryState {
  readonly isNew: boolean;
}

/** One source of a build. `id` is the workspace's number; `path` is for messages only. */
export interface Source {
  readonly id: number;
  readonly path: string;
  readonly role: FileRole;
  /** module name for te, if and fc files; the te file's base name */
  readonly module: string;
  /** false: interfaces count, rules don't (modules that modules.conf sets to off; installed headers) */
  readonly enabled: boolean;
  readonly tree: SyntaxTree;
}

/** How sources become one policy. */
export interface BuildOptions {
  /** m4 -D definitions: enable_mcs, distro_debian, mls_num_cats=1024 … */
  readonly defines: ReadonlyMap<string, string>;
  /** checkpolicy -M */
  readonly mls: boolean;
  /** monolithic: one policy of everything (policy_module emits nothing, gen_require counts in optionals only);
   *  modular: loadable modules against headers (every name must be required or declared) */
  readonly mode: "monolithic" | "modular";
  readonly handleUnknown: "deny" | "reject" | "allow";
  /** booleans.conf: overrides of gen_bool / gen_tunable defaults */
  readonly booleans: ReadonlyMap<string, string>;
}

export type Severity = "error" | "warning" | "information" | "hint";

/** A place in a source. */
export interface Site {
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

export interface RelatedSite extends Site {
  readonly message: string;
}

/** A finding: the range covers the bad name and nothing more. */
export interface Finding extends Site {
  readonly severity: Severity;
  /** stable lower-case id, e.g. `type-unknown` (checks.md, Part A) */
  readonly code: string;
  readonly message: string;
  readonly related: readonly RelatedSite[];
}

export type SymbolKind =
  | "type"
  | "attribute"
  | "alias"
  | "role"
  | "attribute_role"
  | "user"
  | "class"
  | "common"
  | "permission"
  | "bool"
  | "tunable"
  | "sensitivity"
  | "category"
  | "sid"
  | "interface"
  | "template"
  | "macro"
  | "module";

/** Where a symbol is declared. `start`/`end` cover the name, `declStart`/`declEnd` the whole statement. */
export interface Declaration extends Site {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly declStart: number;
  readonly declEnd: number;
  /** false when the declaring block is not part of the policy (dropped optional, module off) */
  readonly active: boolean;
  /** for names made from arguments (`$1_t` in a template): the call site that made it is `file`/`start` */
  readonly via?: readonly Site[];
}

/** Where a rule came from: its statement, and the calls that led to it, outermost first. */
export interface Origin extends Site {
  readonly calls: readonly Site[];
}

/** A rule that a statement or call becomes, names resolved as written (attributes symbolic). */
export interface ExpandedRule {
  readonly text: string;
  readonly origin: Origin;
  /** "on", or why it does not count */
  readonly state: "on" | "dropped" | "inactive";
  /** conditional text, e.g. `if (foo and not bar)`, when the rule stands in a conditional branch */
  readonly condition?: string;
}

/** A neverallow or neverallowxperm rule with its sets worked out. */
export interface AssertionRule {
  /** place in `AssertionSet.rules` */
  readonly id: number;
  /** for `Compiled.originOf` */
  readonly block: number;
  readonly at: number;
  /** rules of one `AssertionSet.meaning` with equal keys forbid the same */
  readonly key: string;
  /** concrete types, value - 1 */
  readonly sources: Ebitmap;
  readonly targets: Ebitmap;
  readonly self: boolean;
  readonly minusSelf: boolean;
  /** written with `~` or `*` in its source or target */
  readonly complement?: boolean;
  readonly classPerms: readonly { readonly tclass: number; readonly mask: number }[];
  readonly xperms?: {
    readonly kind: "ioctl" | "nlmsg";
    readonly ranges: readonly (readonly [number, number])[];
  };
}

/** All active assertions; `generation` changes when they, or what their sets mean, change. */
export interface AssertionSet {
  readonly generation: number;
  /** changes when what the sets of the rules mean may have changed */
  readonly meaning: number;
  readonly rules: readonly AssertionRule[];
}

/** The rules that the statements of one file's own text put into the avtab; as columns, `count` rows. */
export interface DirectRules {
  readonly count: number;
  /** number of the contribution: equal numbers are the same */
  readonly contribution: Int32Array;
  /** the statement: a node of the file's tree */
  readonly node: Int32Array;
  readonly entry: Int32Array;
  /** what it adds to the entry: access vector or result type */
  readonly mask: Int32Array;
  readonly block: Int32Array;
}

/** What one statement puts into an avtab entry; `block` and `at` are for `originOf`. */
export interface Contribution {
  readonly contribution: number;
  readonly block: number;
  readonly at: number;
  readonly mask: number;
  /** type and attribute values as its source is written (access vector rules) */
  sources(): { readonly plain: readonly number[]; readonly minus: readonly number[] };
}

/** What a module's text leads to in every build: through no optional block, and under no `ifdef`. */
export interface Reach {
  has(block: number, at: number): boolean;
  isMember(type: number, attribute: number): boolean;
}

/** A callable macro. */
export interface Macro {
  readonly name: string;
  readonly kind: "interface" | "template" | "macro";
  readonly file: number;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** highest $n used in the body */
  readonly arity: number;
  readonly body: string;
}

/** A compiled, live policy. */
export interface Compiled {
  readonly words: Words;
  readonly db: PolicyDb;
  readonly options: BuildOptions;
  sources(): readonly Source[];
  /** Replaces, adds (new id) or removes (tree undefined) sources; everything else is brought up to date. */
  update(changes: readonly { readonly id: number; readonly source: Source | undefined }[]): void;
  /** True when edits have left so much behind that it has grown to so many times its first size (names and blocks keep numbers). */
  isWasteful(times: number): boolean;
  /** All findings of the compiler (syntax errors included) by file. Cheap when nothing changed. */
  findings(): ReadonlyMap<number, readonly Finding[]>;
  /** Changes when a name may have come to mean something else: a declaration, a macro, or that it is deprecated. */
  namesGeneration(): number;
  declarations(name: string): readonly Declaration[];
  /** Makes what `declarations` and `symbols` look up in steps, for those who have time. */
  indexNames(): Generator<void, void>;
  /** Every declared name of these kinds (completion, workspace symbols). */
  symbols(kinds: readonly SymbolKind[]): readonly Declaration[];
  macro(name: string): Macro | undefined;
  /** What m4 makes of a piece of text that stands in no macro. */
  m4Text(text: string): string;
  /** The macro that a word names, by its number. */
  macroOfWord(word: number): Macro | undefined;
  macros(): readonly Macro[];
  /** The names of all macros, in no order to rely on; unlike `macros`, cheap after an edit. */
  macroNames(): readonly string[];
  /** The statements that put a type into an attribute (values). */
  memberOrigins(type: number, attribute: number): readonly Origin[];
  /** The order in which origins are told: that of the build, whatever was edited before; negative when `a` is first. */
  compareOrigins(a: Origin, b: Origin): number;
  /** Origins of the bits `mask` of an avtab entry (all bits by default); type rules and xperms: every contributor. */
  originsOf(entry: number, mask?: number): readonly Origin[];
  /** The words that a name stands for at an offset: `$1_t` inside a macro body gives one per instantiation (at most `limit`). */
  meaningsAt(file: number, offset: number, limit?: number): readonly string[];
  /** Expands the set (type, class, permission macro …) whose node covers the offset to plain names. */
  expandSet(file: number, start: number, end: number): readonly string[];
  /** The rules that the statement or call covering `start` becomes. */
  expand(file: number, start: number, limit?: number): readonly ExpandedRule[];
  /** Expands a call given as text, e.g. `apache_read_config(foo_t)`, in the context of the whole policy. */
  expandText(text: string, limit?: number): readonly ExpandedRule[];
  /** The rules of a file's own statements, macros' bodies left out. */
  directRules(file: number): DirectRules;
  /** Who puts something into an avtab entry. */
  contributionsOf(entry: number): readonly Contribution[];
  /** What a file leads to in every build; with a rule's block, what is there wherever the rule is. */
  reachOf(file: number, block?: number): Reach;
  assertions(): AssertionSet;
  /** Avtab entries that changed since the last call (dead ones included). For one consumer: the whole-policy checks. */
  takeTouched(): ReadonlySet<number>;
  /** From now on what avtab entries said before they changed is written down, until `changedRules` gives it. */
  watchRules(): void;
  changedRules(): readonly ChangedRule[];
  /** The statement behind a block's code position, and the calls that led to it. */
  originOf(block: number, at: number): Origin;
  /** Conditional text of an avtab branch. */
  conditionText(branch: number): string;
}
