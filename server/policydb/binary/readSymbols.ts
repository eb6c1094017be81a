// The eight symbol tables of a binary policy (symtab_read, role_read, type_read, user_read, cond_read_bool,
// sens_read, cat_read). Symbols are entered in file order, which the tables keep. Invariant after `readSymbols`:
// every value is in range and unique, every alias leads to something, and all bitmaps name declared symbols.

import type { MlsLevel } from "../context.ts";
import { Ebitmap } from "../ebitmap.ts";
import { OBJECT_R_VAL, type UserDatum } from "../policydb.ts";
import type { SymbolDatum, Symtab } from "../symtab.ts";
import { readClass, readCommon } from "./readClasses.ts";
import { isVoidLevel, isVoidRange, readEbitmap, readLevel, readRange } from "./readSets.ts";
import {
  closeTable,
  type ReadState,
  requireBits,
  SYM_BOOLS,
  SYM_CATS,
  SYM_CLASSES,
  SYM_COMMONS,
  SYM_LEVELS,
  SYM_NAMES,
  SYM_ROLES,
  SYM_SINGULAR,
  SYM_TYPES,
  SYM_USERS,
} from "./state.ts";
import { symbolTableCount, VERSION_BOUNDARY, VERSION_MLS } from "./versions.ts";

/** Smallest size of an entry, by table. */
const ENTRY_BYTES = [17, 25, 33, 13, 21, 13, 21, 13];
/** Arrays by value that are larger cannot be had in a kernel (4 MiB of pointers). */
const MAX_NPRIM = 0x80000;
/** Values of types and classes have 16 bits in rules. */
const MAX_TYPE = 0xffff;
const PRIMARY = 1;
const ATTRIBUTE = 2;

/** Reads all symbol tables of the version. */
export function readSymbols(s: ReadState): void {
  const tables = symbolTableCount(s.version);
  for (let table = 0; table < 8; table++) {
    s.c.enter(SYM_NAMES[table] as string);
    if (table < tables && s.c.ok) readTable(s, table);
    if (table === SYM_ROLES && s.c.ok) supplyObjectR(s);
    if (s.c.ok) closeTable(s, table, symtabOf(s, table));
  }
  for (const { at, table, bits, what } of s.pending) if (s.c.ok) requireBits(s, table, bits, what, at);
  s.pending.length = 0;
}

/** The symbol table of a number. */
function symtabOf(s: ReadState, table: number): Symtab<SymbolDatum> {
  const { commons, classes, roles, types, users, bools, sens, cats } = s.db;
  return [commons, classes, roles, types, users, bools, sens, cats][table] as Symtab<SymbolDatum>;
}

function readTable(s: ReadState, table: number): void {
  const c = s.c;
  const at = c.pos;
  const nprim = c.u32("a symbol table");
  const nel = c.count(SYM_NAMES[table] as string, ENTRY_BYTES[table] as number);
  const most = table === SYM_TYPES || table === SYM_CLASSES ? MAX_TYPE : MAX_NPRIM;
  if (c.ok && nprim > most)
    c.fail(`${SYM_NAMES[table]} have values up to ${nprim}, at most ${most} can be`, at);
  s.layout.nprim[table] = nprim;
  const aliases: PendingAlias[] = [];
  for (let i = 0; i < nel && c.ok; i++) {
    const entryAt = c.pos;
    const alias = readEntry(s, table, nprim, entryAt);
    if (alias !== undefined) aliases.push(alias);
  }
  for (const alias of aliases) if (c.ok) checkAlias(s, table, alias);
}

interface PendingAlias {
  readonly name: string;
  readonly value: number;
  readonly at: number;
  readonly level?: MlsLevel;
}

function readEntry(s: ReadState, table: number, nprim: number, at: number): PendingAlias | undefined {
  const db = s.db;
  if (table === SYM_COMMONS) enter(s, db.commons, table, readCommon(s), nprim, at);
  else if (table === SYM_CLASSES) enter(s, db.classes, table, readClass(s), nprim, at);
  else if (table === SYM_ROLES) readRole(s, nprim, at);
  else if (table === SYM_TYPES) return readType(s, nprim, at);
  else if (table === SYM_USERS) enter(s, db.users, table, readUser(s), nprim, at);
  else if (table === SYM_BOOLS) readBool(s, nprim, at);
  else if (table === SYM_LEVELS) return readSens(s, nprim, at);
  else return readCat(s, nprim, at);
  return undefined;
}

