/** A small kernel binary that a kernel loads without a remark, and ways to spoil it. */
import { canonicalPolicy } from "../../../server/compiler/canonical.ts";
import { classesOf } from "../../../server/kernel/classes.ts";
import { NEWEST_KERNEL } from "../../../server/kernel/version.ts";
import { readPolicy } from "../../../server/policydb/binary/read.ts";
import { writePolicy } from "../../../server/policydb/binary/write.ts";
import type { PolicyDb } from "../../../server/policydb/policydb.ts";
import { buildOptions } from "../../../server/workspace/buildOptions.ts";
import { compile, createWords, parseSource } from "../../../server/workspace/engine.ts";

export interface Parts {
  /** classes of the kernel that are left out */
  readonly without?: readonly string[];
  /** more lines of constraints, and of rules */
  readonly constraints?: string;
  readonly rules?: string;
  readonly version?: number;
  /** changes the policy before it is written */
  readonly change?: (db: PolicyDb) => void;
  /** changes the file */
  readonly spoil?: (bytes: Uint8Array) => Uint8Array;
}

/** The bytes of a policy with every class of the newest kernel. */
export function binary({
  without = [],
  constraints = "",
  rules = "",
  version = 33,
  change,
  spoil,
}: Parts = {}): Uint8Array {
  const classes = classesOf(NEWEST_KERNEL).filter(({ name }) => !without.includes(name));
  const text = [
    ...classes.map(({ name }) => `class ${name}`),
    "sid kernel",
    "sid unlabeled",
    ...classes.map(({ name, permissions }) => `class ${name} { ${permissions.join(" ")} }`),
    "attribute domain;",
    "type a_t, domain;",
    "type b_t, domain;",
    "type f_t;",
    "type g_t;",
    "bool flag false;",
    "allow a_t f_t:file { read execute };",
    "allow a_t f_t:file ioctl;",
    "allowxperm a_t f_t:file ioctl 0x1234;",
    "type_transition a_t f_t:process b_t;",
    "if (flag) { allow b_t f_t:file write; }",
    rules,
    "role r;",
    "role other;",
    "role r types { a_t b_t };",
    "role other types { a_t b_t };",
    "user u roles r;",
    "constrain file { relabelfrom } ( t1 != t2 or u1 == u2 );",
    constraints,
    "sid kernel u:r:a_t",
    "sid unlabeled u:r:b_t",
    "genfscon proc / u:object_r:f_t",
    "genfscon proc /sys u:object_r:g_t",
    "portcon tcp 80 u:object_r:f_t",
  ].join("\n");
  const words = createWords();
  const tree = parseSource(`${text}\n`, "conf", words);
  const options = buildOptions(new Map(), "monolithic", new Map(), new Map());
  const source = { id: 0, path: "/policy.conf", role: "conf", module: "", enabled: true, tree } as const;
  const compiled = compile([source], options, words);
  const errors = [...compiled.findings().values()].flat().filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const db = canonicalPolicy(compiled);
  change?.(db);
  const { bytes } = writePolicy(db, { version });
  return spoil === undefined ? bytes : spoil(bytes);
}

/** With another word at an offset. */
export function withWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

/** Where a section begins. */
export function sectionAt(bytes: Uint8Array, section: string): number {
  const at = readPolicy(bytes).starts.get(section);
  if (at === undefined) throw new Error(`no section ${section}`);
  return at;
}

/** Where a name first stands behind a place. */
export function nameAt(bytes: Uint8Array, name: string, from: number): number {
  return Buffer.from(bytes).indexOf(name, from);
}
