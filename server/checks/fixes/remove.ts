// Repairs that take away: what stands there twice, what nothing uses, and names of file contexts that have to be others.
// Only whole statements and whole words go; a declaration that says more than its name is left alone.

import {
  N_ATTRIBUTE,
  N_ATTRIBUTEROLE,
  N_BLOCK,
  N_BOOL,
  N_FCENTRY,
  N_GENBOOL,
  N_TYPE,
  N_TYPERULE,
  N_XRANGE,
} from "../../../grammar/syntax/kinds.ts";
import { endOf, startOf, textOf } from "../../../grammar/syntax/tree.ts";
import type { Finding } from "../../compiler/face.ts";
import type { Fixer } from "../check.ts";
import type { Fix } from "../fix.ts";
import { changing, fixer, removeLines, replaceRange, same } from "../selint/fixText.ts";
import { childCount } from "../selint/outline.ts";
import type { Place } from "../selint/visit.ts";

const DECLARATIONS = new Set([N_TYPE, N_ATTRIBUTE, N_ATTRIBUTEROLE, N_BOOL, N_GENBOOL]);

/** True when removing a statement leaves its block without one. */
function isAlone({ tree, outline, entry }: Place): boolean {
  const up = outline.up[entry] as number;
  const block = up < 0 ? -1 : (outline.node[up] as number);
  return block >= 0 && tree.kind[block] === N_BLOCK && childCount(tree, block) === 1;
}

function removal({ file, tree, node }: Place): ReturnType<typeof removeLines> {
  return removeLines(file, startOf(tree, node), endOf(tree, node));
}

/** Does the declaration say no more than its name (and a boolean's default)? */
function isBare({ tree, node }: Place): boolean {
  const kind = tree.kind[node] as number;
  if (!DECLARATIONS.has(kind)) return false;
  return childCount(tree, node) === (kind === N_BOOL || kind === N_GENBOOL ? 2 : 1);
}

const declaredTwice = fixer(["type-dup", "attr-dup"], (place, finding) => {
  if (!isBare(place) || isAlone(place)) return undefined;
  const isHere = finding.related.some(({ file }) => file === finding.file);
  return { ...same("Remove the second declaration", removal(place)), preferred: isHere };
});

const transitionTwice = fixer(["ftrans-dup"], (place) =>
  place.tree.kind[place.node] === N_TYPERULE && !isAlone(place)
    ? same("Remove the second rule", removal(place))
    : undefined,
);

const unused = fixer(["unused-declaration"], (place, finding) => {
  if (isAlone(place) || !DECLARATIONS.has(place.tree.kind[place.node] as number)) return undefined;
  const name = place.file.text.slice(finding.start, finding.end);
  return changing("Remove the declaration", `removes ${name}`, false, removal(place));
});

const entryTwice = fixer(["fc-duplicate", "fc-shadowed"], (place, { code }) =>
  place.tree.kind[place.node] === N_FCENTRY && !isAlone(place)
    ? { ...same("Remove the entry", removal(place)), preferred: code === "fc-duplicate" }
    : undefined,
);

/** An argument that nothing reads goes with its comma. */
const extraArgument: Fixer = {
  ids: ["argument-extra"],
  fixes(context, { file: id, start, end }): readonly Fix[] {
    const before = /\s*,\s*$/.exec(context.file(id)?.text.slice(0, start) ?? "");
    if (before === null) return [];
    const change = { file: id, start: start - before[0].length, end, text: "" };
    return [{ ...same("Remove the argument", change), preferred: false }];
  },
};

/** The ends of a range, the other way round. */
const turnRange: Fixer = {
  ids: ["xperm-range-order"],
  fixes(context, finding): readonly Fix[] {
    const tree = context.file(finding.file)?.tree;
    if (tree === undefined || nodeAt(tree, finding) < 0) return [];
    const [low = "", high = ""] = textOf(tree, nodeAt(tree, finding)).split("-");
    const text = `${high.trim()}-${low.trim()}`;
    return [changing("Swap the ends", `the range is ${text}`, true, replaceRange(finding, text))];
  },
};

function nodeAt(tree: Place["tree"], { start, end }: Finding): number {
  for (let node = 1; node < tree.count; node++)
    if (tree.kind[node] === N_XRANGE && startOf(tree, node) === start && endOf(tree, node) === end)
      return node;
  return -1;
}

/** Files belong to system_u and object_r. */
const fileOwner: Fixer = {
  ids: ["E-003", "E-004"],
  fixes(_context, finding): readonly Fix[] {
    const name = finding.code === "E-003" ? "system_u" : "object_r";
    return [
      changing(
        `Write ${name}`,
        "the context is one that the policy knows",
        true,
        replaceRange(finding, name),
      ),
    ];
  },
};

export const REMOVE_FIXERS: readonly Fixer[] = [
  declaredTwice,
  transitionTwice,
  unused,
  entryTwice,
  extraArgument,
  turnRange,
  fileOwner,
];
