// The access vector table and the conditionals of a binary policy (avtab_read_item, avtab_read, cond_read_list,
// cond_insertf of security/selinux/ss). Before version 20 an entry is a list of 32-bit words that holds up to three
// rules of one key; such files have no attributes in rules. Entries get numbers in file order.

import {
  AVTAB_ALLOWED,
  AVTAB_AUDITALLOW,
  AVTAB_AUDITDENY,
  AVTAB_AV,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
  AVTAB_TRANSITION,
  AVTAB_TYPE,
  AVTAB_XPERMS,
  Avtab,
  branchOf,
  UNCONDITIONAL,
  XPERMS_IOCTLFUNCTION,
  XPERMS_NLMSG,
} from "../avtab.ts";
import { permissionsOf } from "../policydb.ts";
import { isDeclared, type ReadState, SYM_CLASSES, SYM_TYPES } from "./state.ts";
import { VERSION_AVTAB, VERSION_COND_XPERMS, VERSION_XPERMS_IOCTL } from "./versions.ts";

/** Set in conditional entries that are in force. */
export const AVTAB_ENABLED = 0x8000;
const AVTAB_ENABLED_OLD = 0x80000000;
const KNOWN_KINDS = AVTAB_AV | AVTAB_TYPE | AVTAB_XPERMS;
/** Bits above the kinds; what libsepol's validation leaves out. */
const KIND_MASK = 0x0fff;
const ITEM_BYTES = 12;
const OLD_ITEM_BYTES = 24;
/** Rules without a permission of which each is told. */
const MOST_EMPTY_VECTORS = 64;
/** Order in which the words of an old item follow. */
const OLD_ORDER = [
  AVTAB_ALLOWED,
  AVTAB_AUDITDENY,
  AVTAB_AUDITALLOW,
  AVTAB_TRANSITION,
  AVTAB_CHANGE,
  AVTAB_MEMBER,
];

/** The unconditional rules. */
export function readAvtab(s: ReadState): void {
  const c = s.c;
  c.enter("avtab");
  const at = c.pos;
  const count = c.count("rules", itemBytes(s));
  if (!c.ok) return;
  if (count === 0) {
    c.fail("the table of rules is empty", at);
    return;
  }
  const old = s.version < VERSION_AVTAB;
  if (s.validating) s.permissionMasks = permissionMasks(s);
  s.db.avtab = new Avtab(Math.ceil(old ? count * 1.5 : count * 1.2));
  for (let i = 0; i < count && c.ok; i++) readItem(s, UNCONDITIONAL, old);
}

function permissionMasks({ db }: ReadState): Uint32Array {
  const masks = new Uint32Array(db.classes.nprim + 1);
  for (const datum of db.classes) {
    let mask = 0;
    for (const [, value] of permissionsOf(datum)) mask |= 1 << (value - 1);
    masks[datum.value] = mask;
  }
  return masks;
}

/** Smallest size of an avtab item of this version. */
export function itemBytes(s: ReadState): number {
  return s.version < VERSION_AVTAB ? OLD_ITEM_BYTES : ITEM_BYTES;
}

/** One list of a conditional. `enabled` says whether its rules are in force. */
export function readCondRules(
  s: ReadState,
  conditional: number,
  inTrueList: boolean,
  enabled: boolean,
): void {
  const c = s.c;
  const count = c.count("conditional rules", itemBytes(s));
  const old = s.version < VERSION_AVTAB;
  const branch = branchOf(conditional, inTrueList);
  for (let i = 0; i < count && c.ok; i++) {
    const first = s.db.avtab.length;
    const raw = readItem(s, branch, old);
    if (!old && (raw & AVTAB_ENABLED) !== (enabled ? AVTAB_ENABLED : 0)) s.layout.specified.set(first, raw);
  }
}

