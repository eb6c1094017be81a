// Findings carried over an edit: while a file's checks have not yet been run on its new text, what was known before is
// shown where it now stands. What lay in the replaced part is gone. Pure; only places in the edited file move.

import type { Finding } from "../compiler/face.ts";

/** What changed between two texts: everything outside [start, oldEnd) is the same, moved by `shift` behind it. */
interface Replaced {
  readonly start: number;
  readonly oldEnd: number;
  readonly shift: number;
}

/** The findings of `file` at their places in the new text; the same array when nothing moves. */
export function carryFindings(
  findings: readonly Finding[],
  file: number,
  before: string,
  after: string,
): readonly Finding[] {
  if (findings.length === 0) return findings;
  const replaced = replacedPart(before, after);
  const kept: Finding[] = [];
  for (const finding of findings) {
    const place = carried(finding, replaced);
    if (place === undefined) continue;
    const related = finding.related.flatMap((site) => {
      if (site.file !== file) return [site];
      const at = carried(site, replaced);
      return at === undefined ? [] : [{ ...site, ...at }];
    });
    kept.push({ ...finding, ...place, related });
  }
  return kept;
}

/** Characters compared at once: what is equal is found many times faster so, and a policy.conf has 45 MB of it. */
const STRETCH = 65_536;

function replacedPart(before: string, after: string): Replaced {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (
    start + STRETCH <= most &&
    before.slice(start, start + STRETCH) === after.slice(start, start + STRETCH)
  )
    start += STRETCH;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  const stretchBefore = (text: string): string =>
    text.slice(text.length - tail - STRETCH, text.length - tail);
  while (tail + STRETCH <= most - start && stretchBefore(before) === stretchBefore(after)) tail += STRETCH;
  while (
    tail < most - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  return { start, oldEnd: before.length - tail, shift: after.length - before.length };
}

function carried(
  { start, end }: { readonly start: number; readonly end: number },
  replaced: Replaced,
): { readonly start: number; readonly end: number } | undefined {
  if (end <= replaced.start) return { start, end };
  if (start >= replaced.oldEnd) return { start: start + replaced.shift, end: end + replaced.shift };
  return undefined;
}

/** True when two lists of findings say the same. */
export function sameFindings(a: readonly Finding[], b: readonly Finding[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((finding, i) => sameFinding(finding, b[i] as Finding));
}

function sameFinding(a: Finding, b: Finding): boolean {
  if (a === b) return true;
  return (
    a.start === b.start &&
    a.end === b.end &&
    a.code === b.code &&
    a.severity === b.severity &&
    a.message === b.message &&
    a.related.length === b.related.length &&
    a.related.every((site, i) => {
      const other = b.related[i] as Finding["related"][number];
      return (
        site.file === other.file &&
        site.start === other.start &&
        site.end === other.end &&
        site.message === other.message
      );
    })
  );
}
