// Recipes: well-known operations that span several hooks, each with its checks in kernel order. Words select a
// recipe; rows are [source, target, class, permissions, when]. Class "@" is filled in from the query.
// Follows security/selinux/hooks.c and the callers in fs/, net/ and kernel/.

/** One check: source, target, class, blank-separated permissions, condition ("" = always). */
export type RecipeRow = readonly [
  source: string,
  target: string,
  cls: string,
  permissions: string,
  when: string,
];

/** One recipe: it answers a query that holds all words of one of its alternatives. */
export interface Recipe {
  readonly title: string;
  readonly words: readonly string[];
  readonly rows: readonly RecipeRow[];
  readonly notes?: string;
}

const PATH: RecipeRow = ["domain", "directories of the path", "dir", "search", ""];
const ADD: RecipeRow = ["domain", "parent directory", "dir", "write add_name search", ""];
const REMOVE: RecipeRow = ["domain", "parent directory", "dir", "write remove_name search", ""];
const ASSOCIATE: RecipeRow = ["new object label", "superblock", "filesystem", "associate", ""];
const FD_USE: RecipeRow = ["domain", "file descriptor creator", "fd", "use", "another domain opened it"];
const OPEN: RecipeRow = ["domain", "target", "file", "open", "policycap open_perms"];
const PORT = "INET/INET6, port not 0 and privileged or outside ip_local_port_range";

function create(cls: string): readonly RecipeRow[] {
  return [PATH, ADD, ["domain", "new object label", cls, "create", ""], ASSOCIATE];
}

