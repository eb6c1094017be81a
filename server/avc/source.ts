// Ties the cache to a policy: SIDs become contexts, decisions come from the fast rows. The sequence number is the
// policy's generation, so every change of the policy or its booleans outdates what was cached; who changes them
// calls `avc.reset(policy.generation)`, as the kernel does.

import type { Context } from "../policydb/context.ts";
import { type AvRows, computeAvByRows } from "../services/avRows.ts";
import type { Sidtab } from "../services/sidtab.ts";
import { computeXpermDrivers, computeXperms } from "../services/xperms.ts";
import type { AvcSource } from "./avc.ts";

/** A source of decisions over one policy. SIDs without a context are denied everything. */
export function createAvcSource(rows: AvRows, sidtab: Sidtab): AvcSource {
  const { policy } = rows;
  const nobody: Context = { user: 0, role: 0, type: 0 };
  const contextOf = (sid: number): Context => sidtab.contextOf(sid) ?? nobody;
  return {
    seqno: () => policy.generation,
    compute: (ssid, tsid, tclass, decision) =>
      computeAvByRows(rows, contextOf(ssid), contextOf(tsid), tclass, decision),
    xpermDrivers: (ssid, tsid, tclass) =>
      computeXpermDrivers(policy, contextOf(ssid), contextOf(tsid), tclass),
    xperms: (ssid, tsid, tclass, driver, kind) =>
      computeXperms(policy, contextOf(ssid), contextOf(tsid), tclass, driver, kind),
  };
}
