// Where statements use names of types, roles, booleans and users, by the shape of their syntax: shared by what judges the text of
// a policy.conf (confNames.ts) and by what judges a tree's optional blocks (scopedUses.ts). Nothing here knows scopes.

import {
  N_AVRULE,
  N_CONTEXT,
  N_CTERM,
  N_EXPANDATTRIBUTE,
  N_OP,
  N_RANGETRANSITION,
  N_ROLEALLOW,
  N_ROLETRANSITION,
  N_ROLETYPES,
  N_TYPEBOUNDS,
  N_TYPERULE,
  N_USER,
  N_XPERMRULE,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import { GROUP_ROLE, GROUP_TYPE, GROUP_USER } from "./optionals.ts";
import { childrenOf } from "./statements.ts";

/** Which children of a statement are names of which group; -1 is the last child. */
const USES: ReadonlyMap<number, readonly (readonly [child: number, group: number])[]> = new Map([
  [
    N_AVRULE,
    [
      [0, GROUP_TYPE],
      [1, GROUP_TYPE],
    ],
  ],
  [
    N_XPERMRULE,
    [
      [0, GROUP_TYPE],
      [1, GROUP_TYPE],
    ],
  ],
  [
    N_TYPERULE,
    [
      [0, GROUP_TYPE],
      [1, GROUP_TYPE],
      [3, GROUP_TYPE],
    ],
  ],
  [
    N_RANGETRANSITION,
    [
      [0, GROUP_TYPE],
      [1, GROUP_TYPE],
    ],
  ],
  [N_EXPANDATTRIBUTE, [[0, GROUP_TYPE]]],
  [
    N_TYPEBOUNDS,
    [
      [0, GROUP_TYPE],
      [1, GROUP_TYPE],
    ],
  ],
  [
    N_ROLETYPES,
    [
      [0, GROUP_ROLE],
      [1, GROUP_TYPE],
    ],
  ],
  [
    N_ROLEALLOW,
    [
      [0, GROUP_ROLE],
      [1, GROUP_ROLE],
    ],
  ],
  [
    N_ROLETRANSITION,
    [
      [0, GROUP_ROLE],
      [1, GROUP_TYPE],
      [-1, GROUP_ROLE],
    ],
  ],
  [N_USER, [[1, GROUP_ROLE]]],
]);

/** The children of a statement of this kind that are names or sets of names, each with its group. */
export function usesOf(kind: number): readonly (readonly [child: number, group: number])[] {
  return USES.get(kind) ?? [];
}

/** Names in contexts and in the expressions of constraints below a statement; `textOf` gives the text of a leaf. */
export function* labelUses(
  tree: SyntaxTree,
  statement: number,
  textOf: (leaf: number) => string,
): Iterable<{ readonly node: number; readonly group: number }> {
  const stop = tree.end[statement] as number;
  for (let node = statement + 1; node < stop; node++) {
    if (tree.kind[node] === N_CONTEXT) {
      const [user, role, type] = childrenOf(tree, node);
      if (user === undefined || role === undefined || type === undefined) continue;
      yield { node: user, group: GROUP_USER };
      yield { node: role, group: GROUP_ROLE };
      yield { node: type, group: GROUP_TYPE };
    } else if (tree.kind[node] === N_CTERM && tree.data[node] === 1) {
      const [left, ...rest] = childrenOf(tree, node);
      const letter = left === undefined ? "" : textOf(left)[0];
      const group = letter === "u" ? GROUP_USER : letter === "r" ? GROUP_ROLE : GROUP_TYPE;
      for (const child of rest) if (tree.kind[child] !== N_OP) yield { node: child, group };
    }
  }
}