/** One item; gives the kind word as stored. */
function readItem(s: ReadState, branch: number, old: boolean): number {
  if (old) return readOldItem(s, branch);
  const c = s.c;
  const at = c.pos;
  if (at + ITEM_BYTES > c.end) {
    c.fail("the file ends inside a rule", at, "trunc");
    return 0;
  }
  const b = c.bytes;
  const source = (b[at] as number) | ((b[at + 1] as number) << 8);
  const target = (b[at + 2] as number) | ((b[at + 3] as number) << 8);
  const tclass = (b[at + 4] as number) | ((b[at + 5] as number) << 8);
  const raw = (b[at + 6] as number) | ((b[at + 7] as number) << 8);
  const kind = raw & KIND_MASK;
  if ((kind & (kind - 1)) !== 0 || (kind & KNOWN_KINDS) === 0) {
    c.fail(`rule of kind 0x${raw.toString(16)}, expected exactly one kind`, at + 6);
    return 0;
  }
  c.pos = at + 8;
  const odd = raw & ~AVTAB_ENABLED & ~KIND_MASK;
  if (odd !== 0 || (branch === UNCONDITIONAL && raw !== kind)) s.layout.specified.set(s.db.avtab.length, raw);
  if ((kind & AVTAB_XPERMS) !== 0) readXperms(s, source, target, tclass, kind, branch, at);
  else insert(s, source, target, tclass, kind, branch, c.u32("a rule"), at);
  return raw;
}

function insert(
  s: ReadState,
  source: number,
  target: number,
  tclass: number,
  kind: number,
  branch: number,
  data: number,
  at: number,
): void {
  const types = s.declared[SYM_TYPES] as Uint8Array;
  const classes = s.declared[SYM_CLASSES] as Uint8Array;
  if (types[source] !== 1 || types[target] !== 1 || classes[tclass] !== 1) {
    undeclared(s, source, target, tclass, at);
    return;
  }
  const avtab = s.db.avtab;
  if (s.permissionMasks !== undefined && (kind & AVTAB_AV) !== 0)
    checkVector(s, s.permissionMasks, source, target, tclass, kind, data, at);
  if ((kind & AVTAB_TYPE) !== 0) {
    if (!checkTypes(s, source, target, data, at)) return;
    if (branch !== UNCONDITIONAL && !checkCondType(s, source, target, tclass, kind, branch, at)) return;
  }
  if (branch === UNCONDITIONAL && avtab.find(source, target, tclass, kind) >= 0) {
    s.c.fail(`a second rule of kind 0x${kind.toString(16)} for ${describe(s, source, target, tclass)}`, at);
    return;
  }
  const entry = avtab.append(source, target, tclass, kind, branch);
  avtab.data[entry] = data;
}

/**
 * At least one bit of a rule has to be a permission (validate_access_vector, since libsepol 3.6). Older compilers set
 * bits beyond a class's permissions for `*`, and wrote rules of none.
 */
function checkVector(
  s: ReadState,
  masks: Uint32Array,
  source: number,
  target: number,
  tclass: number,
  kind: number,
  data: number,
  at: number,
): void {
  const granted = kind === AVTAB_AUDITDENY ? ~data : data;
  if ((granted & (masks[tclass] as number)) !== 0) return;
  if (++s.emptyVectors > MOST_EMPTY_VECTORS) return;
  const rule = `rule for ${describe(s, source, target, tclass)}`;
  s.c.doubt(`${rule} has no permission of the class: 0x${(granted >>> 0).toString(16)}`, at, "validate-av");
}

/** Type rules are about types and give one. */
function checkTypes(s: ReadState, source: number, target: number, data: number, at: number): boolean {
  const { types } = s.db;
  if (!isDeclared(s, SYM_TYPES, data))
    s.c.fail(`type rule gives type ${data}, which the policy does not define`, at + 8);
  else if (types.at(source)?.isAttribute || types.at(target)?.isAttribute || types.at(data)?.isAttribute)
    s.c.fail("type rule with an attribute", at);
  return s.c.ok;
}

/**
 * A type rule in a conditional must not clash: not with an unconditional one, in a true list with no other
 * conditional one, and in a false list only with one of the same conditional's true list.
 */