/** Enters a symbol after checking its name and value. */
function enter<T extends SymbolDatum>(
  s: ReadState,
  symtab: Symtab<T>,
  table: number,
  datum: T,
  nprim: number,
  at: number,
): void {
  if (!checkName(s, symtab, table, datum.name, datum.value, nprim, at)) return;
  const before = symtab.at(datum.value);
  const kind = SYM_SINGULAR[table];
  if (before !== undefined)
    s.c.fail(`${kind} ${datum.name} has value ${datum.value}, which ${before.name} has already`, at);
  else symtab.set(datum);
}

function checkName<T extends SymbolDatum>(
  s: ReadState,
  symtab: Symtab<T>,
  table: number,
  name: string,
  value: number,
  nprim: number,
  at: number,
): boolean {
  if (!s.c.ok) return false;
  if (value < 1 || value > nprim)
    s.c.fail(`${SYM_SINGULAR[table]} ${name} has value ${value}, expected 1 to ${nprim}`, at);
  else if (symtab.valueOf(name) !== 0) s.c.fail(`${SYM_SINGULAR[table]} ${name} is defined twice`, at);
  return s.c.ok;
}

function checkAlias(s: ReadState, table: number, alias: PendingAlias): void {
  const kind = SYM_SINGULAR[table];
  const target = symtabOf(s, table).at(alias.value);
  if (target === undefined)
    s.c.warn(`${kind} alias ${alias.name} stands for ${alias.value}, which nothing is`, alias.at);
  else if (alias.level !== undefined) {
    const level = s.db.sens.at(alias.value)?.level;
    if (level?.cats.equals(alias.level.cats) === true) return;
    s.c.warn(`level alias ${alias.name} has other categories than ${target.name}`, alias.at);
    s.layout.aliasLevels.set(alias.name, alias.level);
  }
}

function readRole(s: ReadState, nprim: number, at: number): void {
  const c = s.c;
  const length = c.u32("a role");
  const value = c.u32("a role");
  const bounds = s.version >= VERSION_BOUNDARY ? c.u32("a role") : 0;
  const name = c.name(length, "name of a role", at);
  const dominates = readEbitmap(s, `dominance of role ${name}`);
  const types = readEbitmap(s, `types of role ${name}`);
  s.pending.push({ at, table: SYM_ROLES, bits: dominates, what: `dominance of role ${name}` });
  s.pending.push({ at, table: SYM_TYPES, bits: types, what: `role ${name}` });
  if (c.ok && name === "object_r" && value !== OBJECT_R_VAL)
    c.fail(`role object_r has value ${value}, expected ${OBJECT_R_VAL}`, at + 4, "role-object");
  enter(s, s.db.roles, SYM_ROLES, { name, value, bounds, dominates, types }, nprim, at);
}

/** The kernel brings its own object_r; a file without it is fine. */
function supplyObjectR(s: ReadState): void {
  const { roles } = s.db;
  if (roles.valueOf("object_r") !== 0) return;
  const taken = roles.at(OBJECT_R_VAL);
  if (taken !== undefined) {
    s.c.fail(
      `role ${taken.name} has value ${OBJECT_R_VAL}, which belongs to object_r`,
      s.c.pos,
      "role-object",
    );
    return;
  }
  s.layout.ownObjectR = true;
  const empty = { dominates: new Ebitmap(), types: new Ebitmap() };
  roles.set({ name: "object_r", value: OBJECT_R_VAL, bounds: 0, ...empty });
}

