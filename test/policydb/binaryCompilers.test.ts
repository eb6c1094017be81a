// Policies compiled on the spot by checkpolicy (every version that it writes) and secilc: reading and writing gives
// the compiler's bytes again, for checkpolicy also without the layout.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPolicy } from "../../server/policydb/binary/read.ts";
import { writePolicy } from "../../server/policydb/binary/write.ts";
import { describeWithOracle } from "../support/oracles.ts";

/**
 * What every version from 20 can say, and what needs newer ones. `mls` adds levels and ranges; `transitions` are
 * those of roles and ranges.
 */
function policyConf(version: number, mls: boolean, transitions = true): string {
  const level = mls ? ":s0" : "";
  const since = (first: number, text: string): string => (version >= first ? text : "");
  return `
class file
class process
class dir
class filesystem
sid kernel
sid unlabeled
common file { read write getattr ioctl }
class file inherits file { execute entrypoint }
class dir inherits file { search add_name }
class process { transition dyntransition sigchld fork }
class filesystem { associate mount }
${since(27, "default_user dir source;\ndefault_role file target;")}
${since(28, "default_type file source;")}
${since(32, mls ? "default_range file glblub;" : "")}
${mls ? "sensitivity s0 alias lowest;\nsensitivity s1;\ndominance { s0 s1 }\ncategory c0;\ncategory c1 alias secret;\ncategory c2;\nlevel s0:c0.c2;\nlevel s1:c0,c1;\nmlsconstrain file { read } (l1 dom l2 or h1 domby h2);" : ""}
${since(22, "policycap open_perms;\npolicycap network_peer_controls;")}
attribute domain;
attribute trusted;
attribute_role people;
type kernel_t, domain, trusted;
type user_t, domain;
type other_t, domain;
type file_t alias { old_file_t older_file_t };
type log_t;
type init_exec_t;
${since(23, "permissive other_t;")}
${since(24, "typebounds kernel_t other_t;")}
role system_r;
role user_r;
role system_r types { kernel_t other_t };
role user_r types { user_t domain };
roleattribute user_r people;
bool one true;
bool two false;
bool three false;
allow domain file_t:file { read write getattr };
allow domain self:process { fork sigchld };
allow kernel_t other_t:process transition;
allow kernel_t log_t:dir search;
auditallow user_t log_t:dir search;
dontaudit user_t file_t:file { write execute };
type_transition user_t init_exec_t:process other_t;
type_change user_t file_t:file log_t;
type_member user_t file_t:dir log_t;
${since(25, 'type_transition kernel_t file_t:file log_t "audit.log";\ntype_transition user_t file_t:file log_t "audit.log";\ntype_transition other_t file_t:file init_exec_t "audit.log";\ntype_transition user_t file_t:dir log_t "cache";')}
${since(30, "allow domain file_t:file ioctl;\nallowxperm domain file_t:file ioctl { 0x5401-0x5420 0x8900-0x8bff 0x1234 };\ndontauditxperm user_t file_t:file ioctl 0x7000;")}
if (one) { allow user_t log_t:file { read write }; } else { allow user_t log_t:file read; dontaudit user_t log_t:file write; }
if ((one && !two) || (two == three) ^ one) { allow other_t log_t:dir search; type_transition other_t log_t:file file_t; } else { type_transition other_t log_t:file init_exec_t; }
${transitions ? "role_transition system_r init_exec_t user_r;" : ""}
${since(transitions ? 26 : 99, "role_transition system_r file_t:file user_r;")}
allow system_r user_r;
allow user_r system_r;
${mls && transitions ? "range_transition user_t init_exec_t:process s0 - s1:c0;" : ""}
${mls && transitions && version >= 21 ? "range_transition user_t file_t:file s1:c1;" : ""}
user system_u roles { system_r user_r }${mls ? " level s0 range s0 - s1:c0,c1" : ""};
user joe_u roles user_r${mls ? " level s0 range s0 - s1:c0" : ""};
constrain process transition (u1 == u2 or t1 == trusted and not r2 != { user_r system_r });
constrain file { read write } (t1 == { domain log_t } or r1 dom r2);
validatetrans file (t3 == trusted or u1 == u2);
sid kernel system_u:system_r:kernel_t${level}
sid unlabeled system_u:object_r:file_t${level}
fs_use_xattr ext4 system_u:object_r:file_t${level};
fs_use_task pipefs system_u:object_r:file_t${level};
fs_use_trans tmpfs system_u:object_r:file_t${level};
genfscon proc / system_u:object_r:file_t${level}
genfscon proc /sys/kernel system_u:object_r:log_t${level}
genfscon proc /sys -d system_u:object_r:log_t${level}
genfscon rootfs / system_u:object_r:file_t${level}
portcon tcp 80 system_u:object_r:file_t${level}
portcon udp 1024-2048 system_u:object_r:log_t${level}
netifcon eth0 system_u:object_r:file_t${level} system_u:object_r:log_t${level}
nodecon 10.0.0.0 255.0.0.0 system_u:object_r:file_t${level}
nodecon 2001:db8:: ffff:ffff:: system_u:object_r:file_t${level}
${since(31, `ibpkeycon fe80:: 0x8000-0xffff system_u:object_r:file_t${level}\nibendportcon mlx5_0 1 system_u:object_r:file_t${level}`)}
`;
}

