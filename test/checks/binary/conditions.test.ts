/**
 * Every condition of the readers and of the kernel's load: a file that has it and a twin that has not, told at its byte.
 * Where checkpolicy is installed it reads both (`-b`); libsepol's validation of rules and capabilities is younger than
 * Debian's. setfiles judges lists of contexts.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkBinary } from "../../../server/checks/binary/binary.ts";
import { invalidContexts } from "../../../server/checks/binary/contextList.ts";
import { BINARY_ROWS } from "../../../server/checks/catalogue/binary.data.ts";
import type { Severity } from "../../../server/compiler/face.ts";
import { NEWEST_KERNEL } from "../../../server/kernel/version.ts";
import { HANDLE_UNKNOWN_REJECT, type PolicyDb } from "../../../server/policydb/policydb.ts";
import { describeWithOracle } from "../../support/oracles.ts";
import { binary, nameAt, type Parts, sectionAt, withWord } from "./policy.ts";

interface Twins {
  readonly code: string;
  readonly severity: Severity;
  readonly failing: Parts;
  readonly corrected?: Parts;
  /** where it is told: a byte, or a section */
  readonly at: number | string | ((bytes: Uint8Array) => number);
  readonly message: RegExp;
  readonly kernel?: string;
  /** what the libsepol of Debian's checkpolicy does with the failing file */
  readonly libsepol: "refuses" | "reads";
}

const sound = binary();
const spoilt = (spoil: (bytes: Uint8Array) => Uint8Array): Parts => ({ spoil });
const changed = (change: (db: PolicyDb) => void): Parts => ({ change });
const old = (bytes: Uint8Array): Uint8Array => withWord(withWord(bytes, 16, 29), 28, 7);
const classOf = (db: PolicyDb, name: string) => {
  const datum = db.classes.get(name);
  if (datum === undefined) throw new Error(`no class ${name}`);
  return datum;
};

