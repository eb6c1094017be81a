// The fact tables of server/kernel held against each other and against what a hover must be able to say.

import { describe, expect, test } from "vitest";
import { auditField, auditRecordType } from "../../server/kernel/auditFields.ts";
import { CAPABILITIES, capabilityOf } from "../../server/kernel/capabilities.ts";
import {
  allKernelClassNames,
  allKernelPermissions,
  classesOf,
  kernelClass,
  kernelPermissionIndex,
} from "../../server/kernel/classes.ts";
import { compareWithKernel, inertBecause } from "../../server/kernel/compat.ts";
import { expandClass, HOOKS, hooksFor } from "../../server/kernel/hooks.ts";
import { INITIAL_SIDS, kernelSidName } from "../../server/kernel/initialSids.ts";
import { ioctlByName, ioctlCheck, ioctlsByNumber } from "../../server/kernel/ioctls.ts";
import { operationNeeds } from "../../server/kernel/operations.ts";
import { classDoc, permissionDoc, permissionDocs } from "../../server/kernel/permissions.ts";
import { POLICYCAPS, policycapsOf } from "../../server/kernel/policycaps.ts";
import { maxPolicyVersion, POLICY_VERSIONS } from "../../server/kernel/policyVersions.ts";
import { RECIPES } from "../../server/kernel/recipes.data.ts";
import { describeClassOrigin, SOCKET_RULES, socketClass } from "../../server/kernel/sockets.ts";
import { messageByName } from "../../server/netlink/nlmsgtab.ts";

describe("class map", () => {
  test("counts and numbers by release", () => {
    expect(classesOf("5.9")).toHaveLength(94);
    expect(classesOf()).toHaveLength(97);
    expect(kernelClass("dccp_socket", "5.9")?.index).toBe(51);
    expect(kernelClass("lockdown", "5.9")?.index).toBe(94);
    expect(kernelClass("cap2_userns", "5.9")?.index).toBe(59);
    expect(kernelClass("lockdown", "6.1")).toBeUndefined();
    expect(kernelClass("memfd_file", "6.18")).toBeUndefined();
    expect(kernelPermissionIndex("file", "entrypoint", "5.9")).toBe(26);
    expect(kernelPermissionIndex("file", "entrypoint", "6.15")).toBe(27);
    expect(kernelPermissionIndex("netlink_route_socket", "nlmsg", "6.12")).toBe(-1);
  });

  test("every permission fits a word, is documented, and is not left with a hole in its text", () => {
    for (const name of allKernelClassNames()) {
      const all = allKernelPermissions(name);
      expect(all.length).toBeLessThanOrEqual(32);
      expect(new Set(all).size).toBe(all.length);
      expect(permissionDocs(name).map((d) => d.permission)).toEqual(all);
      for (const doc of permissionDocs(name)) {
        expect(doc.summary, `${name} ${doc.permission}`).toMatch(/^[^{}]{8,}[.]$/);
        expect(doc.neverChecked || doc.checkedBy.length > 0, `${name} ${doc.permission}`).toBe(true);
      }
      expect(classDoc(name)?.summary, name).toMatch(/ .*[.]$/);
    }
  });

  test("documentation says what gates, since when, and what is dead", () => {
    expect(permissionDoc("dir", "append")?.neverChecked).toBe(true);
    expect(permissionDoc("file", "watch_mountns")?.since).toBe("6.15");
    expect(permissionDoc("dccp_socket", "bind")?.removed).toBe("6.16");
    expect(permissionDoc("tcp_socket", "bind")?.summary).toContain("TCP");
    expect(permissionDoc("netlink_route_socket", "nlmsg_getneigh")).toBeUndefined();
    expect(permissionDoc("netlink_route_socket", "nlmsg_getneigh", "android")?.summary).toContain(
      "RTM_GETNEIGH",
    );
    expect(permissionDoc("file", "bogus")).toBeUndefined();
  });
});

describe("sockets", () => {
  test("class by family, type and protocol", () => {
    expect(socketClass("AF_INET", "SOCK_STREAM", 6)).toBe("tcp_socket");
    expect(socketClass(2, 1, 262, { kernel: "5.9" })).toBe("rawip_socket");
    expect(socketClass("PF_INET", 2, 1, { extendedSocketClass: false })).toBe("rawip_socket");
    expect(socketClass("PF_INET6", "SOCK_DCCP", 33, { kernel: "6.1" })).toBe("dccp_socket");
    expect(socketClass("PF_INET6", "SOCK_DCCP", 33)).toBe("rawip_socket");
    expect(socketClass(16, 3, 9)).toBe("netlink_audit_socket");
    expect(socketClass(45, 2, 0, { kernel: "5.10" })).toBe("socket");
    expect(describeClassOrigin("sctp_socket")[0]).toContain("extended_socket_class");
    for (const rule of SOCKET_RULES) expect(allKernelClassNames()).toContain(rule.class);
  });
});

