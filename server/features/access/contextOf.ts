// A context for a type, where people name types but decisions need contexts: a process gets a role and a user that
// may have the type (system_r and system_u when they may), an object gets object_r. Levels are the lowest of the
// user's range. It is an example, not the only context; whoever shows a decision shows the contexts too.

import type { Context } from "../../policydb/context.ts";
import { OBJECT_R_VAL, type PolicyDb, type RoleDatum, type UserDatum } from "../../policydb/policydb.ts";
import { parseContext } from "../../services/context.ts";

/** The context of a type: as a process when some role may have it and `object` does not forbid it. */
export function contextOfType(db: PolicyDb, type: number, object = false): Context | undefined {
  const datum = db.types.at(type);
  if (datum === undefined || datum.isAttribute) return undefined;
  const process = object ? undefined : asProcess(db, type);
  if (process !== undefined) return process;
  const user = db.users.get("system_u") ?? [...db.users][0];
  return user === undefined ? undefined : withLevel(db, user, OBJECT_R_VAL, type);
}

function asProcess(db: PolicyDb, type: number): Context | undefined {
  const may = (role: RoleDatum) =>
    role.value !== OBJECT_R_VAL && role.isAttribute !== true && role.types.has(type - 1);
  for (const role of preferred([...db.roles].filter(may), "system_r"))
    for (const user of preferred([...db.users], "system_u"))
      if (user.roles.has(role.value - 1)) return withLevel(db, user, role.value, type);
  return undefined;
}

function preferred<T extends { readonly name: string }>(all: readonly T[], name: string): readonly T[] {
  const first = all.find((one) => one.name === name);
  return first === undefined ? all : [first, ...all.filter((one) => one !== first)];
}

function withLevel(db: PolicyDb, user: UserDatum, role: number, type: number): Context {
  const names = { user: user.value, role, type };
  const level = user.range?.low;
  return db.mls && level !== undefined ? { ...names, range: { low: level, high: level } } : names;
}

/** A context as people give it: whole, or a type's name alone. `object` as for contextOfType. */
export function readLabel(db: PolicyDb, text: string, object = false): Context | undefined {
  if (!text.includes(":")) return contextOfType(db, db.types.valueOf(text), object);
  const parsed = parseContext(db, text);
  return parsed.ok ? parsed.value : undefined;
}
