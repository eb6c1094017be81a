// Named type transitions and role transitions of a policy.conf that are there twice. checkpolicy compares them while it
// parses (define_filename_trans, define_role_trans), all blocks together, whether they are on or not, with the members
// that attributes have in the global part. What blocks that are on say twice is told elsewhere (namedTransitions.ts,
// roles.ts); this adds the others. A tree alone decides.

import {
  N_ALIAS,
  N_ATTRS,
  N_COMPLEMENT,
  N_MINUS,
  N_NAME,
  N_OPTIONAL,
  N_ROLE,
  N_ROLEATTRIBUTE,
  N_ROLETRANSITION,
  N_STAR,
  N_TYPE,
  N_TYPEALIAS,
  N_TYPEATTRIBUTE,
  N_TYPERULE,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { childrenOf } from "./statements.ts";

/** A set of names by word: an attribute's members, or the types of a set. */
type Members = Map<number, Set<number>>;

/** A statement that says again what another has said. */
export interface RepeatedTransition {
  readonly node: number;
  readonly other: number;
  readonly isRole: boolean;
}

const cache = new WeakMap<SyntaxTree, readonly RepeatedTransition[]>();

/** The repeated transitions of a tree, unless none of them stands in an optional block. */
export function repeatedTransitions(
  tree: SyntaxTree,
  wordOf: { readonly self: number; readonly process: number },
): readonly RepeatedTransition[] {
  let found = cache.get(tree);
  if (found === undefined) {
    found = find(tree, wordOf);
    cache.set(tree, found);
  }
  return found;
}

interface Collected {
  readonly transitions: number[];
  readonly types: Members;
  readonly roles: Members;
  readonly aliases: Map<number, number>;
  isNested: boolean;
}

function find(
  tree: SyntaxTree,
  { self, process }: { readonly self: number; readonly process: number },
): RepeatedTransition[] {
  const all: Collected = {
    transitions: [],
    types: new Map(),
    roles: new Map(),
    aliases: new Map(),
    isNested: false,
  };
  collect(tree, 0, true, all);
  if (!all.isNested) return [];
  const repeated: RepeatedTransition[] = [];
  const named = new Map<string, Map<number, number>>();
  const roles = new Map<string, Map<number, number>>();
  const put = (
    table: Map<string, Map<number, number>>,
    key: string,
    from: Iterable<number>,
    node: number,
  ): void => {
    const sources = table.get(key) ?? new Map<number, number>();
    table.set(key, sources);
    const isRole = table === roles;
    for (const source of from) {
      const other = sources.get(source);
      if (other === undefined) sources.set(source, node);
      else if (repeated.at(-1)?.node !== node) repeated.push({ node, other, isRole });
    }
  };
  for (const node of all.transitions) {
    const children = childrenOf(tree, node);
    const [first = 0, second = 0, third = 0] = children;
    if (tree.kind[node] === N_TYPERULE) {
      const sources = expand(tree, first, all.types, all.aliases);
      const targets = expand(tree, second, all.types, all.aliases);
      const isSelf = targets.delete(self);
      const name = tree.data[children[4] as number];
      for (const tclass of expand(tree, third, new Map(), new Map())) {
        for (const target of targets) put(named, `${target} ${tclass} ${name}`, sources, node);
        if (isSelf) for (const source of sources) put(named, `${source} ${tclass} ${name}`, [source], node);
      }
    } else {
      const from = expand(tree, first, all.roles, new Map());
      const classes = children.length > 3 ? expand(tree, third, new Map(), new Map()) : [process];
      for (const type of expand(tree, second, all.types, all.aliases))
        for (const tclass of classes) put(roles, `${type} ${tclass}`, from, node);
    }
  }
  return repeated;
}

/** Gathers transitions of all blocks, and memberships of the global part. */
function collect(tree: SyntaxTree, block: number, isTop: boolean, all: Collected): void {
  const stop = tree.end[block] as number;
  for (let node = block + 1; node < stop; node = tree.end[node] as number) {
    const kind = tree.kind[node];
    if (kind === N_TYPERULE ? childrenOf(tree, node).length === 5 : kind === N_ROLETRANSITION) {
      all.transitions.push(node);
      if (!isTop) all.isNested = true;
    } else if (kind === N_OPTIONAL)
      for (const branch of childrenOf(tree, node)) collect(tree, branch, false, all);
    else if (kind === N_TYPE || kind === N_TYPEALIAS || kind === N_TYPEATTRIBUTE)
      names(tree, node, isTop ? all.types : undefined, all.aliases);
    else if (isTop && (kind === N_ROLE || kind === N_ROLEATTRIBUTE))
      names(tree, node, all.roles, all.aliases);
  }
}

/** The attributes and aliases that a statement gives to its first name. */
function names(
  tree: SyntaxTree,
  statement: number,
  members: Members | undefined,
  aliases: Map<number, number>,
): void {
  const [head, ...lists] = childrenOf(tree, statement);
  const word = tree.data[head as number] as number;
  for (const list of lists)
    for (const child of childrenOf(tree, list)) {
      const other = tree.data[child] as number;
      if (tree.kind[list] === N_ALIAS) aliases.set(other, word);
      else if (tree.kind[list] === N_ATTRS && members !== undefined)
        members.set(other, (members.get(other) ?? new Set()).add(word));
    }
}

/** The words of a set, attributes as their members; nothing for sets that these rules cannot have. */
function expand(
  tree: SyntaxTree,
  top: number,
  members: Members,
  aliases: ReadonlyMap<number, number>,
): Set<number> {
  const plain = new Set<number>();
  const minus = new Set<number>();
  const stop = tree.end[top] as number;
  for (let node = top; node < stop; node++) {
    const kind = tree.kind[node];
    if (kind === N_STAR || kind === N_COMPLEMENT) return new Set();
    if (kind !== N_NAME && kind !== N_MINUS) continue;
    const into = kind === N_MINUS ? minus : plain;
    const word = tree.data[node] as number;
    const group = members.get(word);
    const one = (name: number): number => aliases.get(name) ?? name;
    if (group === undefined) into.add(one(word));
    else for (const member of group) into.add(one(member));
  }
  for (const word of minus) plain.delete(word);
  return plain;
}
