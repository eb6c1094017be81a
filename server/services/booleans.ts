// Booleans at run time (security_set_bools in security/selinux/ss/services.c, evaluate_cond_nodes in conditional.c,
// the staging of selinuxfs). Values are staged one by one and committed at once; commitment re-evaluates every
// conditional and moves the policy's generation, so that every cache above notices. On a policy reload the running
// values survive by name.

import { evaluateCond } from "../policydb/conditional.ts";
import type { PolicyDb } from "../policydb/policydb.ts";

/** Values that wait for `commitBooleans`, by name. */
export type StagedBooleans = ReadonlyMap<string, boolean>;

/** The staged values with one more; undefined when the policy has no such boolean. */
export function stageBoolean(
  policy: PolicyDb,
  staged: StagedBooleans,
  name: string,
  value: boolean,
): StagedBooleans | undefined {
  return policy.bools.get(name) === undefined ? undefined : new Map(staged).set(name, value);
}

/** Makes the staged values the running ones. True when any of them changed. */
export function commitBooleans(policy: PolicyDb, staged: StagedBooleans): boolean {
  let changed = false;
  for (const [name, value] of staged) {
    const datum = policy.bools.get(name);
    if (datum === undefined || datum.state === value) continue;
    datum.state = value;
    changed = true;
  }
  if (changed) evaluateConditionals(policy);
  return changed;
}

/** Brings the state of every conditional up to date with the booleans. */
export function evaluateConditionals(policy: PolicyDb): void {
  const stateOf = (bool: number): boolean => policy.bools.at(bool)?.state === true;
  for (const conditional of policy.conditionals) conditional.state = evaluateCond(conditional.expr, stateOf);
  policy.generation++;
}

/** The running values, by name: what a reload carries over (security_preserve_bools). */
export function runningBooleans(policy: PolicyDb): StagedBooleans {
  return new Map([...policy.bools].map((datum) => [datum.name, datum.state]));
}
