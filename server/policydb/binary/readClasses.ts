// Commons and classes of a binary policy (perm_read, common_read, class_read of security/selinux/ss/policydb.c).
// Permission maps keep the order of the file. Permission values must be in range and unique, as hardened kernels
// demand; a class inherits those of its common.

import { type ClassDatum, type CommonDatum, DEFAULT_GLBLUB, DEFAULT_TARGET } from "../policydb.ts";
import { readConstraints } from "./readConstraints.ts";
import type { ReadState } from "./state.ts";
import { VERSION_DEFAULT_TYPE, VERSION_MLS, VERSION_NEW_OBJECT_DEFAULTS } from "./versions.ts";

const PERM_BYTES = 9;
/** Bits of an access vector. */
const MAX_PERMS = 32;

/** Reads `count` permissions with values up to `nprim`. `taken` has the inherited ones. */
function readPerms(
  s: ReadState,
  count: number,
  nprim: number,
  common: CommonDatum | undefined,
  owner: string,
): Map<string, number> {
  const c = s.c;
  const perms = new Map<string, number>();
  if (!c.fits(count, `permissions of ${owner}`, PERM_BYTES, c.pos)) return perms;
  let used = 0;
  if (common !== undefined) for (const value of common.perms.values()) used |= 1 << (value - 1);
  for (let i = 0; i < count && c.ok; i++) {
    const at = c.pos;
    const length = c.u32(`permission of ${owner}`);
    const value = c.u32(`permission of ${owner}`);
    const name = c.name(length, `permission of ${owner}`, at);
    if (!c.ok) break;
    if (value < 1 || value > nprim)
      c.fail(`permission ${name} of ${owner} has value ${value}, expected 1 to ${nprim}`, at + 4);
    else if ((used & (1 << (value - 1))) !== 0)
      c.fail(`permission ${name} of ${owner} has value ${value}, which another permission has`, at + 4);
    else if (perms.has(name)) c.fail(`permission ${name} of ${owner} is defined twice`, at);
    used |= 1 << (value - 1);
    perms.set(name, value);
  }
  return perms;
}

/** One common. */
export function readCommon(s: ReadState): CommonDatum {
  const c = s.c;
  const at = c.pos;
  const length = c.u32("a common");
  const value = c.u32("a common");
  const nprim = c.u32("a common");
  const nel = c.u32("a common");
  const name = c.name(length, "name of a common", at);
  if (c.ok && (nprim > MAX_PERMS || nel > nprim))
    c.fail(
      `common ${name} has ${nel} permissions with values up to ${nprim}, at most 32 are possible`,
      at + 8,
    );
  else if (c.ok && nel === 0) c.fail(`common ${name} has no permissions`, at + 12);
  const perms = readPerms(s, nel, nprim, undefined, `common ${name}`);
  return { name, value, perms };
}

/** One class with its constraints and defaults. */
export function readClass(s: ReadState): ClassDatum {
  const c = s.c;
  const at = c.pos;
  const length = c.u32("a class");
  const commonLength = c.u32("a class");
  const value = c.u32("a class");
  const nprim = c.u32("a class");
  const nel = c.u32("a class");
  const nconstraints = c.u32("a class");
  const name = c.name(length, "name of a class", at);
  const owner = `class ${name}`;
  const common = commonLength === 0 ? undefined : readCommonOf(s, commonLength, owner, at + 4);
  if (c.ok) checkPermCounts(s, owner, nprim, nel, common, at + 12);
  const perms = readPerms(s, nel, nprim, common, owner);
  const constraints = readConstraints(s, nconstraints, nprim, owner);
  let validatetrans: ClassDatum["validatetrans"] = [];
  if (s.version >= VERSION_MLS)
    validatetrans = readConstraints(s, c.u32(`validatetrans of ${owner}`), 0, owner);
  const datum: ClassDatum = {
    name,
    value,
    common,
    perms,
    nperms: nprim,
    constraints,
    validatetrans,
    defaultUser: 0,
    defaultRole: 0,
    defaultType: 0,
    defaultRange: 0,
  };
  readDefaults(s, datum, owner);
  return datum;
}

function readCommonOf(s: ReadState, length: number, owner: string, at: number): CommonDatum | undefined {
  const name = s.c.name(length, `common of ${owner}`, at);
  const common = s.db.commons.get(name);
  if (s.c.ok && common === undefined) s.c.fail(`${owner} inherits from unknown common ${name}`, at);
  return common;
}

function checkPermCounts(
  s: ReadState,
  owner: string,
  nprim: number,
  nel: number,
  common: CommonDatum | undefined,
  at: number,
): void {
  let inherited = 0;
  if (common !== undefined) for (const value of common.perms.values()) inherited = Math.max(inherited, value);
  if (nprim > MAX_PERMS)
    s.c.fail(`${owner} has permission values up to ${nprim}, at most 32 are possible`, at);
  else if (nel > nprim) s.c.fail(`${owner} has ${nel} permissions but values only up to ${nprim}`, at + 4);
  else if (nprim < inherited)
    s.c.fail(`${owner} has permission values up to ${nprim}, fewer than its common ${common?.name}`, at);
}

function readDefaults(s: ReadState, datum: ClassDatum, owner: string): void {
  const c = s.c;
  let raw: number[] = [];
  if (s.version >= VERSION_NEW_OBJECT_DEFAULTS)
    raw = [
      readDefault(s, `default_user of ${owner}`, DEFAULT_TARGET),
      readDefault(s, `default_role of ${owner}`, DEFAULT_TARGET),
      readDefault(s, `default_range of ${owner}`, DEFAULT_GLBLUB),
    ];
  if (c.ok && s.version >= VERSION_DEFAULT_TYPE)
    raw.push(readDefault(s, `default_type of ${owner}`, DEFAULT_TARGET));
  datum.defaultUser = (raw[0] ?? 0) & 0xff;
  datum.defaultRole = (raw[1] ?? 0) & 0xff;
  datum.defaultRange = (raw[2] ?? 0) & 0xff;
  datum.defaultType = (raw[3] ?? 0) & 0xff;
  if (raw.some((value) => value > 0xff)) s.layout.classDefaults.set(datum, raw);
}

function readDefault(s: ReadState, what: string, max: number): number {
  const at = s.c.pos;
  const value = s.c.u32(what);
  const kept = value & 0xff;
  if (kept > max) s.c.fail(`${what} is ${value}, expected 0 to ${max}`, at);
  else if (value !== kept) s.c.warn(`${what} is ${value}; kernels keep 8 bits, ${kept}`, at);
  return value;
}
