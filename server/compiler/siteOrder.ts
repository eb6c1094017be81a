// The order in which the places of a policy are told: that of the build, and in a file from its top.

import type { CompiledPolicy } from "./compile.ts";
import type { Origin, Site } from "./face.ts";

/** Negative when `a` comes before `b`; 0 when they start at one place. */
export function compareSites(compiled: CompiledPolicy, a: Site, b: Site): number {
  return compiled.rankOf(a.file) - compiled.rankOf(b.file) || a.start - b.start;
}

/** As `compareSites`; of two at one place, the one that the earlier calls lead to. */
export function compareOrigins(compiled: CompiledPolicy, a: Origin, b: Origin): number {
  let order = compareSites(compiled, a, b);
  for (let i = 0; order === 0 && i < Math.max(a.calls.length, b.calls.length); i++) {
    const [left, right] = [a.calls[i], b.calls[i]];
    if (left === undefined || right === undefined) return a.calls.length - b.calls.length;
    order = compareSites(compiled, left, right);
  }
  return order;
}
