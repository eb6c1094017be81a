// Extended permissions: the second filter behind `ioctl` and `nlmsg` (services_compute_xperms_drivers and
// security_compute_xperms_decision in security/selinux/ss/services.c, the use of both in avc.c). As soon as any
// extended rule exists for a pair and class, even an auditing one, a command must be in the allowed set. A value
// is driver << 8 | function. Bounds and constraints never touch these sets.

import {
  AVTAB_XPERMS,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  XPERMS_IOCTLDRIVER,
  XPERMS_NLMSG,
} from "../policydb/avtab.ts";
import type { Context } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import { HANDLE_UNKNOWN_ALLOW, type PolicyDb } from "../policydb/policydb.ts";
import { isEntryEnabled } from "./computeAv.ts";

/** Kinds of extended permissions by base permission. */
export const XPERM_IOCTL = 1;
export const XPERM_NLMSG = 2;

/** Which drivers have rules at all (struct extended_perms). `kinds` 0 means that no filter is on. */
export interface XpermDrivers {
  readonly drivers: Ebitmap;
  readonly kinds: number;
}

/** The sets of one driver (struct extended_perms_decision): bits are functions. */
export interface XpermDecision {
  readonly driver: number;
  readonly kind: number;
  readonly allowed: Ebitmap;
  readonly auditallow: Ebitmap;
  readonly dontaudit: Ebitmap;
}

/** The kind of extended permission that a slice number of the avtab belongs to. */
export function kindOfSlice(slice: number): number {
  return slice >>> 8 === XPERMS_NLMSG ? XPERM_NLMSG : XPERM_IOCTL;
}

/** Visits the enabled extended entries of a pair and class over all attribute pairs. */
export function forEachXperm(
  policy: PolicyDb,
  source: number,
  target: number,
  tclass: number,
  visit: (entry: number, viaSource: number, viaTarget: number) => void,
): void {
  const { avtab } = policy;
  policy.typeAttrMap[source]?.forEach((i) => {
    policy.typeAttrMap[target]?.forEach((j) => {
      for (let entry = avtab.first(i + 1, j + 1, tclass); entry >= 0; entry = avtab.nextOf(entry))
        if (((avtab.specified[entry] as number) & AVTAB_XPERMS) !== 0 && isEntryEnabled(policy, entry))
          visit(entry, i + 1, j + 1);
    });
  });
}

/** Drivers with rules of any kind for the pair and class. */
export function computeXpermDrivers(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
): XpermDrivers {
  const drivers = new Ebitmap(256);
  let kinds = 0;
  forEachXperm(policy, source.type, target.type, tclass, (entry) => {
    const slice = policy.avtab.slice[entry] as number;
    kinds |= kindOfSlice(slice);
    if (slice >>> 8 === XPERMS_IOCTLDRIVER) drivers.addAll(rowOf(policy, entry));
    else drivers.add(slice & 0xff);
  });
  return { drivers, kinds };
}

/** The sets of one driver for the pair and class. */
export function computeXperms(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
  driver: number,
  kind = XPERM_IOCTL,
): XpermDecision {
  const decision = emptyXpermDecision(driver, kind);
  if (tclass === 0 && policy.handleUnknown === HANDLE_UNKNOWN_ALLOW) fill(decision.allowed);
  forEachXperm(policy, source.type, target.type, tclass, (entry) => addXperms(policy, entry, decision));
  return decision;
}

export function emptyXpermDecision(driver: number, kind: number): XpermDecision {
  const make = (): Ebitmap => new Ebitmap(256);
  return { driver, kind, allowed: make(), auditallow: make(), dontaudit: make() };
}

function addXperms(policy: PolicyDb, entry: number, decision: XpermDecision): void {
  const slice = policy.avtab.slice[entry] as number;
  if (kindOfSlice(slice) !== decision.kind) return;
  const wholeDriver = slice >>> 8 === XPERMS_IOCTLDRIVER;
  if (wholeDriver ? !policy.avtab.xpermHas(entry, decision.driver) : (slice & 0xff) !== decision.driver)
    return;
  const kind = policy.avtab.specified[entry];
  let set = decision.dontaudit;
  if (kind === AVTAB_XPERMS_ALLOWED) set = decision.allowed;
  else if (kind === AVTAB_XPERMS_AUDITALLOW) set = decision.auditallow;
  if (wholeDriver) fill(set);
  else set.addAll(rowOf(policy, entry));
}

function fill(set: Ebitmap): void {
  set.words.fill(0xffffffff);
}

/** The 256 bits of an extended entry. */
export function rowOf(policy: PolicyDb, entry: number): Ebitmap {
  const row = (policy.avtab.data[entry] as number) * 8;
  const bits = new Ebitmap();
  bits.words = policy.avtab.xperms.slice(row, row + 8);
  return bits;
}

/** True when the filter lets a value through (the base permission must be allowed as well). */
export function xpermAllowed(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
  value: number,
  kind = XPERM_IOCTL,
): boolean {
  const { drivers, kinds } = computeXpermDrivers(policy, source, target, tclass);
  if (kinds === 0) return true;
  const driver = (value >>> 8) & 0xff;
  if ((kinds & kind) === 0 || !drivers.has(driver)) return false;
  return computeXperms(policy, source, target, tclass, driver, kind).allowed.has(value & 0xff);
}

/** Every value that the filter lets through, as inclusive ranges; undefined when no filter is on. */
export function allowedXpermRanges(
  policy: PolicyDb,
  source: Context,
  target: Context,
  tclass: number,
  kind = XPERM_IOCTL,
): (readonly [number, number])[] | undefined {
  const { drivers, kinds } = computeXpermDrivers(policy, source, target, tclass);
  if (kinds === 0) return undefined;
  const ranges: [number, number][] = [];
  if ((kinds & kind) === 0) return ranges;
  for (const driver of drivers)
    for (const bit of computeXperms(policy, source, target, tclass, driver, kind).allowed) {
      const value = driver * 256 + bit;
      const last = ranges[ranges.length - 1];
      if (last !== undefined && last[1] === value - 1) last[1] = value;
      else ranges.push([value, value]);
    }
  return ranges;
}
