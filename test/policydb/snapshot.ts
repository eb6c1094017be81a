// A policy database as plain data that can be compared: everything that has a meaning, nothing of storage order or
// of how large arrays happen to be.

import { AVTAB_XPERMS } from "../../server/policydb/avtab.ts";
import type { ConstraintNode } from "../../server/policydb/constraint.ts";
import type { Context, MlsLevel, MlsRange } from "../../server/policydb/context.ts";
import type { ReadonlyEbitmap } from "../../server/policydb/ebitmap.ts";
import type { PolicyDb } from "../../server/policydb/policydb.ts";
import type { SymbolDatum, Symtab } from "../../server/policydb/symtab.ts";

const bits = (map: ReadonlyEbitmap | undefined): number[] => map?.toArray() ?? [];
const level = (l: MlsLevel | undefined): unknown => l && [l.sens, bits(l.cats)];
const range = (r: MlsRange | undefined): unknown => r && [level(r.low), level(r.high)];
const context = (c: Context): unknown => [c.user, c.role, c.type, range(c.range)];
const names = (table: Symtab<SymbolDatum>): unknown =>
  [...table.names()].sort(([a], [b]) => (a < b ? -1 : 1));
const perms = (map: ReadonlyMap<string, number>): unknown => [...map].sort(([, a], [, b]) => a - b);

function constraints(list: readonly ConstraintNode[]): unknown {
  return list.map(({ permissions, expr }) => [
    permissions,
    expr.map(({ exprType, attr, op, names: values, typeNames }) => [
      exprType,
      attr,
      op,
      bits(values),
      bits(typeNames?.types),
      bits(typeNames?.negset),
      typeNames?.flags ?? 0,
    ]),
  ]);
}

function rules(db: PolicyDb): unknown {
  const { avtab } = db;
  const rows: string[] = [];
  for (let e = 0; e < avtab.length; e++) {
    const kind = avtab.specified[e] as number;
    if (kind === 0) continue;
    const data = avtab.data[e] as number;
    const content = (kind & AVTAB_XPERMS) !== 0 ? avtab.xperms.slice(data * 8, data * 8 + 8).join() : data;
    rows.push([avtab.pair[e], avtab.tclass[e], kind, avtab.branch[e], avtab.slice[e], content].join(" "));
  }
  return rows.sort();
}

/** Plain data of a policy. */
export function snapshot(db: PolicyDb): unknown {
  const o = db.ocontexts;
  return {
    mls: db.mls,
    handleUnknown: db.handleUnknown,
    maps: [bits(db.polcaps), bits(db.permissive), bits(db.neveraudit)],
    names: [db.commons, db.classes, db.roles, db.types, db.users, db.bools, db.sens, db.cats].map(names),
    commons: [...db.commons].map((c) => [c.name, perms(c.perms)]),
    classes: [...db.classes].map((c) => [
      [c.name, c.common?.name, c.nperms, perms(c.perms)],
      [constraints(c.constraints), constraints(c.validatetrans)],
      [c.defaultUser, c.defaultRole, c.defaultType, c.defaultRange],
    ]),
    roles: [...db.roles].map((r) => [r.name, r.bounds, bits(r.dominates), bits(r.types)]),
    types: [...db.types].map((t) => [t.name, t.isAttribute, t.bounds]),
    users: [...db.users].map((u) => [u.name, u.bounds, bits(u.roles), range(u.range), level(u.defaultLevel)]),
    bools: [...db.bools].map((b) => [b.name, b.state]),
    levels: [...db.sens].map((l) => level(l.level)),
    rules: rules(db),
    conditionals: db.conditionals.map(({ expr, state }) => [expr, state]),
    roleRules: [db.roleTransitions, db.roleAllows],
    filenames: db.filenameTransitions
      .map((f) =>
        JSON.stringify([f.name, f.targetType, f.tclass, f.data.map((d) => [bits(d.sources), d.newType])]),
      )
      .sort(),
    ranges: db.rangeTransitions
      .map((r) => JSON.stringify([r.source, r.target, r.tclass, range(r.range)]))
      .sort(),
    sids: o.initialSids.map((s) => [s.sid, s.name, context(s.context)]),
    pairs: [o.fs, o.netifs].map((list) => list.map((f) => [f.name, f.contexts.map(context)])),
    ports: o.ports.map((p) => [p.protocol, p.low, p.high, context(p.context)]),
    nodes: [o.nodes, o.nodes6].map((l) => l.map((n) => [[...n.address], [...n.mask], context(n.context)])),
    fsUses: o.fsUses.map((f) => [f.behavior, f.fstype, context(f.context)]),
    ibPkeys: o.ibPkeys.map((p) => [p.subnetPrefix.toString(16), p.low, p.high, context(p.context)]),
    ibEndPorts: o.ibEndPorts.map((p) => [p.device, p.port, context(p.context)]),
    genfs: db.genfs.map((g) => [g.fstype, g.entries.map((e) => [e.path, e.tclass, context(e.context)])]),
    typeAttributes: db.typeAttrMap.map(bits),
    attributeTypes: db.attrTypeMap.map(bits),
  };
}
