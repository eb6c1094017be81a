// The names of a policy.conf in the order of its text, as checkpolicy enters them in its first pass (symtab_insert of
// libsepol): what is declared or required where, block by block, and where statements use names. A tree alone decides,
// so the answer is kept with the tree. Nothing here knows which blocks are on.

import {
  N_ALIAS,
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_ATTRS,
  N_AVRULE,
  N_BOOL,
  N_IF,
  N_MINUS,
  N_NAME,
  N_OPTIONAL,
  N_PERMISSIVE,
  N_REQUIRE,
  N_ROLE,
  N_ROLEATTRIBUTE,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_TYPEBOUNDS,
  N_USER,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_ROLE,
  SYM_TUNABLE,
  SYM_TYPE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { SYM_ALIAS } from "./code.ts";
import { labelUses, usesOf } from "./nameUses.ts";
import { GROUP_BOOL, GROUP_ROLE, GROUP_TYPE, GROUPS, groupOf } from "./optionals.ts";
import { childrenOf } from "./statements.ts";

/** One of checkpolicy's scopes: the global part, or a branch of an optional block. */
interface Scope {
  readonly parent: Scope | undefined;
  /** names declared or required here, by `word * GROUPS + group`, each with the number of its first mention */
  readonly names: Map<number, number>;
}

/** A declaration or requirement. */
export interface ConfMention {
  readonly node: number;
  readonly key: number;
  /** SYM_* */
  readonly symbol: number;
  readonly isRequired: boolean;
}

/** What is wrong with a use of a name: nothing mentions it; not where it is used; not before it is used. */
export type ConfProblem = "unknown" | "scope" | "later";

/** A name that a statement may not use. */
export interface ConfMistake {
  readonly node: number;
  readonly key: number;
  readonly problem: ConfProblem;
}

export interface ConfNames {
  /** in the order of the text */
  readonly mentions: readonly ConfMention[];
  /** the first mention of a name */
  readonly first: ReadonlyMap<number, ConfMention>;
  readonly mistakes: readonly ConfMistake[];
}

/** What statements declare: a symbol, and the group of the attributes that follow. */
const DECLARES = new Map<number, number>([
  [N_TYPE, SYM_TYPE],
  [N_ATTRIBUTE, SYM_ATTRIBUTE],
  [N_ROLE, SYM_ROLE],
  [N_ATTRIBUTEROLE, SYM_ATTRIBUTEROLE],
  [N_USER, SYM_USER],
]);

const REQUIRED = new Set([
  SYM_TYPE,
  SYM_ATTRIBUTE,
  SYM_ROLE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_TUNABLE,
  SYM_USER,
]);

const cache = new WeakMap<SyntaxTree, ConfNames>();

/** The names of a tree; `self` is the word that stands for the source. */
export function confNamesOf(tree: SyntaxTree, self: number, textOf: (word: number) => string): ConfNames {
  let names = cache.get(tree);
  if (names === undefined) {
    names = new Reader(tree, self, textOf).read();
    cache.set(tree, names);
  }
  return names;
}

/** Reads a tree twice: the names first, then what uses them. */
class Reader {
  private readonly tree: SyntaxTree;
  private readonly self: number;
  private readonly textOf: (word: number) => string;
  private readonly mentions: ConfMention[] = [];
  private readonly mistakes: ConfMistake[] = [];
  private readonly first = new Map<number, ConfMention>();
  private readonly top: Scope = { parent: undefined, names: new Map() };
  /** by the node of the branch */
  private readonly scopes = new Map<number, Scope>();
  private isSecond = false;
  /** mentions met in this reading */
  private met = 0;

  constructor(tree: SyntaxTree, self: number, textOf: (word: number) => string) {
    this.tree = tree;
    this.self = self;
    this.textOf = textOf;
  }

  read(): ConfNames {
    this.block(0, this.top);
    this.isSecond = true;
    this.met = 0;
    this.block(0, this.top);
    const { mentions, first, mistakes } = this;
    return { mentions, first, mistakes };
  }

  private block(block: number, scope: Scope): void {
    const { tree } = this;
    const stop = tree.end[block] as number;
    for (let node = block + 1; node < stop; node = tree.end[node] as number) {
      // Most statements are rules.
      if (tree.kind[node] !== N_AVRULE) this.statement(node, scope);
      else if (this.isSecond) {
        this.names(node + 1, GROUP_TYPE, scope);
        this.names(tree.end[node + 1] as number, GROUP_TYPE, scope);
      }
    }
  }

  private statement(node: number, scope: Scope): void {
    const { tree } = this;
    const kind = tree.kind[node] as number;
    const children = childrenOf(tree, node);
    const head = children[0];
    if (head === undefined) return;
    if (kind === N_OPTIONAL) {
      for (const branch of children) this.block(branch, this.scopeOf(branch, scope));
    } else if (kind === N_IF) {
      this.names(head, GROUP_BOOL, scope);
      for (const branch of children.slice(1)) this.block(branch, scope);
    } else if (kind === N_REQUIRE) {
      for (const item of children) this.requirement(item, scope);
    } else {
      this.symbols(kind, node, children, scope);
      if (this.isSecond) this.labels(node, scope);
    }
  }

  private scopeOf(branch: number, parent: Scope): Scope {
    let scope = this.scopes.get(branch);
    if (scope === undefined) {
      scope = { parent, names: new Map() };
      this.scopes.set(branch, scope);
    }
    return scope;
  }

  private symbols(kind: number, node: number, children: readonly number[], scope: Scope): void {
    const { tree } = this;
    const head = children[0] as number;
    if (kind === N_PERMISSIVE) this.names(head, GROUP_TYPE, scope);
    else if (kind === N_BOOL)
      this.mention(head, tree.data[node] === 1 ? SYM_TUNABLE : SYM_BOOL, false, scope);
    else if (kind === N_TYPEATTRIBUTE || kind === N_TYPEALIAS) this.names(head, GROUP_TYPE, scope, "before");
    else if (kind === N_ROLEATTRIBUTE) this.names(head, GROUP_ROLE, scope, "before");
    const declares = DECLARES.get(kind);
    if (declares !== undefined) this.mention(head, declares, false, scope);
    for (const [child, group] of usesOf(kind)) {
      const used = children.at(child);
      if (used !== undefined) this.names(used, group, scope);
    }
    if (kind !== N_TYPEBOUNDS) for (const list of children.slice(1)) this.lists(kind, list, scope);
  }

  /** The aliases and attributes of a declaration. */
  private lists(kind: number, list: number, scope: Scope): void {
    const { tree } = this;
    if (tree.kind[list] === N_ALIAS)
      for (const alias of childrenOf(tree, list)) this.mention(alias, SYM_ALIAS, false, scope);
    else if (tree.kind[list] === N_ATTRS) {
      const group = kind === N_ROLE || kind === N_ROLEATTRIBUTE ? GROUP_ROLE : GROUP_TYPE;
      this.names(list, group, scope, "before");
    }
  }

  /** Contexts, and names in the expressions of constraints. */
  private labels(statement: number, scope: Scope): void {
    const wordAt = (node: number): string => this.textOf(this.tree.data[node] as number);
    for (const { node, group } of labelUses(this.tree, statement, wordAt)) this.names(node, group, scope);
  }

  private requirement(item: number, scope: Scope): void {
    const symbol = this.tree.data[item] as number;
    if (!REQUIRED.has(symbol)) return;
    for (const name of childrenOf(this.tree, item)) this.mention(name, symbol, true, scope);
  }

  private mention(node: number, symbol: number, isRequired: boolean, scope: Scope): void {
    if (this.tree.kind[node] !== N_NAME) return;
    const number = this.met++;
    if (this.isSecond) return;
    const key = (this.tree.data[node] as number) * GROUPS + groupOf(symbol);
    const mention = { node, key, symbol, isRequired };
    this.mentions.push(mention);
    if (!this.first.has(key)) this.first.set(key, mention);
    if (!scope.names.has(key)) scope.names.set(key, number);
  }

  /** Judges the names at or below a node: where they must be known, and whether before. */
  private names(
    top: number,
    group: number,
    scope: Scope,
    how: "inScope" | "before" | "known" = "inScope",
  ): void {
    if (!this.isSecond) return;
    const { tree } = this;
    const stop = tree.end[top] as number;
    for (let node = top; node < stop; node++) {
      const kind = tree.kind[node];
      if (kind !== N_NAME && kind !== N_MINUS) continue;
      const word = tree.data[node] as number;
      if (word === this.self && group === GROUP_TYPE) continue;
      const problem = this.problemOf(word * GROUPS + group, scope, how);
      if (problem !== undefined) this.mistakes.push({ node, key: word * GROUPS + group, problem });
    }
  }

  private problemOf(key: number, scope: Scope, how: string): ConfProblem | undefined {
    const limit = how === "before" ? this.met : this.mentions.length;
    let isKnown = false;
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const number = at.names.get(key);
      if (number !== undefined && number < limit) return undefined;
      isKnown ||= number !== undefined;
    }
    if (isKnown) return "later";
    if (!this.first.has(key)) return "unknown";
    return how === "known" ? undefined : "scope";
  }
}
