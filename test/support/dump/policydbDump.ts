/**
 * The product's side of the conformance test: prints a PolicyDb as the canonical dump that
 * test/conformance/DUMP.md describes and oracle.py prints for a kernel binary. Invariant: it reads the database
 * and nothing else, and formats everything itself, so that a fault in the product's own printing is not hidden.
 */
import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_XPERMS,
  AVTAB_XPERMS_ALLOWED,
  AVTAB_XPERMS_AUDITALLOW,
  AVTAB_XPERMS_DONTAUDIT,
  conditionalOfBranch,
  isTrueBranch,
  UNCONDITIONAL,
  XPERMS_IOCTLDRIVER,
  XPERMS_NLMSG,
} from "../../../server/policydb/avtab.ts";
import { COND_BOOL, evaluateCond } from "../../../server/policydb/conditional.ts";
import {
  type ClassDatum,
  DEFAULT_GLBLUB,
  type PolicyDb,
  permissionsOf,
} from "../../../server/policydb/policydb.ts";
import type { Symtab } from "../../../server/policydb/symtab.ts";
import { dumpConstraints } from "./constraintDump.ts";
import { dumpContexts } from "./contextDump.ts";
import { type Fact, levelText, memberNames, nameIn, rangeText } from "./dumpText.ts";

const AV_KINDS = new Map<number, string>([
  [AVTAB_ALLOWED, "allow"],
  [AVTAB_AUDITALLOW, "auditallow"],
  [AVTAB_AUDITDENY, "dontaudit"],
]);
const XPERM_KINDS = new Map<number, string>([
  [AVTAB_XPERMS_ALLOWED, "allowxperm"],
  [AVTAB_XPERMS_AUDITALLOW, "auditallowxperm"],
  [AVTAB_XPERMS_DONTAUDIT, "dontauditxperm"],
]);
const TYPE_KINDS = new Map<number, string>([
  [AVTAB_TRANSITION, "type_transition"],
  [AVTAB_CHANGE, "type_change"],
  [AVTAB_MEMBER, "type_member"],
]);
/** By number, as libsepol names them (policydb/polcaps.c). */
const POLICY_CAPABILITIES = [
  "network_peer_controls",
  "open_perms",
  "extended_socket_class",
  "always_check_network",
  "cgroup_seclabel",
  "nnp_nosuid_transition",
  "genfs_seclabel_symlinks",
  "ioctl_skip_cloexec",
  "userspace_initial_context",
  "netlink_xperm",
  "netif_wildcard",
  "genfs_seclabel_wildcard",
  "functionfs_seclabel",
  "memfd_class",
  "bpf_token_perms",
];
const DEFAULT_RANGES = [
  "",
  "source low",
  "source high",
  "source low_high",
  "target low",
  "target high",
  "target low_high",
];

/** The canonical dump of a policy, lines sorted. */
export function dumpPolicyDb(db: PolicyDb): string[] {
  const lines: string[] = [];
  const fact: Fact = (...fields) => {
    lines.push(fields.join("\t"));
  };
  dumpPolicy(db, fact);
  dumpClasses(db, fact);
  dumpTypes(db, fact);
  dumpRolesAndUsers(db, fact);
  dumpLevels(db, fact);
  dumpRules(db, fact);
  dumpTransitions(db, fact);
  dumpConstraints(db, fact);
  dumpContexts(db, fact);
  return lines.sort(byBytes);
}

