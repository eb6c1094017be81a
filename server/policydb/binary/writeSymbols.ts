// Writes the symbol tables (common_write, class_write, role_write, type_write, user_write, cond_write_bool,
// sens_write, cat_write of libsepol's write.c). With a layout the tables' own order is the file's; without one it is
// that of libsepol's hash tables.

import { CEXPR_NAMES, type ConstraintNode } from "../constraint.ts";
import { type ClassDatum, DEFAULT_GLBLUB, type PermTable, type TypeDatum } from "../policydb.ts";
import type { SymbolDatum, Symtab } from "../symtab.ts";
import { encodeName } from "./cursor.ts";
import { PERM_BUCKETS, SYMBOL_BUCKETS, symbolOrder } from "./order.ts";
import { SYM_CATS, SYM_CLASSES, SYM_LEVELS, SYM_ROLES, SYM_TYPES } from "./state.ts";
import {
  VERSION_BOUNDARY,
  VERSION_CONSTRAINT_NAMES,
  VERSION_DEFAULT_TYPE,
  VERSION_GLBLUB,
  VERSION_NEW_OBJECT_DEFAULTS,
} from "./versions.ts";
import {
  dropped,
  EMPTY_MAP,
  VOID_LEVEL,
  VOID_RANGE,
  type WriteState,
  writeEbitmap,
  writeLevel,
  writeRange,
} from "./writeSets.ts";

/** All eight tables. */
export function writeSymbols(s: WriteState): void {
  const { commons, classes, roles, types, users, bools, sens, cats } = s.db;
  noteLosses(s);
  writeTable(s, 0, commons, (name) => {
    const datum = commons.get(name);
    if (datum === undefined) return;
    const bytes = encodeName(name);
    s.w.u32(bytes.length);
    s.w.u32(datum.value);
    s.w.u32(Math.max(0, ...datum.perms.values()));
    s.w.u32(datum.perms.size);
    s.w.raw(bytes);
    writePerms(s, datum.perms);
  });
  writeTable(s, SYM_CLASSES, classes, (name) => {
    const datum = classes.get(name);
    if (datum !== undefined) writeClass(s, datum);
  });
  writeTable(s, SYM_ROLES, roles, (name) => writeRole(s, name));
  writeTable(s, SYM_TYPES, types, (name, value) => writeType(s, name, value));
  writeTable(s, 4, users, (name) => writeUser(s, name));
  writeTable(s, 5, bools, (name, value) => {
    s.w.u32(value);
    s.w.u32(bools.get(name)?.state === true ? 1 : 0);
    s.w.lengthAndName(name);
  });
  writeTable(s, SYM_LEVELS, sens, (name, value) => {
    const primary = sens.at(value);
    const isAlias = primary?.name !== name;
    const bytes = encodeName(name);
    s.w.u32(bytes.length);
    s.w.u32(isAlias ? (s.layout?.levelFlags.get(name) ?? 1) : 0);
    s.w.raw(bytes);
    const level = (isAlias ? s.layout?.aliasLevels.get(name) : undefined) ?? primary?.level;
    writeLevel(s, level ?? { sens: value, cats: VOID_LEVEL.cats });
  });
  writeTable(s, SYM_CATS, cats, (name, value) => {
    const bytes = encodeName(name);
    s.w.u32(bytes.length);
    s.w.u32(value);
    s.w.u32(cats.at(value)?.name === name ? 0 : (s.layout?.categoryFlags.get(name) ?? 1));
    s.w.raw(bytes);
  });
}

function noteLosses(s: WriteState): void {
  const { classes, roles, types, users } = s.db;
  if (s.version < VERSION_BOUNDARY && [...roles, ...types, ...users].some((datum) => datum.bounds !== 0))
    dropped(s, "symbols", "bounds");
  let defaults = false;
  let defaultType = false;
  let glblub = false;
  for (const datum of classes) {
    if (datum.defaultUser !== 0 || datum.defaultRole !== 0 || datum.defaultRange !== 0) defaults = true;
    if (datum.defaultType !== 0) defaultType = true;
    if (datum.defaultRange === DEFAULT_GLBLUB) glblub = true;
  }
  if (defaults && s.version < VERSION_NEW_OBJECT_DEFAULTS)
    dropped(s, "classes", "default_user, default_role and default_range");
  else if (glblub && s.version < VERSION_GLBLUB) dropped(s, "classes", "default_range glblub");
  if (defaultType && s.version < VERSION_DEFAULT_TYPE) dropped(s, "classes", "default_type");
}

function writeTable<T extends SymbolDatum>(
  s: WriteState,
  table: number,
  symtab: Symtab<T>,
  write: (name: string, value: number) => void,
): void {
  const all = [...symtab.names()];
  const values = new Map(all.filter(([name, value]) => isWritten(s, table, name, value)));
  // Role attributes are in libsepol's table, though not in the file: every value of the table counts.
  const count = table === SYM_ROLES ? Math.max(all.length, symtab.nprim) : all.length;
  const names =
    s.layout === undefined
      ? symbolOrder(values.keys(), SYMBOL_BUCKETS[table] as number, count)
      : values.keys();
  s.w.u32(Math.max(symtab.nprim, s.layout?.nprim[table] ?? 0));
  s.w.u32(values.size);
  for (const name of names) write(name, values.get(name) as number);
}

