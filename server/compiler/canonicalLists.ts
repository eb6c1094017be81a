// Role allow rules, role transitions and filename transitions in the order in which libsepol's lists grow (expand.c):
// declaration by declaration, the last statement first, and within a statement by ascending new values. What a
// statement names is worked out again here, because the live policy keeps the results only.

import {
  N_ATTRS,
  N_ROLE,
  N_ROLEALLOW,
  N_ROLEATTRIBUTE,
  N_ROLETRANSITION,
  N_TYPERULE,
} from "../../grammar/syntax/kinds.ts";
import type { FilenameTransition, RoleAllow, RoleTransition } from "../policydb/policydb.ts";
import { mapBits, type Renumbering } from "./canonicalNumbers.ts";
import type { DeclarationRun } from "./canonicalWalk.ts";
import type { CompiledPolicy } from "./compile.ts";
import { NamedTransitions } from "./namedTransitions.ts";
import { childrenOf, nameAt, type Statement, type StatementParts, valueAt } from "./statements.ts";

export interface OrderedRoleRules {
  readonly roleAllows: RoleAllow[];
  readonly roleTransitions: RoleTransition[];
}

/** The statements that a run of declarations says, in order. */
type Runs = readonly DeclarationRun[];

/** The parser puts each of these rules in front of its declaration's list. */
function backwards({ statements }: DeclarationRun): Statement[] {
  return [...statements].reverse();
}

/** Both lists of role rules under new values. */
export function orderRoleRules(compiled: CompiledPolicy, runs: Runs, maps: Renumbering): OrderedRoleRules {
  const parts = partsOf(compiled);
  const members = roleMembers(parts, runs);
  const { db } = compiled;
  const key = (...values: number[]): string => values.join(" ");
  const { roles, types, classes } = maps;
  const allows = new Map<string, RoleAllow>();
  for (const { role, newRole } of db.roleAllows) {
    const mapped = { role: roles[role] as number, newRole: roles[newRole] as number };
    allows.set(key(mapped.role, mapped.newRole), mapped);
  }
  const transitions = new Map<string, RoleTransition>();
  for (const { role, type, tclass, newRole } of db.roleTransitions) {
    const mapped = {
      role: roles[role] as number,
      type: types[type] as number,
      tclass: classes[tclass] as number,
      newRole: roles[newRole] as number,
    };
    transitions.set(key(mapped.role, mapped.type, mapped.tclass), mapped);
  }
  const roleAllows: RoleAllow[] = [];
  const roleTransitions: RoleTransition[] = [];
  const take = <T>(from: Map<string, T>, to: T[], name: string): void => {
    const found = from.get(name);
    if (found === undefined) return;
    from.delete(name);
    to.push(found);
  };
  for (const run of runs)
    for (const statement of backwards(run)) {
      const children = childrenOf(statement.tree, statement.node);
      if (statement.kind === N_ROLEALLOW) {
        const [from, to] = children.map((child) => roleSet(parts, members, maps, statement, child));
        for (const role of from ?? [])
          for (const newRole of to ?? []) take(allows, roleAllows, key(role, newRole));
      } else if (statement.kind === N_ROLETRANSITION) {
        const set = roleSet(parts, members, maps, statement, children[0] as number);
        const sorted = transitionTargets(parts, maps, statement, children);
        for (const role of set)
          for (const type of sorted.types)
            for (const tclass of sorted.classes) take(transitions, roleTransitions, key(role, type, tclass));
      }
    }
  // Nothing is left here unless a statement was read otherwise than above; no rule may get lost for that.
  roleAllows.push(...allows.values());
  roleTransitions.push(...transitions.values());
  return { roleAllows, roleTransitions };
}

function transitionTargets(
  parts: StatementParts,
  maps: Renumbering,
  statement: Statement,
  children: readonly number[],
): { readonly types: number[]; readonly classes: number[] } {
  const { resolver, db } = parts;
  const classes =
    children.length > 3
      ? resolver.classes(valueAt(parts, statement, children[2] as number)).values
      : [db.classes.valueOf("process")];
  const types = resolver.expanded(valueAt(parts, statement, children[1] as number));
  return { types: ascending(types, maps.types), classes: ascending(classes, maps.classes) };
}

function ascending(values: Iterable<number>, map: Uint32Array): number[] {
  return [...values].map((value) => map[value] ?? 0).sort((a, b) => a - b);
}

/** The roles of every role attribute, by name. */
function roleMembers(parts: StatementParts, runs: Runs): Map<string, Set<string>> {
  const direct = new Map<string, Set<string>>();
  for (const { statements } of runs)
    for (const statement of statements) {
      if (statement.kind !== N_ROLEATTRIBUTE && statement.kind !== N_ROLE) continue;
      const { tree, node } = statement;
      const [name, ...lists] = childrenOf(tree, node);
      for (const list of lists)
        for (const child of tree.kind[list] === N_ATTRS ? childrenOf(tree, list) : [list]) {
          const attribute = nameAt(parts, statement, child);
          const set = direct.get(attribute) ?? new Set();
          direct.set(attribute, set.add(nameAt(parts, statement, name as number)));
        }
    }
  const all = new Map<string, Set<string>>();
  for (const attribute of direct.keys()) {
    const found = new Set<string>();
    const path = new Set<string>();
    const follow = (name: string): void => {
      if (path.has(name)) return;
      path.add(name);
      for (const member of direct.get(name) ?? [])
        if (parts.db.roles.get(member)?.isAttribute === true) follow(member);
        else found.add(member);
    };
    follow(attribute);
    all.set(attribute, found);
  }
  return all;
}

/** New values of the roles of a set, ascending. */
function roleSet(
  parts: StatementParts,
  members: ReadonlyMap<string, ReadonlySet<string>>,
  maps: Renumbering,
  statement: Statement,
  node: number,
): number[] {
  const { db, words, resolver } = parts;
  const flat = resolver.flat(valueAt(parts, statement, node));
  const all = [...db.roles].filter((role) => role.isAttribute !== true).map((role) => role.value);
  const plain = new Set<number>(flat.star ? all : []);
  const minus = new Set<number>();
  for (const item of flat.items) {
    const role = db.roles.get(words.text(item >> 2));
    if (role === undefined) continue;
    const into = (item & 1) !== 0 ? minus : plain;
    if (role.isAttribute === true)
      for (const member of members.get(role.name) ?? []) into.add(db.roles.valueOf(member));
    else into.add(role.value);
  }
  const chosen = flat.tilde
    ? all.filter((value) => !plain.has(value))
    : [...plain].filter((value) => !minus.has(value));
  return ascending(chosen, maps.roles);
}

/** Filename transitions: alternatives of one key in the order in which libsepol meets them. */
export function orderFilenameTransitions(
  compiled: CompiledPolicy,
  runs: Runs,
  maps: Renumbering,
): FilenameTransition[] {
  const named = new NamedTransitions(partsOf(compiled));
  for (const run of runs)
    for (const statement of backwards(run)) if (statement.kind === N_TYPERULE) named.add(statement);
  const { types, classes } = maps;
  return named.finish().map(({ targetType, tclass, name, data }) => ({
    targetType: types[targetType] as number,
    tclass: classes[tclass] as number,
    name,
    data: data.map(({ sources, newType }) => ({
      sources: mapBits(sources, types),
      newType: types[newType] as number,
    })),
  }));
}

/** The state as readers of statements take it; problems are known already. */
function partsOf(compiled: CompiledPolicy): StatementParts {
  const isLenient = ({ block }: Statement): boolean => compiled.state.rules.lenient.has(block);
  return { ...compiled.state, problem: () => undefined, isLenient };
}
