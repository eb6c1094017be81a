// The blocks of the files' top levels as a list in the order of the build, and which of them the next list no longer has:
// after an edit one of a thousand, which is found without a set of them all.

/** The roots of the files of a build that have one. */
export function rootsInOrder(
  order: readonly number[],
  rootOf: ReadonlyMap<number, number>,
): readonly number[] {
  const roots: number[] = [];
  for (const id of order) {
    const root = rootOf.get(id);
    if (root !== undefined) roots.push(root);
  }
  return roots;
}

/** Remembers the last list of roots that it was given. */
export class GoneRoots {
  private before: readonly number[] = [];

  /** Takes the roots as they are now; gives those that were in the last list and are not in this one. */
  next(roots: readonly number[]): readonly number[] {
    const { before } = this;
    if (before === roots) return [];
    this.before = roots;
    if (before.length === roots.length) {
      const gone = before.filter((root, i) => root !== roots[i]);
      // A file that moved in the build's order stands elsewhere in the list.
      return gone.some((root) => roots.includes(root)) ? without(before, roots) : gone;
    }
    return without(before, roots);
  }
}

function without(before: readonly number[], now: readonly number[]): readonly number[] {
  const there = new Set(now);
  return before.filter((root) => !there.has(root));
}
