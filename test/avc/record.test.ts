// Audit records: everything a real kernel wrote comes out as it was; every form that people paste is understood.

import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { AVC_FIELDS } from "../../server/avc/fields.ts";
import { parseRecord, parseRecords } from "../../server/avc/parseRecord.ts";
import { printAuditd, printKernelLog, printMessage, untrustedField } from "../../server/avc/printRecord.ts";
import { type AuditRecord, type AvcRecord, fieldOf } from "../../server/avc/record.ts";

function lines(name: string): string[] {
  const packed = readFileSync(new URL(`./fixtures/${name}.br`, import.meta.url));
  return brotliDecompressSync(packed).toString("latin1").split("\n");
}

function avc(line: string): AvcRecord {
  const record = parseRecord(line);
  if (record?.kind !== "avc") throw new Error(`no avc record: ${line}`);
  return record;
}

describe("records of a real kernel", () => {
  const recorded = lines("audit.log").filter((line) =>
    /^type=(AVC|SELINUX_ERR|MAC_\w+|USER_AVC) /.test(line),
  );

  it("are there", () => {
    expect(recorded.length).toBe(46);
  });

  it.each(recorded)("%s", (line) => {
    const record = parseRecord(line) as AuditRecord;
    expect(printAuditd(record)).toBe(line);
    expect(parseRecord(`[   12.5] ${printKernelLog(record)}`)).toEqual(record);
  });

  it("have only known fields in AVC records", () => {
    const names = recorded
      .map((line) => parseRecord(line))
      .flatMap((record) => (record?.kind === "avc" ? record.fields.map(({ name }) => name) : []));
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => AVC_FIELDS[name] === undefined)).toEqual([]);
  });

  it("are found in a whole log, and no others in the kernel log", () => {
    const found = parseRecords(lines("audit.log").join("\n")).filter(({ record }) => record.kind === "avc");
    expect(found.length).toBe(43);
    expect(parseRecords(lines("dmesg.txt").join("\n")).map(({ record }) => record.type)).toEqual([
      "UNKNOWN[2000]",
    ]);
  });
});

describe("parseRecord", () => {
  it("reads the extended permission and its neighbours", () => {
    const record = avc(
      'avc:  denied  { ioctl } for  pid=7 comm="ls" path="/dev/null" dev="devtmpfs" ino=4 ioctlcmd=0x5401 scontext=u:r:a_t:s0-s0:c0.c3 tcontext=u:object_r:b_t:s0 tclass=chr_file permissive=0',
    );
    expect([record.denied, record.permissions, fieldOf(record, "ioctlcmd")]).toEqual([
      true,
      ["ioctl"],
      "0x5401",
    ]);
    expect(fieldOf(record, "scontext")).toBe("u:r:a_t:s0-s0:c0.c3");
  });

  it("decodes unsafe strings and writes them back", () => {
    const line = "avc:  granted  { read } for  pid=7 comm=612062 name=C3A9 scontext=a tcontext=b tclass=file";
    const record = avc(line);
    expect([record.denied, fieldOf(record, "comm"), fieldOf(record, "name")]).toEqual([false, "a b", "Ã©"]);
    expect(printMessage(record)).toBe(line);
  });

  it("knows unnamed bits and records without bits", () => {
    expect(avc("avc:  denied  { read 0x40000 } for  pid=1 scontext=a tcontext=b tclass=x").unnamed).toBe(
      0x40000,
    );
    const none = avc("avc:  denied  null for  pid=1 scontext=a tcontext=b tclass=x");
    expect([none.permissions, printMessage(none)]).toEqual([
      [],
      "avc:  denied  null for  pid=1 scontext=a tcontext=b tclass=x",
    ]);
  });

  it("reads what object managers report", () => {
    const line =
      "type=USER_AVC msg=audit(1700000000.123:42): pid=1 uid=0 auid=4294967295 ses=4294967295 subj=system_u:system_r:init_t:s0 msg='avc:  denied  { send_msg } for  msgtype=method_call scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=dbus permissive=0 exe=\"/usr/bin/dbus-daemon\" sauid=81 hostname=? addr=? terminal=?'";
    const record = avc(line);
    expect([record.type, fieldOf(record, "tclass"), record.outer[0]?.value]).toEqual([
      "USER_AVC",
      "dbus",
      "1",
    ]);
    expect(printAuditd(record)).toBe(line);
  });

  it("reads errors of the security server", () => {
    const line =
      "type=SELINUX_ERR msg=audit(1700000000.123:43): op=security_compute_av reason=bounds scontext=u:r:a_t:s0 tcontext=u:r:b_t:s0 tclass=file perms=read,write";
    const record = parseRecord(line) as AuditRecord;
    expect([record.kind, fieldOf(record, "op"), fieldOf(record, "perms")]).toEqual([
      "plain",
      "security_compute_av",
      "read,write",
    ]);
    expect(printAuditd(record)).toBe(line);
  });

  it("reads the kernel log behind any prefix, and bracketed values", () => {
    const record = avc(
      'Nov 23 21:24:00 host kernel: [   3.1] audit: type=1400 audit(1700000000.123:44): avc:  denied  { create } for  pid=9 comm="x" anonclass=[io_uring] scontext=a tcontext=b tclass=anon_inode permissive=1',
    );
    expect([record.stamp, fieldOf(record, "anonclass")]).toEqual([
      { time: "1700000000.123", serial: 44 },
      "io_uring",
    ]);
    expect(printMessage(record)).toContain(" anonclass=[io_uring] ");
  });

  it.each(["", "type=", "hello avc world", "avc: denied"])("refuses %j", (text) => {
    expect(parseRecord(text)).toBeUndefined();
  });
});

it("quotes what is safe and hexes the rest", () => {
  expect(["ls", "a b", 'a"b', "\x7f"].map((text) => untrustedField("comm", text).form)).toEqual([
    "quoted",
    "hex",
    "hex",
    "hex",
  ]);
});
