// From a live policy to one that can be written: a fresh policy database without holes, numbered and ordered as
// checkpolicy (libsepol 3.4) does for the same sources, so that writePolicy gives checkpolicy's bytes. The live
// policy is only read. What is numbered how stands in canonicalNumbers.ts, what is met when in canonicalWalk.ts, the
// rule table in canonicalRules.ts, the lists of role and filename rules in canonicalLists.ts.

import type { ConstraintExprNode, ConstraintNode } from "../policydb/constraint.ts";
import { CEXPR_ROLE, CEXPR_TYPE, CEXPR_USER } from "../policydb/constraint.ts";
import { createPolicyDb } from "../policydb/create.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import { type CommonDatum, OBJECT_R_VAL, type Ocontexts, type PolicyDb } from "../policydb/policydb.ts";
import type { SymbolDatum, Symtab } from "../policydb/symtab.ts";
import { orderFilenameTransitions, orderRoleRules } from "./canonicalLists.ts";
import {
  mapBits,
  mapContext,
  mapLevel,
  mapRange,
  type Renumbering,
  renumber,
  type ValueMap,
} from "./canonicalNumbers.ts";
import { orderRules } from "./canonicalRules.ts";
import { declarationRuns, tableCounts } from "./canonicalWalk.ts";
import { CompiledPolicy } from "./compile.ts";
import type { Compiled } from "./face.ts";

/** The policy as checkpolicy would number and order it. */
export function canonicalPolicy(compiled: Compiled): PolicyDb {
  if (!(compiled instanceof CompiledPolicy)) return compiled.db;
  const from = compiled.db;
  const runs = declarationRuns(compiled);
  const { tunables, words } = compiled.state;
  const maps = renumber(from, tableCounts(compiled), (name) => tunables.has(words.find(name)));
  const symbols = {
    ...createPolicyDb(16),
    version: from.version,
    mls: from.mls,
    handleUnknown: from.handleUnknown,
  };
  copyClasses(from, symbols, maps);
  copySymbols(from, symbols, maps);
  const { avtab, conditionals } = orderRules(compiled, runs, maps, symbols.bools);
  const { roleAllows, roleTransitions } = orderRoleRules(compiled, runs, maps);
  const { types, classes } = maps;
  return {
    ...symbols,
    polcaps: from.polcaps.clone(),
    permissive: mapValues(from.permissive, types),
    neveraudit: mapValues(from.neveraudit, types),
    avtab,
    conditionals,
    roleTransitions,
    roleAllows,
    filenameTransitions: orderFilenameTransitions(compiled, runs, maps),
    rangeTransitions: from.rangeTransitions.map(({ source, target, tclass, range }) => ({
      source: types[source] as number,
      target: types[target] as number,
      tclass: classes[tclass] as number,
      range: mapRange(range, maps),
    })),
    ocontexts: copyOcontexts(from.ocontexts, maps),
    genfs: from.genfs.map(({ fstype, entries }) => ({
      fstype,
      entries: entries.map(({ path, tclass, context }) => ({
        path,
        tclass: classes[tclass] ?? 0,
        context: mapContext(context, maps),
      })),
    })),
    ...typeMaps(compiled, types),
  };
}

/** Memberships. An attribute that rules got the members of has none (create_attribute_map of expand.c). */
function typeMaps(compiled: CompiledPolicy, types: ValueMap): Pick<PolicyDb, "typeAttrMap" | "attrTypeMap"> {
  const { db, resolver } = compiled.state;
  const typeAttrMap = mapTable(db.typeAttrMap, types);
  const attrTypeMap = mapTable(db.attrTypeMap, types);
  if (resolver.expandedAttributes.size === 0) return { typeAttrMap, attrTypeMap };
  const gone = Ebitmap.of([...resolver.expandedAttributes].map((type) => (types[type] as number) - 1));
  for (const attributes of typeAttrMap) attributes?.deleteAll(gone);
  for (const attribute of gone) attrTypeMap[attribute + 1] = new Ebitmap();
  return { typeAttrMap, attrTypeMap };
}

/** A bitmap of values (not value - 1). */
function mapValues(bits: Ebitmap, map: ValueMap): Ebitmap {
  return Ebitmap.of(
    bits
      .toArray()
      .map((value) => map[value] as number)
      .filter((value) => value > 0),
  );
}

function mapTable(table: readonly (Ebitmap | undefined)[], types: ValueMap): (Ebitmap | undefined)[] {
  const result: (Ebitmap | undefined)[] = [undefined];
  table.forEach((bits, value) => {
    const to = types[value] ?? 0;
    if (to > 0 && bits !== undefined) result[to] = mapBits(bits, types);
  });
  return result;
}