function readType(s: ReadState, nprim: number, at: number): PendingAlias | undefined {
  const c = s.c;
  const length = c.u32("a type");
  const value = c.u32("a type");
  const properties = c.u32("a type");
  const bounds = s.version >= VERSION_BOUNDARY ? c.u32("a type") : 0;
  const name = c.name(length, "name of a type", at);
  if (!checkName(s, s.db.types, SYM_TYPES, name, value, nprim, at)) return undefined;
  const bounded = s.version >= VERSION_BOUNDARY;
  const isAttribute = bounded && (properties & ATTRIBUTE) !== 0;
  const isPrimary = bounded ? (properties & PRIMARY) !== 0 : properties !== 0;
  const plain = isPrimary ? PRIMARY | (isAttribute ? ATTRIBUTE : 0) : 0;
  if (properties !== plain) s.layout.typeProperties.set(name, properties);
  if (isPrimary) {
    enter(s, s.db.types, SYM_TYPES, { name, value, isAttribute, bounds }, nprim, at);
    return undefined;
  }
  if (bounds !== 0) s.layout.aliasBounds.set(name, bounds);
  if (bounds > nprim) c.fail(`type alias ${name} is bounded by ${bounds}, expected at most ${nprim}`, at);
  s.db.types.alias(name, value);
  return { name, value, at };
}

function readUser(s: ReadState): UserDatum {
  const c = s.c;
  const at = c.pos;
  const length = c.u32("a user");
  const value = c.u32("a user");
  const bounds = s.version >= VERSION_BOUNDARY ? c.u32("a user") : 0;
  const name = c.name(length, "name of a user", at);
  const roles = readEbitmap(s, `roles of user ${name}`);
  s.pending.push({ at, table: SYM_ROLES, bits: roles, what: `user ${name}` });
  const plain: UserDatum = { name, value, bounds, roles };
  if (s.version < VERSION_MLS) return plain;
  const range = readRange(s, `user ${name}`);
  const defaultLevel = readLevel(s, `default level of user ${name}`);
  if (s.db.mls) {
    for (const level of [range.low, range.high, defaultLevel])
      s.pending.push({ at, table: SYM_CATS, bits: level.cats, what: `user ${name}` });
    return { ...plain, range, defaultLevel };
  }
  if (!isVoidRange(range)) s.layout.strayRanges.set(plain, range);
  if (!isVoidLevel(defaultLevel)) s.layout.strayLevels.set(plain, defaultLevel);
  return plain;
}

function readBool(s: ReadState, nprim: number, at: number): void {
  const c = s.c;
  const value = c.u32("a boolean");
  const state = c.u32("a boolean");
  const name = c.lengthAndName("name of a boolean");
  if (c.ok && state > 1) c.fail(`boolean ${name} has state ${state}, expected 0 or 1`, at + 4);
  enter(s, s.db.bools, SYM_BOOLS, { name, value, state: state === 1 }, nprim, at);
}

function readSens(s: ReadState, nprim: number, at: number): PendingAlias | undefined {
  const c = s.c;
  const length = c.u32("a level");
  const flag = c.u32("a level");
  const name = c.name(length, "name of a level", at);
  const level = readLevel(s, `level ${name}`);
  s.pending.push({ at, table: SYM_CATS, bits: level.cats, what: `level ${name}` });
  if (flag > 1) s.layout.levelFlags.set(name, flag);
  if (flag === 0) {
    enter(s, s.db.sens, SYM_LEVELS, { name, value: level.sens, level }, nprim, at);
    return undefined;
  }
  if (!checkName(s, s.db.sens, SYM_LEVELS, name, level.sens, nprim, at)) return undefined;
  s.db.sens.alias(name, level.sens);
  return { name, value: level.sens, at, level };
}

function readCat(s: ReadState, nprim: number, at: number): PendingAlias | undefined {
  const c = s.c;
  const length = c.u32("a category");
  const value = c.u32("a category");
  const flag = c.u32("a category");
  const name = c.name(length, "name of a category", at);
  if (flag > 1) s.layout.categoryFlags.set(name, flag);
  if (flag === 0) {
    enter(s, s.db.cats, SYM_CATS, { name, value }, nprim, at);
    return undefined;
  }
  if (!checkName(s, s.db.cats, SYM_CATS, name, value, nprim, at)) return undefined;
  s.db.cats.alias(name, value);
  return { name, value, at };
}
