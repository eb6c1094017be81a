// Kernel versions as comparable numbers. Facts carry `since` and `removed` as release names ("4.13",
// "2.6.39"); a trailing "?" marks a release that was not read from a source. Invariant: an unreadable or
// missing version sorts before every release, so a fact without `since` has always existed.
// It does not know distribution back-ports. Follows the releases of kernel.org.

/** A kernel release such as "5.9", "6.12.117" or "6.1.0-18-amd64"; only the leading numbers count. */
export type KernelVersion = string;

export const OLDEST_KERNEL: KernelVersion = "5.9";
export const NEWEST_KERNEL: KernelVersion = "7.2";

const RELEASE = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/;

/** A number that orders releases; 0 when the text holds no version. */
export function versionRank(version: KernelVersion | undefined): number {
  const match = version === undefined ? null : RELEASE.exec(version);
  if (match === null) return 0;
  const [, major = "0", minor = "0", patch = "0"] = match;
  return Number(major) * 0x1000000 + Math.min(Number(minor), 0xfff) * 0x1000 + Math.min(Number(patch), 0xfff);
}

/** Whether a fact with these bounds holds in the given kernel. `removed` is the first release without it. */
export function existsIn(
  version: KernelVersion,
  since: string | undefined,
  removed: string | undefined,
): boolean {
  const rank = versionRank(version);
  return rank >= versionRank(since) && (removed === undefined || rank < versionRank(removed));
}

/** "4.13?" → "4.13": the release without its mark of doubt. */
export function plainRelease(since: string | undefined): string | undefined {
  return since === undefined || since === "" ? undefined : since.replace(/\?$/, "");
}