/** Enters data in order of their new values: a table has no holes while it is filled. */
function enter<T extends SymbolDatum>(
  from: Symtab<T>,
  to: Symtab<T>,
  map: ValueMap,
  copy: (datum: T, value: number) => T,
): void {
  const data = [...from]
    .filter((datum) => map[datum.value] !== 0)
    .sort((a, b) => (map[a.value] as number) - (map[b.value] as number));
  for (const datum of data) to.set(copy(datum, map[datum.value] as number));
  for (const [name, value] of from.names()) {
    const primary = from.at(value);
    if (primary !== undefined && primary.name !== name && map[value] !== 0)
      to.alias(name, map[value] as number);
  }
}

function copyClasses(from: PolicyDb, to: PolicyDb, maps: Renumbering): void {
  enter(from.commons, to.commons, maps.commons, (datum, value): CommonDatum => ({ ...datum, value }));
  enter(from.classes, to.classes, maps.classes, (datum, value) => ({
    ...datum,
    value,
    common: datum.common === undefined ? undefined : to.commons.get(datum.common.name),
    constraints: datum.constraints.map((node) => mapConstraint(node, maps)),
    validatetrans: datum.validatetrans.map((node) => mapConstraint(node, maps)),
  }));
}

function mapConstraint(node: ConstraintNode, maps: Renumbering): ConstraintNode {
  return { permissions: node.permissions, expr: node.expr.map((one) => mapTerm(one, maps)) };
}

function mapTerm(term: ConstraintExprNode, maps: Renumbering): ConstraintExprNode {
  const { names, typeNames, attr } = term;
  const map =
    (attr & CEXPR_USER) !== 0
      ? maps.users
      : (attr & CEXPR_ROLE) !== 0
        ? maps.roles
        : (attr & CEXPR_TYPE) !== 0
          ? maps.types
          : undefined;
  return {
    ...term,
    ...(names === undefined || map === undefined ? {} : { names: mapBits(names, map) }),
    ...(typeNames === undefined
      ? {}
      : {
          typeNames: {
            types: mapBits(typeNames.types, maps.types),
            negset: mapBits(typeNames.negset, maps.types),
            flags: typeNames.flags,
          },
        }),
  };
}

function copySymbols(from: PolicyDb, to: PolicyDb, maps: Renumbering): void {
  enter(from.roles, to.roles, maps.roles, (datum, value) => ({
    ...datum,
    value,
    bounds: maps.roles[datum.bounds] ?? 0,
    // object_r is made by libsepol itself, which does not let it dominate itself.
    dominates: datum.value === OBJECT_R_VAL ? new Ebitmap() : mapBits(datum.dominates, maps.roles),
    types: mapBits(datum.types, maps.types),
  }));
  enter(from.types, to.types, maps.types, (datum, value) => ({
    ...datum,
    value,
    bounds: maps.types[datum.bounds] ?? 0,
  }));
  enter(from.users, to.users, maps.users, (datum, value) => {
    const { range, defaultLevel, ...rest } = datum;
    return {
      ...rest,
      value,
      bounds: maps.users[datum.bounds] ?? 0,
      roles: mapBits(datum.roles, maps.roles),
      ...(range === undefined ? {} : { range: mapRange(range, maps) }),
      ...(defaultLevel === undefined ? {} : { defaultLevel: mapLevel(defaultLevel, maps) }),
    };
  });
  enter(from.bools, to.bools, maps.bools, (datum, value) => ({ ...datum, value }));
  enter(from.sens, to.sens, maps.sens, (datum, value) => ({
    ...datum,
    value,
    level: mapLevel(datum.level, maps),
  }));
  enter(from.cats, to.cats, maps.cats, (datum, value) => ({ ...datum, value }));
  claimAliases(to.sens);
  claimAliases(to.cats);
}

/** libsepol counts every name of these tables as a value, aliases included. */
function claimAliases<T extends SymbolDatum>(symtab: Symtab<T>): void {
  const count = [...symtab.names()].length;
  while (symtab.nprim < count) symtab.byValue.push(undefined);
}

/** The parser puts SIDs, interfaces and filesystems in front of their lists. */
function copyOcontexts(from: Ocontexts, maps: Renumbering): Ocontexts {
  const one = <T extends { readonly context: Parameters<typeof mapContext>[0] }>(item: T): T => ({
    ...item,
    context: mapContext(item.context, maps),
  });
  const two = <T extends Ocontexts["fs"][number]>(item: T): T => ({
    ...item,
    contexts: [mapContext(item.contexts[0], maps), mapContext(item.contexts[1], maps)],
  });
  return {
    initialSids: from.initialSids.map(one).reverse(),
    fs: from.fs.map(two).reverse(),
    ports: from.ports.map(one),
    netifs: from.netifs.map(two).reverse(),
    nodes: from.nodes.map(one),
    fsUses: from.fsUses.map(one).reverse(),
    nodes6: from.nodes6.map(one),
    ibPkeys: from.ibPkeys.map(one),
    ibEndPorts: from.ibEndPorts.map(one),
  };
}
