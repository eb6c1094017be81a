// Repairs of slips of the hand: the name that "did you mean" found, put where the wrong one stands. It judges nothing:
// what is near enough is decided in ../didYouMean.ts, and the range of the finding must spell the name, because a name
// that a macro put together has no place of its own.

import type { Fixer } from "../check.ts";
import { changing, replaceRange } from "../selint/fixText.ts";
import { isSlip, NAME_CODES, readFinding } from "./finding.ts";

const DECLARABLE: ReadonlySet<string> = new Set(["type", "attribute", "bool"]);

export const RENAME_FIXER: Fixer = {
  ids: NAME_CODES,
  fixes(context, finding) {
    const file = context.file(finding.file);
    const said = readFinding(finding);
    if (file === undefined || said?.meant === undefined) return [];
    if (file.text.slice(finding.start, finding.end) !== said.name) return [];
    const { meant } = said;
    // A type, attribute or boolean may be a new one; a permission or an interface that is not there never is.
    const isSure = isSlip(said.name, meant) || !DECLARABLE.has(said.kinds[0] ?? "macro");
    return [changing(`Write ${meant}`, `this is about ${meant}`, isSure, replaceRange(finding, meant))];
  },
};
