// Contexts of a list (file_contexts and its like) that a policy does not accept: the kernel would keep them unmapped and
// treat their files as unlabelled, and setfiles -c refuses the list. The context is the last word of a line.

import type { PolicyDb } from "../../policydb/policydb.ts";
import { createContextReader } from "../../services/contextReader.ts";

export interface InvalidContext {
  readonly code: "kern-invalid-ctx";
  readonly severity: "error";
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** The contexts that are not valid, with their places in the text. */
export function invalidContexts(db: PolicyDb, text: string): readonly InvalidContext[] {
  const read = createContextReader(db);
  const found: InvalidContext[] = [];
  for (const line of text.matchAll(/^[^\n#]*\S/gm)) {
    const word = /(?<=\s)\S+$/.exec(line[0]);
    const context = word?.[0];
    if (word === null || context === undefined || context === "<<none>>") continue;
    if (read(context).ok) continue;
    const start = line.index + word.index;
    const message = `the policy does not accept the context ${context}`;
    found.push({ code: "kern-invalid-ctx", severity: "error", message, start, end: start + context.length });
  }
  return found;
}
