// Requests: a loop over the table of features. A request that fails is answered with null and a line in the log, so
// that one bad answer does not raise a window in the editor.

import type { CancellationToken, Connection } from "vscode-languageserver";
import { ResponseError } from "vscode-languageserver";
import { type ClientAbilities, FEATURES } from "../features/index.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

interface DocumentParams {
  readonly textDocument?: { readonly uri: string };
}

/** Registers every feature. */
export function registerFeatures(
  connection: Connection,
  session: Session,
  client: () => ClientAbilities,
): void {
  for (const feature of FEATURES) {
    connection.onRequest(feature.method, async (params: unknown, token: CancellationToken) => {
      if (feature.everywhere === true) {
        const lists = await session.answerAll(token, (view) => feature.answer(view, "", params, client()));
        return lists.flat();
      }
      const uri = (params as DocumentParams).textDocument?.uri;
      const path = feature.pathOf?.(params) ?? (uri === undefined ? undefined : pathOfUri(uri));
      if (path === undefined) return params ?? null;
      try {
        return (
          (await session.answer(path, token, (view) => feature.answer(view, path, params, client()))) ?? null
        );
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        session.report(error);
        return null;
      }
    });
  }
}
