// The policy database (security/selinux/ss/policydb.h): a whole policy as data, in the kernel's terms. One shape
// serves policies read from a kernel binary and policies that the compiler keeps up to date while sources are
// edited. Sources keep their own extra state (who contributed what) in the compiler, never here. Invariants:
// values are 1-based and fit 16 bits for types and classes; bitmaps hold value - 1; `generation` grows with every
// change, so whoever caches compares it. It knows no syntax and no files.

import type { Avtab } from "./avtab.ts";
import type { CondNode } from "./conditional.ts";
import type { ConstraintNode } from "./constraint.ts";
import type { Context, MlsLevel, MlsRange } from "./context.ts";
import type { Ebitmap } from "./ebitmap.ts";
import type { SymbolDatum, Symtab } from "./symtab.ts";

export const HANDLE_UNKNOWN_DENY = 0;
export const HANDLE_UNKNOWN_REJECT = 2;
export const HANDLE_UNKNOWN_ALLOW = 4;

export const DEFAULT_SOURCE = 1;
export const DEFAULT_TARGET = 2;
export const DEFAULT_SOURCE_LOW = 1;
export const DEFAULT_SOURCE_HIGH = 2;
export const DEFAULT_SOURCE_LOW_HIGH = 3;
export const DEFAULT_TARGET_LOW = 4;
export const DEFAULT_TARGET_HIGH = 5;
export const DEFAULT_TARGET_LOW_HIGH = 6;
export const DEFAULT_GLBLUB = 7;

/** Value of the built-in role object_r. */
export const OBJECT_R_VAL = 1;

/** Permissions by name, value 1…32; the access vector bit is value - 1. */
export type PermTable = ReadonlyMap<string, number>;

export interface CommonDatum extends SymbolDatum {
  readonly perms: PermTable;
}

export interface ClassDatum extends SymbolDatum {
  readonly common: CommonDatum | undefined;
  /** Own permissions only; see `permissionsOf` for all. */
  readonly perms: PermTable;
  /** Number of permissions, inherited ones included. */
  readonly nperms: number;
  constraints: readonly ConstraintNode[];
  validatetrans: readonly ConstraintNode[];
  /** 0 or DEFAULT_SOURCE / DEFAULT_TARGET */
  defaultUser: number;
  defaultRole: number;
  defaultType: number;
  /** 0 or DEFAULT_SOURCE_LOW … DEFAULT_GLBLUB */
  defaultRange: number;
}

export interface RoleDatum extends SymbolDatum {
  /** Parent role value, 0 when none. */
  bounds: number;
  readonly dominates: Ebitmap;
  readonly types: Ebitmap;
  /** Role attributes exist in sources only; the kernel never sees them. */
  readonly isAttribute?: boolean;
}

export interface TypeDatum extends SymbolDatum {
  readonly isAttribute: boolean;
  /** Parent type value, 0 when none. */
  bounds: number;
}

export interface UserDatum extends SymbolDatum {
  bounds: number;
  readonly roles: Ebitmap;
  readonly range?: MlsRange;
  readonly defaultLevel?: MlsLevel;
}

export interface BoolDatum extends SymbolDatum {
  state: boolean;
}

/** `value` is the sensitivity's place in the dominance order. */
export interface SensDatum extends SymbolDatum {
  readonly level: MlsLevel;
}

export interface CatDatum extends SymbolDatum {}

export interface RoleTransition {
  readonly role: number;
  readonly type: number;
  readonly tclass: number;
  readonly newRole: number;
}

export interface RoleAllow {
  readonly role: number;
  readonly newRole: number;
}

/** One key with its alternatives: the first whose source set holds the source type wins. */
export interface FilenameTransition {
  readonly targetType: number;
  readonly tclass: number;
  readonly name: string;
  readonly data: readonly { readonly sources: Ebitmap; readonly newType: number }[];
}

export interface RangeTransition {
  readonly source: number;
  readonly target: number;
  readonly tclass: number;
  readonly range: MlsRange;
}

