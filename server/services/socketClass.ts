// "Is this a socket class?" as security_compute_sid asks it. The kernel takes the policy's class number back to its
// own class and looks whether that class's name ends in "socket". A policy class which the kernel does not know
// keeps its number in that translation (map_class), and the number then means whatever kernel class has it: a
// userspace class number 16 is treated like tcp_socket. That accident decides labels, so it is reproduced here.

import type { PolicyDb } from "../policydb/policydb.ts";
import type { Dialect } from "./dialect.ts";

/** The kernel's number for a class of the policy; the policy's own number when the kernel has no such class. */
export function kernelClassOf(policy: PolicyDb, tclass: number, dialect: Dialect): number {
  const name = tclass === 0 ? undefined : policy.classes.nameOf(tclass);
  if (name !== undefined) {
    const index = dialect.kernelClasses.indexOf(name);
    return index >= 0 ? index + 1 : tclass;
  }
  if (tclass !== 0) return tclass;
  // Kernel classes missing from the policy are mapped from 0, so 0 maps back to the first of them.
  const missing = dialect.kernelClasses.findIndex((known) => policy.classes.valueOf(known) === 0);
  return missing >= 0 ? missing + 1 : 0;
}

/** True when transition, member and change treat the class as they treat sockets. */
export function isSocketClass(policy: PolicyDb, tclass: number, dialect: Dialect): boolean {
  if (dialect.family === "libsepol") return false;
  const kernelName = dialect.kernelClasses[kernelClassOf(policy, tclass, dialect) - 1];
  return kernelName?.endsWith("socket") === true;
}
