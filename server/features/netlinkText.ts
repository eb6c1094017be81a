// Netlink messages as hover text: what a permission of a netlink class lets a domain send, what a number or a range
// in `allowxperm … nlmsg` means, and from a message back to its permission. Facts come from server/netlink.

import {
  describeRange,
  hasMessageTable,
  messageByName,
  messageByNumber,
  messagesFor,
  NETLINK_XPERM_SINCE,
  type NlMessage,
  type NlRange,
  rangesFor,
} from "../netlink/nlmsgtab.ts";
import { protocolOfClass } from "../netlink/protocols.ts";
import { columns, counted, fenced, paragraphs } from "./markdown.ts";

/** Messages beyond this number are only counted. */
const MOST_MESSAGES = 80;

/** What `nlmsg_read`, `nlmsg_write`, … of a class allow; undefined for other permissions and classes. */
export function nlmsgPermissionText(className: string, permission: string): string | undefined {
  if (!hasMessageTable(className) || !permission.startsWith("nlmsg")) return undefined;
  const messages = messagesFor(className, permission);
  const ranges = rangesFor(className, permission);
  if (messages.length === 0 && ranges.length === 0) return undefined;
  const protocol = protocolOfClass(className)?.name ?? className;
  const note =
    permission === "nlmsg"
      ? `With policy capability \`netlink_xperm\` (Linux ${NETLINK_XPERM_SINCE} and later) this one permission covers every message, and \`allowxperm … nlmsg\` narrows them.`
      : undefined;
  const head = `**${protocol} messages** that \`${permission}\` lets a domain send (${counted(messages.length, "message")}):`;
  return paragraphs([head, messageTable(messages, ranges), note]);
}

/** What a number or range of an `nlmsg` extended permission means for a class. */
export function nlmsgRangeText(className: string, low: number, high: number): string {
  const found = describeRange(className, low, high);
  const range = low === high ? number(low) : `${number(low)} – ${number(high)}`;
  if (!found.applies)
    return `\`${className}\` has no netlink message table: \`nlmsg\` rules mean nothing for it.`;
  const driver =
    found.drivers[0] === found.drivers[1]
      ? `driver ${hex(found.drivers[0])}`
      : `drivers ${hex(found.drivers[0])}–${hex(found.drivers[1])}`;
  const head = `**nlmsg ${range}** on \`${className}\` (${driver})`;
  const rest =
    found.unassigned > 0
      ? `${counted(found.unassigned, "number")} of the range ${found.unassigned === 1 ? "names" : "name"} no message.`
      : undefined;
  const table =
    found.messages.length + found.ranges.length > 0
      ? messageTable(found.messages, found.ranges)
      : "No message has this number.";
  return paragraphs([head, table, rest]);
}

/** From a message's name (as in the kernel's headers) to its number and permission. */
export function nlmsgNameText(name: string): string | undefined {
  const message = messageByName(name);
  return message === undefined ? undefined : messageText(message);
}

/** From a class and a number to the message; undefined when there is none. */
export function nlmsgNumberText(className: string, value: number): string | undefined {
  const message = messageByNumber(className, value);
  return message === undefined ? undefined : messageText(message);
}

function messageText(message: NlMessage): string {
  const permission =
    message.permission === undefined
      ? "SELinux's table does not have it: refused when enforcing, unless handle_unknown is allow."
      : `Needs \`${message.permission}\` on \`${message.class}\`.`;
  const facts = lifeOf(message);
  return paragraphs([
    `**${message.name}** – netlink message ${number(message.number)} of ${protocolOfClass(message.class)?.name ?? message.class}`,
    permission,
    facts === "" ? undefined : `${facts}.`,
  ]);
}

function messageTable(messages: readonly NlMessage[], ranges: readonly NlRange[]): string {
  const rows = messages
    .slice(0, MOST_MESSAGES)
    .map((m) => [number(m.number), m.name, m.permission ?? "–", lifeOf(m)]);
  for (const range of ranges) rows.push([`${range.low}-${range.high}`, range.name, range.permission, ""]);
  if (messages.length > MOST_MESSAGES) rows.push(["…", `${messages.length - MOST_MESSAGES} more`, "", ""]);
  return fenced(columns(rows), "text");
}

/** `Linux 5.18+`, `until 6.3`, Android's exception, other notes. */
function lifeOf(message: NlMessage): string {
  const parts: string[] = [];
  if (message.since !== undefined) parts.push(`Linux ${message.since}+`);
  if (message.removed !== undefined) parts.push(`removed in ${message.removed}`);
  if (message.android !== undefined) parts.push(`Android: ${message.android.permission}`);
  if (message.note !== undefined) parts.push(message.note);
  return parts.join(", ");
}

function number(value: number): string {
  return `${value} (${hex(value)})`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