const TWINS: readonly Twins[] = [
  {
    code: "bin-magic",
    severity: "error",
    failing: spoilt((bytes) => withWord(bytes, 0, 0xf97cff8d)),
    at: 0,
    message: /policy module/,
    libsepol: "refuses",
  },
  {
    code: "bin-string",
    severity: "error",
    failing: spoilt((bytes) => withWord(bytes, 4, 9)),
    at: 4,
    message: /identifier of 9 bytes/,
    libsepol: "refuses",
  },
  {
    code: "bin-version",
    severity: "error",
    failing: spoilt((bytes) => withWord(bytes, 16, 14)),
    at: 16,
    message: /version 14/,
    libsepol: "refuses",
  },
  {
    code: "bin-version",
    severity: "warning",
    failing: spoilt((bytes) => withWord(bytes, 16, 99)),
    at: 16,
    message: /version 99/,
    libsepol: "refuses",
  },
  {
    code: "bin-version",
    severity: "error",
    failing: { version: 35 },
    corrected: { version: 33 },
    at: 16,
    message: /Linux 6\.1 reads policy versions up to 33, and this is version 35/,
    kernel: "6.1",
    libsepol: "refuses",
  },
  {
    code: "bin-tables",
    severity: "error",
    failing: spoilt((bytes) => withWord(bytes, 24, 9)),
    at: 24,
    message: /9 symbol tables, expected 8/,
    libsepol: "refuses",
  },
  {
    code: "bin-trunc",
    severity: "error",
    failing: spoilt((bytes) => bytes.subarray(0, bytes.length - 5)),
    // The last map has a head of 12 bytes and a node of as many; its count of nodes is what does not fit.
    at: (bytes) => bytes.length - (24 - 5) + 8,
    message: /1 nodes of the bitmap .* announced, but only 7 bytes follow/,
    libsepol: "refuses",
  },
  {
    code: "bin-trailing",
    severity: "warning",
    failing: spoilt((bytes) => Uint8Array.from([...bytes, 1, 2])),
    at: (bytes) => bytes.length - 2,
    message: /2 bytes follow the policy/,
    libsepol: "reads",
  },
  {
    code: "bin-avtab-order",
    severity: "error",
    failing: spoilt((bytes) => withWord(bytes, sectionAt(sound, "avtab"), 0)),
    at: "avtab",
    message: /the table of rules is empty/,
    libsepol: "refuses",
  },
  {
    code: "bin-avtab-xperm",
    severity: "error",
    failing: spoilt(old),
    at: (bytes) => xpermRuleAt(bytes),
    message: /version 29, which has none before 30/,
    libsepol: "refuses",
  },
  {
    code: "bin-ctx",
    severity: "error",
    failing: changed((db) => {
      const { initialSids } = db.ocontexts;
      const [first, ...others] = initialSids;
      if (first === undefined) throw new Error("no initial SID");
      const context = { ...first.context, role: db.roles.valueOf("other") };
      Object.assign(db.ocontexts, { initialSids: [{ ...first, context }, ...others] });
    }),
    at: () => sectionAt(sound, "initial SIDs") + 8,
    message: /initial SID security is not valid: user u is not authorized for role other/,
    libsepol: "refuses",
  },
  {
    code: "bin-role-object",
    severity: "error",
    failing: spoilt((bytes) => withWord(bytes, objectRole(bytes) - 8, 2)),
    at: (bytes) => objectRole(bytes) - 8,
    message: /role object_r has value 2, expected 1/,
    libsepol: "refuses",
  },
  {
    code: "bin-genfs-dup",
    severity: "error",
    failing: changed((db) => {
      const [proc] = db.genfs;
      if (proc === undefined) throw new Error("no genfs");
      Object.assign(db, { genfs: [{ ...proc, entries: [...proc.entries, ...proc.entries] }] });
    }),
    at: (bytes) => nameAt(bytes, "/sys", sectionAt(sound, "genfs") + 40) - 4,
    message: /genfs entry \/sys of proc stands twice/,
    libsepol: "refuses",
  },
  {
    code: "bin-validate-sym",
    severity: "error",
    failing: changed((db) => {
      const user = db.users.get("u");
      if (user !== undefined) Object.assign(user, { bounds: 9 });
    }),
    at: (bytes) => bytes.length,
    message: /user u is bounded by 9, which the policy does not define/,
    libsepol: "refuses",
  },
  {
    code: "bin-validate-av",
    severity: "error",
    failing: changed((db) => {
      db.avtab.data[allowRule(db)] = 0;
    }),
    at: () => sectionAt(sound, "avtab") + 4,
    message: /rule for a_t f_t : file has no permission of the class: 0x0; libsepol refuses that since 3\.6/,
    libsepol: "reads",
  },
  {
    code: "bin-validate-constr",
    severity: "error",
    failing: changed((db) => {
      const file = classOf(db, "file");
      file.constraints = file.constraints.map((one) => ({
        ...one,
        expr: one.expr.map((node) => ({ ...node, op: 7 })),
      }));
    }),
    at: (bytes) => firstConstraint(bytes),
    message: /constraints: constraint of class file has operator 7/,
    libsepol: "refuses",
  },
  {
    code: "bin-validate-cond",
    severity: "error",
    failing: changed((db) => {
      db.conditionals[0] = { expr: [{ op: 1, bool: 9 }], state: 0 };
    }),
    at: () => sectionAt(sound, "conditionals") + 16,
    message: /boolean 9, which the policy does not define/,
    libsepol: "refuses",
  },
  {
    code: "bin-validate-ocon",
    severity: "error",
    failing: changed((db) => {
      const ports = db.ocontexts.ports.map((port) => ({ ...port, low: 81 }));
      Object.assign(db.ocontexts, { ports });
    }),
    at: () => sectionAt(sound, "port contexts") + 8,
    message: /ports 81 to 80/,
    libsepol: "reads",
  },
  {
    code: "bin-validate-maps",
    severity: "error",
    failing: changed((db) => db.permissive.add(99)),
    at: "permissive types",
    message: /permissive types: type 99, which the policy does not define/,
    libsepol: "refuses",
  },
  {
    code: "bin-validate-maps",
    severity: "error",
    failing: changed((db) => db.polcaps.add(40)),
    at: "policy capabilities",
    message: /policy capability 40 is unknown; libsepol refuses/,
    libsepol: "reads",
  },
  {
    code: "kern-undef-class",
    severity: "information",
    failing: { without: ["io_uring"] },
    at: "classes",
    message: /does not define class io_uring of Linux/,
    libsepol: "reads",
  },
  {
    code: "kern-reject",
    severity: "error",
    failing: { without: ["io_uring"], change: reject },
    corrected: { change: reject },
    at: "classes",
    message: /class io_uring of Linux .*, and says/,
    kernel: NEWEST_KERNEL,
    libsepol: "reads",
  },
  {
    code: "kern-compute-sid",
    severity: "information",
    failing: {
      rules: "type n_t, domain; type e_t; type_transition a_t e_t:process n_t; allow a_t e_t:file execute;",
    },
    corrected: {
      rules:
        "type n_t, domain; type e_t; type_transition a_t e_t:process n_t; allow a_t e_t:file execute; role r types n_t;",
    },
    at: "avtab",
    message: /when a_t runs e_t, the new context is invalid: no role of it \(other, r\) may have n_t/,
    libsepol: "reads",
  },
  {
    code: "kern-validatetrans",
    severity: "warning",
    failing: {
      constraints: "validatetrans file ( t3 == b_t );",
      rules: "allow a_t f_t:file relabelfrom; allow a_t g_t:file relabelto;",
    },
    corrected: {
      constraints: "validatetrans file ( t3 == { a_t b_t } );",
      rules: "allow a_t f_t:file relabelfrom; allow a_t g_t:file relabelto;",
    },
    at: "classes",
    message: /a_t may relabel file, and a validatetrans rule refuses every change/,
    libsepol: "reads",
  },
  {
    code: "kern-bounds",
    severity: "warning",
    failing: changed((db) => {
      const child = db.types.get("b_t");
      if (child !== undefined) Object.assign(child, { bounds: db.types.valueOf("a_t") });
    }),
    at: "conditionals",
    message: /the rules allow b_t f_t:file \{ write \}, and the bounds take it away: a_t/,
    libsepol: "reads",
  },
  {
    code: "kern-class",
    severity: "information",
    failing: changed((db) => moveLastClass(db)),
    at: "classes",
    message: /no class has number \d+: who asks/,
    libsepol: "reads",
  },
];

