// Ties the cache to a policy: SIDs become contexts, decisions come from the fast rows. The sequence number is the
// policy's generation, so every change of the policy or its booleans outdates what was cached; who changes them
// calls `avc.reset(policy.generation)`, as the kernel does.

import type { Context } from "../policydb/context.ts";
import { type AvRows, computeAvByNumbers } from "../services/avRows.ts";
import { addContext } from "../services/contextTable.ts";
import type { Sidtab } from "../services/sidtab.ts";
import { computeXpermDrivers, computeXperms } from "../services/xperms.ts";
import type { AvcSource } from "./avc.ts";

/** A source of decisions over one policy. SIDs without a context are denied everything. */
export function createAvcSource(rows: AvRows, sidtab: Sidtab): AvcSource {
  const { policy } = rows;
  const nobody: Context = { user: 0, role: 0, type: 0 };
  const contextOf = (sid: number): Context => sidtab.contextOf(sid) ?? nobody;
  const numbers = createNumbers(rows, contextOf);
  return {
    seqno: () => policy.generation,
    compute(ssid, tsid, tclass, decision) {
      // The second may start the table over, which takes the first one's number.
      let source = numbers(ssid);
      const target = numbers(tsid);
      source = numbers(ssid);
      computeAvByNumbers(rows, source, target, tclass, decision);
    },
    xpermDrivers: (ssid, tsid, tclass) =>
      computeXpermDrivers(policy, contextOf(ssid), contextOf(tsid), tclass),
    xperms: (ssid, tsid, tclass, driver, kind) =>
      computeXperms(policy, contextOf(ssid), contextOf(tsid), tclass, driver, kind),
  };
}

/** Numbers of SIDs in the rows' table of contexts, given on first sight. */
function createNumbers(rows: AvRows, contextOf: (sid: number) => Context): (sid: number) => number {
  const { contexts } = rows;
  const known = new Map<number, number>();
  let { epoch } = contexts;
  return (sid) => {
    if (epoch !== contexts.epoch) known.clear();
    epoch = contexts.epoch;
    let number = known.get(sid);
    if (number === undefined) {
      number = addContext(contexts, contextOf(sid));
      // The table may have started over to make room.
      if (epoch !== contexts.epoch) known.clear();
      epoch = contexts.epoch;
      known.set(sid, number);
    }
    return number;
  };
}
