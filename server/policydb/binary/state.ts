// What the parts of the reader share: the cursor, the policy that is being filled, the layout beside it, and the
// checks that a value names something declared (security/selinux/ss/policydb.c, policydb_type_isvalid and kin;
// libsepol's policydb_validate.c for holes in the tables). It knows nothing of the order of the file.

import type { Ebitmap } from "../ebitmap.ts";
import { Ebitmap as Bitmap } from "../ebitmap.ts";
import type { PolicyDb } from "../policydb.ts";
import type { SymbolDatum, Symtab } from "../symtab.ts";
import type { Cursor } from "./cursor.ts";
import type { BinaryLayout } from "./layout.ts";
import { VERSION_AVTAB, VERSION_BOUNDARY } from "./versions.ts";

/** Trailing unused values beyond this are only claimed, not kept. */
const MAX_PLACES = 0xffff;

/** The policy while it is being read. */
export type MutablePolicyDb = { -readonly [K in keyof PolicyDb]: PolicyDb[K] };

export const SYM_COMMONS = 0;
export const SYM_CLASSES = 1;
export const SYM_ROLES = 2;
export const SYM_TYPES = 3;
export const SYM_USERS = 4;
export const SYM_BOOLS = 5;
export const SYM_LEVELS = 6;
export const SYM_CATS = 7;
/** Section names by table, also used in messages. */
export const SYM_NAMES = [
  "commons",
  "classes",
  "roles",
  "types",
  "users",
  "booleans",
  "levels",
  "categories",
];
/** Singular forms for messages. */
export const SYM_SINGULAR = ["common", "class", "role", "type", "user", "boolean", "level", "category"];

/** A bitmap that names symbols of a table that comes later in the file. */
export interface PendingBitmap {
  readonly at: number;
  readonly table: number;
  readonly bits: Ebitmap;
  readonly what: string;
}

/** Shared state of one read. */
export interface ReadState {
  readonly c: Cursor;
  readonly db: MutablePolicyDb;
  readonly layout: BinaryLayout;
  readonly version: number;
  /** rules without a permission of their class are told, as libsepol's validation does */
  readonly validating: boolean;
  /** 32-bit words of bitmaps that may still be made; see `readEbitmap`. */
  wordBudget: number;
  readonly pending: PendingBitmap[];
  /** By table: one byte a value, 1 where the value is declared; filled when a table is complete. */
  readonly declared: Uint8Array[];
  /** The same as bitmaps of value - 1. */
  readonly masks: Ebitmap[];
  /** Value of class process, 0 when there is none. */
  processClass: number;
  /** By class value: the bits that are permissions; undefined when rules are not asked for any. */
  permissionMasks: Uint32Array | undefined;
  /** Rules with none of these bits, so far. */
  emptyVectors: number;
}

/** True when the value is declared in the table. */
export function isDeclared(s: ReadState, table: number, value: number): boolean {
  return (s.declared[table] as Uint8Array)[value] === 1;
}

/** Fails unless the value is declared; `at` is where it was read. */
export function requireValue(s: ReadState, table: number, value: number, what: string, at: number): boolean {
  if (isDeclared(s, table, value)) return true;
  s.c.fail(`${what} has ${SYM_SINGULAR[table]} ${value}, which the policy does not define`, at);
  return false;
}

/** Fails unless every bit of the map names a declared symbol. */
export function requireBits(s: ReadState, table: number, bits: Ebitmap, what: string, at: number): boolean {
  const mask = s.masks[table] as Ebitmap;
  if (mask.contains(bits)) return true;
  for (const bit of bits)
    if (!mask.has(bit)) {
      s.c.fail(`${what} names ${SYM_SINGULAR[table]} ${bit + 1}, which the policy does not define`, at);
      break;
    }
  return false;
}

/** Notes which values of a finished table are declared. */
export function closeTable<T extends SymbolDatum>(s: ReadState, table: number, symtab: Symtab<T>): void {
  // Versions 20 to 23 keep attributes without names: every value of the table may be used.
  const nameless = table === SYM_TYPES && s.version >= VERSION_AVTAB && s.version < VERSION_BOUNDARY;
  const claimed = s.layout.nprim[table] ?? 0;
  // Unused values at the end (role attributes had them) keep their places, as far as a policy can need them.
  const places = nameless ? claimed : Math.min(claimed, MAX_PLACES, s.c.end);
  while (symtab.nprim < places) symtab.byValue.push(undefined);
  // Nothing but printing needs names of categories, so holes among them are harmless.
  const anyValue = nameless || table === SYM_CATS;
  const nprim = anyValue ? Math.max(claimed, symtab.nprim) : symtab.nprim;
  const declared = new Uint8Array(nprim + 1);
  const mask = new Bitmap(nprim);
  for (let value = 1; value <= nprim; value++) {
    if (!anyValue && symtab.byValue[value] === undefined) continue;
    declared[value] = 1;
    mask.add(value - 1);
  }
  s.declared[table] = declared;
  s.masks[table] = mask;
}