function reject(db: PolicyDb): void {
  Object.assign(db, { handleUnknown: HANDLE_UNKNOWN_REJECT });
}

function allowRule({ avtab, types }: PolicyDb): number {
  for (let entry = 0; entry < avtab.length; entry++)
    if (avtab.specified[entry] === 1 && avtab.source(entry) === types.valueOf("a_t")) return entry;
  throw new Error("no rule");
}

/** The class of the highest number gets the next one. */
function moveLastClass(db: PolicyDb): void {
  const last = db.classes.at(db.classes.nprim);
  if (last === undefined) throw new Error("no class");
  db.classes.byValue[last.value] = undefined;
  Object.assign(last, { value: last.value + 1 });
  db.classes.set(last);
}

function objectRole(bytes: Uint8Array): number {
  return nameAt(bytes, "object_r", sectionAt(sound, "roles"));
}

/** The first rule of the file with an extended permission kind. */
function xpermRuleAt(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = sectionAt(sound, "avtab") + 4; at < bytes.length; at += 12)
    if ((view.getUint16(at + 6, true) & 0x0f00) !== 0) return at;
  throw new Error("no rule");
}

/** The operator of the first node of a constraint: only class file has one. */
function firstConstraint(bytes: Uint8Array): number {
  const found = checkBinary(bytes).findings[0];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = found?.offset ?? 0;
  expect(view.getUint32(at, true)).toBe(7);
  return at;
}

describe.each(TWINS)("$code", ({ code, severity, failing, corrected = {}, at, message, kernel }) => {
  it(`${message}`, () => {
    const bytes = binary(failing);
    const found = checkBinary(bytes, kernel).findings.filter((one) => one.code === code);
    const offset = typeof at === "number" ? at : typeof at === "string" ? sectionAt(bytes, at) : at(bytes);
    expect(found.map((one) => ({ ...one, message: message.test(one.message) || one.message }))).toEqual([
      { code, severity, offset, message: true },
    ]);
    const left = checkBinary(binary(corrected), kernel).findings;
    // An old kernel has classes that newer ones, which the policy is made for, have no more.
    expect(left.filter((one) => one.code !== "kern-undef-class" || kernel === undefined)).toEqual([]);
  });
});

describe("the rows", () => {
  it("all have twins", () => {
    const shown = new Set([...TWINS.map(({ code }) => code), "kern-invalid-ctx"]);
    expect(BINARY_ROWS.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });
});

const LIST =
  "# files\n/a(/.*)?\tu:object_r:f_t\n/b\t--\tu:object_r:none_t\n/c\t<<none>>\n\n/d\tu:object_r:g_t\n";

describe("kern-invalid-ctx", () => {
  it("tells the contexts of a list that the policy does not have, and no other", () => {
    const { policy } = checkBinary(sound);
    if (policy === undefined) throw new Error("not read");
    const [found, ...others] = invalidContexts(policy, LIST);
    expect(others).toEqual([]);
    expect(LIST.slice(found?.start, found?.end)).toBe("u:object_r:none_t");
    expect(invalidContexts(policy, LIST.replace("none_t", "g_t"))).toEqual([]);
  });
});

describeWithOracle("libsepol", ["checkpolicy"], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-binary-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const reads = (parts: Parts): "refuses" | "reads" => {
    writeFileSync(join(scratch, "policy"), binary(parts));
    const { status } = spawnSync("checkpolicy", ["-b", "policy", "-o", "out"], { cwd: scratch });
    return status === 0 ? "reads" : "refuses";
  };

  it("agrees about each file", () => {
    const said = TWINS.map((one) => [one.code, reads(one.failing), reads(one.corrected ?? {})]);
    expect(said).toEqual(TWINS.map(({ code, libsepol }) => [code, libsepol, "reads"]));
  });
});

describeWithOracle("setfiles", ["setfiles"], () => {
  const scratch = mkdtempSync(join(tmpdir(), "sels-contexts-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const accepts = (list: string): boolean => {
    writeFileSync(join(scratch, "policy"), sound);
    writeFileSync(join(scratch, "file_contexts"), list);
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    return spawnSync("setfiles", ["-c", "policy", "file_contexts"], { cwd: scratch, env }).status === 0;
  };

  it("agrees about a list of contexts", () => {
    expect([accepts(LIST), accepts(LIST.replace("none_t", "g_t"))]).toEqual([false, true]);
  });
});
