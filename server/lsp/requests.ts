// Requests: a loop over the table of features. Parameters of wrong shape are the error InvalidParams; a request that
// fails otherwise is answered with null and a line in the log, so that one bad answer does not raise a window in the
// editor.

import type { CancellationToken, Connection } from "vscode-languageserver";
import { ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { isPolicyTest } from "../../grammar/policyTest/fileName.ts";
import { VIRTUAL_ANSWERS, virtualDocument } from "../features/extensions/virtual.ts";
import { type ClientAbilities, FEATURES, type Feature } from "../features/index.ts";
import { testRequest } from "../features/policyTest/requests.ts";
import { answerVirtual } from "./extensions.ts";
import type { Session } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** Registers every feature. */
export function registerFeatures(
  connection: Connection,
  session: Session,
  client: () => ClientAbilities,
): void {
  for (const feature of FEATURES)
    connection.onRequest(feature.method, async (params: unknown, token: CancellationToken) => {
      if (!isRecord(params)) throw invalid(feature, "parameters");
      if (feature.everywhere === true) {
        if (typeof params.query !== "string") throw invalid(feature, "a query");
        const lists = await session.answerAll(token, (view) => feature.answer(view, "", params, client()));
        return lists.flat();
      }
      const path = pathOf(feature, params);
      if (path === undefined) {
        if (isItem(params)) return params;
        throw invalid(feature, "a textDocument or an item of ours");
      }
      const virtual = virtualDocument(uriOf(params));
      if (virtual !== undefined) {
        const about = VIRTUAL_ANSWERS.get(feature.method);
        if (about === undefined || virtual.isDiff) return null;
        const found = await answerVirtual(session, virtual, token, (view, file, query) =>
          about(view, file, query, params),
        );
        return found ?? null;
      }
      const started = performance.now();
      try {
        const answer = isPolicyTest(path)
          ? await session.answerTest(path, token, (view, document) =>
              testRequest(feature.method, view, document, params, client()),
            )
          : await session.answer(path, token, (view) => feature.answer(view, path, params, client()));
        if (answer === null || answer === undefined) return isItem(params) ? params : null;
        if (isRefusal(answer)) throw new ResponseError(LSPErrorCodes.RequestFailed, answer.refused);
        const simplify = session.fits.get(feature.method);
        return simplify === undefined ? answer : simplify(answer as never, uriOf(params));
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        session.report(error);
        return isItem(params) ? params : null;
      } finally {
        // Said only where the client asks for a trace.
        const milliseconds = (performance.now() - started).toFixed(1);
        connection.tracer.log(`${feature.method}: ${milliseconds} ms`, path);
      }
    });
}

/** The file that a request is about. */
function pathOf(feature: Feature, params: Readonly<Record<string, unknown>>): string | undefined {
  if (feature.pathOf !== undefined) {
    try {
      return feature.pathOf(params);
    } catch {
      return undefined; // an item that is none of ours
    }
  }
  const uri = uriOf(params);
  return uri === "" ? undefined : pathOfUri(uri);
}

function uriOf({ textDocument }: Readonly<Record<string, unknown>>): string {
  return isRecord(textDocument) && typeof textDocument.uri === "string" ? textDocument.uri : "";
}

/** An item to resolve comes back as it was when there is nothing to add: a completion, a lens, an action, a hint. */
function isItem(params: Readonly<Record<string, unknown>>): boolean {
  if (params.textDocument !== undefined || params.item !== undefined) return false;
  return typeof params.label === "string" || typeof params.title === "string" || isRecord(params.range);
}

/** What a feature will not do comes with its reason, for the user. */
function isRefusal(answer: unknown): answer is { readonly refused: string } {
  return isRecord(answer) && typeof answer.refused === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(feature: Feature, what: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, `${feature.method} needs ${what}`);
}
