// Whose answers are wanted. The kernel and libsepol implement the same policy with small, measured differences
// (classes of sockets, named transitions, invalid results); every function here that knows such a difference takes
// a dialect. The default is the kernel. It holds no state and decides nothing itself.

import { KERNEL_CLASSES } from "./kernelClasses.ts";

/** Which implementation to agree with. */
export interface Dialect {
  readonly family: "kernel" | "libsepol";
  /** The kernel's own classes in its numbering, the first being number 1. */
  readonly kernelClasses: readonly string[];
}

export const KERNEL: Dialect = { family: "kernel", kernelClasses: KERNEL_CLASSES };
export const LIBSEPOL: Dialect = { family: "libsepol", kernelClasses: KERNEL_CLASSES };
