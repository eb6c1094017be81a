// Levels inside the context of a gen_context: the macro appends its second argument, or `s0` where a build has categories,
// so that the context gets one level too many, and neither libsemanage nor setfiles takes it.

import { N_CONTEXT, N_FCENTRY, N_GENCONTEXT, N_RANGE } from "../../../grammar/syntax/kinds.ts";
import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import { changing, fixer } from "../selint/fixText.ts";
import { FC, type Place, textCheck } from "../selint/visit.ts";

/** The gen_context of an entry, the level inside its context, and whether there is another behind it. */
interface Inside {
  readonly level: number;
  readonly hasOwn: boolean;
}

function insideOf({ tree, node }: Place): Inside | undefined {
  for (let call = node + 1; call < (tree.end[node] as number); call++) {
    if (tree.kind[call] !== N_GENCONTEXT) continue;
    const context = childOfKind(tree, call, N_CONTEXT);
    const level = context < 0 ? -1 : childOfKind(tree, context, N_RANGE);
    return level < 0 ? undefined : { level, hasOwn: childOfKind(tree, call, N_RANGE) >= 0 };
  }
  return undefined;
}

function childOfKind(tree: SyntaxTree, node: number, kind: number): number {
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
    if (tree.kind[child] === kind) return child;
  return -1;
}

export const LEVEL_INSIDE = textCheck("fc-level-inside", FC, [N_FCENTRY], (place, say) => {
  const found = insideOf(place);
  if (found === undefined) return;
  const { tree } = place;
  say(
    { start: startOf(tree, found.level), end: endOf(tree, found.level) },
    "gen_context appends the level itself, from its second argument: here it would come twice",
  );
});

export const MOVE_LEVEL = fixer(["fc-level-inside"], (place) => {
  const found = insideOf(place);
  if (found === undefined) return undefined;
  const { file, tree } = place;
  const end = endOf(tree, found.level);
  // From the colon in front of the level.
  const start = file.text.lastIndexOf(":", startOf(tree, found.level));
  const change = found.hasOwn
    ? { file: file.id, start, end, text: "" }
    : { file: file.id, start, end: start + 1, text: "," };
  const title = found.hasOwn ? "Remove the level" : "Make it the second argument";
  return changing(title, "the context of these files is valid", true, change);
});
