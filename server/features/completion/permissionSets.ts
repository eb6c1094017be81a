// Permission macros that fit a class: every permission in them is one of the class, and their name speaks of the class
// (`rw_file_perms`, `create_stream_socket_perms`) or of none (`signal_perms`). What macros hold is read from their
// bodies and kept for one state of the policy.

import type { Compiled } from "../../compiler/face.ts";
import type { View } from "../view.ts";
import { macroNames } from "./names.ts";

/** A permission macro with all that it names. */
export interface PermissionSet {
  readonly name: string;
  readonly permissions: readonly string[];
}

const known = new WeakMap<
  Compiled,
  { readonly generation: number; readonly sets: readonly PermissionSet[] }
>();

function setsOf(view: View): readonly PermissionSet[] {
  const { compiled, generation } = view.snapshot;
  const last = known.get(compiled);
  if (last?.generation === generation) return last.sets;
  const sets: PermissionSet[] = [];
  for (const { name, kind } of macroNames(view))
    if (kind === "macro" && name.endsWith("_perms"))
      sets.push({ name, permissions: membersOf(compiled, name, 8) });
  known.set(compiled, { generation, sets });
  return sets;
}

/** The words of a macro's body, macros in it opened. */
export function membersOf(compiled: Compiled, name: string, depth: number): readonly string[] {
  const macro = compiled.macro(name);
  if (macro === undefined) return [name];
  if (depth === 0) return [];
  const words = macro.body.replace(/#[^\n]*/g, "").match(/[A-Za-z_]\w*/g) ?? [];
  return [...new Set(words.flatMap((word) => membersOf(compiled, word, depth - 1)))];
}

/** The sets that fit all of the classes; `has` tells whether all have a permission. */
export function fittingSets(
  view: View,
  classes: readonly string[],
  has: (permission: string) => boolean,
): readonly PermissionSet[] {
  const stems = classes.flatMap(stemsOf);
  return setsOf(view).filter(({ name, permissions }) => {
    const whole = /^all_(\w+)_perms$/.exec(name)?.[1];
    if (whole !== undefined) return classes.every((tclass) => tclass === whole);
    const stem = CLASS_WORD.exec(name)?.[1];
    if (stem !== undefined && !stems.includes(stem)) return false;
    return permissions.length > 0 && permissions.every(has);
  });
}

const CLASS_WORD =
  /_((?:(?:blk|chr|fifo|lnk|sock)_)?file|dir|(?:(?:netlink|stream|unix_stream|unix_dgram)_)?socket|fd|key|process|sem|msg|msgq|shm|ipc|service|filesystem)_perms$/;

/** How names of macros call a class. */
function stemsOf(tclass: string): readonly string[] {
  if (!tclass.endsWith("socket")) return [tclass];
  const stems = [tclass, "socket"];
  if (tclass.startsWith("netlink")) stems.push("netlink_socket");
  if (/stream|tcp|sctp/.test(tclass)) stems.push("stream_socket");
  return stems;
}
