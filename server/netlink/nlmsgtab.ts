// Netlink message types and the permission each one needs, by kernel release: the twin of
// security/selinux/nlmsgtab.c and of selinux_netlink_send() in hooks.c. Invariant: within a class each number
// has one name. Generic netlink is not covered, as its numbers are assigned at run time; nor are the messages
// of classes without a table, which every kernel lets pass.

import data from "./nlmsgtab.data.json" with { type: "json" };
import { releaseRank } from "./release.ts";

/** One message type of a netlink class. */
export interface NlMessage {
  readonly class: string;
  readonly name: string;
  readonly number: number;
  /** The permission the table asks for; undefined when the kernel defines the message but maps it to none. */
  readonly permission: string | undefined;
  /** First kernel whose table has it; undefined when all kernels since 5.9 and many before have it. */
  readonly since: string | undefined;
  readonly removed: string | undefined;
  readonly note: string | undefined;
  /** On Android: another permission, when this bit of the policy header's config word is set. */
  readonly android: { readonly permission: string; readonly configBit: number } | undefined;
}

/** How the kernel answers for a message type. */
export type NlLookup =
  | { readonly result: "permission"; readonly permission: string; readonly message: NlMessage | undefined }
  /** -EINVAL: unknown type of a known class; refused when enforcing and handle_unknown is not allow. */
  | { readonly result: "unknown"; readonly errno: "EINVAL"; readonly message: NlMessage | undefined }
  /** -ENOENT: the class has no table; the message always passes. */
  | { readonly result: "unchecked"; readonly errno: "ENOENT" };

/** What the answer depends on. `androidConfig` is the config word of the policy header on Android kernels. */
export interface NlLookupOptions {
  readonly kernel?: string;
  /** Policy capability netlink_xperm (effective from 6.13). */
  readonly netlinkXperm?: boolean;
  readonly androidConfig?: number;
}

/** A range of audit messages that the kernel tests before the table. */
export interface NlRange {
  readonly low: number;
  readonly high: number;
  readonly name: string;
  readonly permission: string;
}

interface Extra {
  readonly since?: string;
  readonly removed?: string;
  readonly note?: string;
  readonly android?: readonly [string, number];
}
type MessageRow = readonly [name: string, number: number, permission: string, extra?: Extra];
type FamilyRow = readonly [
  className: string,
  family: string,
  protocol: number,
  messages: readonly MessageRow[],
  unmapped: readonly (readonly [name: string, number: number, note: string])[],
];

const FAMILIES = data.families as unknown as readonly FamilyRow[];

/** First message number of each family. */
export const NLMSG_MIN_TYPE = 0x10;
export const RTM_BASE = 16;
export const XFRM_MSG_BASE = 16;
export const TCPDIAG_BASE = 18;
export const AUDIT_BASE = 1000;
export const NETLINK_XPERM_SINCE = "6.13";
export const ANDROID_CONFIG_GETLINK = 31;
export const ANDROID_CONFIG_GETNEIGH = 30;

/** User messages of the audit socket: both need nlmsg_relay. */
export const AUDIT_USER_RANGES: readonly NlRange[] = [
  { low: 1100, high: 1199, name: "AUDIT_FIRST_USER_MSG–AUDIT_LAST_USER_MSG", permission: "nlmsg_relay" },
  { low: 2100, high: 2999, name: "AUDIT_FIRST_USER_MSG2–AUDIT_LAST_USER_MSG2", permission: "nlmsg_relay" },
];

const MESSAGES: ReadonlyMap<string, readonly NlMessage[]> = new Map(
  FAMILIES.map(([className, , , rows, unmapped]) => [
    className,
    [
      ...rows.map((row) => fromRow(className, row)),
      ...unmapped.map(([name, number, note]) => unmappedMessage(className, name, number, note)),
    ].sort((a, b) => a.number - b.number),
  ]),
);

function fromRow(className: string, [name, number, permission, extra = {}]: MessageRow): NlMessage {
  const android = extra.android && { permission: extra.android[0], configBit: extra.android[1] };
  const { since, removed, note } = extra;
  return { class: className, name, number, permission, since, removed, note, android };
}

function unmappedMessage(className: string, name: string, number: number, note: string): NlMessage {
  const rest = { since: undefined, removed: undefined, android: undefined };
  return {
    class: className,
    name,
    number,
    permission: undefined,
    note: note || "not in SELinux's table",
    ...rest,
  };
}

function inKernel(message: NlMessage, kernel: string | undefined): boolean {
  if (kernel === undefined) return message.removed === undefined;
  const rank = releaseRank(kernel);
  return (
    rank >= releaseRank(message.since) &&
    (message.removed === undefined || rank < releaseRank(message.removed))
  );
}

/** Classes whose messages the kernel knows one by one. */
export function classesWithMessages(): readonly string[] {
  return FAMILIES.map(([className]) => className);
}

/** Whether the class has a message table (route, tcpdiag, xfrm, audit). */
export function hasMessageTable(className: string): boolean {
  return MESSAGES.has(className);
}

