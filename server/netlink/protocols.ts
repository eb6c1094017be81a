// Netlink protocols and the object class of their sockets, as selinux_netlink_proto classes in
// socket_type_to_security_class() (security/selinux/hooks.c). Protocols not listed get netlink_socket.

/** A netlink protocol (third argument of socket(2)) and the class of its sockets. */
export interface NetlinkProtocol {
  readonly name: string;
  readonly number: number;
  readonly class: string;
}

const ROWS: readonly (readonly [string, number, string])[] = [
  ["NETLINK_ROUTE", 0, "netlink_route_socket"],
  ["NETLINK_USERSOCK", 2, "netlink_socket"],
  ["NETLINK_SOCK_DIAG", 4, "netlink_tcpdiag_socket"],
  ["NETLINK_NFLOG", 5, "netlink_nflog_socket"],
  ["NETLINK_XFRM", 6, "netlink_xfrm_socket"],
  ["NETLINK_SELINUX", 7, "netlink_selinux_socket"],
  ["NETLINK_ISCSI", 8, "netlink_iscsi_socket"],
  ["NETLINK_AUDIT", 9, "netlink_audit_socket"],
  ["NETLINK_FIB_LOOKUP", 10, "netlink_fib_lookup_socket"],
  ["NETLINK_CONNECTOR", 11, "netlink_connector_socket"],
  ["NETLINK_NETFILTER", 12, "netlink_netfilter_socket"],
  ["NETLINK_DNRTMSG", 14, "netlink_dnrt_socket"],
  ["NETLINK_KOBJECT_UEVENT", 15, "netlink_kobject_uevent_socket"],
  ["NETLINK_GENERIC", 16, "netlink_generic_socket"],
  ["NETLINK_SCSITRANSPORT", 18, "netlink_scsitransport_socket"],
  ["NETLINK_ECRYPTFS", 19, "netlink_socket"],
  ["NETLINK_RDMA", 20, "netlink_rdma_socket"],
  ["NETLINK_CRYPTO", 21, "netlink_crypto_socket"],
  ["NETLINK_SMC", 22, "netlink_socket"],
];

export const NETLINK_PROTOCOLS: readonly NetlinkProtocol[] = ROWS.map(([name, number, className]) => ({
  name,
  number,
  class: className,
}));

/** The class of a netlink socket by protocol name or number. */
export function netlinkClass(protocol: string | number): string {
  const name = protocol === "NETLINK_INET_DIAG" ? "NETLINK_SOCK_DIAG" : protocol;
  return NETLINK_PROTOCOLS.find((p) => p.number === name || p.name === name)?.class ?? "netlink_socket";
}

/** The protocol that gives a class of its own, undefined for netlink_socket and for other classes. */
export function protocolOfClass(className: string): NetlinkProtocol | undefined {
  if (className === "netlink_socket") return undefined;
  return NETLINK_PROTOCOLS.find((p) => p.class === className);
}
