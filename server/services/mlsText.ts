// Levels and ranges as text (mls_context_to_sid and mls_sid_to_context in security/selinux/ss/mls.c). Reading is
// exactly as forgiving as the kernel: aliases count, repeated categories too, a category range must ascend.
// Printing is canonical: runs of three or more categories become first.last, and the high level is left out when
// it equals the low one. Neither checks validity (mls.ts, context.ts do).

import type { MlsLevel, MlsRange } from "../policydb/context.ts";
import { Ebitmap } from "../policydb/ebitmap.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import type { Dialect } from "./dialect.ts";
import { levelsEqual } from "./mls.ts";

/** Reads `sens[:cats][-sens[:cats]]`; undefined when it cannot be read. */
export function parseRange(policy: PolicyDb, text: string): MlsRange | undefined {
  const dash = text.indexOf("-");
  const low = parseLevel(policy, dash < 0 ? text : text.slice(0, dash));
  if (low === undefined || dash < 0) return low === undefined ? undefined : { low, high: low };
  const high = parseLevel(policy, text.slice(dash + 1));
  return high === undefined ? undefined : { low, high };
}

/** Reads `sens[:cat[.cat],…]`; undefined when it cannot be read. */
export function parseLevel(policy: PolicyDb, text: string): MlsLevel | undefined {
  const colon = text.indexOf(":");
  const sens = policy.sens.get(colon < 0 ? text : text.slice(0, colon));
  if (sens === undefined) return undefined;
  const cats = new Ebitmap(colon < 0 ? 0 : policy.cats.nprim);
  if (colon >= 0)
    for (const item of text.slice(colon + 1).split(","))
      if (!addCategories(policy, item, cats)) return undefined;
  return { sens: sens.level.sens, cats };
}

function addCategories(policy: PolicyDb, item: string, cats: Ebitmap): boolean {
  const dot = item.indexOf(".");
  const first = policy.cats.valueOf(dot < 0 ? item : item.slice(0, dot));
  if (first === 0) return false;
  if (dot < 0) {
    cats.add(first - 1);
    return true;
  }
  const last = policy.cats.valueOf(item.slice(dot + 1));
  if (first >= last) return false;
  for (let value = first; value <= last; value++) cats.add(value - 1);
  return true;
}

/** The canonical text of a range. */
export function printRange(policy: PolicyDb, range: MlsRange, dialect?: Dialect): string {
  const low = printLevel(policy, range.low, dialect);
  return levelsEqual(range.low, range.high) ? low : `${low}-${printLevel(policy, range.high, dialect)}`;
}

/** The canonical text of a level. */
export function printLevel(policy: PolicyDb, level: MlsLevel, dialect?: Dialect): string {
  const sens = policy.sens.nameOf(level.sens) ?? `#${level.sens}`;
  if (dialect?.family === "libsepol") return sens + printCategoriesLikeLibsepol(policy, level.cats);
  const parts = [sens];
  let head = -2;
  let previous = -2;
  const closeRun = (): void => {
    if (previous !== head) parts.push(previous - head > 1 ? "." : ",", categoryName(policy, previous));
  };
  for (const bit of level.cats) {
    if (bit - previous > 1) {
      closeRun();
      parts.push(previous < 0 ? ":" : ",", categoryName(policy, bit));
      head = bit;
    }
    previous = bit;
  }
  closeRun();
  return parts.join("");
}

/**
 * libsepol (to 3.11 at least) steps over bits, but over absent 64-bit nodes at once: a run that ends with its node
 * is closed, under a wrong name, only at the start of the next one.
 */
function printCategoriesLikeLibsepol(policy: PolicyDb, cats: Ebitmap): string {
  const parts: string[] = [];
  let run = 0;
  let bit = 0;
  const closeRun = (): void => {
    if (run > 1) parts.push(run > 2 ? "." : ",", categoryName(policy, bit - 1));
    run = 0;
  };
  const nodes = new Set(cats.toArray().map((value) => value >>> 6));
  for (const node of nodes)
    for (bit = node * 64; bit < node * 64 + 64; bit++) {
      if (!cats.has(bit)) closeRun();
      else if (run++ === 0) parts.push(parts.length === 0 ? ":" : ",", categoryName(policy, bit));
    }
  closeRun();
  return parts.join("");
}

function categoryName(policy: PolicyDb, bit: number): string {
  return policy.cats.nameOf(bit + 1) ?? `#${bit + 1}`;
}
