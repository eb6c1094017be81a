// File operations: what else changes when the client renames a module's file. The client asks before it renames, so
// the answer speaks of the old places. Which files it asks about is announced only to a client that would ask.

import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  ErrorCodes,
  ResponseError,
  type ServerCapabilities,
  WillRenameFilesRequest,
} from "vscode-languageserver";
import type { ClientAbilities } from "../features/index.ts";
import { type Move, willRenameFiles } from "../features/rename/moveFiles.ts";
import { PLAIN_EDITS } from "../features/rename/workspaceEdit.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

type WorkspaceCapabilities = NonNullable<ServerCapabilities["workspace"]>;

/** What the server wants to hear of before it happens. */
export function fileOperationCapability(client: ClientCapabilities): WorkspaceCapabilities {
  if (client.workspace?.fileOperations?.willRename !== true) return {};
  const pattern = { glob: "**/*.{te,if,fc}", matches: "file" as const };
  return { fileOperations: { willRename: { filters: [{ scheme: "file", pattern }] } } };
}

/** Registers the requests. */
export function registerFileOperations(
  connection: Connection,
  session: Session,
  client: () => ClientAbilities,
): void {
  connection.onRequest(WillRenameFilesRequest.type, async (params, token: CancellationToken) => {
    const files: unknown = (params as { files?: unknown } | undefined)?.files;
    if (!Array.isArray(files) || !files.every(isRename))
      throw new ResponseError(ErrorCodes.InvalidParams, "workspace/willRenameFiles needs files");
    const moves = files.map(
      ({ oldUri, newUri }): Move => ({ from: pathOfUri(oldUri), to: pathOfUri(newUri), newUri }),
    );
    const [first] = moves;
    if (first === undefined) return null;
    const readText = (path: string) => session.workspace.readText(path);
    const answer = await session.answer(first.from, token, (view) =>
      willRenameFiles(view, moves, readText, client().edits ?? PLAIN_EDITS),
    );
    return answer ?? null;
  });
}

function isRename(value: unknown): value is { readonly oldUri: string; readonly newUri: string } {
  const file = value as { oldUri?: unknown; newUri?: unknown } | null;
  return typeof file?.oldUri === "string" && typeof file.newUri === "string";
}
