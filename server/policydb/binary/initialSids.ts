// The names of the initial SIDs by number (security/selinux/include/initial_sid_to_string.h; the names that kernels no
// longer use come from older ones, so that contexts of old policies can still be named). Data only.

/** Names by number; index 0 is no SID. */
export const INITIAL_SID_NAMES: readonly (string | undefined)[] = [
  undefined,
  "kernel",
  "security",
  "unlabeled",
  "fs",
  "file",
  "file_labels",
  "init",
  "any_socket",
  "port",
  "netif",
  "netmsg",
  "node",
  "igmp_packet",
  "icmp_socket",
  "tcp_socket",
  "sysctl_modprobe",
  "sysctl",
  "sysctl_fs",
  "sysctl_kernel",
  "sysctl_net",
  "sysctl_net_unix",
  "sysctl_vm",
  "sysctl_dev",
  "kmod",
  "policy",
  "scmp_packet",
  "devnull",
];
