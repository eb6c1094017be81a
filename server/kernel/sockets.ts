// Which class a kernel object gets: sockets from (family, type, protocol) and inodes from their file mode, as
// socket_type_to_security_class() and inode_mode_to_security_class() in security/selinux/hooks.c decide.
// Invariant: rules are tried in order and the last one matches everything. It does not compute labels.

import data from "./sockets.data.json" with { type: "json" };
import { existsIn, type KernelVersion, NEWEST_KERNEL } from "./version.ts";

/** One rule of the socket class map. */
export interface SocketRule {
  readonly family: string;
  /** The number of the family, unless it is the catch-all. */
  readonly number?: number;
  /** Socket types, `*` for all, `other` for those the rules before did not name. */
  readonly type: readonly string[] | "*" | "other";
  readonly protocol: readonly (readonly [name: string, number: number])[] | "*" | "other";
  readonly class: string;
  /** The policy capability without which the class is `otherwise`. */
  readonly requires?: string;
  readonly otherwise?: string;
  readonly since?: string;
  readonly before?: string;
  readonly removed?: string;
  readonly after?: string;
}

export const SOCKET_RULES = data.rules as unknown as readonly SocketRule[];

/** File mode (S_IF…) → class; `other` for a mode without type. */
export const CLASS_BY_FILE_MODE: Readonly<Record<string, string>> = data.fileClassByMode;

/** The type flag of a genfscon or file-contexts line → class (`absent` = any). */
export const CLASS_BY_GENFSCON_FLAG: Readonly<Record<string, string>> = data.genfsconFlags;

const SOCKET_TYPES: Readonly<Record<string, number>> = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_RDM: 4,
  SOCK_SEQPACKET: 5,
  SOCK_DCCP: 6,
  SOCK_PACKET: 10,
};

/** Which capabilities and which kernel the class map is asked for. */
export interface SocketClassOptions {
  readonly kernel?: KernelVersion;
  readonly extendedSocketClass?: boolean;
}

/** The class of a socket(2) call; numbers or the usual names (`PF_`/`AF_INET`, `SOCK_STREAM`, `IPPROTO_TCP`). */
export function socketClass(
  family: string | number,
  type: string | number,
  protocol: string | number = 0,
  options: SocketClassOptions = {},
): string {
  const rule = SOCKET_RULES.find(
    (r) => matchesFamily(r, family) && matchesType(r, type) && matchesProtocol(r, protocol),
  );
  if (rule === undefined) return "socket";
  const kernel = options.kernel ?? NEWEST_KERNEL;
  if (!existsIn(kernel, rule.since, undefined)) return rule.before ?? rule.otherwise ?? "socket";
  if (!existsIn(kernel, undefined, rule.removed)) return rule.after ?? rule.class;
  if (rule.requires !== undefined && options.extendedSocketClass === false)
    return rule.otherwise ?? rule.class;
  return rule.class;
}

function matchesFamily(rule: SocketRule, family: string | number): boolean {
  if (rule.number === undefined) return true;
  return typeof family === "number" ? rule.number === family : rule.family === family.replace(/^AF_/, "PF_");
}

function matchesType(rule: SocketRule, type: string | number): boolean {
  if (typeof rule.type === "string") return true;
  return rule.type.some((name) => name === type || SOCKET_TYPES[name] === type);
}

function matchesProtocol(rule: SocketRule, protocol: string | number): boolean {
  if (typeof rule.protocol === "string") return true;
  return rule.protocol.some(([name, number]) => name === protocol || number === protocol);
}

/** The class of an inode with this file type (`S_IFREG`, …). */
export function fileClass(mode: string): string {
  return CLASS_BY_FILE_MODE[mode] ?? "file";
}

/** How a class comes about. */
export interface ClassOrigin {
  readonly sockets: readonly SocketRule[];
  readonly fileModes: readonly string[];
  /** The policy capability that the class depends on, if any. */
  readonly policycap: string | undefined;
}

const SPECIAL_POLICYCAP: Readonly<Record<string, string>> = {
  memfd_file: "memfd_class",
  process2: "nnp_nosuid_transition",
};

/** Which socket(2) arguments or file modes give the class, and the policy capability it depends on. */
export function classOrigin(className: string): ClassOrigin {
  const sockets = SOCKET_RULES.filter((rule) => rule.class === className);
  const always = sockets.some((rule) => rule.requires === undefined);
  return {
    sockets,
    fileModes: Object.keys(CLASS_BY_FILE_MODE).filter((mode) => CLASS_BY_FILE_MODE[mode] === className),
    policycap: SPECIAL_POLICYCAP[className] ?? (always ? undefined : sockets[0]?.requires),
  };
}

/** The socket rules of a class as short lines, one for the families that share type and protocol. */
export function describeClassOrigin(className: string): readonly string[] {
  const { sockets, fileModes } = classOrigin(className);
  const families = new Map<string, string[]>();
  for (const rule of sockets) {
    const rest = `${describeTypes(rule)}, ${describeProtocols(rule)})${describeBounds(rule)}`;
    families.set(rest, [...(families.get(rest) ?? []), rule.family]);
  }
  const lines = [...families].map(([rest, names]) => `socket(${names.join("|")}, ${rest}`);
  if (fileModes.length > 0) lines.push(`inodes with mode ${fileModes.join(", ")}`);
  return lines;
}

function describeTypes(rule: SocketRule): string {
  if (rule.type === "*") return "any type";
  return rule.type === "other" ? "any other type" : rule.type.join("|");
}

function describeProtocols(rule: SocketRule): string {
  if (rule.protocol === "*") return "any protocol";
  return rule.protocol === "other" ? "any other protocol" : rule.protocol.map(([name]) => name).join("|");
}

function describeBounds(rule: SocketRule): string {
  const parts = [];
  if (rule.requires !== undefined) parts.push(`policycap ${rule.requires}, else ${rule.otherwise}`);
  if (rule.since !== undefined) parts.push(`since ${rule.since}`);
  if (rule.removed !== undefined) parts.push(`up to ${rule.removed}, then ${rule.after}`);
  return parts.length === 0 ? "" : ` — ${parts.join("; ")}`;
}
