// Tables of audit records: type numbers and names (include/uapi/linux/audit.h), and the fields of AVC records with
// their form (security/lsm_audit.c and avc.c). Facts only.

/** How the kernel writes a field. `untrusted` strings are quoted, or hex digits when they hold odd characters. */
export interface FieldFact {
  readonly form: "number" | "hex" | "untrusted" | "text" | "context" | "bracket";
  readonly when: string;
}

/** Record types by number. */
export const RECORD_TYPES: ReadonlyMap<number, string> = new Map([
  [1107, "USER_AVC"],
  [1400, "AVC"],
  [1401, "SELINUX_ERR"],
  [1402, "AVC_PATH"],
  [1403, "MAC_POLICY_LOAD"],
  [1404, "MAC_STATUS"],
  [1405, "MAC_CONFIG_CHANGE"],
  [1406, "MAC_UNLBL_ALLOW"],
  [1407, "MAC_CIPSOV4_ADD"],
  [1408, "MAC_CIPSOV4_DEL"],
  [1409, "MAC_MAP_ADD"],
  [1410, "MAC_MAP_DEL"],
  [1415, "MAC_IPSEC_EVENT"],
  [1416, "MAC_UNLBL_STCADD"],
  [1417, "MAC_UNLBL_STCDEL"],
  [1418, "MAC_CALIPSO_ADD"],
  [1419, "MAC_CALIPSO_DEL"],
]);

/** Fields of AVC records by name. */
export const AVC_FIELDS: Readonly<Record<string, FieldFact>> = {
  pid: { form: "number", when: "always" },
  comm: { form: "untrusted", when: "always" },
  ipc_key: { form: "number", when: "System V IPC" },
  capability: { form: "number", when: "capability checks" },
  path: { form: "untrusted", when: "open files, paths and UNIX sockets" },
  name: { form: "untrusted", when: "directory entries and inodes: the last path component" },
  dev: { form: "untrusted", when: "with path or name when the inode is known" },
  ino: { form: "number", when: "with dev" },
  ioctlcmd: { form: "hex", when: "ioctl checks with extended permissions" },
  "nl-msgtype": { form: "number", when: "netlink sends checked by extended permission" },
  laddr: { form: "text", when: "network: local address" },
  lport: { form: "number", when: "network: local port" },
  faddr: { form: "text", when: "network: foreign address" },
  fport: { form: "number", when: "network: foreign port" },
  saddr: { form: "text", when: "network: source or bind address" },
  src: { form: "number", when: "network: source or bind port" },
  daddr: { form: "text", when: "network: destination address" },
  dest: { form: "number", when: "network: destination port" },
  netif: { form: "text", when: "network: interface" },
  opid: { form: "number", when: "other task" },
  ocomm: { form: "untrusted", when: "other task" },
  key_serial: { form: "number", when: "keys" },
  key_desc: { form: "untrusted", when: "keys" },
  kmod: { form: "untrusted", when: "module requests" },
  pkey: { form: "hex", when: "InfiniBand partition keys" },
  subnet_prefix: { form: "text", when: "InfiniBand partition keys" },
  device: { form: "text", when: "InfiniBand end ports" },
  port_num: { form: "number", when: "InfiniBand end ports" },
  lockdown_reason: { form: "untrusted", when: "class lockdown (Linux 5.6 to 5.15)" },
  anonclass: { form: "bracket", when: "anonymous inodes" },
  scontext: { form: "context", when: "always" },
  ssid: { form: "number", when: "instead of scontext when the SID has no context" },
  tcontext: { form: "context", when: "always" },
  tsid: { form: "number", when: "instead of tcontext when the SID has no context" },
  tclass: { form: "text", when: "always" },
  permissive: { form: "number", when: "denied records: 1 when the access went on" },
  srawcon: { form: "untrusted", when: "the source context is not valid in the policy" },
  trawcon: { form: "untrusted", when: "the target context is not valid in the policy" },
};

/** Operations of SELINUX_ERR records and what they mean. */
export const SELINUX_ERR_OPS: Readonly<Record<string, string>> = {
  security_compute_av: "a bounded type was allowed more than its parent; the excess was taken away",
  security_validate_transition: "a validatetrans constraint refused a relabel",
  security_bounded_transition: "a transition left the bounds of the old type",
  security_compute_sid: "a computed context is not valid",
  security_sid_mls_copy: "a range taken from the peer is not valid for the socket",
  setxattr: "an undefined context was set without mac_admin",
  fscreate: "an undefined context was set without mac_admin",
};

/** Fields that hold untrusted strings and may therefore be hex digits. */
export function mayBeHex(name: string): boolean {
  return AVC_FIELDS[name]?.form === "untrusted" || EXTRA_UNTRUSTED.has(name);
}

const EXTRA_UNTRUSTED: ReadonlySet<string> = new Set(["exe", "proctitle", "cwd", "invalid_context"]);
