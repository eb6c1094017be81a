// selinux/setBooleans: the running values of the policy's booleans, as setsebool sets them: conditionals are
// evaluated anew and every later answer is about the new state. As in the kernel a load brings the values of the
// source back, so a client that wants to keep its own sets them again after selinux/policyLoad.

import { commitBooleans } from "../../services/booleans.ts";
import type { View } from "../view.ts";
import { type Answer, invalid, type Params, paramsOf } from "./params.ts";

export interface SetBooleans {
  /** running values of all booleans, after the change */
  readonly booleans: Readonly<Record<string, boolean>>;
  readonly changed: readonly string[];
}

/** Answers selinux/setBooleans. */
export function setBooleansRequest(view: View, params: Params): Answer<SetBooleans> {
  const { db } = view.snapshot.compiled;
  const wanted = new Map<string, boolean>();
  for (const [name, value] of Object.entries(paramsOf(params.booleans))) {
    if (typeof value !== "boolean") return invalid(`boolean ‘${name}’ must be true or false`);
    // A boolean that this policy does not have is no error: clients set again what they remember.
    if (db.bools.get(name) !== undefined) wanted.set(name, value);
  }
  const changed = [...wanted].filter(([name, value]) => db.bools.get(name)?.state !== value);
  commitBooleans(db, wanted);
  const booleans = Object.fromEntries([...db.bools].map(({ name, state }) => [name, state]));
  return { value: { booleans, changed: changed.map(([name]) => name) } };
}
