// The fields of AVC records and the audit record types that SELinux writes, in record order.
// Printing and parsing records is the avc room's work. Follows security/lsm_audit.c, security/selinux/avc.c
// and include/uapi/linux/audit.h.

import data from "./auditFields.data.json" with { type: "json" };

/** One field of an AVC record. */
export interface AuditField {
  /** The key before `=`; several keys that come together are joined by `/`. */
  readonly field: string;
  readonly format: string;
  readonly when: string;
  readonly note: string;
}

/** One audit record type. */
export interface AuditRecordType {
  readonly type: number;
  readonly name: string;
  readonly fields?: string;
  readonly from?: string;
  readonly ops?: readonly { readonly op: string; readonly fields: string; readonly when: string }[];
}

type Row = readonly [field: string, format: string, when: string, note: string];

export const AVC_FIELDS: readonly AuditField[] = (data.fields as unknown as readonly Row[]).map(
  ([field, format, when, note]) => ({ field, format, when, note }),
);

export const AUDIT_RECORD_TYPES = data.records as unknown as readonly AuditRecordType[];

/** How the kernel decides what is audited, step → rule. */
export const AUDIT_FORMULA: Readonly<Record<string, string>> = data.formula;

/** Messages that go to the kernel log and not to audit. */
export const KERNEL_LOG_ONLY: readonly string[] = data.kernelLogOnly;

/** The documentation of a record field such as `ioctlcmd` or `pkey`. */
export function auditField(name: string): AuditField | undefined {
  return AVC_FIELDS.find((f) => f.field.split("/").includes(name));
}

/** A record type by number or name (`AVC`, 1400). */
export function auditRecordType(key: number | string): AuditRecordType | undefined {
  return AUDIT_RECORD_TYPES.find((r) => r.type === key || r.name === key);
}
