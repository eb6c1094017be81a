// The outline of a policy test file: its tests, and what they assert.

import { type DocumentSymbol, type SymbolInformation, SymbolKind } from "vscode-languageserver-types";
import { parsePolicyTest } from "../../../grammar/policyTest/policyTest.ts";
import type { Span } from "../../../grammar/policyTest/syntax.ts";
import { type Lines, positionAt } from "../../workspace/lines.ts";
import type { View } from "../view.ts";
import { assertionText } from "./wording.ts";

/** The symbols of a test file, in a tree, or in a list for clients that know only that. */
export function testOutline(
  view: View,
  path: string,
  lines: Lines,
  isTree: boolean,
): DocumentSymbol[] | SymbolInformation[] {
  const { assertions, tests } = parsePolicyTest(lines.text);
  const rangeOf = ({ start, end }: Span) => ({
    start: positionAt(lines, start, view.encoding),
    end: positionAt(lines, end, view.encoding),
  });
  const all = [
    ...tests.map((test) => ({ name: test.name.text, kind: SymbolKind.Namespace, span: test as Span })),
    ...assertions.map((one) => ({
      name: assertionText(lines.text, one),
      kind: SymbolKind.Boolean,
      span: one as Span,
    })),
  ].sort((a, b) => a.span.start - b.span.start);
  const shown = all.map((one) => ({ ...one, name: one.name.trim() === "" ? "test" : one.name }));
  if (isTree)
    return shown.map(({ name, kind, span }) => {
      const range = rangeOf(span);
      return { name, kind, range, selectionRange: range };
    });
  const uri = view.uriOf(path);
  return shown.map(({ name, kind, span }) => ({ name, kind, location: { uri, range: rangeOf(span) } }));
}
