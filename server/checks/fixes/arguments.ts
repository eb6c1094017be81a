// A call that lacks a comma: fewer arguments than its macro uses, and one argument that is names in a row. The blank
// between the names becomes the comma. Names in braces or quotes are meant as a set and stay.

import { N_ARG, N_CALL, N_NAME } from "../../../grammar/syntax/kinds.ts";
import { endOf } from "../../../grammar/syntax/tree.ts";
import type { Fixer } from "../check.ts";
import { changing, placeAt } from "../selint/fixText.ts";
import { calleeOf, childCount } from "../selint/outline.ts";
import type { Place } from "../selint/visit.ts";

export const ARGUMENT_FIXER: Fixer = {
  ids: ["empty-set", "W-007"],
  fixes(context, finding) {
    for (const site of [finding, ...finding.related]) {
      const file = context.file(site.file);
      const place = file === undefined || file.foreign ? undefined : placeAt(file, site.start, site.end);
      if (place === undefined || place.tree.kind[place.node] !== N_CALL) continue;
      const macro = context.compiled.macro(calleeOf(place.tree, place.node));
      const at = macro === undefined ? undefined : missingComma(place, macro.arity);
      if (at === undefined) continue;
      const change = { file: place.file.id, start: at, end: at, text: "," };
      return [changing("Write the missing `,`", "the call has one argument more", true, change)];
    }
    return [];
  },
};

/** Where a comma makes the arguments as many as the macro uses: behind the first name of the only row of names. */
function missingComma({ tree, node }: Place, arity: number): number | undefined {
  const lacking = arity - childCount(tree, node);
  if (lacking !== 1) return undefined;
  let found: number | undefined;
  for (let arg = node + 1; arg < (tree.end[node] as number); arg = tree.end[arg] as number) {
    if (tree.kind[arg] !== N_ARG || (tree.data[arg] as number) & 3 || childCount(tree, arg) < 2) continue;
    if (childCount(tree, arg) !== 2 || found !== undefined || tree.kind[arg + 1] !== N_NAME) return undefined;
    found = endOf(tree, arg + 1);
  }
  return found;
}
