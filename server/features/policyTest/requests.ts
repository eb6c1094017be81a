// The requests of the protocol that policy test files answer. Everything else is about sources of a policy, which a test
// file is not.

import type { CodeActionContext, Position, Range } from "vscode-languageserver-types";
import { type Lines, offsetAt } from "../../workspace/lines.ts";
import type { ClientAbilities } from "../index.ts";
import type { View } from "../view.ts";
import { testActions } from "./actions.ts";
import { testCompletion } from "./completion.ts";
import { testOutline } from "./outline.ts";

interface CodeActionParams {
  readonly range: Range;
  readonly context?: CodeActionContext;
}

/** An open test file. */
export interface TestDocument {
  readonly path: string;
  readonly lines: Lines;
}

/** The answer to a request about a test file; undefined when there is none. */
export function testRequest(
  method: string,
  view: View,
  { path, lines }: TestDocument,
  params: Readonly<Record<string, unknown>>,
  client: ClientAbilities,
): unknown {
  if (method === "textDocument/documentSymbol")
    return testOutline(view, path, lines, client.hierarchicalSymbols);
  if (method === "textDocument/codeAction") {
    const { range, context } = params as unknown as CodeActionParams;
    return testActions(view, path, lines, range, context?.diagnostics ?? [], context?.only);
  }
  if (method !== "textDocument/completion") return undefined;
  const offset = offsetAt(lines, params.position as Position, view.encoding);
  return testCompletion(view, lines.text, offset, client.snippets);
}
