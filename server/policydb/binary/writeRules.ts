// Writes the rule table and the conditionals (avtab_write, cond_write_list of libsepol's write.c), version 20 and
// later. Rules of conditionals that are in force carry the enabled bit.

import { AVTAB_XPERMS, branchOf, UNCONDITIONAL } from "../avtab.ts";
import { avtabOrder, unconditional } from "./order.ts";
import { AVTAB_ENABLED } from "./readRules.ts";
import { VERSION_COND_XPERMS, VERSION_XPERMS_IOCTL } from "./versions.ts";
import type { WriteState } from "./writeSets.ts";

/** The unconditional rules. */
export function writeAvtab(s: WriteState): void {
  const { avtab } = s.db;
  const entries = s.layout === undefined ? avtabOrder(avtab) : unconditional(avtab);
  s.w.u32(entries.length);
  for (const entry of entries) writeEntry(s, entry, 0);
}

function writeEntry(s: WriteState, entry: number, flags: number): void {
  const { w } = s;
  const { avtab } = s.db;
  const kind = avtab.specified[entry] as number;
  w.u16(avtab.source(entry));
  w.u16(avtab.target(entry));
  w.u16(avtab.tclass[entry] as number);
  w.u16(s.layout?.specified.get(entry) ?? kind | flags);
  const data = avtab.data[entry] as number;
  if ((kind & AVTAB_XPERMS) === 0) {
    w.u32(data);
    return;
  }
  const needed =
    flags === 0 && avtab.branch[entry] === UNCONDITIONAL ? VERSION_XPERMS_IOCTL : VERSION_COND_XPERMS;
  if (s.version < needed && s.errors.length === 0) {
    // Leaving such a rule out would allow more than the policy says, so this is no mere loss.
    const message = `extended permission rules need policy version ${needed}, not ${s.version}`;
    s.errors.push({ offset: w.length, section: "avtab", message });
  }
  const slice = avtab.slice[entry] as number;
  w.u8(slice >>> 8);
  w.u8(slice & 0xff);
  for (let i = 0; i < 8; i++) w.u32(avtab.xperms[data * 8 + i] as number);
}

/** The conditionals with both their lists, each list in order of the entries' numbers. */
export function writeConditionals(s: WriteState): void {
  const { w, db, layout } = s;
  const { avtab } = db;
  const lists = new Map<number, number[]>();
  for (let entry = 0; entry < avtab.length; entry++) {
    const branch = avtab.branch[entry] as number;
    if (branch === UNCONDITIONAL || avtab.specified[entry] === 0) continue;
    const list = lists.get(branch);
    if (list === undefined) lists.set(branch, [entry]);
    else list.push(entry);
  }
  w.u32(db.conditionals.length);
  db.conditionals.forEach((node, index) => {
    w.u32(layout?.condStates.get(index) ?? node.state);
    w.u32(node.expr.length);
    for (const { op, bool } of node.expr) {
      w.u32(op);
      w.u32(bool);
    }
    for (const inTrueList of [true, false]) {
      const list = lists.get(branchOf(index, inTrueList)) ?? [];
      const flags = node.state === (inTrueList ? 1 : 0) ? AVTAB_ENABLED : 0;
      w.u32(list.length);
      for (const entry of list) writeEntry(s, entry, flags);
    }
  });
}