/** The order of UTF-8 bytes, which for anything but surrogate pairs is that of UTF-16 units. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function dumpPolicy(db: PolicyDb, fact: Fact): void {
  const unknown = ["deny", "", "reject", "", "allow"][db.handleUnknown];
  fact("handle_unknown", unknown ?? String(db.handleUnknown));
  fact("mls", db.mls ? "1" : "0");
  for (const bit of db.polcaps) fact("policycap", POLICY_CAPABILITIES[bit] ?? `#${bit}`);
  for (const bool of db.bools) fact("bool", bool.name, bool.state ? "1" : "0");
}

function inOrder(perms: ReadonlyMap<string, number>): string {
  return [...perms]
    .sort((a, b) => a[1] - b[1])
    .map(([name]) => name)
    .join(",");
}

function dumpClasses(db: PolicyDb, fact: Fact): void {
  for (const common of db.commons) fact("common", common.name, inOrder(common.perms));
  for (const tclass of db.classes) {
    const { name, value, common, perms } = tclass;
    fact("class", name, String(value), common?.name ?? "-", inOrder(perms) || "-");
    const side = (setting: number): string => (setting === 1 ? "source" : "target");
    if (tclass.defaultUser) fact("default_user", name, side(tclass.defaultUser));
    if (tclass.defaultRole) fact("default_role", name, side(tclass.defaultRole));
    if (tclass.defaultType) fact("default_type", name, side(tclass.defaultType));
    const range = tclass.defaultRange;
    if (range)
      fact("default_range", name, range === DEFAULT_GLBLUB ? "glblub" : (DEFAULT_RANGES[range] ?? "?"));
  }
}

function dumpTypes(db: PolicyDb, fact: Fact): void {
  for (const type of db.types) {
    fact(type.isAttribute ? "attribute" : "type", type.name);
    if (type.isAttribute) {
      const members = db.attrTypeMap[type.value];
      for (const bit of members ?? []) fact("attribute_member", type.name, nameIn(db.types, bit + 1));
    }
    if (type.bounds !== 0) fact("typebounds", nameIn(db.types, type.bounds), type.name);
    if (db.permissive.has(type.value)) fact("permissive", type.name);
  }
  for (const [alias, value] of db.types.names()) {
    const type = db.types.at(value);
    if (type !== undefined && type.name !== alias) fact("typealias", type.name, alias);
  }
}

function dumpRolesAndUsers(db: PolicyDb, fact: Fact): void {
  for (const role of db.roles) {
    if (role.isAttribute === true) continue;
    fact("role", role.name);
    if (role.name === "object_r") continue;
    for (const bit of role.types) fact("role_type", role.name, nameIn(db.types, bit + 1));
  }
  for (const user of db.users) {
    const roles = memberNames(db.roles, user.roles).filter((name) => name !== "object_r");
    const level = db.mls && user.defaultLevel !== undefined ? levelText(db, user.defaultLevel) : "-";
    const range = db.mls && user.range !== undefined ? rangeText(db, user.range) : "-";
    fact("user", user.name, roles.join(",") || "-", level, range);
  }
  for (const { role, newRole } of db.roleAllows)
    fact("role_allow", nameIn(db.roles, role), nameIn(db.roles, newRole));
  for (const { role, type, tclass, newRole } of db.roleTransitions)
    fact(
      "role_transition",
      nameIn(db.roles, role),
      nameIn(db.types, type),
      nameIn(db.classes, tclass),
      nameIn(db.roles, newRole),
    );
}

function aliasesOf(table: Symtab<{ readonly name: string; readonly value: number }>, name: string): string {
  const value = table.valueOf(name);
  const aliases = [...table.names()].filter(([alias, v]) => v === value && alias !== name);
  return (
    aliases
      .map(([alias]) => alias)
      .sort(byBytes)
      .join(",") || "-"
  );
}

function dumpLevels(db: PolicyDb, fact: Fact): void {
  if (!db.mls) return;
  for (const sens of db.sens) {
    fact("sensitivity", String(sens.value), sens.name, aliasesOf(db.sens, sens.name));
    fact("level", levelText(db, sens.level));
  }
  const aliases = new Map<number, string[]>();
  for (const [alias, value] of db.cats.names())
    if (db.cats.nameOf(value) !== alias) aliases.set(value, [...(aliases.get(value) ?? []), alias]);
  for (const cat of db.cats)
    fact("category", String(cat.value), cat.name, aliases.get(cat.value)?.sort(byBytes).join(",") ?? "-");
}

/** When the rules of a branch are active: boolean names and a truth table (DUMP.md). */
function activeWhen(db: PolicyDb, branch: number): string {
  if (branch === UNCONDITIONAL) return "-";
  const { expr } = db.conditionals[conditionalOfBranch(branch)] as PolicyDb["conditionals"][number];
  const values = new Map<string, number>();
  for (const node of expr) if (node.op === COND_BOOL) values.set(nameIn(db.bools, node.bool), node.bool);
  const names = [...values.keys()].sort(byBytes);
  const places = new Map(names.map((name, i) => [values.get(name) as number, i]));
  const wanted = isTrueBranch(branch) ? 1 : 0;
  let table = 0n;
  for (let row = 0; row < 1 << names.length; row++) {
    const result = evaluateCond(expr, (bool) => (row & (1 << (places.get(bool) as number))) !== 0);
    if (result === wanted) table |= 1n << BigInt(row);
  }
  return `${names.join(",")}:${table.toString(16)}`;
}