const CIL = `
(handleunknown allow) (mls true)
(class file (read write ioctl)) (class process (transition)) (classorder (file process))
(sid kernel) (sidorder (kernel)) (sidcontext kernel (u r t ((s) (s (c0)))))
(sensitivity s) (sensitivityorder (s)) (category c0) (category c1) (categoryorder (c0 c1))
(sensitivitycategory s (range c0 c1)) (categoryalias ca) (categoryaliasactual ca c1)
(user u) (userrole u r) (userlevel u (s)) (userrange u ((s) (s (c0 c1)))) (role r) (roletype r t)
(type t) (type b) (roletype r b) (typeattribute a) (typeattributeset a (t b)) (typealias ta) (typealiasactual ta t)
(role object_r) (userrole u object_r) (roletype object_r t) (allow t a (file (read write))) (typetransition t b file "n" t)
(boolean on true) (booleanif on (true (allow b t (file (read)))) (false (allow b t (file (write)))))
(allowx t b (ioctl file (range 0x1000 0x10ff))) (typepermissive b) (policycap open_perms)
(genfscon proc "/b/longer" (u object_r t ((s) (s)))) (genfscon proc "/" (u object_r t ((s) (s))))
(roletransition r b process r) (rangetransition t b process ((s) (s (c1))))
`;

/** Runs a compiler on a text in a folder of its own. */
function compile(
  program: string,
  args: (output: string) => string[],
  text: string,
  name: string,
): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "sels-binary-"));
  try {
    const source = join(folder, name);
    const output = join(folder, "policy");
    writeFileSync(source, text);
    execFileSync(program, [...args(output), source], { stdio: ["ignore", "ignore", "pipe"], cwd: folder });
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectSameBytes(bytes: Uint8Array, version: number, withoutLayout: boolean): void {
  const { policy, layout, errors, warnings } = readPolicy(bytes);
  expect([errors, warnings]).toEqual([[], []]);
  if (policy === undefined) return;
  expect(policy.version).toBe(version);
  expect(Buffer.compare(writePolicy(policy, { version, layout }).bytes, bytes)).toBe(0);
  if (withoutLayout) expect(Buffer.compare(writePolicy(policy, { version }).bytes, bytes)).toBe(0);
}

const VERSIONS = Array.from({ length: 14 }, (_, i) => 20 + i);

describeWithOracle("policies of checkpolicy", ["checkpolicy"], () => {
  it.each(VERSIONS)("version %i", (version) => {
    for (const mls of [false, true]) {
      const args = (output: string) => [...(mls ? ["-M"] : []), "-c", `${version}`, "-o", output];
      const bytes = compile("checkpolicy", args, policyConf(version, mls), "policy.conf");
      expectSameBytes(bytes, version, true);
    }
  });

  it.each([15, 16, 17, 18, 19])("version %i is read", (version) => {
    const bytes = compile(
      "checkpolicy",
      (output) => [...(version >= 19 ? ["-M"] : []), "-c", `${version}`, "-o", output],
      policyConf(version, version >= 19),
      "policy.conf",
    );
    const { policy, errors } = readPolicy(bytes);
    expect(errors).toEqual([]);
    expect(policy?.types.get("file_t")?.isAttribute).toBe(false);
    expect(policy?.avtab.count).toBeGreaterThan(10);
    expect(policy?.conditionals.length).toBe(version >= 16 ? 2 : 0);
  });

  // Without role and range transitions: checkpolicy 3.4 leaves out even those of class process, which old versions
  // can express; the writer keeps them.
  it("down-converts as checkpolicy does", () => {
    const text = policyConf(29, true, false);
    const compiled = (version: number) =>
      compile("checkpolicy", (output) => ["-M", "-c", `${version}`, "-o", output], text, "policy.conf");
    const newest = readPolicy(compiled(29)).policy;
    if (newest === undefined) throw new Error("version 29 is not readable");
    for (const version of VERSIONS.filter((v) => v < 29)) {
      const ours = writePolicy(newest, { version }).bytes;
      expect([version, Buffer.compare(ours, compiled(version))]).toEqual([version, 0]);
    }
  });

  it("keeps the transitions of class process in version 20", () => {
    const args = (output: string) => ["-M", "-c", "29", "-o", output];
    const { policy } = readPolicy(compile("checkpolicy", args, policyConf(29, true), "policy.conf"));
    if (policy === undefined) throw new Error("version 29 is not readable");
    const old = readPolicy(writePolicy(policy, { version: 20 }).bytes).policy;
    expect([policy.roleTransitions.length, old?.roleTransitions.length]).toEqual([2, 1]);
    expect([policy.rangeTransitions.length, old?.rangeTransitions.length]).toEqual([2, 1]);
  });
});

describeWithOracle("policies of secilc", ["secilc"], () => {
  it.each(VERSIONS.filter((version) => version >= 30))("version %i", (version) => {
    const args = (output: string) => ["-c", `${version}`, "-o", output, "-f", "/dev/null"];
    expectSameBytes(compile("secilc", args, CIL, "policy.cil"), version, false);
  });
});
