// Does a policy fit a kernel? Compares class and permission names as selinux_set_mapping() in
// security/selinux/ss/services.c does at load, and tells which rules a policy capability makes inert.
// Invariant: names only; numbers never matter, because the kernel maps by name. Loads nothing.

import { allKernelPermissions, classesOf, isKernelClass, isSocketClass, kernelClass } from "./classes.ts";
import { classOrigin } from "./sockets.ts";
import type { KernelVersion } from "./version.ts";

/** A class and one of its permissions. */
export interface ClassPermission {
  readonly class: string;
  readonly permission: string;
}

/** How a policy's classes differ from a kernel's. */
export interface KernelComparison {
  /** Classes the kernel checks but the policy does not define. */
  readonly missingClasses: readonly string[];
  readonly missingPermissions: readonly ClassPermission[];
  /** What the policy defines and this kernel does not check: user-space classes, or newer or removed ones. */
  readonly unknownClasses: readonly string[];
  readonly unknownPermissions: readonly ClassPermission[];
  /** The lines that the kernel logs at load, in its order. */
  readonly kernelLog: readonly string[];
}

/** What a policy with unknown names does at load and at run time. */
export type HandleUnknown = "allow" | "deny" | "reject";

/** Compares the policy's classes (name → permissions, commons included) with a kernel release. */
export function compareWithKernel(
  policyClasses: ReadonlyMap<string, readonly string[]>,
  kernelVersion: KernelVersion,
  handleUnknown: HandleUnknown = "deny",
): KernelComparison {
  const missingClasses: string[] = [];
  const missingPermissions: ClassPermission[] = [];
  const kernelLog: string[] = [];
  for (const { name, permissions } of classesOf(kernelVersion)) {
    const defined = policyClasses.get(name);
    if (defined === undefined) {
      missingClasses.push(name);
      kernelLog.push(`SELinux:  Class ${name} not defined in policy.`);
      continue;
    }
    const definedSet = new Set(defined);
    for (const permission of permissions) {
      if (definedSet.has(permission)) continue;
      missingPermissions.push({ class: name, permission });
      kernelLog.push(`SELinux:  Permission ${permission} in class ${name} not defined in policy.`);
    }
  }
  if (handleUnknown === "reject") kernelLog.splice(1);
  else if (kernelLog.length > 0) {
    const fate = handleUnknown === "allow" ? "allowed" : "denied";
    kernelLog.push(`SELinux: the above unknown classes and permissions will be ${fate}`);
  }
  return { missingClasses, missingPermissions, ...unknownToKernel(policyClasses, kernelVersion), kernelLog };
}

function unknownToKernel(
  policyClasses: ReadonlyMap<string, readonly string[]>,
  kernelVersion: KernelVersion,
): Pick<KernelComparison, "unknownClasses" | "unknownPermissions"> {
  const unknownClasses: string[] = [];
  const unknownPermissions: ClassPermission[] = [];
  for (const [name, permissions] of policyClasses) {
    const known = kernelClass(name, kernelVersion);
    if (known === undefined) {
      unknownClasses.push(name);
      continue;
    }
    for (const permission of permissions) {
      if (!known.permissions.includes(permission)) unknownPermissions.push({ class: name, permission });
    }
  }
  return { unknownClasses, unknownPermissions };
}

/** Why a class or permission does not exist in the kernel: undefined when it does. */
export function whyUnknown(
  className: string,
  permission: string | undefined,
  kernelVersion: KernelVersion,
): string | undefined {
  const known = kernelClass(className, kernelVersion);
  if (known === undefined) {
    return isKernelClass(className)
      ? `class ${className} does not exist in Linux ${kernelVersion}`
      : `class ${className} is no kernel class (user-space object managers may check it)`;
  }
  if (permission === undefined || known.permissions.includes(permission)) return undefined;
  return allKernelPermissions(className).includes(permission)
    ? `permission ${permission} of class ${className} does not exist in Linux ${kernelVersion}`
    : `no kernel checks ${permission} of class ${className}`;
}

const PEER_CONTROLLED: Readonly<Record<string, readonly string[]>> = {
  netif: ["ingress", "egress"],
  node: ["recvfrom", "sendto"],
  peer: ["recv"],
  packet: ["forward_in", "forward_out"],
};

const XPERM_CLASSES: readonly string[] = [
  "netlink_route_socket",
  "netlink_tcpdiag_socket",
  "netlink_xfrm_socket",
  "netlink_audit_socket",
];

/** A policy capability that makes a rule inert: `enabled` is the state in which it does so. */
export interface InertBecause {
  readonly policycap: string;
  readonly enabled: boolean;
  readonly reason: string;
}

/** Why rules on this permission never match under the policy's capabilities; undefined when they may. */
export function inertBecause(
  className: string,
  permission: string,
  policycaps: ReadonlySet<string>,
): InertBecause | undefined {
  const candidates = [
    peerRule(className, permission),
    nlmsgRule(className, permission),
    openRule(className, permission),
    classRule(className),
    className === "bpf" && permission.endsWith("_as")
      ? inert("bpf_token_perms", false, "BPF tokens are not checked without it")
      : undefined,
  ];
  return candidates.find((c) => c !== undefined && policycaps.has(c.policycap) === c.enabled);
}

function inert(policycap: string, enabled: boolean, reason: string): InertBecause {
  return { policycap, enabled, reason };
}

function peerRule(className: string, permission: string): InertBecause | undefined {
  const peer = "network_peer_controls";
  if (PEER_CONTROLLED[className]?.includes(permission)) {
    return inert(peer, false, "the older packet checks run instead");
  }
  const older =
    (className === "association" && permission === "recvfrom") ||
    (isSocketClass(className) && permission === "recvfrom");
  return older ? inert(peer, true, "peer, node and netif checks run instead") : undefined;
}

function nlmsgRule(className: string, permission: string): InertBecause | undefined {
  if (!XPERM_CLASSES.includes(className)) return undefined;
  if (permission === "nlmsg")
    return inert("netlink_xperm", false, "nlmsg_read and nlmsg_write are checked instead");
  if (!permission.startsWith("nlmsg_")) return undefined;
  return inert("netlink_xperm", true, "nlmsg with extended permissions is checked instead");
}

function openRule(className: string, permission: string): InertBecause | undefined {
  return permission === "open" && className !== "perf_event"
    ? inert("open_perms", false, "open is not checked without it")
    : undefined;
}

function classRule(className: string): InertBecause | undefined {
  const { policycap, sockets } = classOrigin(className);
  if (policycap === undefined) return undefined;
  const otherwise = sockets[0]?.otherwise;
  const reason =
    otherwise === undefined ? "the class is not used without it" : `the sockets are ${otherwise} without it`;
  return inert(policycap, false, reason);
}
