// New values for every symbol, as libsepol's expansion gives them (expand.c): types, roles, users and booleans are
// numbered in the order in which it walks the hash table of what was parsed; classes, commons, sensitivities and
// categories keep the order of their declaration. Values that an edit left unused vanish. Roles that are attributes
// take values, too, though no file shows them.

import { SYMBOL_BUCKETS, symbolOrder } from "../policydb/binary/order.ts";
import type { Context, MlsLevel, MlsRange } from "../policydb/context.ts";
import { Ebitmap, type ReadonlyEbitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { SymbolDatum, Symtab } from "../policydb/symtab.ts";
import type { TableCounts } from "./canonicalWalk.ts";

const TABLE_ROLES = 2;
const TABLE_TYPES = 3;
const TABLE_USERS = 4;
const TABLE_BOOLS = 5;

/** New value by old value; 0 for what is not declared. */
export type ValueMap = Uint32Array;

/** All maps, and what is made of them. */
export interface Renumbering {
  readonly commons: ValueMap;
  readonly classes: ValueMap;
  readonly roles: ValueMap;
  readonly types: ValueMap;
  readonly users: ValueMap;
  readonly bools: ValueMap;
  readonly sens: ValueMap;
  readonly cats: ValueMap;
}

/** Gives every symbol of a policy its new value. */
export function renumber(
  db: PolicyDb,
  counts: TableCounts,
  isTunable: (name: string) => boolean,
): Renumbering {
  return {
    commons: dense(db.commons),
    classes: dense(db.classes),
    roles: hashed(db.roles, TABLE_ROLES, counts.roles, ["object_r"]),
    types: hashed(db.types, TABLE_TYPES, counts.types, []),
    users: hashed(db.users, TABLE_USERS, counts.users, []),
    bools: hashed(db.bools, TABLE_BOOLS, counts.bools, [], isTunable),
    sens: dense(db.sens),
    cats: dense(db.cats),
  };
}

function dense<T extends SymbolDatum>(symtab: Symtab<T>): ValueMap {
  const map = new Uint32Array(symtab.nprim + 1);
  let next = 1;
  for (const datum of symtab) map[datum.value] = next++;
  return map;
}

/** `first` get the lowest values; all others follow the table's order, except those that are left out. */
function hashed<T extends SymbolDatum>(
  symtab: Symtab<T>,
  table: number,
  count: number,
  first: readonly string[],
  isLeftOut: (name: string) => boolean = () => false,
): ValueMap {
  const map = new Uint32Array(symtab.nprim + 1);
  const names = [...symtab].map((datum) => datum.name);
  let next = 1;
  const give = (name: string): void => {
    const value = symtab.valueOf(name);
    if (value > 0 && map[value] === 0 && !isLeftOut(name)) map[value] = next++;
  };
  for (const name of first) give(name);
  for (const name of symbolOrder(names, SYMBOL_BUCKETS[table] as number, Math.max(count, names.length)))
    give(name);
  return map;
}

/** A bitmap of value - 1 under new values. */
export function mapBits(bits: ReadonlyEbitmap, map: ValueMap): Ebitmap {
  const result = new Ebitmap(bits.length());
  bits.forEach((bit) => {
    const value = map[bit + 1] ?? 0;
    if (value > 0) result.add(value - 1);
  });
  return result;
}

export function mapLevel(level: MlsLevel, maps: Renumbering): MlsLevel {
  return { sens: maps.sens[level.sens] ?? 0, cats: mapBits(level.cats, maps.cats) };
}

export function mapRange(range: MlsRange, maps: Renumbering): MlsRange {
  return { low: mapLevel(range.low, maps), high: mapLevel(range.high, maps) };
}

export function mapContext(context: Context, maps: Renumbering): Context {
  const { user, role, type, range } = context;
  return {
    user: maps.users[user] ?? 0,
    role: maps.roles[role] ?? 0,
    type: maps.types[type] ?? 0,
    ...(range === undefined ? {} : { range: mapRange(range, maps) }),
  };
}
