// Quick fixes in policy test files: a name that the policy does not have becomes the one that was meant.

import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from "vscode-languageserver-types";
import { type Lines, offsetAt, positionAt } from "../../workspace/lines.ts";
import type { View } from "../view.ts";
import { testPolicy } from "./findings.ts";

/** Repairs of what lies in a range. `only`: the kinds that are asked for. */
export function testActions(
  view: View,
  path: string,
  lines: Lines,
  range: Range,
  diagnostics: readonly Diagnostic[],
  only: readonly string[] | undefined,
): CodeAction[] {
  if (only?.some((kind) => kind === CodeActionKind.QuickFix || kind === "") === false) return [];
  const from = offsetAt(lines, range.start, view.encoding);
  const to = offsetAt(lines, range.end, view.encoding);
  const { snapshot } = view;
  const { findings } = testPolicy({ db: snapshot.compiled.db, snapshot }, lines.text);
  const near = findings.filter((finding) => finding.start <= to && finding.end >= from);
  return near.flatMap(({ start, end, message, suggestion }): CodeAction[] => {
    if (suggestion === undefined) return [];
    const place = {
      start: positionAt(lines, start, view.encoding),
      end: positionAt(lines, end, view.encoding),
    };
    const solved = diagnostics.filter((one) => one.message === message);
    return [
      {
        title: `Change to ${suggestion}`,
        kind: CodeActionKind.QuickFix,
        isPreferred: true,
        ...(solved.length === 0 ? {} : { diagnostics: solved }),
        edit: { changes: { [view.uriOf(path)]: [{ range: place, newText: suggestion }] } },
      },
    ];
  });
}