/** Some names are known but do not stand in a file of this version. */
function isWritten(s: WriteState, table: number, name: string, value: number): boolean {
  if (table === SYM_ROLES) {
    if (s.db.roles.at(value)?.isAttribute === true) return false;
    return !(name === "object_r" && s.layout?.ownObjectR === true);
  }
  return table !== SYM_TYPES || s.version >= VERSION_BOUNDARY || s.db.types.at(value)?.isAttribute !== true;
}

function writePerms(s: WriteState, perms: PermTable): void {
  const names = s.layout === undefined ? symbolOrder(perms.keys(), PERM_BUCKETS, perms.size) : perms.keys();
  for (const name of names) {
    const bytes = encodeName(name);
    s.w.u32(bytes.length);
    s.w.u32(perms.get(name) as number);
    s.w.raw(bytes);
  }
}

function writeClass(s: WriteState, datum: ClassDatum): void {
  const { w } = s;
  const name = encodeName(datum.name);
  const common = datum.common === undefined ? new Uint8Array(0) : encodeName(datum.common.name);
  w.u32(name.length);
  w.u32(common.length);
  w.u32(datum.value);
  w.u32(datum.nperms);
  w.u32(datum.perms.size);
  w.u32(datum.constraints.length);
  w.raw(name);
  w.raw(common);
  writePerms(s, datum.perms);
  writeConstraints(s, datum.constraints);
  w.u32(datum.validatetrans.length);
  writeConstraints(s, datum.validatetrans);
  const raw = s.layout?.classDefaults.get(datum);
  const noGlblub = s.version < VERSION_GLBLUB && datum.defaultRange === DEFAULT_GLBLUB;
  if (s.version >= VERSION_NEW_OBJECT_DEFAULTS) {
    w.u32(raw?.[0] ?? datum.defaultUser);
    w.u32(raw?.[1] ?? datum.defaultRole);
    w.u32(noGlblub ? 0 : (raw?.[2] ?? datum.defaultRange));
  }
  if (s.version >= VERSION_DEFAULT_TYPE) w.u32(raw?.[3] ?? datum.defaultType);
}

function writeConstraints(s: WriteState, list: readonly ConstraintNode[]): void {
  const { w } = s;
  for (const { permissions, expr } of list) {
    w.u32(permissions);
    w.u32(expr.length);
    for (const node of expr) {
      w.u32(node.exprType);
      w.u32(node.attr);
      w.u32(node.op);
      if (node.exprType !== CEXPR_NAMES) continue;
      writeEbitmap(s, node.names ?? EMPTY_MAP);
      if (s.version < VERSION_CONSTRAINT_NAMES) continue;
      writeEbitmap(s, node.typeNames?.types ?? EMPTY_MAP);
      writeEbitmap(s, node.typeNames?.negset ?? EMPTY_MAP);
      w.u32(node.typeNames?.flags ?? 0);
    }
  }
}

function writeRole(s: WriteState, name: string): void {
  const datum = s.db.roles.get(name);
  if (datum === undefined) return;
  const bytes = encodeName(name);
  s.w.u32(bytes.length);
  s.w.u32(datum.value);
  if (s.version >= VERSION_BOUNDARY) s.w.u32(datum.bounds);
  s.w.raw(bytes);
  writeEbitmap(s, datum.dominates);
  writeEbitmap(s, datum.types);
}

function writeType(s: WriteState, name: string, value: number): void {
  const datum: TypeDatum | undefined = s.db.types.at(value);
  const isPrimary = datum?.name === name;
  const bounded = s.version >= VERSION_BOUNDARY;
  const sameForm = s.layout !== undefined && s.layout.version >= VERSION_BOUNDARY === bounded;
  const stored = sameForm ? s.layout.typeProperties.get(name) : undefined;
  const attribute = bounded && isPrimary && datum.isAttribute ? 2 : 0;
  const bytes = encodeName(name);
  s.w.u32(bytes.length);
  s.w.u32(value);
  s.w.u32(stored ?? (isPrimary ? 1 | attribute : 0));
  if (bounded) s.w.u32(isPrimary ? datum.bounds : (s.layout?.aliasBounds.get(name) ?? 0));
  s.w.raw(bytes);
}

function writeUser(s: WriteState, name: string): void {
  const datum = s.db.users.get(name);
  if (datum === undefined) return;
  const bytes = encodeName(name);
  s.w.u32(bytes.length);
  s.w.u32(datum.value);
  if (s.version >= VERSION_BOUNDARY) s.w.u32(datum.bounds);
  s.w.raw(bytes);
  writeEbitmap(s, datum.roles);
  writeRange(s, datum.range ?? s.layout?.strayRanges.get(datum) ?? VOID_RANGE);
  writeLevel(s, datum.defaultLevel ?? s.layout?.strayLevels.get(datum) ?? VOID_LEVEL);
}
