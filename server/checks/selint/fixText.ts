// Bricks of repairs: the statement that a finding is about, whole lines, indentation. Offsets only; nothing here knows
// what is being repaired.

import { endOf, type SyntaxTree, startOf } from "../../../grammar/syntax/tree.ts";
import type { Finding } from "../../compiler/face.ts";
import type { CheckContext, CheckFile, Fixer } from "../check.ts";
import type { Fix, TextChange } from "../fix.ts";
import { outlineOf } from "./outline.ts";
import type { Place } from "./visit.ts";

/** Makes a fixer that works on the innermost statement around a finding. */
export function fixer(
  ids: readonly string[],
  make: (place: Place, finding: Finding, context: CheckContext) => Fix | undefined,
): Fixer {
  return {
    ids,
    fixes(context, finding) {
      const file = context.file(finding.file);
      const place = file === undefined ? undefined : placeAt(file, finding.start, finding.end);
      const fix = place === undefined ? undefined : make(place, finding, context);
      return fix === undefined ? [] : [fix];
    },
  };
}

/** The innermost statement that holds a range. */
export function placeAt(file: CheckFile, start: number, end: number): Place | undefined {
  const { tree } = file;
  const outline = outlineOf(tree);
  let found: Place | undefined;
  for (let entry = 0; entry < outline.count; entry++) {
    const node = outline.node[entry] as number;
    if (startOf(tree, node) > start) break;
    if (endOf(tree, node) >= end) found = { file, tree, outline, entry, node };
  }
  return found;
}

/** A fix that leaves the compiled policy as it is. */
export function same(title: string, ...changes: readonly TextChange[]): Fix {
  return { title, changes, policy: "same", preferred: true };
}

/** A fix that changes what the policy or the labels are. */
export function changing(
  title: string,
  changes: string,
  preferred: boolean,
  ...edits: readonly TextChange[]
): Fix {
  return { title, changes: edits, policy: { changes }, preferred };
}

/** Puts a text in place of a node's. */
export function replaceNode(file: CheckFile, tree: SyntaxTree, node: number, text: string): TextChange {
  return { file: file.id, start: startOf(tree, node), end: endOf(tree, node), text };
}

/** Puts a text in place of a finding's range. */
export function replaceRange(finding: Finding, text: string): TextChange {
  return { file: finding.file, start: finding.start, end: finding.end, text };
}

/** Removes a range, with its lines where nothing else stands on them. */
export function removeLines(file: CheckFile, start: number, end: number): TextChange {
  const { text } = file;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  const stop = lineEnd < 0 ? text.length : lineEnd + 1;
  const isAlone = text.slice(lineStart, start).trim() === "" && text.slice(end, stop).trim() === "";
  return isAlone
    ? { file: file.id, start: lineStart, end: stop, text: "" }
    : { file: file.id, start, end, text: "" };
}

/** The blanks that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}
