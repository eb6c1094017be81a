// Reads many contexts of one policy: whole texts are remembered, and equal ranges and levels become the same object,
// which keeps memory small and lets comparisons of levels end at identity. Bounded: it starts over when full.
// A reader belongs to one state of a policy's declarations; make a new one when these change.

import type { Context, MlsLevel, MlsRange } from "../policydb/context.ts";
import type { PolicyDb } from "../policydb/policydb.ts";
import { parseContext } from "./context.ts";
import { printLevel } from "./mlsText.ts";
import type { Result } from "./result.ts";

/** Texts that are remembered before starting over. */
const CAPACITY = 65_536;

/** A function like `parseContext` with a memory. */
export function createContextReader(policy: PolicyDb): (text: string) => Result<Context> {
  const contexts = new Map<string, Result<Context>>();
  const levels = new Map<string, MlsLevel>();
  const ranges = new Map<string, MlsRange>();
  const share = (range: MlsRange): MlsRange => {
    const low = printLevel(policy, range.low);
    const high = range.high === range.low ? low : printLevel(policy, range.high);
    return remembered(ranges, `${low}-${high}`, () => ({
      low: remembered(levels, low, () => range.low),
      high: remembered(levels, high, () => range.high),
    }));
  };
  return (text) => {
    const known = contexts.get(text);
    if (known !== undefined) return known;
    if (contexts.size >= CAPACITY) {
      contexts.clear();
      ranges.clear();
      levels.clear();
    }
    const parsed = parseContext(policy, text);
    const { range } = parsed.ok ? parsed.value : {};
    const shared: Result<Context> =
      parsed.ok && range !== undefined
        ? { ok: true, value: { ...parsed.value, range: share(range) } }
        : parsed;
    contexts.set(text, shared);
    return shared;
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
