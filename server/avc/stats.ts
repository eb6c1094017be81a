// The cache's figures as selinuxfs prints them (avc/cache_stats, avc/hash_stats in security/selinux/selinuxfs.c).

import { AVC_CACHE_SLOTS, type Avc } from "./avc.ts";

/** The text of avc/cache_stats for one processor. */
export function printCacheStats(avc: Avc): string {
  const { lookups, misses, allocations, reclaims, frees } = avc.stats;
  return `lookups hits misses allocations reclaims frees\n${lookups} ${lookups - misses} ${misses} ${allocations} ${reclaims} ${frees}\n`;
}

/** The text of avc/hash_stats. */
export function printHashStats(avc: Avc): string {
  const { entries, slotsUsed, longestChain } = avc.hashStats();
  return `entries: ${entries}\nbuckets used: ${slotsUsed}/${AVC_CACHE_SLOTS}\nlongest chain: ${longestChain}\n`;
}