describe("hooks and operations", () => {
  test("every concrete pair exists in the class map", () => {
    for (const hook of HOOKS) {
      for (const check of hook.checks) {
        for (const p of check.permissions.filter((p) => !p.startsWith("<"))) {
          const holders = expandClass(check.class).filter((c) => allKernelPermissions(c).includes(p));
          expect(holders.length, `${hook.hook} ${check.class} ${p}`).toBeGreaterThan(0);
        }
      }
    }
    for (const recipe of RECIPES) {
      for (const [, , cls, permissions] of recipe.rows.filter((row) => row[2] !== "@")) {
        for (const p of permissions.split(" ")) expect(allKernelPermissions(cls), recipe.title).toContain(p);
      }
    }
    expect(hooksFor("file", "entrypoint").map((s) => s.hook.hook)).toEqual(["bprm_creds_for_exec"]);
    expect(hooksFor("capability2", "checkpoint_restore").map((s) => s.hook.hook)).toContain("capable");
  });

  const pairs = (query: string, caps: readonly string[] = []) =>
    operationNeeds(query, { messageByName, policycaps: new Set(caps) }).checks.map(
      (c) =>
        `${c.class}:${c.permissions.join(",")}${c.xperm === undefined ? "" : `=0x${c.xperm.toString(16)}`}`,
    );

  test("words find their operation", () => {
    expect(pairs("open for writing")).toEqual(["dir:search", "file:write", "file:open"]);
    expect(pairs("execve")).toContain("file:entrypoint");
    expect(pairs("bind tcp 8080")).toContain("tcp_socket:name_bind");
    expect(pairs("bind tcp 8080")).not.toContain("capability:net_bind_service");
    expect(operationNeeds("bind tcp 80").port).toBe(80);
    expect(pairs("bind udp 53")).toContain("capability:net_bind_service");
    expect(pairs("netlink RTM_NEWROUTE")).toContain("netlink_route_socket:nlmsg_write");
    expect(pairs("netlink RTM_NEWROUTE", ["netlink_xperm"])).toContain("netlink_route_socket:nlmsg=0x18");
    expect(pairs("ioctl TCGETS")).toContain("<inode class>:ioctl=0x5401");
    expect(pairs("ioctl 0x5401")).toContain("<inode class>:ioctl=0x5401");
    expect(pairs("mount")).toContain("filesystem:mount");
    expect(pairs("clone3 set_tid")).toContain("cap2_userns:checkpoint_restore");
    expect(operationNeeds("quotactl").kind).toBe("hooks");
    expect(pairs("quotactl")).toContain("filesystem:quotamod");
    expect(pairs("setenforce")).toEqual(["security:setenforce"]);
    expect(pairs("insmod")).toContain("system:module_load");
    expect(operationNeeds("xyzzy").kind).toBe("none");
  });

  test("ioctl commands", () => {
    expect(ioctlByName("SIOCGIFCONF")?.command).toBe(0x8912);
    expect(ioctlsByNumber(0x5413).map((i) => i.name)).toContain("TIOCGWINSZ");
    expect(ioctlCheck(1).kind).toBe("getattr");
    expect(ioctlCheck(0x5451).kind).toBe("ioctl");
    expect(ioctlCheck(0x5451, true).kind).toBe("none");
    expect(ioctlCheck(0x4b47).permissions).toEqual(["sys_tty_config"]);
  });
});

describe("small tables", () => {
  test("positions are numbers", () => {
    expect(POLICYCAPS.map((cap) => cap.index)).toEqual(POLICYCAPS.map((_, i) => i));
    expect(POLICY_VERSIONS.map((v) => v.version)).toEqual(POLICY_VERSIONS.map((_, i) => 15 + i));
    expect(INITIAL_SIDS.map((s) => s.sid)).toEqual(INITIAL_SIDS.map((_, i) => i + 1));
    CAPABILITIES.forEach((c, i) => {
      expect(c.number).toBe(i);
      expect(kernelPermissionIndex(c.class, c.permission)).toBe(i % 32);
      expect(kernelPermissionIndex(c.usernsClass, c.permission)).toBe(i % 32);
    });
    expect(capabilityOf("CAP_CHECKPOINT_RESTORE")).toMatchObject({ number: 40, class: "capability2" });
    expect(policycapsOf("5.9")).toHaveLength(7);
    expect(maxPolicyVersion("5.9")).toBe(33);
    expect(maxPolicyVersion("6.14.2")).toBe(34);
    expect(maxPolicyVersion()).toBe(35);
    expect(kernelSidName(7, "6.1")).toBeUndefined();
    expect(kernelSidName(7, "6.8")).toBe("init");
    expect(auditField("pkey")?.when).toContain("infiniband_pkey");
    expect(auditRecordType(1400)?.name).toBe("AVC");
  });
});

describe("compatibility", () => {
  test("names that the policy or the kernel lacks", () => {
    const policy = new Map(classesOf("6.1").map((c) => [c.name, c.permissions] as const));
    expect(compareWithKernel(policy, "6.1").kernelLog).toEqual([]);
    const newer = compareWithKernel(policy, "6.15", "allow");
    expect(newer.missingClasses).toEqual([]);
    expect(newer.missingPermissions).toContainEqual({ class: "system", permission: "firmware_load" });
    expect(newer.kernelLog[0]).toBe(
      "SELinux:  Permission firmware_load in class system not defined in policy.",
    );
    expect(newer.kernelLog.at(-1)).toContain("will be allowed");
    expect(compareWithKernel(policy, "5.9").unknownClasses).toContain("user_namespace");
    policy.delete("bpf");
    expect(compareWithKernel(policy, "6.1").missingClasses).toEqual(["bpf"]);
  });

  test("policy capabilities make rules inert", () => {
    const none = new Set<string>();
    expect(inertBecause("peer", "recv", none)?.policycap).toBe("network_peer_controls");
    expect(inertBecause("netlink_route_socket", "nlmsg_read", new Set(["netlink_xperm"]))?.enabled).toBe(
      true,
    );
    expect(inertBecause("sctp_socket", "bind", none)?.policycap).toBe("extended_socket_class");
    expect(inertBecause("file", "read", none)).toBeUndefined();
    expect(inertBecause("perf_event", "open", none)).toBeUndefined();
  });
});
