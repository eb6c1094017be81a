// Roles, users, booleans and the transitions between them: role declarations and attributes, `role r types …`, role
// allow and role_transition, users, booleans, range_transition, named type transitions, permissive, neveraudit, bounds,
// expandattribute, policycap and default_*. Rebuilt as a whole from active statements in text order (a few thousand at
// most). Role attributes are expanded into their members here, as libsepol does before a policy is written.

import {
  N_ATTRIBUTEROLE,
  N_ATTRS,
  N_ROLE,
  N_ROLEALLOW,
  N_ROLEATTRIBUTE,
  N_ROLEDOMINANCE,
  N_ROLETRANSITION,
  N_ROLETYPES,
  N_USER,
} from "../../grammar/syntax/kinds.ts";
import type { MlsLevel, MlsRange } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import { OBJECT_R_VAL, type RoleAllow, type RoleTransition } from "../policydb/policydb.ts";
import { type MlsReader, readRange, USER_LEVELS } from "./mls.ts";
import type { RoleTypeSet, RoleTypes } from "./roleTypeSets.ts";
import {
  childrenOf,
  complain,
  complainOfAll,
  complainOfPair,
  nameAt,
  type Statement,
  type StatementParts,
  valueAt,
} from "./statements.ts";

/** Values that stay with their names for as long as the policy lives. */
export class Numbers {
  private readonly values = new Map<string, number>();
  constructor(reserved: readonly string[] = []) {
    for (const name of reserved) this.valueOf(name);
  }
  valueOf(name: string): number {
    let value = this.values.get(name);
    if (value === undefined) {
      value = this.values.size + 1;
      this.values.set(name, value);
    }
    return value;
  }
}

interface SeenTransition {
  readonly newRole: number;
  readonly statement: Statement;
}

/** The roles of a role attribute. */
export type RoleMembers = (attribute: string) => readonly string[];

/** What others want to know of roles. */
interface BuiltRoles {
  readonly members: RoleMembers;
  /** see RoleTypes */
  readonly holdsGlobally: (role: string, type: number) => boolean;
}

/** A role that no statement of an active block declares. */
export interface RequiredRole {
  readonly isAttribute: boolean;
  /** itself, as other roles do */
  readonly dominates: boolean;
}

interface RoleState {
  readonly name: string;
  readonly value: number;
  readonly isAttribute: boolean;
  readonly types: Ebitmap;
  readonly members: Set<string>;
  /** what `role … types` says */
  readonly sets: RoleTypeSet[];
}

/** Role declarations first (names), then everything that refers to roles. */
export function buildRoles(
  parts: StatementParts,
  numbers: Numbers,
  statements: readonly Statement[],
  required: ReadonlyMap<string, RequiredRole>,
  typesOf: RoleTypes,
): BuiltRoles {
  const { db } = parts;
  for (const role of [...db.roles]) db.roles.delete(role);
  const states = new Map<string, RoleState>();
  const alone = new Set<string>();
  const declare = (name: string, isAttribute: boolean, statement?: Statement): void => {
    const before = states.get(name);
    if (before !== undefined && before.isAttribute !== isAttribute && statement !== undefined) {
      const node = statement.node + 1;
      complain(
        parts,
        statement,
        node,
        "role-attr-clash",
        `${name} is declared as role and as role attribute`,
      );
    }
    if (name !== "" && before === undefined)
      states.set(name, {
        name,
        value: numbers.valueOf(name),
        isAttribute,
        types: new Ebitmap(),
        members: new Set(),
        sets: [],
      });
  };
  declare("object_r", false);
  for (const statement of statements)
    if (statement.kind === N_ROLE) declare(nameAt(parts, statement, statement.node + 1), false, statement);
    else if (statement.kind === N_ATTRIBUTEROLE)
      declare(nameAt(parts, statement, statement.node + 1), true, statement);
    else if (statement.kind === N_ROLEDOMINANCE)
      complainOfAll(
        parts,
        statement,
        "roledom",
        "dominance of roles is gone from the language; give the role its types, or use a role attribute",
      );
  for (const [name, { isAttribute, dominates }] of required) {
    if (!dominates && !states.has(name)) alone.add(name);
    declare(name, isAttribute);
  }
  for (const statement of statements) {
    const children = childrenOf(statement.tree, statement.node);
    if (statement.kind === N_ROLETYPES) roleTypes(parts, states, statement, children);
    else if (statement.kind === N_ROLEATTRIBUTE || statement.kind === N_ROLE)
      roleAttributes(parts, states, statement, children);
  }
  for (const { sets, types } of states.values())
    if (sets.length > 0) for (const type of typesOf.types(sets)) types.add(type - 1);
  expandRoleAttributes(states);
  for (const state of states.values())
    db.roles.set({
      name: state.name,
      value: state.value,
      bounds: 0,
      dominates: alone.has(state.name) ? new Ebitmap() : Ebitmap.of([state.value - 1]),
      types: state.types,
      ...(state.isAttribute ? { isAttribute: true } : {}),
    });
  const transitions: RoleTransition[] = [];
  const allows: RoleAllow[] = [];
  const seenAllow = new Set<number>();
  const seenTransition = new Map<string, SeenTransition>();
  for (const statement of statements) {
    if (statement.kind === N_ROLEALLOW) {
      const [from, to] = childrenOf(statement.tree, statement.node).map((child) =>
        roleSet(parts, states, statement, child),
      );
      for (const role of from ?? [])
        for (const newRole of to ?? []) {
          if (seenAllow.has(role * 65536 + newRole)) continue;
          seenAllow.add(role * 65536 + newRole);
          allows.push({ role, newRole });
        }
    } else if (statement.kind === N_ROLETRANSITION)
      roleTransition(parts, states, statement, transitions, seenTransition);
  }
  db.roleAllows = allows;
  db.roleTransitions = transitions;
  return {
    members: (attribute) => [...(states.get(attribute)?.members ?? [])],
    holdsGlobally: (role, type) => typesOf.holdsGlobally(states.get(role)?.sets ?? [], type),
  };
}

