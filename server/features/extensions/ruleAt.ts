// selinux/ruleAt: the access vector rule at a position with its sides as plain names, so that a client can ask about
// the access that somebody looks at. In an interface's body the names are those of its callers.

import { pathTo } from "../../../grammar/syntax/find.ts";
import { N_AVRULE } from "../../../grammar/syntax/kinds.ts";
import { type RuleSides, sidesOf } from "../effective.ts";
import { readPlaceAt, type View } from "../view.ts";
import { type Answer, invalid, numberParam, type Params, paramsOf } from "./params.ts";

/** Answers selinux/ruleAt; null when no rule stands there. */
export function ruleAtRequest(
  view: View,
  path: string | undefined,
  params: Params,
): Answer<RuleSides | null> {
  const position = paramsOf(params.position);
  const line = numberParam(position, "line");
  const character = numberParam(position, "character");
  if (path === undefined || line === undefined || character === undefined)
    return invalid("selinux/ruleAt takes a `textDocument` and a `position`");
  const place = readPlaceAt(view, path, { line, character });
  if (place === undefined) return { value: null };
  const { tree } = place.file;
  const rule = pathTo(tree, place.offset).findLast((node) => tree.kind[node] === N_AVRULE);
  return { value: rule === undefined ? null : (sidesOf(view, place.file, rule) ?? null) };
}
