// Puts repairs into texts. Fixes are taken in the order given; one whose edits touch what an earlier one changed is
// left for the next round, whole, because half a repair is none. Pure.

import type { Fix, TextChange } from "./fix.ts";

export interface AppliedFixes {
  /** new texts of the files that changed */
  readonly texts: ReadonlyMap<number, string>;
  readonly applied: readonly Fix[];
  readonly deferred: readonly Fix[];
}

/** Applies as many fixes as do not touch each other. `textOf` gives undefined for files that must not change. */
export function applyFixes(
  fixes: readonly Fix[],
  textOf: (file: number) => string | undefined,
): AppliedFixes {
  const taken = new Map<number, TextChange[]>();
  const applied: Fix[] = [];
  const deferred: Fix[] = [];
  for (const fix of fixes) {
    if (fix.changes.length === 0 || fix.changes.some((change) => textOf(change.file) === undefined)) continue;
    const isSame = applied.some((other) => sameChanges(other.changes, fix.changes));
    if (isSame) continue;
    if (
      fix.changes.some((change) => (taken.get(change.file) ?? []).some((other) => touches(change, other)))
    ) {
      deferred.push(fix);
      continue;
    }
    for (const change of fix.changes) {
      const list = taken.get(change.file);
      if (list === undefined) taken.set(change.file, [change]);
      else list.push(change);
    }
    applied.push(fix);
  }
  const texts = new Map<number, string>();
  for (const [file, changes] of taken) texts.set(file, changeText(textOf(file) ?? "", changes));
  return { texts, applied, deferred };
}

/** A text after changes that do not overlap. */
export function changeText(text: string, changes: readonly TextChange[]): string {
  let result = "";
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, change.start) + change.text;
    at = Math.max(at, change.end);
  }
  return result + text.slice(at);
}

/** Two insertions at one place touch as well: their order would be a guess. */
function touches(a: TextChange, b: TextChange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function sameChanges(a: readonly TextChange[], b: readonly TextChange[]): boolean {
  return (
    a.length === b.length &&
    a.every((change, i) => {
      const other = b[i] as TextChange;
      return (
        change.file === other.file &&
        change.start === other.start &&
        change.end === other.end &&
        change.text === other.text
      );
    })
  );
}
