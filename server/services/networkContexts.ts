// Labels of the network's objects (security_port_sid, security_node_sid, security_netif_sid, security_ib_pkey_sid,
// security_ib_endport_sid in security/selinux/ss/services.c): the first entry in file order that matches, else an
// initial SID. Each answer says which entry won, so that rooms above can explain shadowing. The kernel's caches in
// front of these look-ups (netport.c and the like) do not show.

import type { Context } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import {
  initialSidContext,
  SECINITSID_NETIF,
  SECINITSID_NETMSG,
  SECINITSID_NODE,
  SECINITSID_PORT,
  SECINITSID_UNLABELED,
} from "./sidtab.ts";
import { matchesWildcard } from "./wildcard.ts";

/** A label and the index of the entry that gave it; -1 when an initial SID did. */
export interface FoundContext {
  readonly context: Context | undefined;
  readonly index: number;
}

/** Protocol numbers by the names that portcon uses. */
export const PORT_PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, dccp: 33, sctp: 132 };
/** Number of the policy capability netif_wildcard. */
export const POLCAP_NETIF_WILDCARD = 10;

function found(
  policy: PolicyDb,
  entries: readonly { context: Context }[],
  index: number,
  sid: number,
): FoundContext {
  return { context: entries[index]?.context ?? initialSidContext(policy, sid), index };
}

export function portContext(policy: PolicyDb, protocol: number, port: number): FoundContext {
  const { ports } = policy.ocontexts;
  const index = ports.findIndex(
    (entry) => entry.protocol === protocol && entry.low <= port && port <= entry.high,
  );
  return found(policy, ports, index, SECINITSID_PORT);
}

/** `address` has 4 or 16 bytes in network order; the index counts within nodecons of that family. */
export function nodeContext(policy: PolicyDb, address: Uint8Array): FoundContext {
  const nodes = address.length === 4 ? policy.ocontexts.nodes : policy.ocontexts.nodes6;
  const index = nodes.findIndex((entry) =>
    address.every((byte, i) => entry.address[i] === (byte & (entry.mask[i] as number))),
  );
  return found(policy, nodes, index, SECINITSID_NODE);
}

/** Interface label and the message label that the kernel stores but never uses. */
export function netifContexts(
  policy: PolicyDb,
  name: string,
): { readonly netif: Context | undefined; readonly message: Context | undefined; readonly index: number } {
  const { netifs } = policy.ocontexts;
  const wildcards = policy.polcaps.has(POLCAP_NETIF_WILDCARD);
  const index = netifs.findIndex((entry) =>
    wildcards ? matchesWildcard(entry.name, name) : entry.name === name,
  );
  const contexts = netifs[index]?.contexts;
  return {
    netif: contexts?.[0] ?? initialSidContext(policy, SECINITSID_NETIF),
    message: contexts?.[1] ?? initialSidContext(policy, SECINITSID_NETMSG),
    index,
  };
}

export function ibPkeyContext(policy: PolicyDb, subnetPrefix: bigint, pkey: number): FoundContext {
  const { ibPkeys } = policy.ocontexts;
  const index = ibPkeys.findIndex(
    (entry) => entry.subnetPrefix === subnetPrefix && entry.low <= pkey && pkey <= entry.high,
  );
  return found(policy, ibPkeys, index, SECINITSID_UNLABELED);
}

export function ibEndPortContext(policy: PolicyDb, device: string, port: number): FoundContext {
  const { ibEndPorts } = policy.ocontexts;
  const index = ibEndPorts.findIndex((entry) => entry.device === device && entry.port === port);
  return found(policy, ibEndPorts, index, SECINITSID_UNLABELED);
}
