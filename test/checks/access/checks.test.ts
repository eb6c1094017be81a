/**
 * Checks of access: for each what it finds, with the text that it blames, and a twin without the mistake. The compiler
 * must accept both: a rule that is refused grants nothing to anybody.
 */
import { describe, expect, it } from "vitest";
import { ACCESS_CHECKS } from "../../../server/checks/access/index.ts";
import { parseSettings } from "../../../server/checks/control/settings.ts";
import type { Options } from "../selint/harness.ts";
import { findingsIn, load } from "./policy.ts";

interface Case {
  readonly id: string;
  readonly bad: string;
  /** the text that the finding blames; the whole of `bad` by default */
  readonly at?: string;
  readonly good: string;
  /** a part of the message */
  readonly says?: string;
  readonly others?: Readonly<Record<string, string>>;
  readonly options?: Options;
}

const OTHER = {
  "own.te": "policy_module(own, 1.0)\ntype own_t;\nallow foo_t file_t:file read;\ngen_bool(own_bool,false)\n",
  "own.if":
    "interface(`own_read',`\n\tallow $1 file_t:file read;\n')\ninterface(`own_run',`\n\tallow $1 foo_exec_t:file execute;\n\tallow $1 bar_t:process transition;\n\ttype_transition $1 foo_exec_t:process bar_t;\n')\n",
};
const ALL_OF_A_TRANSITION =
  "allow foo_t foo_exec_t:file execute;\nallow bar_t foo_exec_t:file entrypoint;\nallow foo_t bar_t:process transition;\nrole system_r types bar_t;\n";
const TRANSITION = "type_transition foo_t foo_exec_t:process bar_t;";