export interface InitialSidContext {
  readonly sid: number;
  readonly name: string | undefined;
  readonly context: Context;
}
/** fscon: two contexts by filesystem name (unused by the kernel). */
export interface FsContext {
  readonly name: string;
  readonly contexts: readonly [Context, Context];
}
export interface PortContext {
  /** IP protocol number: tcp 6, udp 17, dccp 33, sctp 132 */
  readonly protocol: number;
  readonly low: number;
  readonly high: number;
  readonly context: Context;
}
export interface NetifContext {
  readonly name: string;
  /** interface context, message context */
  readonly contexts: readonly [Context, Context];
}
/** Address and mask as 4 or 16 bytes in network order. */
export interface NodeContext {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
  readonly context: Context;
}
export interface FsUse {
  /** xattr 1, trans 2, task 3, genfs 4, none 5, mountpoint 6, native 7 */
  readonly behavior: number;
  readonly fstype: string;
  readonly context: Context;
}
export interface IbPkeyContext {
  /** 64 bits */
  readonly subnetPrefix: bigint;
  readonly low: number;
  readonly high: number;
  readonly context: Context;
}
export interface IbEndPortContext {
  readonly device: string;
  readonly port: number;
  readonly context: Context;
}
export interface GenfsEntry {
  readonly path: string;
  /** class value; 0 = any */
  readonly tclass: number;
  readonly context: Context;
}
/** Entries sorted by descending path length, equal lengths in file order. */
export interface Genfs {
  readonly fstype: string;
  readonly entries: readonly GenfsEntry[];
}

export interface Ocontexts {
  readonly initialSids: readonly InitialSidContext[];
  readonly fs: readonly FsContext[];
  readonly ports: readonly PortContext[];
  readonly netifs: readonly NetifContext[];
  readonly nodes: readonly NodeContext[];
  readonly fsUses: readonly FsUse[];
  readonly nodes6: readonly NodeContext[];
  readonly ibPkeys: readonly IbPkeyContext[];
  readonly ibEndPorts: readonly IbEndPortContext[];
}

export interface PolicyDb {
  /** Grows with every change to anything below. */
  generation: number;
  /** Policy version of a binary; for sources, the newest version whose features it needs. */
  version: number;
  mls: boolean;
  /** HANDLE_UNKNOWN_* */
  handleUnknown: number;
  polcaps: Ebitmap;
  /** bit = type VALUE (not value - 1), as the kernel stores it */
  permissive: Ebitmap;
  neveraudit: Ebitmap;
  readonly commons: Symtab<CommonDatum>;
  readonly classes: Symtab<ClassDatum>;
  readonly roles: Symtab<RoleDatum>;
  /** types, attributes (isAttribute) and, as extra names, aliases */
  readonly types: Symtab<TypeDatum>;
  readonly users: Symtab<UserDatum>;
  readonly bools: Symtab<BoolDatum>;
  readonly sens: Symtab<SensDatum>;
  readonly cats: Symtab<CatDatum>;
  readonly avtab: Avtab;
  readonly conditionals: CondNode[];
  roleTransitions: readonly RoleTransition[];
  roleAllows: readonly RoleAllow[];
  filenameTransitions: readonly FilenameTransition[];
  rangeTransitions: readonly RangeTransition[];
  ocontexts: Ocontexts;
  genfs: readonly Genfs[];
  /** by type value (index 0 unused): the type's own bit and its attributes' bits, as value - 1 */
  readonly typeAttrMap: (Ebitmap | undefined)[];
  /** by attribute or type value: member types (a type's own bit for a type), as value - 1 */
  readonly attrTypeMap: (Ebitmap | undefined)[];
}

/** The values of a type and of its attributes; of an attribute alone. A rule for any of them holds for it. */
export function withAttributes(db: PolicyDb, value: number): readonly number[] {
  const values = [value];
  if (db.types.at(value)?.isAttribute === true) return values;
  db.typeAttrMap[value]?.forEach((bit) => {
    if (bit + 1 !== value) values.push(bit + 1);
  });
  return values;
}

/** All permissions of a class with their values, inherited ones first. */
export function permissionsOf(datum: ClassDatum): Map<string, number> {
  const all = new Map<string, number>();
  if (datum.common !== undefined) for (const [name, value] of datum.common.perms) all.set(name, value);
  for (const [name, value] of datum.perms) all.set(name, value);
  return all;
}

/** The value of a permission of a class, inherited ones included; 0 when it has none of that name. */
export function permissionValue(datum: ClassDatum, name: string): number {
  return datum.perms.get(name) ?? datum.common?.perms.get(name) ?? 0;
}

/** The names of the permissions in an access vector, in order of their bits. */
export function permissionNames(datum: ClassDatum, av: number): string[] {
  const names: string[] = [];
  for (const [name, value] of permissionsOf(datum)) if ((av & (1 << (value - 1))) !== 0) names[value] = name;
  return names.filter((name) => name !== undefined);
}
