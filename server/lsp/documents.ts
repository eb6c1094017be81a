// Document and file notifications: open, change, close, watched files, workspace folders. Each changes the workspace
// at once and asks for diagnostics.

import type { Connection } from "vscode-languageserver";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** Registers the notifications. */
export function registerDocuments(connection: Connection, session: Session): void {
  const { workspace } = session;
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    workspace.open(pathOfUri(uri), uri, version, text);
    session.schedulePublish();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    workspace.change(pathOfUri(uri), version, contentChanges, session.encoding);
    session.schedulePublish();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    workspace.close(pathOfUri(uri));
    session.schedulePublish();
  });
  connection.onDidSaveTextDocument(() => session.schedulePublish());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    workspace.filesChanged(changes.map((change) => pathOfUri(change.uri)));
    session.schedulePublish();
  });
}

/** Files whose change on disk may matter; the policy's extensionless files are named. */
export const WATCHED_FILES: readonly string[] = [
  "**/*.{te,if,fc,spt,conf,in,m4}",
  "**/policy/{constraints,context_defaults,global_booleans,global_tunables,mcs,mls,policy_capabilities,users}",
  "**/policy/flask/*",
  "**/{.sels.json,selint.conf}",
];
