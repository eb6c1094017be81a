// Audit records about SELinux as data: what parseRecord.ts reads and printRecord.ts writes. A record keeps its
// fields in order and in the form in which they stood, so that printing what was read gives the same text. The
// meaning of the fields is in fields.ts. It knows no policy.

/** How a value was written: bare, in quotes, as hex digits of an unsafe string, or in brackets. */
export type FieldForm = "bare" | "quoted" | "hex" | "bracket";

export interface AuditField {
  readonly name: string;
  /** Decoded: without quotes, hex or brackets. */
  readonly value: string;
  readonly form: FieldForm;
}

/** Time and serial number of the event that a record belongs to. */
export interface AuditStamp {
  /** As written: seconds.milliseconds, or a date in interpreted logs. */
  readonly time: string;
  readonly serial: number;
}

interface RecordBase {
  /** Name of the record type: AVC, USER_AVC, SELINUX_ERR, MAC_STATUS, … */
  readonly type: string;
  readonly stamp: AuditStamp | undefined;
  readonly fields: readonly AuditField[];
}

/** `avc:  denied|granted { … } for …`. */
export interface AvcRecord extends RecordBase {
  readonly kind: "avc";
  readonly denied: boolean;
  /** Kernel names in the order shown; empty for `null`. */
  readonly permissions: readonly string[];
  /** Bits without a name, shown as one hex number. */
  readonly unnamed: number;
  /** USER_AVC: the fields around the object manager's message. */
  readonly outer: readonly AuditField[];
}

/** Every other record with key=value fields: SELINUX_ERR, MAC_*, USER_MAC_*. */
export interface PlainRecord extends RecordBase {
  readonly kind: "plain";
  /** Text before the first field, as in `netlabel: auid=…`. */
  readonly heading: string;
}

export type AuditRecord = AvcRecord | PlainRecord;

/** The value of a field, undefined when the record has none. */
export function fieldOf(record: AuditRecord, name: string): string | undefined {
  return record.fields.find((field) => field.name === name)?.value;
}
