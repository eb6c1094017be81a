// Policy capability names in the order of their bits (libsepol polcaps.c), as the compiler accepts them. The table with
// meanings and versions is server/kernel/policycaps.ts; the compiler sits below the rooms that explain.

export const POLICYCAP_NAMES: readonly string[] = [
  "network_peer_controls",
  "open_perms",
  "extended_socket_class",
  "always_check_network",
  "cgroup_seclabel",
  "nnp_nosuid_transition",
  "genfs_seclabel_symlinks",
  "ioctl_skip_cloexec",
  "userspace_initial_context",
  "netlink_xperm",
  "netif_wildcard",
  "genfs_seclabel_wildcard",
  "functionfs_seclabel",
  "memfd_class",
  "bpf_token_perms",
];
