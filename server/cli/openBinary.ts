// Opens a kernel binary for queries. It knows nothing of sources.

import { readPolicy } from "../policydb/binary/read.ts";
import type { QueriedPolicy } from "./policy.ts";
import { UsageError } from "./terminal.ts";

/** The policy in these bytes; a usage error naming `given` when they cannot be read. */
export function openBinary(bytes: Uint8Array, given: string): QueriedPolicy {
  const read = readPolicy(bytes);
  if (read.policy !== undefined) return { db: read.policy, snapshot: undefined };
  throw new UsageError(
    `${given}: not a readable binary policy: ${read.errors[0]?.message ?? "unknown format"}`,
  );
}