const CASES: readonly Case[] = [
  {
    id: "redundant-allow",
    bad: "allow foo_t file_t:file { read write };\nallow foo_t file_t:file read;",
    at: "allow foo_t file_t:file read;",
    good: "allow foo_t file_t:file read;\nallow foo_t file_t:file write;",
  },
  {
    id: "redundant-allow",
    bad: "allow foo_t file_t:file read;\nallow foo_t foo_files:file { read getattr };",
    at: "allow foo_t file_t:file read;",
    says: "foo_t foo_files:file",
    good: "allow foo_t file_t:file read;\nallow foo_t foo_files:file getattr;",
  },
  // The attribute's rule is in the module that declares it, and the type has it without an optional block.
  {
    id: "redundant-allow",
    bad: "allow foo_t self:process fork;",
    good: "allow bar_t self:process fork;\noptional_policy(`\n\tkernel_domain(bar_t)\n')",
  },
  {
    id: "redundant-allow",
    bad: "kernel_file(file_t)\nallow foo_t file_t:file getattr;",
    at: "allow foo_t file_t:file getattr;",
    good: "ifdef(`x',`kernel_file(file_t)',`kernel_file(file_t)')\nallow foo_t file_t:file getattr;",
  },
  {
    id: "redundant-allow",
    bad: "own_read(foo_t)\nallow foo_t file_t:file read;",
    at: "allow foo_t file_t:file read;",
    good: "optional_policy(`\n\town_read(foo_t)\n')\nallow foo_t file_t:file read;",
    others: OTHER,
  },
  {
    id: "redundant-allow",
    bad: "gen_bool(foo_on,false)\nallow foo_t file_t:file read;\nif (foo_on) {\n\tallow foo_t file_t:file read;\n\tallow foo_t file_t:file write;\n}",
    at: "allow foo_t file_t:file read;",
    good: "gen_bool(foo_on,false)\nif (foo_on) {\n\tallow foo_t file_t:file read;\n} else {\n\tallow foo_t file_t:file read;\n\tallow foo_t file_t:file write;\n}\nallow bar_t file_t:file read;",
  },
  {
    id: "redundant-allow",
    bad: "optional_policy(`\n\town_read(foo_t)\n\tallow foo_t file_t:file read;\n')",
    at: "allow foo_t file_t:file read;",
    good: "optional_policy(`\n\town_read(foo_t)\n')\noptional_policy(`\n\tallow foo_t file_t:file read;\n')",
    others: OTHER,
  },
  {
    id: "allow-never-satisfied",
    bad: "allow foo_t self:process setcurrent;",
    says: "setcurrent on foo_t:process",
    good: "typeattribute foo_t can_setcurrent;\nallow foo_t self:process setcurrent;",
  },
  {
    id: "allow-never-satisfied",
    bad: "allow domain kernel_t:dbus { send_msg acquire_svc };",
    says: ": send_msg on kernel_t:dbus",
    good: "allow foo_t file_t:file create;\nallow foo_t domain:dbus send_msg;\nallow foo_t bar_t:dbus send_msg;",
  },
  {
    id: "allow-incomplete",
    bad: "allow foo_t file_t:dir { add_name search };",
    says: "nothing allows foo_t file_t:dir write",
    good: "allow foo_t file_t:dir { add_name search };\nallow foo_t foo_files:dir write;",
  },
  // Which members of an attribute have the rest is not asked.
  {
    id: "allow-incomplete",
    bad: "allow foo_t foo_exec_t:file execute_no_trans;\nallow foo_t foo_exec_t:file { map read };",
    at: "allow foo_t foo_exec_t:file execute_no_trans;",
    says: "foo_exec_t:file execute;",
    good: "allow domain foo_exec_t:file execute_no_trans;\nallow foo_t foo_files:file execute_no_trans;",
  },
  // With the capability the kernel asks for open too, and a file is opened for something.
  {
    id: "allow-incomplete",
    bad: "policycap open_perms;\nallow bar_t foo_exec_t:file { execute execute_no_trans map read };",
    at: "allow bar_t foo_exec_t:file { execute execute_no_trans map read };",
    says: "foo_exec_t:file open;",
    good: "policycap open_perms;\nallow bar_t foo_exec_t:file { execute execute_no_trans map open read };",
  },
  {
    id: "allow-incomplete",
    bad: "policycap open_perms;\nallow foo_t file_t:file { open setattr };",
    at: "allow foo_t file_t:file { open setattr };",
    says: "read or write or append",
    good: "policycap open_perms;\nallow foo_t file_t:file { append open };",
  },
  {
    id: "allow-incomplete",
    bad: "allow foo_t bar_t:process dyntransition;",
    says: "foo_t self:process setcurrent",
    good: "allow foo_t bar_t:process dyntransition;\nallow foo_t self:process { dyntransition setcurrent };\nallow bar_t self:process dyntransition;",
  },
  {
    id: "allow-incomplete",
    bad: "allow foo_t bar_t:tcp_socket name_connect;",
    says: "foo_t self:tcp_socket connect",
    good: "allow foo_t bar_t:tcp_socket name_connect;\nallow domain self:tcp_socket connect;",
  },
  {
    id: "allow-without-map",
    bad: "allow bar_t foo_exec_t:file { execute execute_no_trans open read };",
    says: "foo_exec_t:file map;",
    good: "allow bar_t foo_exec_t:file { execute execute_no_trans map open read };",
  },
  {
    id: "allow-without-open",
    bad: "policycap open_perms;\nallow foo_t file_t:file { getattr read };",
    at: "allow foo_t file_t:file { getattr read };",
    good: "policycap open_perms;\nallow foo_t file_t:file { getattr open read };\nallow foo_t self:file read;\nallow foo_t dev_t:chr_file read_inherited_chr_perms;",
    others: {
      "/p/policy/support/own.spt": "define(`read_inherited_chr_perms',`{ getattr read }')\n",
    },
  },
  {
    id: "allow-without-open",
    bad: "policycap open_perms;\nallow foo_t file_t:dir read;",
    at: "allow foo_t file_t:dir read;",
    good: "allow foo_t file_t:dir read;",
  },
  { id: "incomplete-transition", bad: TRANSITION, good: ALL_OF_A_TRANSITION + TRANSITION },
  {
    id: "incomplete-transition",
    bad: `role system_r types bar_t;\n${TRANSITION}`,
    at: TRANSITION,
    says: "allow foo_t foo_exec_t:file execute, allow bar_t foo_exec_t:file entrypoint, allow foo_t bar_t:process transition",
    good: `${ALL_OF_A_TRANSITION}type_transition foo_t foo_exec_t:process bar_t;`,
  },
  {
    id: "incomplete-transition",
    bad: "allow bar_t foo_exec_t:file entrypoint;\nrun_pattern(foo_t, foo_exec_t, bar_t)",
    at: "run_pattern(foo_t, foo_exec_t, bar_t)",
    says: "missing: a role of foo_t (system_r) that may have bar_t",
    good: "allow bar_t foo_exec_t:file entrypoint;\nrole system_r types bar_t;\nrun_pattern(foo_t, foo_exec_t, bar_t)",
  },
  {
    id: "incomplete-transition",
    bad: `allow bar_t foo_exec_t:file entrypoint;\nallow foo_t foo_exec_t:file execute;\nallow foo_t bar_t:process transition;\nrole user_r types bar_t;\nrole_transition system_r foo_exec_t:process user_r;\n${TRANSITION}`,
    at: TRANSITION,
    says: "role allow",
    good: `allow bar_t foo_exec_t:file entrypoint;\nallow foo_t foo_exec_t:file execute;\nallow foo_t bar_t:process transition;\nrole user_r types bar_t;\nrole_transition system_r foo_exec_t:process user_r;\nallow system_r user_r;\n${TRANSITION}`,
  },
  // A procedure of a data base is entered in user space.
  {
    id: "incomplete-transition",
    bad: TRANSITION,
    good: `allow bar_t foo_exec_t:db_procedure entrypoint;\n${TRANSITION}`,
  },
  {
    id: "incomplete-transition-call",
    bad: "role system_r types bar_t;\nown_run(foo_t)",
    at: "own_run(foo_t)",
    says: "allow bar_t foo_exec_t:file entrypoint",
    good: "role system_r types bar_t;\nallow bar_t foo_exec_t:file entrypoint;\nown_run(foo_t)",
    others: OTHER,
  },
  {
    id: "domain-incomplete",
    bad: "type new_t;\nkernel_domain(new_t)",
    at: "new_t",
    says: "new_t: no program is its entry point, no role has it, no domain may change into it",
    good: "type new_t;\ntype new_exec_t;\nkernel_domain(new_t)\ninit_daemon_domain(new_t, new_exec_t)",
  },
  // What acts is a domain, whatever its attributes.
  {
    id: "domain-incomplete",
    bad: "type new_t;\ntype new_exec_t;\nallow new_t self:process fork;\ndomain_entry_file(new_t, new_exec_t)\nallow kernel_t new_t:process transition;",
    at: "new_t",
    says: ": no role has it",
    good: "type new_t;\nkernel_domain(new_t)\nrole system_r types new_t;\nallow kernel_t new_t:process dyntransition;\ntype other_t;\nkernel_domain(other_t)\ntype_transition foo_t foo_exec_t:process other_t;",
  },
  // Whoever calls the interface gives the rest.
  {
    id: "domain-incomplete",
    bad: "type new_t;\ntype new_exec_t;\ndomain_entry_file(new_t, new_exec_t)\nrole system_r types new_t;",
    at: "new_t",
    says: ": no domain may change into it",
    good: "type offered_t;\ntype new_exec_t;\ndomain_entry_file(offered_t, new_exec_t)",
    others: { "foo.if": "interface(`foo_run',`\n\tallow $1 offered_t:process transition;\n')\n" },
  },
  {
    id: "file-type-incomplete",
    bad: "type new_conf_t;",
    at: "new_conf_t",
    good: "type new_conf_t;\nfiles_config_file(new_conf_t)",
    others: { "foo.fc": "/etc/new\t--\tgen_context(system_u:object_r:new_conf_t,s0)\n" },
  },
  {
    id: "file-type-incomplete",
    bad: "type new_t;\nallow foo_t new_t:file { create open write };",
    at: "new_t",
    good: "type new_t;\nallow foo_t new_t:file { open write };\nallow foo_t { new_t new_attr }:fifo_file create;\nattribute new_attr;",
  },
  // Who is in an attribute is not the caller's affair.
  {
    id: "incomplete-transition-call",
    bad: "allow bar_t foo_exec_t:file entrypoint;\nown_runs(bar_t)",
    at: "own_runs(bar_t)",
    says: "a role of foo_t (system_r) that may have bar_t",
    good: "allow bar_t foo_exec_t:file entrypoint;\nrole system_r types bar_t;\nown_runs(bar_t)",
    others: {
      "own.te": "policy_module(own, 1.0)\n",
      "own.if":
        "interface(`own_runs',`\n\tallow domain foo_exec_t:file execute;\n\tallow domain $1:process transition;\n\ttype_transition started foo_exec_t:process $1;\n')\n",
    },
  },
  {
    id: "xperm-audit-only",
    bad: "allow foo_t dev_t:chr_file ioctl;\nauditallowxperm foo_t dev_t:chr_file ioctl 0x5401;",
    at: "auditallowxperm foo_t dev_t:chr_file ioctl 0x5401;",
    good: "allow foo_t dev_t:chr_file ioctl;\nallowxperm foo_t dev_t:chr_file ioctl 0x5400-0x54ff;\nauditallowxperm foo_t dev_t:chr_file ioctl 0x5401;",
  },
  {
    id: "xperm-audit-only",
    bad: "allow domain dev_t:chr_file ioctl;\ndontauditxperm foo_t dev_t:chr_file ioctl 0x5401;",
    at: "dontauditxperm foo_t dev_t:chr_file ioctl 0x5401;",
    good: "allow domain dev_t:chr_file ioctl;\nallowxperm domain dev_t:chr_file ioctl 0x5402;\ndontauditxperm foo_t dev_t:chr_file ioctl 0x5401;",
  },
  {
    id: "xperm-other-kind",
    bad: "allow foo_t self:netlink_route_socket { ioctl nlmsg };\nallowxperm foo_t self:netlink_route_socket nlmsg 18;",
    at: "allowxperm foo_t self:netlink_route_socket nlmsg 18;",
    good: "allow foo_t self:netlink_route_socket nlmsg;\nallowxperm foo_t self:netlink_route_socket nlmsg 18;",
  },
  {
    id: "xperm-other-kind",
    bad: "policycap netlink_xperm;\nallow foo_t self:netlink_route_socket { ioctl nlmsg };\nallowxperm foo_t self:netlink_route_socket ioctl 18;",
    at: "allowxperm foo_t self:netlink_route_socket ioctl 18;",
    good: "allow foo_t self:netlink_route_socket { ioctl nlmsg };\nallowxperm foo_t self:netlink_route_socket ioctl 18;",
  },
  {
    id: "xperm-without-base",
    bad: "allowxperm foo_t dev_t:chr_file ioctl 0x5401;",
    good: "allow foo_t dev_t:chr_file ioctl;\nallowxperm foo_t dev_t:chr_file ioctl 0x5401;",
  },
  {
    id: "xperm-overlap",
    bad: "allow foo_t dev_t:chr_file ioctl;\nallowxperm foo_t dev_t:chr_file ioctl { 0x5400-0x54ff 0x5401 };",
    at: "0x5401",
    good: "allow foo_t dev_t:chr_file ioctl;\nallowxperm foo_t dev_t:chr_file ioctl { 0x5400-0x54ff 0x5500 };",
  },
  {
    id: "policycap-inert",
    bad: "allow foo_t self:sctp_socket create;",
    says: "extended_socket_class",
    good: "policycap extended_socket_class;\nallow foo_t self:sctp_socket create;",
  },
  {
    id: "policycap-inert",
    bad: "allow foo_t self:netlink_route_socket nlmsg;",
    says: "netlink_xperm",
    good: "allow foo_t self:netlink_route_socket { ioctl nlmsg };",
  },
  {
    id: "kernel-unknown",
    bad: "allow foo_t self:process2 nnp_transition;",
    at: "process2",
    says: "Linux 4.4 has no class process2 (it came with about 4.14)",
    good: "allow foo_t self:process fork;",
    options: { "kernel-unknown": { kernel: "4.4" } },
  },
  {
    id: "kernel-unknown",
    bad: "policycap netlink_xperm;",
    at: "netlink_xperm",
    good: "policycap open_perms;",
    options: { "kernel-unknown": { kernel: "6.1" } },
  },
  {
    id: "cond-constant",
    bad: "gen_bool(foo_on,false)\nif (foo_on && !foo_on) { allow foo_t file_t:file read; }",
    at: "foo_on && !foo_on",
    says: "always false: the first branch never counts",
    good: "gen_bool(foo_on,false)\ngen_bool(foo_too,false)\nif (foo_on && !foo_too) { allow foo_t file_t:file read; }",
  },
  {
    id: "cond-same-branches",
    bad: "gen_bool(foo_on,false)\nif (foo_on) { allow foo_t file_t:file read; } else { allow foo_t file_t:file read; }",
    at: "foo_on",
    good: "gen_bool(foo_on,false)\nif (foo_on) { allow foo_t file_t:file read; } else { allow foo_t file_t:file write; }",
  },
  {
    id: "portcon-overlap",
    bad: "portcon tcp 10-20 system_u:system_r:kernel_t\nportcon tcp 20-30 system_u:system_r:foo_t",
    at: "portcon tcp 20-30 system_u:system_r:foo_t",
    says: "tcp port 20",
    good: "portcon tcp 10-20 system_u:system_r:kernel_t\nportcon udp 20-30 system_u:system_r:foo_t\nportcon tcp 1-30 system_u:system_r:foo_t",
  },
  {
    id: "netifcon-shadowed",
    bad: 'policycap netif_wildcard;\nnetifcon "eth*" system_u:system_r:foo_t system_u:system_r:foo_t\nnetifcon eth0 system_u:system_r:kernel_t system_u:system_r:kernel_t',
    at: "netifcon eth0 system_u:system_r:kernel_t system_u:system_r:kernel_t",
    good: 'policycap netif_wildcard;\nnetifcon eth0 system_u:system_r:kernel_t system_u:system_r:kernel_t\nnetifcon "eth*" system_u:system_r:foo_t system_u:system_r:foo_t',
  },
  {
    id: "genfscon-redundant",
    bad: "genfscon proc / system_u:system_r:kernel_t\ngenfscon proc /sys system_u:system_r:kernel_t",
    at: "genfscon proc /sys system_u:system_r:kernel_t",
    good: "genfscon proc / system_u:system_r:kernel_t\ngenfscon proc /sys system_u:system_r:foo_t\ngenfscon proc /sys/net system_u:system_r:kernel_t",
  },
  { id: "risky-memory", bad: "allow foo_t self:process execmem;", good: "allow foo_t self:process signal;" },
  {
    id: "risky-kernel",
    bad: "allow foo_t self:capability { chown sys_module };",
    says: "capability sys_module:",
    good: "allow foo_t self:capability chown;",
  },
  {
    id: "risky-write-execute",
    bad: "allow foo_t file_t:file { execute execute_no_trans };\nallow foo_t file_t:file write;",
    at: "allow foo_t file_t:file write;",
    good: "allow foo_t file_t:file { execute execute_no_trans };\nallow foo_t foo_exec_t:file { execute write };",
  },
  {
    id: "risky-relabel",
    bad: `attribute many;\n${Array.from({ length: 100 }, (_, i) => `type many${i}_t, many;`).join("\n")}\nallow foo_t many:file relabelto;`,
    at: "allow foo_t many:file relabelto;",
    good: "allow foo_t foo_files:file relabelto;",
  },
  {
    id: "risky-ptrace",
    bad: "allow foo_t bar_t:process ptrace;",
    good: "allow foo_t self:process ptrace;",
  },
  {
    id: "risky-transition",
    bad: "allow foo_t bar_t:process dyntransition;",
    good: "allow foo_t bar_t:process signal;",
  },
  {
    id: "risky-secrets",
    bad: "allow foo_t shadow_t:file { getattr read };",
    says: "file read:",
    good: "allow foo_t shadow_t:file getattr;",
  },
  { id: "risky-permissive", bad: "permissive foo_t;", good: "neveraudit foo_t;" },
  {
    id: "risky-grant",
    bad: "own_read(foo_t)",
    says: "read of foo_t on file_t:file",
    good: "own_read(bar_t)\nallow foo_t file_t:file write;",
    others: OTHER,
    options: { "risky-grant": { riskyGrants: ["{ domain -kernel_t } foo_files:* { read append }"] } },
  },
];