/** Every message of the class that any kernel since 5.9 defines, by number, unmapped ones included. */
export function allMessages(className: string): readonly NlMessage[] {
  return MESSAGES.get(className) ?? [];
}

/**
 * What the kernel asks for when a task sends this message type (selinux_nlmsg_lookup).
 * Without `kernel`, the newest kernel answers.
 */
export function nlmsgLookup(className: string, number: number, options: NlLookupOptions = {}): NlLookup {
  if (!MESSAGES.has(className)) return { result: "unchecked", errno: "ENOENT" };
  const message = messageByNumber(className, number, options.kernel);
  if (options.netlinkXperm === true && supportsXperm(options.kernel)) {
    return { result: "permission", permission: "nlmsg", message };
  }
  const range = className === "netlink_audit_socket" ? auditRange(number) : undefined;
  if (range !== undefined) return { result: "permission", permission: range.permission, message };
  if (message?.permission === undefined) return { result: "unknown", errno: "EINVAL", message };
  return { result: "permission", permission: androidPermission(message, options), message };
}

function supportsXperm(kernel: string | undefined): boolean {
  return kernel === undefined || releaseRank(kernel) >= releaseRank(NETLINK_XPERM_SINCE);
}

function auditRange(number: number): NlRange | undefined {
  return AUDIT_USER_RANGES.find((range) => number >= range.low && number <= range.high);
}

function androidPermission(message: NlMessage, { androidConfig = 0 }: NlLookupOptions): string {
  const { android, permission } = message;
  if (android !== undefined && (androidConfig >>> android.configBit) & 1) return android.permission;
  return permission ?? "";
}

/** Whether the kernel lets an unknown message type through: the domain's own permissiveness plays no part. */
export function unknownMessagePasses(mode: {
  readonly enforcing: boolean;
  readonly allowUnknown: boolean;
}): boolean {
  return !mode.enforcing || mode.allowUnknown;
}

/** The messages that a permission of the class lets a domain send, by number. */
export function messagesFor(
  className: string,
  permission: string,
  kernel?: string,
  androidConfig = 0,
): readonly NlMessage[] {
  const present = allMessages(className).filter((m) => inKernel(m, kernel) && m.permission !== undefined);
  if (permission === "nlmsg") return present;
  return present.filter((m) => androidPermission(m, { androidConfig }) === permission);
}

/** Ranges (audit user messages) that the permission covers besides the single messages. */
export function rangesFor(className: string, permission: string): readonly NlRange[] {
  if (className !== "netlink_audit_socket") return [];
  return AUDIT_USER_RANGES.filter((range) => permission === "nlmsg" || range.permission === permission);
}

/** A message by its name in the kernel's headers, of any kernel since 5.9. */
export function messageByName(name: string): NlMessage | undefined {
  const wanted = MESSAGE_ALIASES[name] ?? name;
  for (const messages of MESSAGES.values()) {
    const found = messages.find((m) => m.name === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

const MESSAGE_ALIASES: Readonly<Record<string, string>> = {
  INET_DIAG_GETSOCK: "TCPDIAG_GETSOCK",
  SOCK_DESTROY_BACKPORT: "SOCK_DESTROY",
};

/** The message with this number; with a kernel, only if that kernel defines it. */
export function messageByNumber(className: string, number: number, kernel?: string): NlMessage | undefined {
  return allMessages(className).find(
    (m) => m.number === number && (m.permission === undefined || inKernel(m, kernel)),
  );
}

/** What a range of `allowxperm … nlmsg` values means. */
export interface NlRangeDescription {
  readonly low: number;
  readonly high: number;
  /** Drivers (type >> 8) the range touches, first and last. */
  readonly drivers: readonly [number, number];
  readonly messages: readonly NlMessage[];
  readonly ranges: readonly NlRange[];
  /** How many numbers of the range name neither a message nor an audit user message. */
  readonly unassigned: number;
  /** False when the class has no `nlmsg` permission at all, so that the rule has no meaning. */
  readonly applies: boolean;
}

/** The messages inside `allowxperm … nlmsg { low-high }`; values beyond 16 bits are cut off. */
export function describeRange(
  className: string,
  low: number,
  high: number,
  kernel?: string,
): NlRangeDescription {
  const last = Math.min(high, 0xffff);
  const messages = allMessages(className).filter(
    (m) => m.number >= low && m.number <= last && (m.permission === undefined || inKernel(m, kernel)),
  );
  const ranges = rangesFor(className, "nlmsg").filter((r) => r.high >= low && r.low <= last);
  const inRanges = ranges.reduce((sum, r) => sum + Math.min(r.high, last) - Math.max(r.low, low) + 1, 0);
  const count = Math.max(0, last - low + 1);
  return {
    low,
    high: last,
    drivers: [low >> 8, last >> 8],
    messages,
    ranges,
    unassigned: count - new Set(messages.map((m) => m.number)).size - inRanges,
    applies: MESSAGES.has(className) && supportsXperm(kernel),
  };
}
