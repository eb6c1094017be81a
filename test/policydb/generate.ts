// Random valid policy databases, the same for the same seed, with every feature that the given policy version can
// express. Only tests use it. Sizes are small: what matters is that every field takes every kind of value.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_TYPE,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  AVTAB_XPERMS_DONTAUDIT,
  branchOf,
} from "../../server/policydb/avtab.ts";
import * as v from "../../server/policydb/binary/versions.ts";
import { type CondExprNode, evaluateCond } from "../../server/policydb/conditional.ts";
import type { ConstraintExprNode, ConstraintNode } from "../../server/policydb/constraint.ts";
import type { Context, MlsLevel, MlsRange } from "../../server/policydb/context.ts";
import { createPolicyDb } from "../../server/policydb/create.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import type { ClassDatum, CommonDatum, PolicyDb } from "../../server/policydb/policydb.ts";

/** A small generator of random numbers (mulberry32). */
export function randomSource(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Maker {
  readonly db: PolicyDb;
  readonly version: number;
  readonly below: (n: number) => number;
  /** values of real types */
  readonly plain: number[];
}

/** Makes a policy; `scale` multiplies the number of symbols and rules. */
export function randomPolicy(seed: number, version: number, scale = 1): PolicyDb {
  const below = randomSource(seed);
  const db = createPolicyDb();
  const m: Maker = { db, version, below, plain: [] };
  db.version = version;
  db.mls = below(3) > 0;
  db.handleUnknown = [0, 2, 4][below(3)] as number;
  makeLevels(m);
  makeTypes(m, 4 + below(12 * scale));
  makeRolesAndUsers(m);
  makeClasses(m, 2 + below(3 * scale));
  for (let i = 1; i <= below(5); i++) db.bools.set({ name: `b${i}`, value: i, state: below(2) === 1 });
  if (version >= v.VERSION_POLCAP) db.polcaps = someBits(m, 15);
  if (version >= v.VERSION_PERMISSIVE) for (let i = below(3); i > 0; i--) db.permissive.add(type(m));
  if (version >= v.VERSION_NEVERAUDIT) for (let i = below(3); i > 0; i--) db.neveraudit.add(type(m));
  makeRules(m, 8 + below(20 * scale));
  makeTransitions(m);
  makeObjects(m);
  return db;
}

const one = <T>(m: Maker, list: readonly T[]): T => list[m.below(list.length)] as T;
const type = (m: Maker): number => one(m, m.plain);
const anyType = (m: Maker): number => 1 + m.below(m.db.types.nprim);
const tclass = (m: Maker): number => 1 + m.below(m.db.classes.nprim);
const role = (m: Maker): number => 1 + m.below(m.db.roles.nprim);
const word = (m: Maker): number => (m.below(0x10000) << 16) | m.below(0x10000);

function someBits(m: Maker, below: number): Ebitmap {
  const map = new Ebitmap();
  for (let bit = 0; bit < below; bit++) if (m.below(3) === 0) map.add(bit);
  return map;
}

function makeLevels(m: Maker): void {
  const { db, below } = m;
  if (!db.mls) return;
  const cats = below(70);
  for (let i = 1; i <= cats; i++) db.cats.set({ name: `c${i}`, value: i });
  if (cats > 0) db.cats.alias("Secret", 1 + below(cats));
  const n = 1 + below(4);
  for (let i = 1; i <= n; i++)
    db.sens.set({ name: `s${i}`, value: i, level: { sens: i, cats: someBits(m, cats) } });
  if (below(2) === 0) db.sens.alias("Low", 1);
}

function makeTypes(m: Maker, count: number): void {
  const { db, below, version } = m;
  for (let i = 1; i <= count; i++) {
    const isAttribute = version >= v.VERSION_BOUNDARY && i > 3 && below(4) === 0;
    // The second and third type may be bounded, each by the one before.
    const bounded = version >= v.VERSION_BOUNDARY && (i === 2 || i === 3) && below(2) === 0;
    const parent = bounded ? i - 1 : 0;
    db.types.set({ name: isAttribute ? `attr${i}` : `type${i}_t`, value: i, isAttribute, bounds: parent });
    if (!isAttribute) m.plain.push(i);
  }
  for (let i = below(3); i > 0; i--) db.types.alias(`älias${i}`, type(m));
  for (let i = 1; i <= count; i++) {
    const datum = db.types.at(i);
    const map = Ebitmap.of([i - 1]);
    if (datum?.isAttribute === false)
      for (const other of db.types) if (other.isAttribute && below(2) === 0) map.add(other.value - 1);
    db.typeAttrMap[i] = map;
  }
  for (let i = 1; i <= count; i++) db.attrTypeMap[i] = new Ebitmap();
  for (const i of m.plain) for (const bit of db.typeAttrMap[i] ?? []) db.attrTypeMap[bit + 1]?.add(i - 1);
}

function makeRolesAndUsers(m: Maker): void {
  const { db, below, version } = m;
  db.roles.set({ name: "object_r", value: 1, bounds: 0, dominates: Ebitmap.of([0]), types: new Ebitmap() });
  const roles = 1 + below(3);
  for (let i = 2; i <= roles + 1; i++) {
    const types = Ebitmap.of(m.plain.filter(() => below(2) === 0).map((t) => t - 1));
    const parent = version >= v.VERSION_BOUNDARY && i === 3 && below(2) === 0 ? db.roles.at(2) : undefined;
    if (parent !== undefined) types.keepAll(parent.types);
    const dominates = Ebitmap.of([i - 1, 1 + below(i - 1)]);
    db.roles.set({ name: `role${i}_r`, value: i, bounds: parent?.value ?? 0, dominates, types });
  }
  const users = 1 + below(3);
  for (let i = 1; i <= users; i++) {
    const parent = version >= v.VERSION_BOUNDARY && i === 2 && below(2) === 0 ? db.users.at(1) : undefined;
    const own = someBits(m, roles + 1);
    const plain = { name: `user${i}_u`, value: i, bounds: parent?.value ?? 0 };
    const roleSet = parent === undefined ? own : own.keepAll(parent.roles);
    if (!db.mls) db.users.set({ ...plain, roles: roleSet });
    else db.users.set({ ...plain, roles: roleSet, range: range(m), defaultLevel: level(m) });
  }
}

function level(m: Maker): MlsLevel {
  const sens = 1 + m.below(m.db.sens.nprim);
  return { sens, cats: someBits(m, 70).keepAll(m.db.sens.at(sens)?.level.cats ?? new Ebitmap()) };
}

function range(m: Maker): MlsRange {
  const high = level(m);
  if (m.below(2) === 0) return { low: high, high };
  const sens = 1 + m.below(high.sens);
  const cats = someBits(m, 70).keepAll(high.cats);
  return { low: { sens, cats: cats.keepAll(m.db.sens.at(sens)?.level.cats ?? cats) }, high };
}

/** Contexts of objects are valid with any user, type and range. */
function context(m: Maker): Context {
  const plain = { user: 1 + m.below(m.db.users.nprim), role: 1, type: type(m) };
  return m.db.mls ? { ...plain, range: range(m) } : plain;
}

function makeClasses(m: Maker, count: number): void {
  const { db, below, version } = m;
  const common: CommonDatum = { name: "file", value: 1, perms: permMap(1 + below(20), 0, "shared") };
  db.commons.set(common);
  for (let i = 1; i <= count; i++) {
    const base = i > 1 && below(2) === 0 ? common : undefined;
    const first = base?.perms.size ?? 0;
    const own = i === 1 ? new Map([["transition", 1]]) : permMap(1 + below(32 - first), first, "own");
    const datum: ClassDatum = {
      name: i === 1 ? "process" : `class${i}`,
      value: i,
      common: base,
      perms: own,
      nperms: first + own.size,
      constraints: [],
      validatetrans: [],
      defaultUser: version >= v.VERSION_NEW_OBJECT_DEFAULTS ? below(3) : 0,
      defaultRole: version >= v.VERSION_NEW_OBJECT_DEFAULTS ? below(3) : 0,
      defaultType: version >= v.VERSION_DEFAULT_TYPE ? below(3) : 0,
      defaultRange:
        version >= v.VERSION_GLBLUB ? below(8) : version >= v.VERSION_NEW_OBJECT_DEFAULTS ? below(7) : 0,
    };
    datum.constraints = Array.from({ length: below(3) }, () => constraint(m, datum.nperms));
    datum.validatetrans = Array.from({ length: below(2) }, () => constraint(m, 0));
    db.classes.set(datum);
  }
}

function permMap(count: number, after: number, prefix: string): Map<string, number> {
  return new Map(Array.from({ length: count }, (_, i) => [`${prefix}_${i}`, after + i + 1] as const));
}

function constraint(m: Maker, nperms: number): ConstraintNode {
  const expr: ConstraintExprNode[] = [operand(m, nperms === 0)];
  for (let i = m.below(4); i > 0; i--) {
    expr.push(operand(m, nperms === 0));
    if (m.below(3) === 0) expr.push({ exprType: 1, attr: 0, op: 0 });
    expr.push({ exprType: 2 + m.below(2), attr: 0, op: 0 });
  }
  return { permissions: nperms === 0 ? 0 : (1 << m.below(nperms)) >>> 0, expr };
}

function operand(m: Maker, threeSided: boolean): ConstraintExprNode {
  if (m.below(2) === 0) {
    const attr = one(m, [1, 2, 4, 32, 64, 128, 256, 512, 1024]);
    return { exprType: 4, attr, op: 1 + m.below(attr === 1 || attr === 4 ? 2 : 5) };
  }
  const subject = one(m, [1, 2, 4]);
  const attr = subject | one(m, threeSided ? [0, 8, 16] : [0, 8]);
  const table = subject === 1 ? m.db.users : subject === 2 ? m.db.roles : m.db.types;
  const names = someBits(m, table.nprim);
  const node = { exprType: 5, attr, op: 1 + m.below(2), names };
  if (m.version < v.VERSION_CONSTRAINT_NAMES || subject !== 4) return node;
  const typeNames = { types: names.clone(), negset: someBits(m, table.nprim), flags: m.below(3) };
  return { ...node, typeNames };
}

function makeRules(m: Maker, count: number): void {
  const { db, below } = m;
  for (let i = 0; i < count; i++) rule(m, 0, i === 0);
  const nbools = db.bools.nprim;
  for (let index = 0; nbools > 0 && index < below(5); index++) {
    const expr: CondExprNode[] = [{ op: 1, bool: 1 + below(nbools) }];
    if (below(2) === 0) expr.push({ op: 2, bool: 0 });
    for (let i = below(4); i > 0; i--)
      expr.push({ op: 1, bool: 1 + below(nbools) }, { op: 3 + below(5), bool: 0 });
    const state = evaluateCond(expr, (bool) => db.bools.at(bool)?.state === true);
    const index_ = db.conditionals.push({ expr, state }) - 1;
    for (let i = below(6); i > 0; i--) rule(m, branchOf(index_, below(2) === 0), false);
  }
}

function rule(m: Maker, branch: number, mustBeAllow: boolean): void {
  const { db, below, version } = m;
  const withXperms = version >= (branch === 0 ? v.VERSION_XPERMS_IOCTL : v.VERSION_COND_XPERMS);
  const kinds = [
    AVTAB_ALLOWED,
    AVTAB_AUDITALLOW,
    AVTAB_AUDITDENY,
    AVTAB_TRANSITION,
    AVTAB_MEMBER,
    AVTAB_CHANGE,
  ];
  if (withXperms) kinds.push(AVTAB_XPERMS_ALLOWED, AVTAB_XPERMS_AUDITALLOW, AVTAB_XPERMS_DONTAUDIT);
  const kind = mustBeAllow ? AVTAB_ALLOWED : one(m, kinds);
  const isType = (kind & AVTAB_TYPE) !== 0;
  const key = [isType ? type(m) : anyType(m), isType ? type(m) : anyType(m), tclass(m)] as const;
  const { avtab } = db;
  if (kind >= AVTAB_XPERMS_ALLOWED) {
    const slice = ((1 + below(3)) << 8) | below(256);
    if (avtab.find(...key, kind, branch, slice) >= 0) return;
    const entry = avtab.append(...key, kind, branch, slice);
    for (let i = below(9); i > 0; i--) avtab.xpermAdd(entry, below(256));
    return;
  }
  // A type rule may have one result, wherever it stands.
  for (let e = avtab.first(...key); e >= 0; e = avtab.nextOf(e))
    if (avtab.specified[e] === kind && (isType || avtab.branch[e] === branch)) return;
  const entry = avtab.append(...key, kind, branch);
  avtab.data[entry] = isType ? type(m) : word(m);
}

function makeTransitions(m: Maker): void {
  const { db, below, version } = m;
  const process = db.classes.valueOf("process");
  const seen = new Set<string>();
  const fresh = (...key: (string | number)[]): boolean =>
    !seen.has(key.join()) && seen.add(key.join()).size > 0;
  const roleTransitions: PolicyDb["roleTransitions"][number][] = [];
  const rangeTransitions: PolicyDb["rangeTransitions"][number][] = [];
  for (let i = below(6); i > 0; i--) {
    const t = { role: role(m), type: anyType(m), newRole: role(m), tclass: tclass(m) };
    if (version < v.VERSION_ROLETRANS) t.tclass = process;
    if (fresh("role", t.role, t.type, t.tclass)) roleTransitions.push(t);
    if (!db.mls) continue;
    const r = { source: anyType(m), target: anyType(m), tclass: tclass(m), range: range(m) };
    if (version < v.VERSION_RANGETRANS) r.tclass = process;
    if (fresh("range", r.source, r.target, r.tclass)) rangeTransitions.push(r);
  }
  db.roleTransitions = roleTransitions;
  db.rangeTransitions = rangeTransitions;
  db.roleAllows = Array.from({ length: below(5) }, () => ({ role: role(m), newRole: role(m) }));
  if (version < v.VERSION_FILENAME_TRANS) return;
  const names = ["a", "log", "socket.ü", "x".repeat(40), "\udc80raw"];
  const filenames: PolicyDb["filenameTransitions"][number][] = [];
  for (const name of names.slice(0, below(6))) {
    // Before version 33 alternatives are found again by the first of their sources.
    const sources = someBits(m, db.types.nprim);
    if (sources.isEmpty()) sources.add(0);
    const data = [{ sources, newType: type(m) }];
    const others = someBits(m, db.types.nprim).deleteAll(sources);
    const another = m.plain.find((t) => t !== data[0]?.newType);
    if (version >= v.VERSION_COMP_FTRANS && !others.isEmpty() && another !== undefined)
      data.push({ sources: others, newType: another });
    filenames.push({ name, targetType: anyType(m), tclass: tclass(m), data });
  }
  db.filenameTransitions = filenames;
}

function makeObjects(m: Maker): void {
  const { db, below, version } = m;
  const list = <T>(make: (i: number) => T): T[] => Array.from({ length: below(4) }, (_, i) => make(i));
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => below(256));
  const pair = (): readonly [Context, Context] => [context(m), context(m)];
  const node = (n: number) => ({ address: bytes(n), mask: bytes(n), context: context(m) });
  const infiniband = version >= v.VERSION_INFINIBAND;
  db.ocontexts = {
    initialSids: [
      { sid: 1, name: "kernel", context: context(m) },
      ...(below(2) === 0 ? [{ sid: 3, name: "unlabeled", context: context(m) }] : []),
    ],
    fs: list((i) => ({ name: `fs${i}`, contexts: pair() })),
    ports: list((i) => ({
      protocol: one(m, [6, 17, 33, 132]),
      low: 1 + i,
      high: 0xffff,
      context: context(m),
    })),
    netifs: list((i) => ({ name: `eth${i}`, contexts: pair() })),
    nodes: list(() => node(4)),
    fsUses: list((i) => ({ behavior: 1 + below(3), fstype: `ext${i}`, context: context(m) })),
    nodes6: list(() => node(16)),
    ibPkeys: infiniband
      ? list((i) => ({
          subnetPrefix: BigInt(word(m) >>> 0) << 32n,
          low: i,
          high: 0xffff,
          context: context(m),
        }))
      : [],
    ibEndPorts: infiniband ? list((i) => ({ device: `mlx${i}`, port: 255, context: context(m) })) : [],
  };
  db.genfs = ["proc", "sysfs"].slice(0, below(3)).map((fstype) => ({
    fstype,
    entries: ["/sys/kernel", "/longer", "/"].map((path) => ({
      path,
      tclass: below(2) === 0 ? tclass(m) : 0,
      context: context(m),
    })),
  }));
}
