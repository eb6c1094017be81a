// What a refactoring is: an offer with a title, and the edit that is worked out when somebody takes the offer. An offer
// is made only where the edit keeps the compiled policy as it is, or its title says what it changes. No comment is ever
// lost: where one would be, nothing is offered. Drafts are offsets into the sources of one snapshot.

import type { CreateFile, TextDocumentEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { type EditAbilities, type Rewrite, workspaceEdit } from "../rename/workspaceEdit.ts";
import type { SourceFile, View } from "./selection.ts";

export const REWRITE = "refactor.rewrite";
export const INLINE = "refactor.inline";
export const EXTRACT = "refactor.extract";
export const MOVE = "refactor.move";

/** A file that a refactoring makes. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** What a refactoring changes. */
export interface Draft {
  readonly rewrites: readonly Rewrite[];
  readonly newFiles?: readonly NewFile[];
}

/** An offer. */
export interface Refactoring {
  readonly title: string;
  readonly kind: string;
  /** the client must be able to make files */
  readonly makesFiles?: boolean;
  /** Works the edit out. */
  draft(): Draft;
}

/** What a client takes, with the making of files. */
export interface RefactorAbilities {
  readonly edits: EditAbilities;
  /** edits may come later, when an action is taken */
  readonly resolves: boolean;
}

/** A change of a file; lines end as the file's lines do. */
export function rewrite(file: SourceFile, start: number, end: number, text: string): Rewrite {
  const isDos = file.text.includes("\r\n");
  return { file, start, end, text: isDos ? text.replace(/\r?\n/g, "\r\n") : text };
}

/** A draft as the client takes it. New files come first: what calls them should not lead to nothing. */
export function editOf(view: View, draft: Draft, abilities: EditAbilities): WorkspaceEdit {
  const edit = workspaceEdit(view, draft.rewrites, abilities);
  const newFiles = draft.newFiles ?? [];
  if (newFiles.length === 0) return edit;
  const origin = { line: 0, character: 0 };
  const made = newFiles.flatMap(({ path, text }): (CreateFile | TextDocumentEdit)[] => {
    const uri = view.uriOf(path);
    return [
      { kind: "create", uri, options: { ignoreIfExists: true } },
      {
        textDocument: { uri, version: null },
        edits: [{ range: { start: origin, end: origin }, newText: text }],
      },
    ];
  });
  return { ...edit, documentChanges: [...made, ...(edit.documentChanges ?? [])] };
}
