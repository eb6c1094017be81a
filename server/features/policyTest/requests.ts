// The requests of the protocol that policy test files answer. Everything else is about sources of a policy, which a test
// file is not.

import type { Position } from "vscode-languageserver-types";
import { type Lines, offsetAt } from "../../workspace/lines.ts";
import type { ClientAbilities } from "../index.ts";
import type { View } from "../view.ts";
import { testCompletion } from "./completion.ts";
import { testOutline } from "./outline.ts";

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
  if (method !== "textDocument/completion") return undefined;
  const offset = offsetAt(lines, params.position as Position, view.encoding);
  return testCompletion(view, lines.text, offset, client.snippets);
}
