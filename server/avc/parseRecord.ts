// Reads audit records as auditd's log (`type=AVC msg=audit(…): …`), the kernel log (`audit: type=1400 audit(…): …`,
// with any prefix) and ausearch's interpretation write them; also a bare `avc:  denied …` as people paste it.
// Text that is no such record gives undefined. USER_AVC wraps an avc message in quotes; both sets of fields are
// kept. It never throws and needs no policy.

import { mayBeHex, RECORD_TYPES } from "./fields.ts";
import type { AuditField, AuditRecord, AuditStamp, AvcRecord } from "./record.ts";

const HEAD =
  /\btype=(?<type>\w+|UNKNOWN\[\d+\])\s+(?:msg=)?audit\((?<time>[^()]*?):(?<serial>\d+)\)\s*:\s?(?<rest>.*)$/;
const AVC = /avc:\s+(?<verdict>denied|granted)\s+(?:\{(?<permissions>[^}]*)\}|null)\s+for\s*(?<rest>.*)$/;
const FIELD =
  /(?<name>[\w-]+)=(?:"(?<quoted>[^"]*)"|'(?<single>[^']*)'|\[(?<bracket>[^\]]*)\]|(?<bare>\S*))/g;

/** Reads one line. */
export function parseRecord(line: string): AuditRecord | undefined {
  const head = HEAD.exec(line)?.groups;
  const text = head === undefined ? line : (head.rest ?? "");
  const stamp: AuditStamp | undefined =
    head === undefined ? undefined : { time: head.time ?? "", serial: Number(head.serial) };
  const type = head === undefined ? "AVC" : typeName(head.type ?? "");
  const wrapped = /\bmsg='(?<message>avc:.*)'\s*$/.exec(text);
  if (wrapped !== null) {
    const outer = parseFields(text.slice(0, wrapped.index));
    return parseAvc(type, stamp, wrapped.groups?.message ?? "", outer);
  }
  const avc = parseAvc(type, stamp, text, []);
  if (avc !== undefined) return avc;
  if (head === undefined) return undefined;
  const first = text.search(/[\w-]+=/);
  const heading = first < 0 ? text : text.slice(0, first);
  return { kind: "plain", type, stamp, heading, fields: parseFields(text.slice(heading.length)) };
}

/** Every record in a text, with the line (from 0) it stands on. */
export function parseRecords(text: string): { readonly line: number; readonly record: AuditRecord }[] {
  return text.split(/\r?\n/).flatMap((content, line) => {
    const record = parseRecord(content);
    return record === undefined ? [] : [{ line, record }];
  });
}

function typeName(type: string): string {
  const number = /^(?:UNKNOWN\[)?(\d+)\]?$/.exec(type)?.[1];
  return number === undefined ? type : (RECORD_TYPES.get(Number(number)) ?? `UNKNOWN[${number}]`);
}

function parseAvc(
  type: string,
  stamp: AuditStamp | undefined,
  text: string,
  outer: readonly AuditField[],
): AvcRecord | undefined {
  const match = AVC.exec(text)?.groups;
  if (match === undefined) return undefined;
  const words = (match.permissions ?? "").split(/\s+/).filter((word) => word !== "");
  const permissions = words.filter((word) => !word.startsWith("0x"));
  const unnamed = words
    .filter((word) => word.startsWith("0x"))
    .reduce((mask, word) => mask | Number(word), 0);
  const denied = match.verdict === "denied";
  const fields = parseFields(match.rest ?? "");
  return { kind: "avc", type, stamp, denied, permissions, unnamed, fields, outer };
}

/** key=value pairs in order. */
export function parseFields(text: string): AuditField[] {
  const fields: AuditField[] = [];
  for (const { groups } of text.matchAll(FIELD)) {
    const { name = "", quoted, single, bracket, bare = "" } = groups ?? {};
    if (quoted !== undefined || single !== undefined)
      fields.push({ name, value: quoted ?? single ?? "", form: "quoted" });
    else if (bracket !== undefined) fields.push({ name, value: bracket, form: "bracket" });
    else if (mayBeHex(name) && isHex(bare)) fields.push({ name, value: decodeHex(bare), form: "hex" });
    else fields.push({ name, value: bare, form: "bare" });
  }
  return fields;
}

function isHex(text: string): boolean {
  return text.length >= 2 && text.length % 2 === 0 && /^[\dA-F]+$/.test(text);
}

/** Each byte becomes the character of that number: the strings are bytes, not text, to the kernel. */
function decodeHex(text: string): string {
  let decoded = "";
  for (let i = 0; i < text.length; i += 2)
    decoded += String.fromCharCode(Number.parseInt(text.slice(i, i + 2), 16));
  return decoded;
}