function roleTypes(
  parts: StatementParts,
  states: Map<string, RoleState>,
  statement: Statement,
  children: readonly number[],
): void {
  const role = states.get(nameAt(parts, statement, children[0] as number));
  if (role === undefined) {
    complain(
      parts,
      statement,
      children[0] as number,
      "role-unknown",
      `role ${nameAt(parts, statement, children[0] as number)} is not declared`,
    );
    return;
  }
  if (children[1] === undefined) return;
  const value = valueAt(parts, statement, children[1]);
  typesKnown(parts, statement, children[1], value);
  role.sets.push({ statement, value });
}

/** Complains about names in a type set that nothing declares. */
export function typesKnown(
  parts: StatementParts,
  statement: Statement,
  node: number,
  value: number,
): boolean {
  const names = parts.resolver.types(value);
  for (const word of names.unknown)
    complain(
      parts,
      statement,
      node,
      "type-unknown",
      `type or attribute ${parts.words.text(word)} is not declared`,
      "error",
      word,
    );
  return names.unknown.length === 0;
}

function roleAttributes(
  parts: StatementParts,
  states: Map<string, RoleState>,
  statement: Statement,
  children: readonly number[],
): void {
  const name = nameAt(parts, statement, children[0] as number);
  if (states.get(name) === undefined)
    complain(parts, statement, children[0] as number, "role-unknown", `role ${name} is not declared`);
  for (const list of children.slice(1))
    for (const child of statement.tree.kind[list] === N_ATTRS ? childrenOf(statement.tree, list) : [list]) {
      const attribute = states.get(nameAt(parts, statement, child));
      if (attribute?.isAttribute === true) attribute.members.add(name);
      else
        complain(
          parts,
          statement,
          child,
          attribute === undefined ? "roleattr-undecl" : "roleattr-isrole",
          attribute === undefined
            ? `role attribute ${nameAt(parts, statement, child)} is not declared`
            : `${attribute.name} is a role, a role attribute is needed here`,
        );
    }
}

/** Types of a role attribute belong to all its members, members of member attributes included. */
function expandRoleAttributes(states: ReadonlyMap<string, RoleState>): void {
  const expand = (state: RoleState, path: Set<RoleState>): Set<string> => {
    const roles = new Set<string>();
    if (path.has(state)) return roles;
    path.add(state);
    for (const name of state.members) {
      const member = states.get(name);
      if (member === undefined) continue;
      if (member.isAttribute) for (const role of expand(member, path)) roles.add(role);
      else roles.add(name);
    }
    path.delete(state);
    return roles;
  };
  for (const state of states.values()) {
    if (!state.isAttribute) continue;
    const roles = expand(state, new Set());
    state.members.clear();
    for (const role of roles) {
      state.members.add(role);
      states.get(role)?.types.addAll(state.types);
    }
  }
}

function roleSet(
  parts: StatementParts,
  states: ReadonlyMap<string, RoleState>,
  statement: Statement,
  node: number,
): number[] {
  const flat = parts.resolver.flat(valueAt(parts, statement, node));
  if (flat.star || flat.tilde)
    complain(
      parts,
      statement,
      node,
      "roleset-star",
      `${flat.star ? "*" : "~"} is not allowed in a set of roles`,
    );
  const plain = new Set<number>();
  const minus = new Set<number>();
  for (const item of flat.items) {
    const state = states.get(parts.words.text(item >> 2));
    if (state === undefined) {
      const word = item >> 2;
      const message = `role ${parts.words.text(word)} is not declared`;
      complain(parts, statement, node, "roleallow-unknown", message, "error", word);
      continue;
    }
    const into = (item & 1) !== 0 ? minus : plain;
    if (state.isAttribute)
      for (const member of state.members) into.add((states.get(member) as RoleState).value);
    else into.add(state.value);
  }
  if (flat.star) for (const state of states.values()) if (!state.isAttribute) plain.add(state.value);
  if (flat.tilde)
    return [...states.values()].filter((s) => !s.isAttribute && !plain.has(s.value)).map((s) => s.value);
  return [...plain].filter((value) => !minus.has(value));
}

