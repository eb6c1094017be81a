/**
 * A rename at the cursor of a fixture: the texts afterwards, and the edit that a client would get. Edits are applied
 * as a client does, from the end of each file, so overlapping ones would spoil the text and show.
 */
import type { WorkspaceEdit } from "vscode-languageserver-types";
import { rename } from "../../../server/features/rename/rename.ts";
import { type EditAbilities, PLAIN_EDITS } from "../../../server/features/rename/workspaceEdit.ts";
import { atCursor, type Fixture } from "../../support/fixture.ts";

export interface Renamed {
  readonly refused?: string;
  readonly edit?: WorkspaceEdit;
  /** changed files by path */
  readonly texts: ReadonlyMap<string, string>;
}

/** Renames what the cursor stands on. */
export function renameAtCursor(
  fixture: Fixture,
  newName: string,
  abilities: EditAbilities = PLAIN_EDITS,
): Renamed | undefined {
  const { view, place } = atCursor(fixture);
  const answer = rename(view, place, newName, abilities);
  if (answer === undefined) return undefined;
  if ("refused" in answer) return { refused: answer.refused, texts: new Map() };
  return { edit: answer, texts: applied(answer, (path) => fixture.files.get(path) ?? "") };
}

/** The texts after the plain text edits of a workspace edit. */
export function applied(edit: WorkspaceEdit, read: (path: string) => string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) {
    const path = uri.replace("file://", "");
    let text = read(path);
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    const offset = ({ line, character }: { line: number; character: number }): number =>
      (starts[line] as number) + character;
    const sorted = edits
      .map(({ range, newText }) => ({ from: offset(range.start), to: offset(range.end), newText }))
      .sort((a, b) => b.from - a.from);
    for (const { from, to, newText } of sorted) text = text.slice(0, from) + newText + text.slice(to);
    texts.set(path, text);
  }
  return texts;
}
