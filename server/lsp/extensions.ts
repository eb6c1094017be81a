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
import { expansionText } from "../features/extensions/expand.ts";
import { EXTENSIONS } from "../features/extensions/index.ts";
import { paramsOf, stringParam } from "../features/extensions/params.ts";
import { POLICY_DIFF_SCHEME, policyDiffRequest } from "../features/extensions/policyDiff.ts";
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
    const [, scheme, path = "", query = ""] = /^([^:]*):([^?#]*)(?:\?([^#]*))?/.exec(uri) ?? [];
    const file = pathOfUri(`file://${path}`);
    const isDiff = scheme === POLICY_DIFF_SCHEME;
    if (isDiff) session.shownDiffs.add(uri);
    const text = await session.answerPolicy(file === "/" ? undefined : file, token, (view) =>
      isDiff
        ? policyDiffRequest(view, file).text
        : // Some clients (VS Code) also encode the `=` of a query.
          expansionText(view, file, query.includes("=") ? query : decodeQuery(query)),
    );
    return { text: text ?? "# nothing: the policy has no such place\n" };
  });
}

function decodeQuery(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}
