// Repairs inside a statement: a sign that the grammar asks for (`:` between target and class, `,` between arguments), a
// keyword with letters swapped, the opening brace of a set. They are proposals: syntax.ts parses the text with each.

import { LANGUAGE_KEYWORDS, TOKEN_NAMES } from "../../../grammar/text/tokens.ts";
import type { Finding } from "../../compiler/face.ts";
import type { CheckFile } from "../check.ts";
import { nearestName } from "../didYouMean.ts";
import type { TextChange } from "../fix.ts";
import type { Tries } from "./syntax.ts";

const SIGN = /^unexpected `[^`]*`, expected ([:,()])$/;
const GEN_CONTEXT = "gen_context";
const KEYWORDS = TOKEN_NAMES.slice(1, LANGUAGE_KEYWORDS + 1);

/** The sign that was expected, or the keyword that was meant, at the token where reading stopped. */
export function wordOrSign(file: CheckFile, { start, end, message }: Finding): Tries | undefined {
  if (!message.startsWith("unexpected `")) return undefined;
  const sign = SIGN.exec(message)?.[1];
  const { text } = file;
  if (sign !== undefined) {
    const before = text.slice(0, start).trimEnd().length;
    const gap = text.slice(before, start);
    if (gap.includes("\n")) return undefined;
    const put: TextChange =
      sign === ","
        ? { file: file.id, start: before, end: before, text: sign }
        : { file: file.id, start: before, end: start, text: sign };
    return { title: `Write the missing \`${sign}\``, changes: [put] };
  }
  const word = text.slice(start, end);
  const meant = /^[a-z_]+$/.test(word) && !KEYWORDS.includes(word) ? nearestName(word, KEYWORDS) : undefined;
  if (meant === undefined) return undefined;
  return { title: `Write ${meant}`, changes: [{ file: file.id, start, end, text: meant }] };
}

/** The sign that a `}` or `)` without one on its line lacks: in front of one of the words before it, or behind the first. */
export function openerFor(file: CheckFile, { start, end }: Finding): Tries | undefined {
  const { text } = file;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(from, start);
  if (text.slice(start, end) === ")") {
    const call = /^(\s*[a-z]\w*)([ \t]+)[\w$]/.exec(line);
    if (call === null || line.includes("(")) return undefined;
    const at = from + (call[1] as string).length;
    const change = { file: file.id, start: at, end: at + (call[2] as string).length, text: "(" };
    return { title: "Open the parenthesis", changes: [change] };
  }
  if (text.slice(start, end) !== "}") return undefined;
  if (line.trim() === "" || line.includes("{")) return undefined;
  const changes = [...line.matchAll(/[\w$]+/g)].map(({ index }): TextChange => {
    const at = from + index;
    return { file: file.id, start: at, end: at, text: "{ " };
  });
  return changes.length === 0 ? undefined : { title: "Open the brace", changes };
}

const EXPANDED = /^this becomes policy text that cannot be read: unexpected `([a-z_]+)`/;

/** A keyword with letters swapped in a macro's text, which is read only where the macro is called. */
export function expandedWord(file: CheckFile, { start, end, message }: Finding): Tries | undefined {
  const word = EXPANDED.exec(message)?.[1];
  if (word === undefined || KEYWORDS.includes(word)) return undefined;
  const meant = nearestName(word, KEYWORDS);
  const at = file.text.slice(start, end).search(new RegExp(`\\b${word}\\b`));
  if (meant === undefined || at < 0) return undefined;
  const change = { file: file.id, start: start + at, end: start + at + word.length, text: meant };
  return { title: `Write ${meant}`, changes: [change] };
}

/** The words of a line of file contexts that are no names: `--` for files, `gen_context`. */
export function labelWord(file: CheckFile, { start, message }: Finding): Tries | undefined {
  const { text, id } = file;
  const kind = /^unknown file kind `-`/.test(message);
  if (kind && text[start] === "-")
    return { title: "Write --", changes: [{ file: id, start, end: start + 1, text: "--" }] };
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const stop = text.indexOf("\n", start);
  const line = text.slice(from, stop < 0 ? text.length : stop);
  const call = /\s([a-z_]+)\([\w.]+:/.exec(line);
  const word = call?.[1] ?? "";
  if (call === null || word === GEN_CONTEXT || nearestName(word, [GEN_CONTEXT]) === undefined)
    return undefined;
  const at = from + call.index + 1;
  return {
    title: `Write ${GEN_CONTEXT}`,
    changes: [{ file: id, start: at, end: at + word.length, text: GEN_CONTEXT }],
  };
}
