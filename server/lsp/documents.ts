// Document and file notifications: open, change, close, watched files, workspace folders. Each changes the workspace
// at once and asks for diagnostics. A notification of wrong shape has no answer to go wrong, so it is looked at before
// anything is done: nothing of it enters the workspace, and the client's log says so.

import type { Connection } from "vscode-languageserver";
import { virtualDocument } from "../features/extensions/virtual.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** True for a place in a text, wherever it may be. */
function isPosition(value: unknown): boolean {
  const position = value as { line?: unknown; character?: unknown } | null | undefined;
  return typeof position?.line === "number" && typeof position.character === "number";
}

/** True for a change that can be applied. */
function isChange(value: unknown): boolean {
  const change = value as { text?: unknown; range?: { start?: unknown; end?: unknown } | null } | null;
  if (typeof change?.text !== "string") return false;
  if (change.range === undefined) return true;
  return isPosition(change.range?.start) && isPosition(change.range?.end);
}

/** A version goes back to the client with diagnostics: one that the protocol cannot hold is none. */
function versionOf(version: unknown): number {
  return Number.isInteger(version) && Math.abs(version as number) < 2 ** 31 ? (version as number) : 0;
}

/** Registers the notifications. */
export function registerDocuments(connection: Connection, session: Session): void {
  const { workspace } = session;
  const refused = (isFine: boolean, what: string): boolean => {
    if (!isFine) session.report(`${what}: parameters of wrong shape; the notification is ignored`);
    return !isFine;
  };
  const isUri = (uri: unknown): boolean => typeof uri === "string" && uri !== "";
  // What we made for people to read is no source of a policy.
  const isOurs = (uri: unknown): boolean => typeof uri === "string" && virtualDocument(uri) !== undefined;
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    if (isOurs(uri) || refused(isUri(uri) && typeof text === "string", "didOpen")) return;
    workspace.open(pathOfUri(uri), uri, versionOf(version), text);
    session.schedulePublish();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const isFine = isUri(uri) && Array.isArray(contentChanges) && contentChanges.every(isChange);
    if (isOurs(uri) || refused(isFine, "didChange")) return;
    workspace.change(pathOfUri(uri), versionOf(version), contentChanges, session.encoding);
    session.schedulePublish();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    if (isOurs(uri) || refused(isUri(uri), "didClose")) return;
    workspace.close(pathOfUri(uri));
    session.schedulePublish();
  });
  connection.onDidSaveTextDocument(() => session.schedulePublish());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const uris = changes.map((change) => change.uri).filter(isUri);
    workspace.filesChanged(uris.map(pathOfUri));
    session.schedulePublishOfAll();
  });
}

/** Files whose change on disk may matter; the policy's extensionless files are named. */
export const WATCHED_FILES: readonly string[] = [
  "**/*.{te,if,fc,spt,conf,in,m4}",
  "**/policy/{constraints,context_defaults,global_booleans,global_tunables,mcs,mls,policy_capabilities,users}",
  "**/policy/flask/*",
  "**/{.sels.json,selint.conf}",
];
