// Random contexts of a policy, valid more often than not, for property tests.

import type { Context, MlsLevel } from "../../server/policydb/context.ts";
import { Ebitmap } from "../../server/policydb/ebitmap.ts";
import { OBJECT_R_VAL, type PolicyDb } from "../../server/policydb/policydb.ts";

/** A context with declared symbols; levels are valid, the range may not fit the user. */
export function randomContext(policy: PolicyDb, below: (n: number) => number): Context {
  const types = [...policy.types].filter((type) => !type.isAttribute);
  const users = [...policy.users];
  const type = types[below(types.length)]?.value ?? 1;
  const fitting = [...policy.roles].filter((role) => role.types.has(type - 1));
  const role = below(3) === 0 ? OBJECT_R_VAL : (fitting[below(fitting.length || 1)]?.value ?? OBJECT_R_VAL);
  const user = users[below(users.length || 1)]?.value ?? 1;
  if (!policy.mls) return { user, role, type };
  const low = randomLevel(policy, below);
  return { user, role, type, range: { low, high: below(2) === 0 ? low : above(policy, low, below) } };
}

function randomLevel(policy: PolicyDb, below: (n: number) => number): MlsLevel {
  const levels = [...policy.sens];
  const level = levels[below(levels.length)]?.level;
  if (level === undefined) return { sens: 1, cats: new Ebitmap() };
  return { sens: level.sens, cats: Ebitmap.of(level.cats.toArray().filter(() => below(3) === 0)) };
}

function above(policy: PolicyDb, low: MlsLevel, below: (n: number) => number): MlsLevel {
  const levels = [...policy.sens].filter(
    ({ level }) => level.sens >= low.sens && level.cats.contains(low.cats),
  );
  const level = levels[below(levels.length || 1)]?.level ?? low;
  const more = level.cats.toArray().filter((bit) => low.cats.has(bit) || below(2) === 0);
  return { sens: level.sens, cats: Ebitmap.of(more) };
}
