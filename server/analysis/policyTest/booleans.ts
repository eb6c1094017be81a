// The policy as it would be with some booleans set otherwise, without touching it: a shallow copy whose conditionals
// have other states. Everything else is shared, so the copy is good for one evaluation and no longer.

import type { BooleanSetting } from "../../../grammar/policyTest/syntax.ts";
import { evaluateCond } from "../../policydb/conditional.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";

/** The policy with booleans as set; names that it does not have count for nothing. */
export function withBooleans(db: PolicyDb, settings: readonly BooleanSetting[]): PolicyDb {
  const values = new Map<number, boolean>();
  for (const { name, value } of settings) {
    const datum = db.bools.get(name.text);
    if (datum !== undefined) values.set(datum.value, value);
  }
  if (values.size === 0) return db;
  const stateOf = (bool: number): boolean => values.get(bool) ?? db.bools.at(bool)?.state === true;
  const conditionals = db.conditionals.map(({ expr }) => ({ expr, state: evaluateCond(expr, stateOf) }));
  return { ...db, conditionals };
}
