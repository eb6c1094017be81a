// Edits as the client takes them: with versions and annotations where it knows these, else as plain lists by file.
// Edits of comments ask for confirmation where a client can ask.

import type {
  AnnotatedTextEdit,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver-types";
import type { Occurrence } from "../references.ts";
import { toRange, type View } from "../view.ts";

/** What a client takes in a WorkspaceEdit. */
export interface EditAbilities {
  readonly documentChanges: boolean;
  readonly annotations: boolean;
  /** it can rename files when asked to */
  readonly renamesFiles: boolean;
  /** it can make files when asked to */
  readonly makesFiles?: boolean;
}

/** Of a client that knows text edits only. */
export const PLAIN_EDITS: EditAbilities = { documentChanges: false, annotations: false, renamesFiles: false };

/** A place to rewrite; `isRemark` when only people read it. */
export interface Rewrite extends Pick<Occurrence, "file" | "start" | "end"> {
  readonly text: string;
  readonly isRemark?: boolean;
}

const REMARK = "remark";

/** Rewrites of sources, as one edit. */
export function workspaceEdit(
  view: View,
  rewrites: readonly Rewrite[],
  abilities: EditAbilities,
): WorkspaceEdit {
  const byUri = new Map<
    string,
    { readonly path: string; readonly edits: (TextEdit | AnnotatedTextEdit)[] }
  >();
  let hasRemarks = false;
  for (const { file, start, end, text, isRemark } of [...rewrites].sort((a, b) => a.start - b.start)) {
    const uri = view.uriOf(file.path);
    let entry = byUri.get(uri);
    if (entry === undefined) {
      entry = { path: file.path, edits: [] };
      byUri.set(uri, entry);
    }
    const edit = { range: toRange(view, file, start, end), newText: text };
    const isAnnotated = isRemark === true && abilities.documentChanges && abilities.annotations;
    hasRemarks ||= isAnnotated;
    entry.edits.push(isAnnotated ? { ...edit, annotationId: REMARK } : edit);
  }
  if (!abilities.documentChanges)
    return { changes: Object.fromEntries([...byUri].map(([uri, { edits }]) => [uri, edits])) };
  const documentChanges = [...byUri].map(
    ([uri, { path, edits }]): TextDocumentEdit => ({
      textDocument: { uri, version: view.versionOf?.(path) ?? null },
      edits,
    }),
  );
  if (!hasRemarks) return { documentChanges };
  const changeAnnotations = {
    [REMARK]: {
      label: "Comments and documentation",
      description: "text that only people read",
      needsConfirmation: true,
    },
  };
  return { documentChanges, changeAnnotations };
}
