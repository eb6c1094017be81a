// Kernel releases as comparable numbers, for the message tables. Invariant: a missing or unreadable release
// sorts first. The kernel room has the same order; the two rooms share no import by design.

/** A number that orders kernel releases such as "5.18" or "6.12.117"; 0 when the text holds none. */
export function releaseRank(version: string | undefined): number {
  const match = version === undefined ? null : /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  if (match === null) return 0;
  const [, major = "0", minor = "0", patch = "0"] = match;
  return Number(major) * 0x1000000 + Math.min(Number(minor), 0xfff) * 0x1000 + Math.min(Number(patch), 0xfff);
}