/** Permission names by bit, kept for each class because every rule asks. */
function permissionTable(tclass: ClassDatum): readonly [string, number][] {
  return [...permissionsOf(tclass)]
    .sort((a, b) => byBytes(a[0], b[0]))
    .map(([name, v]) => [name, 1 << (v - 1)]);
}

function dumpRules(db: PolicyDb, fact: Fact): void {
  const { avtab } = db;
  const tables = new Map<number, readonly [string, number][]>();
  for (const tclass of db.classes) tables.set(tclass.value, permissionTable(tclass));
  const conditions = new Map<number, string>();
  const merged = new Map<
    string,
    { head: string[]; tclass: number; when: string; av: number; x: Set<number> }
  >();
  for (let entry = 0; entry < avtab.length; entry++) {
    const kind = avtab.specified[entry] as number;
    if (kind === 0) continue;
    const branch = avtab.branch[entry] as number;
    const when = conditions.get(branch) ?? activeWhen(db, branch);
    conditions.set(branch, when);
    const tclass = avtab.tclass[entry] as number;
    const triple = [
      nameIn(db.types, avtab.source(entry)),
      nameIn(db.types, avtab.target(entry)),
      nameIn(db.classes, tclass),
    ];
    const data = avtab.data[entry] as number;
    const typeKind = TYPE_KINDS.get(kind);
    if (typeKind !== undefined) {
      fact(typeKind, ...triple, "-", nameIn(db.types, data), when);
      continue;
    }
    const extended = (kind & AVTAB_XPERMS) !== 0;
    const head = [AV_KINDS.get(kind) ?? XPERM_KINDS.get(kind) ?? `#${kind}`, ...triple];
    if (extended) head.push((avtab.slice[entry] as number) >> 8 === XPERMS_NLMSG ? "nlmsg" : "ioctl");
    const key = [...head, when].join("\t");
    const rule = merged.get(key) ?? { head, tclass, when, av: 0, x: new Set<number>() };
    merged.set(key, rule);
    if (extended) addExtended(db, entry, rule.x);
    else rule.av |= kind === AVTAB_AUDITDENY ? ~data : data;
  }
  for (const { head, tclass, when, av, x } of merged.values()) {
    const perms = (tables.get(tclass) ?? []).filter(([, bit]) => (av & bit) !== 0).map(([name]) => name);
    fact(...head, head.length === 5 ? hexRanges(x) : perms.join(","), when);
  }
}

/** The 16-bit numbers of an extended permission entry: a driver (or nlmsg slice) number, then the low byte. */
function addExtended(db: PolicyDb, entry: number, values: Set<number>): void {
  const slice = db.avtab.slice[entry] as number;
  const byDriver = slice >> 8 === XPERMS_IOCTLDRIVER;
  for (let value = 0; value < 256; value++) {
    if (!db.avtab.xpermHas(entry, value)) continue;
    if (!byDriver) values.add(((slice & 0xff) << 8) | value);
    else for (let low = 0; low < 256; low++) values.add((value << 8) | low);
  }
}

function hexRanges(values: ReadonlySet<number>): string {
  const sorted = [...values].sort((a, b) => a - b);
  const hex = (value: number): string => value.toString(16).padStart(4, "0");
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const first = sorted[i] as number;
    while (sorted[i + 1] === (sorted[i] as number) + 1) i++;
    const last = sorted[i] as number;
    parts.push(first === last ? hex(first) : `${hex(first)}-${hex(last)}`);
  }
  return parts.join(",");
}

function dumpTransitions(db: PolicyDb, fact: Fact): void {
  for (const { targetType, tclass, name, data } of db.filenameTransitions)
    for (const { sources, newType } of data)
      for (const bit of sources)
        fact(
          "type_transition",
          nameIn(db.types, bit + 1),
          nameIn(db.types, targetType),
          nameIn(db.classes, tclass),
          `"${name}"`,
          nameIn(db.types, newType),
          "-",
        );
  for (const { source, target, tclass, range } of db.rangeTransitions)
    fact(
      "range_transition",
      nameIn(db.types, source),
      nameIn(db.types, target),
      nameIn(db.classes, tclass),
      rangeText(db, range),
    );
}