export const RECIPES: readonly Recipe[] = [
  {
    title: "open for reading",
    words: ["open reading", "open read", "open rdonly"],
    rows: [PATH, ["domain", "target", "file", "read", ""], OPEN],
  },
  {
    title: "open for writing",
    words: ["open writing", "open write", "open wronly"],
    rows: [PATH, ["domain", "target", "file", "write", "append instead with O_APPEND"], OPEN],
    notes: "O_TRUNC asks for nothing beyond write.",
  },
  {
    title: "open for appending",
    words: ["open appending", "open append"],
    rows: [PATH, ["domain", "target", "file", "append", ""], OPEN],
  },
  {
    title: "open for reading and writing",
    words: ["open rdwr", "open reading writing", "open read write"],
    rows: [PATH, ["domain", "target", "file", "read write", ""], OPEN],
  },
  {
    title: "create a file",
    words: ["create file", "open creat", "creat"],
    rows: [
      ...create("file"),
      ["domain", "new object label", "file", "write", "opened for writing"],
      ["domain", "new object label", "file", "open", "policycap open_perms"],
    ],
  },
  { title: "mkdir", words: ["mkdir", "create directory"], rows: create("dir") },
  { title: "symlink", words: ["symlink"], rows: create("lnk_file") },
  { title: "mkfifo", words: ["mkfifo"], rows: create("fifo_file") },
  {
    title: "unlink",
    words: ["unlink", "delete file", "remove file"],
    rows: [PATH, REMOVE, ["domain", "target", "file", "unlink", ""]],
  },
  {
    title: "list a directory",
    words: ["readdir", "getdents", "list directory"],
    rows: [PATH, ["domain", "target", "dir", "open read", "open with policycap open_perms"]],
  },
  {
    title: "execve",
    words: ["execve", "exec", "execute program"],
    rows: [
      PATH,
      ["domain", "target", "file", "execute", ""],
      [
        "domain",
        "target",
        "file",
        "read open",
        "open with policycap open_perms; read for scripts and by the loader",
      ],
      ["domain", "target", "file", "execute_no_trans", "no domain transition"],
      ["domain", "new domain", "process", "transition", "domain transition"],
      ["new domain", "target", "file", "entrypoint", "domain transition"],
      [
        "domain",
        "new domain",
        "process2",
        "nnp_transition",
        "domain transition under no_new_privs, policycap nnp_nosuid_transition",
      ],
      [
        "domain",
        "new domain",
        "process2",
        "nosuid_transition",
        "domain transition on a nosuid mount, policycap nnp_nosuid_transition",
      ],
      [
        "domain",
        "new domain",
        "process",
        "share",
        "domain transition with shared fs, files or signal handlers",
      ],
      ["tracing task", "new domain", "process", "ptrace", "domain transition while traced"],
      [
        "new domain",
        "file descriptor creator",
        "fd",
        "use",
        "domain transition, inherited descriptors; denied ones become null",
      ],
      ["domain", "new domain", "process", "noatsecure", "domain transition; denial only sets AT_SECURE"],
      ["domain", "new domain", "process", "rlimitinh", "domain transition; denial only resets limits"],
      ["domain", "new domain", "process", "siginh", "domain transition; denial only clears signals"],
    ],
    notes: "A role change also needs a role allow rule.",
  },
  {
    title: "bind",
    words: ["bind"],
    rows: [
      ["domain", "same as source", "@", "create", "socket(2)"],
      ["domain", "same as source", "@", "bind", ""],
      ["domain", "port label", "@", "name_bind", PORT],
      ["domain", "node label", "@", "node_bind", ""],
      [
        "domain",
        "same as source",
        "capability",
        "net_bind_service",
        "port below ip_unprivileged_port_start (1024)",
      ],
    ],
  },
  {
    title: "connect",
    words: ["connect"],
    rows: [
      ["domain", "same as source", "@", "create", "socket(2)"],
      ["domain", "same as source", "@", "connect", ""],
      ["domain", "port label", "@", "name_connect", "TCP and SCTP"],
    ],
  },
  {
    title: "connect to a Unix stream socket",
    words: ["connect unix", "connect af_unix"],
    rows: [
      ["domain", "same as source", "unix_stream_socket", "create connect", ""],
      PATH,
      ["domain", "target", "sock_file", "write", "a socket with a path"],
      ["domain", "listening socket", "unix_stream_socket", "connectto", ""],
    ],
  },
  {
    title: "listen and accept",
    words: ["listen", "accept"],
    rows: [
      ["domain", "same as source", "@", "listen", "listen(2)"],
      ["domain", "same as source", "@", "accept", "accept(2)"],
    ],
  },
  {
    title: "mount",
    words: ["mount"],
    rows: [
      ["domain", "same as source", "capability", "sys_admin", "initial user namespace; cap_userns otherwise"],
      ["domain", "superblock", "filesystem", "mount", "new filesystem"],
      ["domain", "mount point", "dir", "mounton", "class of the mount point"],
      [
        "domain",
        "superblock",
        "filesystem",
        "relabelfrom",
        "context=, fscontext=, rootcontext= or defcontext=",
      ],
      ["domain", "requested label", "filesystem", "relabelto", "fscontext=, or context= without fscontext="],
    ],
  },
  {
    title: "remount",
    words: ["remount"],
    rows: [
      ["domain", "same as source", "capability", "sys_admin", ""],
      ["domain", "superblock", "filesystem", "remount", ""],
    ],
  },
  {
    title: "umount",
    words: ["umount", "unmount", "umount2"],
    rows: [
      ["domain", "same as source", "capability", "sys_admin", ""],
      ["domain", "superblock", "filesystem", "unmount", ""],
    ],
  },
  {
    title: "clone3 with set_tid",
    words: ["clone3 set_tid", "clone set_tid", "set_tid"],
    rows: [
      ["domain", "same as source", "process", "fork", ""],
      [
        "domain",
        "same as source",
        "capability2",
        "checkpoint_restore",
        "initial user namespace; sys_admin is asked for when denied",
      ],
      [
        "domain",
        "same as source",
        "cap2_userns",
        "checkpoint_restore",
        "another user namespace; sys_admin is asked for when denied",
      ],
      [
        "domain",
        "same as source",
        "capability",
        "sys_admin",
        "instead of checkpoint_restore, initial user namespace",
      ],
      [
        "domain",
        "same as source",
        "cap_userns",
        "sys_admin",
        "instead of checkpoint_restore, another user namespace",
      ],
    ],
    notes: "Asked for in every pid namespace whose number is set, against the namespace's owner.",
  },
  {
    title: "fork",
    words: ["fork", "clone", "clone3"],
    rows: [
      ["domain", "same as source", "process", "fork", ""],
      ["domain", "same as source", "user_namespace", "create", "CLONE_NEWUSER, 6.1+"],
    ],
  },
  {
    title: "relabel",
    words: ["relabel", "chcon", "setfilecon", "restorecon"],
    rows: [
      ["domain", "old label", "file", "relabelfrom", ""],
      ["domain", "new label", "file", "relabelto", ""],
      ["new label", "superblock", "filesystem", "associate", ""],
      ["domain", "same as source", "capability", "fowner", "not the owner"],
      ["domain", "same as source", "capability2", "mac_admin", "a context unknown to the policy"],
    ],
    notes: "validatetrans rules are tested as well.",
  },
  {
    title: "mmap for execution",
    words: ["mmap exec", "mmap execute"],
    rows: [
      FD_USE,
      ["domain", "target", "file", "map read execute", ""],
      ["domain", "same as source", "process", "execmem", "private writable mapping"],
    ],
  },
];
