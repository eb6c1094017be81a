// Which permissions the kernel asks for together, by class. Sources: fs/namei.c, fs/exec.c and security/selinux/hooks.c
// (may_create, may_link, selinux_file_open, selinux_bprm_creds_for_exec, selinux_socket_connect_helper,
// selinux_setprocattr, selinux_netlink_send).

/** What the kernel asks for together with a permission. */
export interface Companion {
  readonly id: "allow-incomplete" | "allow-without-open" | "allow-without-map";
  readonly classes: RegExp;
  readonly permission: string;
  readonly needs: readonly string[];
  /** one of `needs` is enough */
  readonly any?: true;
  /** the companions are asked for about the process itself */
  readonly self?: true;
  readonly because: string;
}

const MAKES = "a directory entry is only made or removed by who may search and write the directory";
const SENDS = "a message is only sent by who may write to the socket";
const SOCKET = "the socket itself is asked first";
const MAPPED = "a program that is no script is mapped for execution";
const OPENED = "without open only a descriptor that somebody else opened is of use";

export const COMPANIONS: readonly Companion[] = [
  {
    id: "allow-incomplete",
    classes: /^file$/,
    permission: "execute_no_trans",
    needs: ["execute", "read", "open"],
    because: "who runs a program opens and reads it",
  },
  {
    id: "allow-incomplete",
    classes: /^file$/,
    permission: "entrypoint",
    needs: ["read"],
    because: "a domain reads its program",
  },
  {
    id: "allow-without-map",
    classes: /^file$/,
    permission: "execute_no_trans",
    needs: ["map"],
    because: MAPPED,
  },
  {
    id: "allow-without-map",
    classes: /^file$/,
    permission: "entrypoint",
    needs: ["execute", "map"],
    because: MAPPED,
  },
  {
    id: "allow-incomplete",
    classes: /^file$/,
    permission: "execmod",
    needs: ["execute"],
    because: "only what is mapped for execution is asked for it",
  },
  {
    id: "allow-incomplete",
    classes: /^(?:file|chr_file|blk_file|fifo_file)$/,
    permission: "open",
    needs: ["read", "write", "append", "ioctl", "execute"],
    any: true,
    because: "a file is opened for something",
  },
  ...["add_name", "remove_name"].map(
    (permission): Companion => ({
      id: "allow-incomplete",
      classes: /^dir$/,
      permission,
      needs: ["write", "search"],
      because: MAKES,
    }),
  ),
  ...["nlmsg_read", "nlmsg_write", "nlmsg_relay", "nlmsg_readpriv", "nlmsg_tty_audit"].map(
    (permission): Companion => ({
      id: "allow-incomplete",
      classes: /^netlink_\w+$/,
      permission,
      needs: ["write"],
      because: SENDS,
    }),
  ),
  {
    id: "allow-incomplete",
    classes: /^process$/,
    permission: "dyntransition",
    needs: ["setcurrent"],
    self: true,
    because: "who may not set its current context never gets there",
  },
  {
    id: "allow-incomplete",
    classes: /^unix_stream_socket$/,
    permission: "connectto",
    needs: ["connect"],
    self: true,
    because: SOCKET,
  },
  {
    id: "allow-incomplete",
    classes: /^(?:tcp|dccp)_socket$/,
    permission: "name_connect",
    needs: ["connect"],
    self: true,
    because: SOCKET,
  },
  {
    id: "allow-incomplete",
    classes: /^(?:tcp|udp|dccp)_socket$/,
    permission: "name_bind",
    needs: ["bind"],
    self: true,
    because: SOCKET,
  },
  ...["read", "write", "append"].map(
    (permission): Companion => ({
      id: "allow-without-open",
      classes: /^(?:file|chr_file|blk_file)$/,
      permission,
      needs: ["open"],
      because: OPENED,
    }),
  ),
  {
    id: "allow-without-open",
    classes: /^dir$/,
    permission: "read",
    needs: ["open"],
    because: OPENED,
  },
];
