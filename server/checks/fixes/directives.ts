// Repairs of comments that silence checks: take away what has no effect, write the id that was meant. Comments are no
// policy, so the policy stays the same.

import type { Fixer } from "../check.ts";
import type { TextChange } from "../fix.ts";
import { removeLines, replaceRange, same } from "../selint/fixText.ts";

const DIRECTIVE = /#[#\s]*(?:sels-|selint-)disable[\w-]*:?/g;
const MEANT = /\(did you mean ([\w-]+)\?\)$/;

const removeDirective: Fixer = {
  ids: ["disable-unused", "disable-refused", "disable-expired"],
  fixes(context, { file: id, start, end }) {
    const file = context.file(id);
    if (file === undefined) return [];
    const { text } = file;
    const line = text.lastIndexOf("\n", start - 1) + 1;
    const opening = [...text.slice(line, start).matchAll(DIRECTIVE)].at(-1);
    if (opening === undefined) return [];
    const after = /^\s*,\s*/.exec(text.slice(end));
    const before = /\s*,\s*$/.exec(text.slice(line, start));
    if (after !== null)
      return [same("Remove the id", { file: id, start, end: end + after[0].length, text: "" })];
    if (before !== null)
      return [same("Remove the id", { file: id, start: start - before[0].length, end, text: "" })];
    const stop = text.indexOf("\n", end);
    const from = line + text.slice(line, line + opening.index).trimEnd().length;
    const change: TextChange = removeLines(file, from, stop < 0 ? text.length : stop);
    return [same("Remove the directive", change)];
  },
};

const meantId: Fixer = {
  ids: ["disable-unknown"],
  fixes(_context, finding) {
    const meant = MEANT.exec(finding.message)?.[1];
    return meant === undefined ? [] : [same(`Write ${meant}`, replaceRange(finding, meant))];
  },
};

export const DIRECTIVE_FIXERS: readonly Fixer[] = [removeDirective, meantId];
