// `sels query nlmsg`: netlink messages and the permissions they need, asked from any side: a message name, a class
// with a number, a class with a permission, or a class alone. Needs no policy.

import {
  allMessages,
  classesWithMessages,
  hasMessageTable,
  messageByName,
  messagesFor,
  type NlMessage,
  nlmsgLookup,
  rangesFor,
} from "../../netlink/nlmsgtab.ts";
import { netlinkClass, protocolOfClass } from "../../netlink/protocols.ts";
import { type Terminal, UsageError } from "../terminal.ts";

export interface NlmsgOptions {
  /** kernel release, e.g. 6.1 */
  readonly kernel?: string;
  /** policy capability netlink_xperm */
  readonly xperm?: boolean;
  readonly json?: boolean;
}

/** Runs the query; gives the exit code: 1 when nothing is known by that name. */
export function runNlmsg(words: readonly string[], options: NlmsgOptions, terminal: Terminal): number {
  const [first, second] = words;
  if (first === undefined) return listClasses(options, terminal);
  const message = messageByName(first) ?? messageByName(first.toUpperCase());
  if (message !== undefined && second === undefined) return show([message], [], options, terminal);
  const name = classOf(first);
  if (name === undefined)
    throw new UsageError(`${first}: neither a netlink message nor a netlink class or protocol`);
  if (second === undefined)
    return show(messagesOf(name, options), rangesFor(name, "nlmsg"), options, terminal);
  if (/^(0x[0-9a-f]+|\d+)$/i.test(second)) return lookUp(name, Number(second), options, terminal);
  const messages = messagesFor(name, second, options.kernel);
  const ranges = rangesFor(name, second);
  if (messages.length === 0 && ranges.length === 0)
    throw new UsageError(`${name} has no messages for permission ‘${second}’`);
  return show(messages, ranges, options, terminal);
}

/** `netlink_route_socket`, `route`, `NETLINK_ROUTE`. */
function classOf(word: string): string | undefined {
  if (hasMessageTable(word)) return word;
  const short = `netlink_${word.toLowerCase()}_socket`;
  if (hasMessageTable(short)) return short;
  const name = netlinkClass(word.toUpperCase());
  return name !== "netlink_socket" && hasMessageTable(name) ? name : undefined;
}

function messagesOf(name: string, options: NlmsgOptions): readonly NlMessage[] {
  return options.kernel === undefined ? allMessages(name) : messagesFor(name, "nlmsg", options.kernel);
}

function listClasses(options: NlmsgOptions, terminal: Terminal): number {
  const rows = classesWithMessages().map((name) => ({
    class: name,
    protocol: protocolOfClass(name)?.name ?? "",
    messages: allMessages(name).length,
  }));
  if (options.json === true) terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
  else for (const row of rows) terminal.out(`${row.class}\t${row.protocol}\t${row.messages} messages\n`);
  return 0;
}

function lookUp(name: string, number: number, options: NlmsgOptions, terminal: Terminal): number {
  const found = nlmsgLookup(name, number, {
    ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
    netlinkXperm: options.xperm === true,
  });
  const message = found.result === "unchecked" ? undefined : found.message;
  const answer = {
    class: name,
    number,
    name: message?.name ?? null,
    permission: found.result === "permission" ? found.permission : null,
    result: found.result,
  };
  if (options.json === true) terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
  else {
    const verdict =
      found.result === "permission"
        ? found.permission
        : found.result === "unknown"
          ? "unknown to the kernel: refused when enforcing, unless handle_unknown is allow"
          : "not checked: every message passes";
    terminal.out(`${name} ${number} ${message?.name ?? "(no name)"}: ${verdict}\n`);
  }
  return 0;
}

function show(
  messages: readonly NlMessage[],
  ranges: readonly { low: number; high: number; name: string; permission: string }[],
  options: NlmsgOptions,
  terminal: Terminal,
): number {
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ messages, ranges }, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(12, ...messages.map((message) => message.name.length));
  for (const message of messages) terminal.out(`${messageLine(message, width)}\n`);
  for (const range of ranges)
    terminal.out(
      `${`${range.low}-${range.high}`.padStart(9)}  ${range.name.padEnd(width)}  ${range.permission}\n`,
    );
  return 0;
}

/** Number, name, permission, and what is particular. */
function messageLine(message: NlMessage, width: number): string {
  const life = [
    message.since === undefined ? "" : `since ${message.since}`,
    message.removed === undefined ? "" : `removed in ${message.removed}`,
    message.android === undefined ? "" : `Android: ${message.android.permission}`,
    message.note ?? "",
  ].filter((part) => part !== "");
  const head = `${String(message.number).padStart(9)}  ${message.name.padEnd(width)}  ${message.permission ?? "–"}`;
  const tail = life.length === 0 ? message.class : `${message.class} (${life.join(", ")})`;
  return `${head.padEnd(9 + 2 + width + 2 + 14)} ${tail}`;
}