function roleTransition(
  parts: StatementParts,
  states: ReadonlyMap<string, RoleState>,
  statement: Statement,
  transitions: RoleTransition[],
  seen: Map<string, SeenTransition>,
): void {
  const children = childrenOf(statement.tree, statement.node);
  const last = children[children.length - 1] as number;
  const result = states.get(nameAt(parts, statement, last));
  if (result === undefined || result.isAttribute) {
    const name = nameAt(parts, statement, last);
    complain(
      parts,
      statement,
      last,
      result === undefined ? "roletrans-unknown" : "roletrans-newattr",
      result === undefined
        ? `role ${name} is not declared`
        : `${name} is a role attribute; the new role must be a role`,
    );
    return;
  }
  const newRole = result.value;
  const types = valueAt(parts, statement, children[1] as number);
  const isKnown = typesKnown(parts, statement, children[1] as number, types);
  if (!isKnown && parts.isLenient?.(statement) !== true) return;
  const classes =
    children.length > 3
      ? parts.resolver.classes(valueAt(parts, statement, children[2] as number)).values
      : [parts.db.classes.valueOf("process")];
  for (const role of roleSet(parts, states, statement, children[0] as number))
    for (const type of parts.resolver.expanded(types))
      for (const tclass of classes) {
        const key = `${role} ${type} ${tclass}`;
        const before = seen.get(key);
        if (before === undefined) {
          seen.set(key, { newRole, statement });
          transitions.push({ role, type, tclass, newRole });
        } else
          complainOfPair(
            parts,
            { statement, node: last, code: "roletrans-dup", message: "", severity: "error" },
            before.statement,
            `role transition of (${[parts.db.roles.nameOf(role), parts.db.types.nameOf(type), parts.db.classes.nameOf(tclass)].join(", ")})`,
            before.newRole === newRole,
          );
      }
}

/** Users; needs roles and MLS. */
export function buildUsers(
  parts: StatementParts,
  numbers: Numbers,
  statements: readonly Statement[],
  mls: MlsReader,
  members: RoleMembers,
): void {
  const { db } = parts;
  for (const user of [...db.users]) db.users.delete(user);
  for (const statement of statements) {
    if (statement.kind !== N_USER) continue;
    const children = childrenOf(statement.tree, statement.node);
    const name = nameAt(parts, statement, children[0] as number);
    const roles = new Ebitmap();
    if (children[1] !== undefined) {
      const flat = parts.resolver.flat(valueAt(parts, statement, children[1]));
      if (flat.star || flat.tilde)
        complain(
          parts,
          statement,
          children[1],
          "user-star",
          "* and ~ are not allowed in the roles of a user",
        );
      for (const item of flat.items) {
        const word = item >> 2;
        const role = db.roles.get(parts.words.text(word));
        const message = `role ${parts.words.text(word)} is not declared`;
        if (role === undefined)
          complain(parts, statement, children[1], "user-unknown-role", message, "error", word);
        else if (role.isAttribute === true) {
          for (const member of members(role.name)) roles.add(db.roles.valueOf(member) - 1);
        } else roles.add(role.value - 1);
      }
    }
    roles.delete(OBJECT_R_VAL - 1);
    const previous = db.users.get(name);
    if (previous !== undefined) roles.addAll(previous.roles);
    if (db.mls && (children[2] === undefined || children[3] === undefined))
      complain(
        parts,
        statement,
        children[0] as number,
        "user-nolevel",
        `user ${name} needs a default level and a range in an MLS policy`,
      );
    const level =
      db.mls && children[2] !== undefined ? mls.level(statement, children[2], USER_LEVELS) : undefined;
    const range =
      db.mls && children[3] !== undefined ? readRange(mls, statement, children[3], USER_LEVELS) : undefined;
    if (level !== undefined && range !== undefined && !isBetween(level, range))
      complain(
        parts,
        statement,
        children[2] as number,
        "user-default-outside",
        `the default level of user ${name} lies outside of the user's range`,
      );
    db.users.set({
      name,
      value: numbers.valueOf(name),
      bounds: 0,
      roles,
      ...(range === undefined ? {} : { range }),
      ...(level === undefined ? {} : { defaultLevel: level }),
    });
  }
}

function isBetween(level: MlsLevel, { low, high }: MlsRange): boolean {
  return (
    level.sens >= low.sens &&
    level.cats.contains(low.cats) &&
    high.sens >= level.sens &&
    high.cats.contains(level.cats)
  );
}