describe.each(CASES)("$id", ({ id, bad, at, good, says, others, options }) => {
  it(`finds ${JSON.stringify(bad.slice(0, 60))}, and not its twin`, () => {
    const snapshot = load(bad, others);
    const own = snapshot.fileAt("/p/policy/modules/services/foo.te");
    expect(snapshot.compiled.findings().get(own?.id ?? -1) ?? []).toEqual([]);
    const found = findingsIn(snapshot, options).filter(({ code }) => code === id);
    expect(found.map(({ start, end }) => own?.text.slice(start, end))).toEqual([at ?? bad]);
    expect(found[0]?.message).toContain(says ?? "");
    const twin = load(good, others);
    expect(twin.compiled.findings().get(twin.fileAt(own?.path ?? "")?.id ?? -1) ?? []).toEqual([]);
    expect(findingsIn(twin, options).filter(({ code }) => code === id)).toEqual([]);
  });
});

describe("the checks of access", () => {
  it("are all tested", () => {
    const tested = new Set(CASES.map(({ id }) => id));
    expect(ACCESS_CHECKS.flatMap(({ ids }) => ids).filter((id) => !tested.has(id))).toEqual([]);
  });

  it("take only rules as risky grants, and say so in the settings", () => {
    const problems = (grant: string) =>
      parseSettings(JSON.stringify({ riskyGrants: [grant] }), "/p").problems.map(({ message }) => message);
    expect(problems("* shadow_t:file { read write }")).toEqual([]);
    expect(problems("{ domain -init_t } self:process execmem;")).toEqual([]);
    expect(problems("shadow_t read")).toEqual([
      "a grant is written as an allow rule without allow: * shadow_t:file { read write }",
    ]);
  });

  it("leave one of two rules that make each other redundant", () => {
    const found = findingsIn(load("allow foo_t file_t:file read;\nallow foo_t file_t:file read;"));
    expect(found.map(({ code }) => code)).toEqual(["redundant-allow"]);
  });

  it("say nothing about what is missing where the base policy is not there", () => {
    const snapshot = load(TRANSITION, {
      "/p/policy/modules/kernel/kernel.te": "policy_module(kernel, 1.0)\nattribute domain;\nrole system_r;\n",
    });
    expect(findingsIn(snapshot).filter(({ code }) => code === "incomplete-transition")).toEqual([]);
  });
});
