// Statements that stand unquoted as an argument of `optional_policy` and its like. m4 expands them before the macro is,
// and a comma – in a declaration, or in what a call becomes – ends the argument: the rest is taken for the else branch,
// or is lost. Structure says what was meant, so nothing else complains until the module is built.

import {
  N_BLOCK,
  N_IFDEF,
  N_IFELSE,
  N_INTERFACE,
  N_OPTIONALPOLICY,
  N_TUNABLEPOLICY,
} from "../../../grammar/syntax/kinds.ts";
import { changing, fixer } from "../selint/fixText.ts";
import { keywordRange } from "../selint/outline.ts";
import { type Place, TE_IF, textCheck } from "../selint/visit.ts";

const HOLDING = [N_OPTIONALPOLICY, N_TUNABLEPOLICY, N_IFDEF, N_IFELSE, N_INTERFACE];

export const unquotedBlock = textCheck("block-unquoted", TE_IF, HOLDING, (place, say) => {
  if (unquotedIn(place).length > 0)
    say(
      keywordRange(place.tree, place.node),
      "statements of this are not quoted: m4 expands them first and splits them at commas",
    );
});

/** The blocks of a statement that hold something and are not quoted. */
function unquotedIn({ tree, node }: Place): readonly number[] {
  const found: number[] = [];
  for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number) {
    const isEmpty = (tree.first[child] as number) >= (tree.last[child] as number);
    if (tree.kind[child] === N_BLOCK && tree.data[child] === 0 && !isEmpty) found.push(child);
  }
  return found;
}

export const quoteBlock = fixer(["block-unquoted"], (place) => {
  const { file, tree } = place;
  const { start, end } = tree.tokens;
  const put = (at: number, text: string) => ({ file: file.id, start: at, end: at, text });
  // Directly behind the parenthesis or comma, and in front of what follows: as the reference policy writes it.
  const edits = unquotedIn(place).flatMap((block) => [
    put(end[(tree.first[block] as number) - 1] as number, "`"),
    put(start[tree.last[block] as number] as number, "'"),
  ]);
  if (edits.length === 0) return undefined;
  return changing("Quote the statements", "m4 takes them as they are written", true, ...edits);
});
