// The virtual documents of the server: which they are, and the way back from them: each line of an expansion leads to the
// statement that it comes from, as a link for people and as a definition for editors.

import type { DocumentLink, Location, Position } from "vscode-languageserver-types";
import { linesOf, positionAt } from "../../workspace/lines.ts";
import type { View } from "../view.ts";
import { EXPANSION_SCHEME, type Expansion, expansionOf } from "./expand.ts";
import { POLICY_DIFF_SCHEME } from "./policyDiff.ts";

/** What a virtual document's URI says. */
export interface VirtualDocument {
  readonly isDiff: boolean;
  /** in a URI's form: percent-encoded */
  readonly path: string;
  readonly query: string;
}

/** The parts of a virtual document's URI; undefined when it is none of ours. */
export function virtualDocument(uri: string): VirtualDocument | undefined {
  const [, scheme, path = "", query = ""] = /^([^:]*):([^?#]*)(?:\?([^#]*))?/.exec(uri) ?? [];
  if (scheme !== EXPANSION_SCHEME && scheme !== POLICY_DIFF_SCHEME) return undefined;
  // Some clients (VS Code) also encode the `=` of a query.
  return { isDiff: scheme === POLICY_DIFF_SCHEME, path, query: query.includes("=") ? query : decode(query) };
}

function decode(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

type Answerer = (
  view: View,
  path: string,
  query: string,
  params: Readonly<Record<string, unknown>>,
) => unknown;

/** What is answered about an expansion, by method. */
export const VIRTUAL_ANSWERS: ReadonlyMap<string, Answerer> = new Map<string, Answerer>([
  ["textDocument/documentLink", (view, path, query) => links(view, expansionOf(view, path, query))],
  [
    "textDocument/definition",
    (view, path, query, { position }) => origins(expansionOf(view, path, query), position as Position),
  ],
]);

/** The note behind each rule, as a link to the rule's line. */
function links(view: View, expansion: Expansion | undefined): DocumentLink[] {
  if (expansion === undefined) return [];
  const lines = linesOf(expansion.text);
  return expansion.rules.flatMap(({ text, location }, i) => {
    const start = (lines.starts[i + 1] ?? 0) + text.length + 2;
    const end = (lines.starts[i + 2] ?? expansion.text.length) - 1;
    if (location === null || end <= start) return [];
    const { line, character } = location.range.start;
    return {
      range: {
        start: positionAt(lines, start, view.encoding),
        end: positionAt(lines, end, view.encoding),
      },
      target: `${location.uri}#L${line + 1},${character + 1}`,
      tooltip: "Open the statement",
    };
  });
}

/** The statement of a line's rule, then the calls that led to it, the innermost first. */
function origins(expansion: Expansion | undefined, { line }: Position): Location[] {
  const rule = expansion?.rules[line - 1];
  if (rule === undefined) return [];
  return [...(rule.location === null ? [] : [rule.location]), ...rule.calls.toReversed()];
}
