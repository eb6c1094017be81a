// Writes role transitions, role allow rules, filename transitions, range transitions and the type-attribute map
// (role_trans_write, role_allow_write, filename_trans_write, range_write of libsepol's write.c). Old versions know
// role and range transitions only for class process.

import type { FilenameTransition } from "../policydb.ts";
import { filenameOrder, rangeOrder } from "./order.ts";
import { SYM_TYPES } from "./state.ts";
import {
  VERSION_COMP_FTRANS,
  VERSION_FILENAME_TRANS,
  VERSION_RANGETRANS,
  VERSION_ROLETRANS,
} from "./versions.ts";
import { dropped, EMPTY_MAP, type WriteState, writeEbitmap, writeRange } from "./writeSets.ts";

/** Role transitions and role allow rules. */
export function writeRoleRules(s: WriteState): void {
  const { w, db } = s;
  const hasClass = s.version >= VERSION_ROLETRANS;
  const process = db.classes.valueOf("process");
  const list = db.roleTransitions.filter(({ tclass }) => hasClass || tclass === process);
  if (list.length < db.roleTransitions.length)
    dropped(s, "role transitions", "role_transition for classes other than process");
  w.u32(list.length);
  for (const { role, type, newRole, tclass } of list) {
    w.u32(role);
    w.u32(type);
    w.u32(newRole);
    if (hasClass) w.u32(tclass);
  }
  w.u32(db.roleAllows.length);
  for (const { role, newRole } of db.roleAllows) {
    w.u32(role);
    w.u32(newRole);
  }
}

/** Filename transitions in the form of the version. */
export function writeFilenameTransitions(s: WriteState): void {
  const { w, db } = s;
  if (s.version < VERSION_FILENAME_TRANS) {
    if (db.filenameTransitions.length > 0) dropped(s, "filename transitions", "type_transition with names");
    return;
  }
  if (s.version < VERSION_COMP_FTRANS) {
    writeTuples(s);
    return;
  }
  const list = s.layout === undefined ? filenameOrder(db.filenameTransitions) : db.filenameTransitions;
  w.u32(list.length);
  for (const { name, targetType, tclass, data } of list) {
    w.lengthAndName(name);
    w.u32(targetType);
    w.u32(tclass);
    w.u32(data.length);
    for (const { sources, newType } of data) {
      writeEbitmap(s, sources);
      w.u32(newType);
    }
  }
}

function writeTuples(s: WriteState): void {
  const { w, db, layout } = s;
  const list = layout === undefined ? filenameOrder(db.filenameTransitions) : db.filenameTransitions;
  let count = 0;
  for (const { data } of list) for (const { sources } of data) count += sources.size();
  w.u32(count);
  const order = layout?.filenameTuples;
  if (order !== undefined && order.length === count * 3 && stillHolds(list, order)) {
    for (let i = 0; i < order.length; i += 3) {
      const item = list[order[i] as number] as FilenameTransition;
      writeTuple(s, item, order[i + 2] as number, item.data[order[i + 1] as number]?.newType ?? 0);
    }
    return;
  }
  for (const item of list)
    for (const { sources, newType } of item.data)
      for (const bit of sources) writeTuple(s, item, bit + 1, newType);
}

/** True while the policy has exactly the tuples of the layout (as many, and each of them). */
function stillHolds(list: readonly FilenameTransition[], order: Uint32Array): boolean {
  for (let i = 0; i < order.length; i += 3) {
    const datum = list[order[i] as number]?.data[order[i + 1] as number];
    if (datum?.sources.has((order[i + 2] as number) - 1) !== true) return false;
  }
  return true;
}

function writeTuple(s: WriteState, item: FilenameTransition, source: number, newType: number): void {
  const { w } = s;
  w.lengthAndName(item.name);
  w.u32(source);
  w.u32(item.targetType);
  w.u32(item.tclass);
  w.u32(newType);
}

/** Range transitions. */
export function writeRangeTransitions(s: WriteState): void {
  const { w, db } = s;
  const hasClass = s.version >= VERSION_RANGETRANS;
  const process = db.classes.valueOf("process");
  const all = s.layout === undefined ? rangeOrder(db.rangeTransitions) : db.rangeTransitions;
  const list = all.filter(({ tclass }) => hasClass || tclass === process);
  if (list.length < all.length)
    dropped(s, "range transitions", "range_transition for classes other than process");
  w.u32(list.length);
  for (const { source, target, tclass, range } of list) {
    w.u32(source);
    w.u32(target);
    if (hasClass) w.u32(tclass);
    writeRange(s, range);
  }
}

/** The attributes of each type value. */
export function writeTypeAttributes(s: WriteState): void {
  const { types, typeAttrMap } = s.db;
  const nprim = Math.max(types.nprim, s.layout?.nprim[SYM_TYPES] ?? 0);
  for (let value = 1; value <= nprim; value++) {
    const map = typeAttrMap[value] ?? EMPTY_MAP;
    if (s.layout?.bareTypes.has(value) === true) {
      const bare = map.clone();
      bare.delete(value - 1);
      writeEbitmap(s, bare);
    } else writeEbitmap(s, map);
  }
}
