// ioctl command numbers by name, taken from the generic (x86, arm64) headers of Linux 6.1, and how
// selinux_file_ioctl() in security/selinux/hooks.c treats a command. Invariant: only the low 16 bits of a
// command take part in extended permissions, so one allowxperm value may name several commands.
// Architectures with their own encodings (mips, powerpc, sparc, alpha) differ in part of the terminal commands.

import data from "./ioctls.data.json" with { type: "json" };

/** A named ioctl command. */
export interface Ioctl {
  readonly name: string;
  /** The full 32-bit command. */
  readonly command: number;
  readonly header: string;
}

/** How an `allowxperm … ioctl` rule sees a command. */
export interface IoctlXperm {
  readonly value: number;
  readonly driver: number;
  readonly function: number;
}

/** What the kernel checks for a command, besides `fd use` when another domain opened the descriptor. */
export interface IoctlCheck {
  readonly kind: "getattr" | "setattr" | "capability" | "none" | "ioctl";
  readonly class: string | undefined;
  readonly permissions: readonly string[];
  /** The extended permission that an allowxperm rule needs; only for kind `ioctl`. */
  readonly xperm: IoctlXperm | undefined;
  readonly note: string | undefined;
}

const FS_HEADER = "linux/fs.h";

// The kernel's FIBMAP and FIGETBSZ have driver 0 and so are easily taken for plain small numbers.
const SMALL: readonly Ioctl[] = [
  { name: "FIBMAP", command: 1, header: FS_HEADER },
  { name: "FIGETBSZ", command: 2, header: FS_HEADER },
];

export const IOCTLS: readonly Ioctl[] = [
  ...SMALL,
  ...Object.entries(data as Readonly<Record<string, string>>).flatMap(([header, list]) =>
    list.split(" ").map((entry) => {
      const [name = "", hex = "0"] = entry.split("=");
      return { name, command: Number.parseInt(hex, 16), header };
    }),
  ),
];

const BY_NAME: ReadonlyMap<string, Ioctl> = new Map(IOCTLS.map((ioctl) => [ioctl.name, ioctl]));
const GETATTR = commands("FIONREAD FIBMAP FIGETBSZ FS_IOC_GETFLAGS FS_IOC_GETVERSION");
const SETATTR = commands("FS_IOC_SETFLAGS FS_IOC_SETVERSION");
const TTY_CONFIG = commands("KDSKBENT KDSKBSENT");
const DESCRIPTOR_ONLY = commands("FIONBIO FIOASYNC");
const CLOSE_ON_EXEC = commands("FIOCLEX FIONCLEX");

function commands(names: string): ReadonlySet<number> {
  return new Set(names.split(" ").flatMap((name) => BY_NAME.get(name)?.command ?? []));
}

/** The command with this name. */
export function ioctlByName(name: string): Ioctl | undefined {
  return BY_NAME.get(name);
}

/** Commands with this number: those with the exact 32-bit value first, else all with the same low 16 bits. */
export function ioctlsByNumber(number: number): readonly Ioctl[] {
  const exact = IOCTLS.filter((ioctl) => ioctl.command === number);
  return exact.length > 0 ? exact : IOCTLS.filter((ioctl) => (ioctl.command & 0xffff) === (number & 0xffff));
}

/** Named commands whose extended permission lies in the range, by value. */
export function ioctlsInRange(low: number, high: number): readonly Ioctl[] {
  return IOCTLS.filter((ioctl) => (ioctl.command & 0xffff) >= low && (ioctl.command & 0xffff) <= high).sort(
    (a, b) => (a.command & 0xffff) - (b.command & 0xffff),
  );
}

/** The extended permission of a command. */
export function ioctlXperm(command: number): IoctlXperm {
  return { value: command & 0xffff, driver: (command >> 8) & 0xff, function: command & 0xff };
}

/** What the kernel checks for a command; `ioctlSkipCloexec` is the policy capability of that name. */
export function ioctlCheck(command: number, ioctlSkipCloexec = false): IoctlCheck {
  if (GETATTR.has(command))
    return special("getattr", "<inode class>", ["getattr"], "not covered by allowxperm");
  if (SETATTR.has(command))
    return special("setattr", "<inode class>", ["setattr"], "not covered by allowxperm");
  if (TTY_CONFIG.has(command)) {
    return special("capability", "capability", ["sys_tty_config"], "checked instead of ioctl");
  }
  if (DESCRIPTOR_ONLY.has(command)) return special("none", undefined, [], "only fd use is checked");
  if (CLOSE_ON_EXEC.has(command) && ioctlSkipCloexec) {
    return special("none", undefined, [], "skipped with policy capability ioctl_skip_cloexec");
  }
  return {
    kind: "ioctl",
    class: "<inode class>",
    permissions: ["ioctl"],
    xperm: ioctlXperm(command),
    note: CLOSE_ON_EXEC.has(command) ? "not checked with policy capability ioctl_skip_cloexec" : undefined,
  };
}

function special(
  kind: IoctlCheck["kind"],
  cls: string | undefined,
  permissions: readonly string[],
  note: string,
): IoctlCheck {
  return { kind, class: cls, permissions, xperm: undefined, note };
}
