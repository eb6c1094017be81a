// "Is this a socket class?" as security_compute_sid asks it. The kernel takes the policy's class number back to its
// own class and looks whether that class's name ends in "socket"; classes that the kernel does not know are objects
// whatever their name. libsepol makes no such distinction.

import type { PolicyDb } from "../policydb/policydb.ts";
import type { Dialect } from "./dialect.ts";

/** True when transition, member and change treat the class as they treat processes. */
export function isSocketClass(policy: PolicyDb, tclass: number, dialect: Dialect): boolean {
  if (dialect.family === "libsepol") return false;
  const name = policy.classes.nameOf(tclass);
  return name?.endsWith("socket") === true && dialect.kernelClasses.includes(name);
}
