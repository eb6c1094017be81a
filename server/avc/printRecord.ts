// Writes audit records as the kernel does (slow_avc_audit and its callbacks in security/selinux/avc.c,
// dump_common_audit_data in security/lsm_audit.c, audit_log_untrustedstring in kernel/audit.c): two blanks after
// `avc:`, two before the first field, one too many after a capability. Reading and printing a kernel record gives
// the same text.

import { RECORD_TYPES } from "./fields.ts";
import type { AuditField, AuditRecord, AvcRecord, FieldForm } from "./record.ts";

/** `type=AVC msg=audit(…): …` as in auditd's log. */
export function printAuditd(record: AuditRecord): string {
  const { time, serial } = record.stamp ?? { time: "0.000", serial: 0 };
  return `type=${record.type} msg=audit(${time}:${serial}): ${printMessage(record)}`;
}

/** `audit: type=1400 audit(…): …` as in the kernel log. */
export function printKernelLog(record: AuditRecord): string {
  const { time, serial } = record.stamp ?? { time: "0.000", serial: 0 };
  const number = [...RECORD_TYPES].find(([, name]) => name === record.type)?.[0] ?? record.type;
  return `audit: type=${number} audit(${time}:${serial}): ${printMessage(record)}`;
}

/** The part after the stamp. */
export function printMessage(record: AuditRecord): string {
  if (record.kind === "plain") return record.heading + record.fields.map(printField).join(" ");
  const message = printAvc(record);
  if (record.outer.length === 0) return message;
  return `${record.outer.map(printField).join(" ")} msg='${message}'`;
}

function printAvc(record: AvcRecord): string {
  const { permissions, unnamed } = record;
  const names = unnamed === 0 ? permissions : [...permissions, `0x${(unnamed >>> 0).toString(16)}`];
  const braces = names.length === 0 ? " null" : ` { ${names.join(" ")} }`;
  let text = `avc:  ${record.denied ? "denied" : "granted"} ${braces} for `;
  for (const field of record.fields) text += ` ${printField(field)}${field.name === "capability" ? " " : ""}`;
  return text;
}

/** One `name=value`. */
export function printField({ name, value, form }: AuditField): string {
  if (form === "quoted") return `${name}="${value}"`;
  if (form === "hex") return `${name}=${encodeHex(value)}`;
  return form === "bracket" ? `${name}=[${value}]` : `${name}=${value}`;
}

/** A field with an untrusted string, quoted when it is harmless. Characters are bytes. */
export function untrustedField(name: string, value: string): AuditField {
  const form: FieldForm = /^[\x21\x23-\x7e]*$/.test(value) ? "quoted" : "hex";
  return { name, value, form };
}

function encodeHex(text: string): string {
  let hex = "";
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).toUpperCase().padStart(2, "0");
  return hex;
}
