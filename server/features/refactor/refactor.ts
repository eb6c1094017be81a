// Code actions of kind `refactor`: the table of refactorings, what they offer for a selection, and the edit of an offer
// that was taken. Clients that resolve edits get them then, from the snapshot of that moment; an offer that does not
// stand any more comes back without an edit.

import type { CodeActionParams } from "vscode-languageserver-protocol";
import type { CodeAction } from "vscode-languageserver-types";
import { fixedText } from "../rename/subject.ts";
import { offsetOf } from "../view.ts";
import { callInstead } from "./callInstead.ts";
import { extractInterface } from "./extractInterface.ts";
import { inlineCall } from "./inlineCall.ts";
import { mergeRules } from "./mergeRules.ts";
import { moveAccess } from "./moveAccess.ts";
import {
  EXTRACT,
  editOf,
  INLINE,
  MOVE,
  REWRITE,
  type RefactorAbilities,
  type Refactoring,
} from "./refactoring.ts";
import { type Selection, type SourceFile, trimmed, type View } from "./selection.ts";
import { splitRule } from "./splitRule.ts";

export const REFACTOR_KINDS: readonly string[] = [EXTRACT, INLINE, MOVE, REWRITE];

/** Each looks at a selection and says what it could do. */
const REFACTORERS: readonly {
  readonly kind: string;
  offers(selection: Selection): readonly Refactoring[];
}[] = [
  { kind: REWRITE, offers: splitRule },
  { kind: REWRITE, offers: mergeRules },
  { kind: REWRITE, offers: callInstead },
  { kind: INLINE, offers: inlineCall },
  { kind: EXTRACT, offers: extractInterface },
  { kind: MOVE, offers: moveAccess },
];

/** What an action is resolved from. */
interface RefactorData {
  readonly refactor: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** The refactorings for a range of a file. */
export function refactorActions(
  view: View,
  file: SourceFile,
  params: CodeActionParams,
  abilities: RefactorAbilities,
): CodeAction[] {
  const { only } = params.context;
  const wants = (kind: string): boolean =>
    only === undefined || only.some((asked) => asked === "" || `${kind}.`.startsWith(`${asked}.`));
  const start = offsetOf(view, file, params.range.start);
  const end = offsetOf(view, file, params.range.end);
  return offersAt({ view, file, start, end }, wants, abilities).map((offer): CodeAction => {
    const { title, kind } = offer;
    if (!abilities.resolves) return { title, kind, edit: editOf(view, offer.draft(), abilities.edits) };
    const data: RefactorData = { refactor: kind, path: file.path, start, end };
    return { title, kind, data };
  });
}

/** An action with its edit. */
export function resolveRefactor(view: View, action: CodeAction, abilities: RefactorAbilities): CodeAction {
  const { path, start, end, refactor } = action.data as RefactorData;
  const file = view.snapshot.fileAt(path);
  if (file === undefined) return action;
  const offers = offersAt({ view, file, start, end }, (kind) => kind === refactor, abilities);
  const offer = offers.find(({ title }) => title === action.title);
  return offer === undefined ? action : { ...action, edit: editOf(view, offer.draft(), abilities.edits) };
}

/** The file that an action is about; undefined when it is none of ours. */
export function refactorPath(action: CodeAction): string | undefined {
  const data = action.data as Partial<RefactorData> | undefined;
  return typeof data?.refactor === "string" ? data.path : undefined;
}

function offersAt(
  selection: Selection,
  wants: (kind: string) => boolean,
  { edits }: RefactorAbilities,
): Refactoring[] {
  const { file } = selection;
  if (fixedText(file) !== undefined || file.role === "fc") return [];
  const place = trimmed(selection);
  const canMake = edits.documentChanges && edits.makesFiles === true;
  return REFACTORERS.filter(({ kind }) => wants(kind))
    .flatMap(({ offers }) => offers(place))
    .filter(({ makesFiles }) => makesFiles !== true || canMake);
}
