/** Labelling of the canonical dump (DUMP.md): initial SIDs, filesystems, ports, interfaces, nodes, InfiniBand. */
import type { NodeContext, PolicyDb } from "../../../server/policydb/policydb.ts";
import { contextText, type Fact, nameIn } from "./dumpText.ts";

/** Names that libsepol gives to initial SIDs by their number (policydb/kernel_to_common.h). */
const SELINUX_SIDS = [
  "null kernel security unlabeled fs file file_labels init any_socket port netif netmsg node igmp_packet",
  "icmp_socket tcp_socket sysctl_modprobe sysctl sysctl_fs sysctl_kernel sysctl_net sysctl_net_unix",
  "sysctl_vm sysctl_dev kmod policy scmp_packet devnull",
]
  .join(" ")
  .split(" ");
const PROTOCOLS = new Map<number, string>([
  [6, "tcp"],
  [17, "udp"],
  [33, "dccp"],
  [132, "sctp"],
]);
const FS_USES = new Map<number, string>([
  [1, "fs_use_xattr"],
  [2, "fs_use_trans"],
  [3, "fs_use_task"],
]);

/** Adds the lines of all object contexts. */
export function dumpContexts(db: PolicyDb, fact: Fact): void {
  const { initialSids, fsUses, ports, netifs, nodes, nodes6, ibPkeys, ibEndPorts } = db.ocontexts;
  for (const { sid, context } of initialSids)
    fact("sid", SELINUX_SIDS[sid] ?? `#${sid}`, contextText(db, context));
  for (const { behavior, fstype, context } of fsUses)
    fact(FS_USES.get(behavior) ?? `#${behavior}`, fstype, contextText(db, context));
  for (const { fstype, entries } of db.genfs)
    for (const { path, tclass, context } of entries) {
      const className = tclass === 0 ? "-" : nameIn(db.classes, tclass);
      fact("genfscon", fstype, path, className, contextText(db, context));
    }
  ports.forEach(({ protocol, low, high, context }, i) => {
    const name = PROTOCOLS.get(protocol) ?? `#${protocol}`;
    fact("portcon", place(i), name, String(low), String(high), contextText(db, context));
  });
  for (const { name, contexts } of netifs)
    fact("netifcon", name, contextText(db, contexts[0]), contextText(db, contexts[1]));
  dumpNodes(db, "ipv4", nodes, fact);
  dumpNodes(db, "ipv6", nodes6, fact);
  for (const { subnetPrefix, low, high, context } of ibPkeys) {
    const prefix = subnetPrefix.toString(16).padStart(16, "0");
    fact("ibpkeycon", prefix, String(low), String(high), contextText(db, context));
  }
  for (const { device, port, context } of ibEndPorts)
    fact("ibendportcon", device, String(port), contextText(db, context));
}

function dumpNodes(db: PolicyDb, version: string, nodes: readonly NodeContext[], fact: Fact): void {
  nodes.forEach(({ address, mask, context }, i) => {
    fact("nodecon", version, place(i), bytes(address), bytes(mask), contextText(db, context));
  });
}

function place(index: number): string {
  return String(index).padStart(5, "0");
}

function bytes(data: Uint8Array): string {
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
