// Classes, commons, permissions and initial SIDs: security_classes, access_vectors, initial_sids and the same statements
// of a policy.conf. In modular builds classes and permissions come from require blocks. Rebuilt as a whole when any of
// these statements changes; class values stay with their names so that the avtab stays valid.

import { N_ACCESSVECTOR, N_CLASS, N_COMMON, N_INHERITS, N_NAME } from "../../grammar/syntax/kinds.ts";
import type { ClassDatum, CommonDatum } from "../policydb/policydb.ts";
import { childrenOf, complain, nameAt, type Statement, type StatementParts } from "./statements.ts";

/** Permissions that an access vector can hold. */
const MAX_PERMISSIONS = 32;

/** Classes keep their value for good. */
export class FlaskNumbers {
  private readonly values = new Map<string, number>();

  valueOf(name: string): number {
    let value = this.values.get(name);
    if (value === undefined) {
      value = this.values.size + 1;
      this.values.set(name, value);
    }
    return value;
  }
}

/** Fills `db.commons` and `db.classes` from statements in order; `required` adds classes of modular requires. */
export function buildFlask(
  parts: StatementParts,
  numbers: FlaskNumbers,
  statements: readonly Statement[],
  required: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const { db } = parts;
  for (const common of [...db.commons]) db.commons.delete(common);
  for (const datum of [...db.classes]) db.classes.delete(datum);
  const declared = new Map<string, Statement>();
  const vectors = new Map<
    string,
    { common: CommonDatum | undefined; perms: Map<string, number>; count: number }
  >();
  let commons = 0;
  for (const statement of statements) {
    const { tree, node } = statement;
    if (statement.kind === N_CLASS) {
      const name = nameAt(parts, statement, node + 1);
      if (declared.has(name))
        complain(parts, statement, node + 1, "class-dup", `class ${name} is declared twice`);
      else declared.set(name, statement);
    } else if (statement.kind === N_COMMON) {
      const name = nameAt(parts, statement, node + 1);
      if (db.commons.get(name) !== undefined) {
        complain(parts, statement, node + 1, "common-dup", `common ${name} is declared twice`);
        continue;
      }
      const perms = readPermissions(
        parts,
        statement,
        childrenOf(tree, node).slice(1),
        0,
        new Map(),
        "common",
      );
      db.commons.set({ name, value: ++commons, perms });
    } else if (statement.kind === N_ACCESSVECTOR) readVector(parts, statement, declared, vectors);
  }
  for (const name of declared.keys()) numbers.valueOf(name);
  for (const name of required.keys()) numbers.valueOf(name);
  for (const name of new Set([...declared.keys(), ...required.keys()])) {
    const vector = vectors.get(name);
    const perms = new Map(vector?.perms ?? []);
    let count = vector?.count ?? 0;
    for (const perm of required.get(name) ?? [])
      if (!perms.has(perm) && vector?.common?.perms.has(perm) !== true && count < MAX_PERMISSIONS)
        perms.set(perm, ++count);
    db.classes.set(classDatum(name, numbers.valueOf(name), vector?.common, perms, count));
  }
  return new Map(
    [...vectors].map(([name, { common, perms }]) => [
      name,
      new Set([...perms.keys(), ...(common?.perms.keys() ?? [])]),
    ]),
  );
}

function classDatum(
  name: string,
  value: number,
  common: CommonDatum | undefined,
  perms: ReadonlyMap<string, number>,
  nperms: number,
): ClassDatum {
  return {
    name,
    value,
    common,
    perms,
    nperms,
    constraints: [],
    validatetrans: [],
    defaultUser: 0,
    defaultRole: 0,
    defaultType: 0,
    defaultRange: 0,
  };
}

function readVector(
  parts: StatementParts,
  statement: Statement,
  declared: ReadonlyMap<string, Statement>,
  vectors: Map<string, { common: CommonDatum | undefined; perms: Map<string, number>; count: number }>,
): void {
  const { tree, node } = statement;
  const children = childrenOf(tree, node);
  const name = nameAt(parts, statement, node + 1);
  if (!declared.has(name))
    complain(parts, statement, node + 1, "av-class-undecl", `class ${name} is not declared`);
  if (vectors.has(name)) {
    complain(parts, statement, node + 1, "av-dup", `class ${name} has its permissions already`);
    return;
  }
  let common: CommonDatum | undefined;
  let from = 1;
  const second = children[1];
  if (second !== undefined && tree.kind[second] === N_INHERITS) {
    from = 2;
    const commonName = nameAt(parts, statement, second + 1);
    common = parts.db.commons.get(commonName);
    if (common === undefined)
      complain(parts, statement, second + 1, "av-common-undecl", `common ${commonName} is not declared`);
  }
  const inherited = common?.perms ?? new Map<string, number>();
  const perms = readPermissions(parts, statement, children.slice(from), inherited.size, inherited, "class");
  vectors.set(name, { common, perms, count: inherited.size + perms.size });
}

function readPermissions(
  parts: StatementParts,
  statement: Statement,
  nodes: readonly number[],
  offset: number,
  inherited: ReadonlyMap<string, number>,
  what: "common" | "class",
): Map<string, number> {
  const perms = new Map<string, number>();
  for (const node of nodes) {
    if (statement.tree.kind[node] !== N_NAME) continue;
    const name = nameAt(parts, statement, node);
    if (inherited.has(name))
      complain(parts, statement, node, "av-inherited-conflict", `permission ${name} is inherited already`);
    else if (perms.has(name))
      complain(
        parts,
        statement,
        node,
        what === "common" ? "common-perm-dup" : "av-perm-dup",
        `permission ${name} is listed twice`,
      );
    else if (offset + perms.size >= MAX_PERMISSIONS)
      complain(
        parts,
        statement,
        node,
        what === "common" ? "common-perm-many" : "av-perm-many",
        `${name} is permission number ${offset + perms.size + 1}; an access vector holds ${MAX_PERMISSIONS}`,
      );
    else perms.set(name, offset + perms.size + 1);
  }
  return perms;
}