function checkCondType(
  s: ReadState,
  source: number,
  target: number,
  tclass: number,
  kind: number,
  branch: number,
  at: number,
): boolean {
  const avtab = s.db.avtab;
  for (let e = avtab.first(source, target, tclass); e >= 0; e = avtab.nextOf(e)) {
    if (avtab.specified[e] !== kind) continue;
    const other = avtab.branch[e] as number;
    // Branch numbers of one conditional are odd (true list) and the next even (false list).
    if ((branch & 1) === 0 && other === branch - 1) continue;
    const where = other === UNCONDITIONAL ? "outside conditionals" : "in a conditional";
    s.c.fail(
      `conditional type rule for ${describe(s, source, target, tclass)}, which also stands ${where}`,
      at,
    );
    return false;
  }
  return true;
}

function readXperms(
  s: ReadState,
  source: number,
  target: number,
  tclass: number,
  kind: number,
  branch: number,
  at: number,
): void {
  const c = s.c;
  const specified = c.u8("an extended permission rule");
  const driver = c.u8("an extended permission rule");
  if (c.ok && s.version < VERSION_XPERMS_IOCTL)
    c.fail(
      `extended permission rule in version ${s.version}, which has none before ${VERSION_XPERMS_IOCTL}`,
      at,
      "avtab-xperm",
    );
  else if (c.ok && branch !== UNCONDITIONAL && s.version < VERSION_COND_XPERMS)
    c.fail(`conditional extended permission rule before version ${VERSION_COND_XPERMS}`, at, "avtab-xperm");
  else if (c.ok && (specified < XPERMS_IOCTLFUNCTION || specified > XPERMS_NLMSG))
    c.doubt(`extended permission rule of kind ${specified}, expected 1, 2 or 3`, at + 8, "avtab-xperm");
  if (!c.ok || !c.fits(1, "extended permission sets", 32, c.pos)) return;
  if (
    !isDeclared(s, SYM_TYPES, source) ||
    !isDeclared(s, SYM_TYPES, target) ||
    !isDeclared(s, SYM_CLASSES, tclass)
  ) {
    undeclared(s, source, target, tclass, at);
    return;
  }
  const avtab = s.db.avtab;
  const entry = avtab.append(source, target, tclass, kind, branch, (specified << 8) | driver);
  const row = (avtab.data[entry] as number) * 8;
  for (let i = 0; i < 8; i++) avtab.xperms[row + i] = c.u32("an extended permission rule");
}

function undeclared(s: ReadState, source: number, target: number, tclass: number, at: number): void {
  const types = s.declared[SYM_TYPES] as Uint8Array;
  if (types[source] !== 1) s.c.fail(`rule with source type ${source}, which the policy does not define`, at);
  else if (types[target] !== 1)
    s.c.fail(`rule with target type ${target}, which the policy does not define`, at + 2);
  else s.c.fail(`rule with class ${tclass}, which the policy does not define`, at + 4);
}

function describe(s: ReadState, source: number, target: number, tclass: number): string {
  const { types, classes } = s.db;
  return `${types.nameOf(source) ?? source} ${types.nameOf(target) ?? target} : ${classes.nameOf(tclass)}`;
}

/** An item of the format before version 20. */
function readOldItem(s: ReadState, branch: number): number {
  const c = s.c;
  const at = c.pos;
  const items = c.u32("a rule");
  if (c.ok && (items < 5 || items > 8)) c.fail(`rule of ${items} words, expected 5 to 8`, at);
  const source = c.u32("a rule");
  const target = c.u32("a rule");
  const tclass = c.u32("a rule");
  const word = c.u32("a rule");
  if (!c.ok) return 0;
  const isAv = (word & AVTAB_AV) !== 0;
  if (isAv === ((word & AVTAB_TYPE) !== 0)) {
    c.fail(`rule of kinds 0x${word.toString(16)}, expected access vectors or types`, at + 16);
    return 0;
  }
  if (source > 0xffff || target > 0xffff || tclass > 0xffff) {
    c.fail("rule with a value above 65535", at + 4);
    return 0;
  }
  let used = 4;
  for (const kind of OLD_ORDER) {
    if ((word & kind) === 0 || !c.ok) continue;
    used++;
    insert(s, source, target, tclass, kind, branch, c.u32("a rule"), at);
  }
  if (c.ok && used !== items) c.fail(`rule of ${items} words, but its kinds need ${used}`, at);
  return (word & AVTAB_ENABLED_OLD) !== 0 ? AVTAB_ENABLED : 0;
}
