// Custom requests: a loop over the table of features/extensions, and the virtual documents of expansions. Which
// policy is asked follows from `textDocument`, else it is the first one. Unlike a feature, a custom request says
// what is wrong: its client asked on purpose.

import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  TextDocumentContentRequest,
} from "vscode-languageserver";
import { expansionOf } from "../features/extensions/expand.ts";
import { EXTENSIONS } from "../features/extensions/index.ts";
import { paramsOf, stringParam } from "../features/extensions/params.ts";
import { policyDiffRequest } from "../features/extensions/policyDiff.ts";
import { type VirtualDocument, virtualDocument } from "../features/extensions/virtual.ts";
import type { View } from "../features/view.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** Announced in the server's capabilities. */
export const EXTENSION_CAPABILITIES = {
  selinux: { methods: EXTENSIONS.map((one) => one.method), notifications: ["selinux/policyLoad"] },
} as const;

/** Registers the custom requests and the content of virtual documents. */
export function registerExtensions(connection: Connection, session: Session): void {
  for (const extension of EXTENSIONS)
    connection.onRequest(extension.method, async (given: unknown, token: CancellationToken) => {
      const params = paramsOf(given);
      const uri = stringParam(paramsOf(params.textDocument), "uri");
      const path = uri === undefined ? undefined : pathOfUri(uri);
      const answer = await session.answerPolicy(path, token, (view, loads) =>
        extension.answer({ view, path, loads }, params),
      );
      if (answer === undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, "no policy is loaded");
      if ("invalid" in answer) throw new ResponseError(ErrorCodes.InvalidParams, answer.invalid);
      return answer.value;
    });
  connection.onRequest(TextDocumentContentRequest.type, async ({ uri }, token) => {
    const virtual = virtualDocument(uri);
    if (virtual?.isDiff === true) session.shownDiffs.add(uri);
    const text = await answerVirtual(session, virtual, token, (view, path, query) =>
      virtual?.isDiff === true ? policyDiffRequest(view, path).text : expansionOf(view, path, query)?.text,
    );
    return { text: text ?? "# nothing: the policy has no such place\n" };
  });
}

/** Answers a request about a virtual document from the policy that it shows. */
export async function answerVirtual<T>(
  session: Session,
  virtual: VirtualDocument | undefined,
  token: CancellationToken,
  answer: (view: View, path: string, query: string) => T,
): Promise<T | undefined> {
  if (virtual === undefined) return undefined;
  const path = pathOfUri(`file://${virtual.path}`);
  return await session.answerPolicy(path === "/" ? undefined : path, token, (view) =>
    answer(view, path, virtual.query),
  );
}
