// Repairs of lists as other languages write them: commas in a set, names side by side without braces or commas, a
// condition without parentheses. They are proposals: syntax.ts parses the text with each.

import type { Finding } from "../../compiler/face.ts";
import type { CheckFile } from "../check.ts";
import type { Tries } from "./syntax.ts";

/** A comma between the names of a set, or in front of the last part of a statement. */
export function commaTooMany({ id, text }: CheckFile, { start, end, message }: Finding): Tries | undefined {
  if (!message.startsWith("unexpected `,`")) return undefined;
  const changes = [];
  const open = text.lastIndexOf("{", start);
  const close = text.indexOf("}", start);
  const set = open < 0 || close < 0 ? "" : text.slice(open + 1, close);
  if (/^[\w\s,$-]+$/.test(set))
    changes.push({
      file: id,
      start: open + 1,
      end: close,
      text: set.replace(/\s*,(?=\s)/g, "").replace(/,/g, " "),
    });
  changes.push({ file: id, start, end, text: "" });
  return { title: "Remove the comma", changes };
}

/** `if foo {`: what stands in front of the brace is the condition. */
export function conditionBare({ id, text }: CheckFile, { start, message }: Finding): Tries | undefined {
  if (!message.endsWith(", expected (") || !/\bif[ \t]+$/.test(text.slice(0, start))) return undefined;
  const condition = /^[^\n{;()]*[^\s{;()]/.exec(text.slice(start))?.[0];
  if (condition === undefined) return undefined;
  const change = { file: id, start, end: start + condition.length, text: `(${condition})` };
  return { title: "Put the condition into parentheses", changes: [change] };
}

/** Statements that list names with commas. */
const LISTING = /^(?:type|attribute|typeattribute|attribute_role|roleattribute|role|bool)\b/;

/** Names side by side where one is expected: the statement says what stands between them. */
export function namesApart({ id, text }: CheckFile, { start, message }: Finding): Tries | undefined {
  if (!message.endsWith(", expected ;")) return undefined;
  const before = /[\w$]+[ \t]+$/.exec(text.slice(0, start))?.[0];
  const after = /^[\w$]+(?:[ \t]+[\w$]+)*/.exec(text.slice(start))?.[0];
  if (before === undefined || after === undefined) return undefined;
  const from = start - before.length;
  const names = `${before}${after}`.split(/\s+/);
  const statement = /[^;{}`'\n(]*$/.exec(text.slice(0, start))?.[0].trimStart() ?? "";
  const isList = LISTING.test(statement);
  const put = isList ? names.join(", ") : `{ ${names.join(" ")} }`;
  const title = isList ? "Write commas between the names" : "Put the names into braces";
  return { title, changes: [{ file: id, start: from, end: start + after.length, text: put }] };
}
