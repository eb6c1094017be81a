// `reach ROLE DOMAIN`: may a process of the role get into the domain, by role allow rules from role to role and the
// types that roles may have? It is the bound that roles set: whether type enforcement offers a way is another question
// (`transition`, `allow … :process transition`).

import type { ReachAssertion } from "../../../grammar/policyTest/syntax.ts";
import { OBJECT_R_VAL, type PolicyDb } from "../../policydb/policydb.ts";
import type { ReachFailure } from "./facts.ts";

/** What is wrong with what a role can reach; undefined when it is as asserted. */
export function reachFailure(
  db: PolicyDb,
  assertion: ReachAssertion,
  role: number,
  domain: number,
): ReachFailure | undefined {
  const from = rolesFrom(db, role);
  const mayHave = (value: number) => db.roles.at(value)?.types.has(domain - 1) === true;
  const end = [...from.keys()].find(mayHave);
  if ((end !== undefined) === assertion.isReach) return undefined;
  const chain: number[] = [];
  for (let at = end; at !== undefined; at = from.get(at)) chain.unshift(at);
  const holders = [...db.roles].filter(
    (datum) => datum.value !== OBJECT_R_VAL && datum.isAttribute !== true && mayHave(datum.value),
  );
  return {
    kind: "reach",
    assertion,
    chain,
    reachable: [...from.keys()],
    holders: holders.map((datum) => datum.value),
  };
}

/** Every role that can be had, nearest first, with the role from which it is; undefined for the first. */
function rolesFrom(db: PolicyDb, role: number): ReadonlyMap<number, number | undefined> {
  const from = new Map<number, number | undefined>([[role, undefined]]);
  // A map is walked in the order of insertion, what is added meanwhile included.
  for (const at of from.keys())
    for (const rule of db.roleAllows)
      if (rule.role === at && !from.has(rule.newRole)) from.set(rule.newRole, at);
  return from;
}
