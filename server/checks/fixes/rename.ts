// Repairs of slips of the hand: the name that "did you mean" found, put where the wrong one stands. It judges nothing:
// what is near enough is decided in ../didYouMean.ts, and the range of the finding must spell the name, because a name
// that a macro put together has no place of its own.

import { KEYWORDS, LANGUAGE_KEYWORDS, TOKEN_NAMES } from "../../../grammar/text/tokens.ts";
import type { CheckContext, Fixer } from "../check.ts";
import { nearestName } from "../didYouMean.ts";
import { changing, replaceRange } from "../selint/fixText.ts";
import { namesOf } from "../selint/names.ts";
import { isSlip, NAME_CODES, type NameFinding, readFinding } from "./finding.ts";

const DECLARABLE: ReadonlySet<string> = new Set(["type", "attribute", "bool"]);

export const RENAME_FIXER: Fixer = {
  ids: NAME_CODES,
  fixes(context, finding) {
    const file = context.file(finding.file);
    const said = readFinding(finding);
    if (file === undefined || said === undefined) return [];
    if (file.text.slice(finding.start, finding.end) !== said.name) return [];
    const meant = said.meant ?? wordLike(context, said);
    if (meant === undefined) return [];
    // A type, attribute or boolean may be a new one; a permission or an interface that is not there never is.
    const isSure = isSlip(said.name, meant) || !DECLARABLE.has(said.kinds[0] ?? "macro");
    return [changing(`Write ${meant}`, `this is about ${meant}`, isSure, replaceRange(finding, meant))];
  },
};

/** The words of m4 with a syntax of their own. */
const CONSTRUCTS = TOKEN_NAMES.slice(LANGUAGE_KEYWORDS + 1, KEYWORDS + 1);

/** What "did you mean" does not look through: sets of permissions with a name, and constructs that are no macros. */
function wordLike(context: CheckContext, { kinds, name }: NameFinding): string | undefined {
  if (kinds[0] === "permission") return nearestName(name, namesOf(context).macros.keys());
  return kinds.length === 0 ? nearestName(name, CONSTRUCTS) : undefined;
}
