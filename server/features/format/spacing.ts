// The white space between two tokens on one line: one function from the style of the gap and the two token types to
// what should stand there. Habits of the reference policy: `{ a b }`, `a, b;`, `t:file`, `f(a, b)`, ``m(`x',`y')``.
// What is not listed stays; several blanks become one. Nothing comes between or goes from around `-`, `~`, `.` and
// quotes, where it would make other words.

import {
  T_AND,
  T_BAD,
  T_COLON,
  T_COMMA,
  T_LBRACE,
  T_LPAREN,
  T_LQUOTE,
  T_MINUS,
  T_NOT,
  T_PATH,
  T_RBRACE,
  T_RPAREN,
  T_RQUOTE,
  T_SEMI,
  T_STAR,
  T_TILDE,
  T_WORD,
} from "../../../grammar/text/tokens.ts";
import { ARGUMENT, QUOTED, SPACED } from "./layout.ts";

/** What should stand between two tokens of a line, instead of `gap`. */
export function spacing(style: number, before: number, after: number, gap: string): string {
  if (style === SPACED) return inStatement(before, after, gap);
  if (style === QUOTED) return isLead(before) && after === T_LQUOTE ? "" : gap;
  if (style !== ARGUMENT || !isLead(before) || after === T_COMMA || after === T_RPAREN) return gap;
  return before === T_LPAREN ? "" : " ";
}

function isLead(type: number): boolean {
  return type === T_LPAREN || type === T_COMMA;
}

function inStatement(before: number, after: number, gap: string): string {
  if (isOdd(before) || isOdd(after)) return gap;
  if (after === T_SEMI || after === T_COMMA) return before === T_PATH ? gap : "";
  if (before === T_COMMA) return " ";
  if (before === T_COLON || after === T_COLON) return isPlain(before) && isPlain(after) ? "" : gap;
  if (after === T_LBRACE) return isPrefix(before) ? gap : " ";
  if (before === T_LBRACE) return after === T_RBRACE ? gap : " ";
  if (after === T_RBRACE) return " ";
  if (before === T_RBRACE) return isWordLike(after) ? " " : gap;
  return gap === "" ? "" : " ";
}

function isOdd(type: number): boolean {
  return type === T_LQUOTE || type === T_RQUOTE || type === T_BAD;
}

function isWordLike(type: number): boolean {
  return (
    type === T_WORD || (type > 0 && type < T_NOT) || (type > T_AND && type < T_LQUOTE && type !== T_PATH)
  );
}

/** May this stand at a colon without a blank? */
function isPlain(type: number): boolean {
  return (
    type === T_WORD ||
    type === T_COLON ||
    type === T_LBRACE ||
    type === T_RBRACE ||
    (type > 0 && type < T_NOT)
  );
}

function isPrefix(type: number): boolean {
  return type === T_TILDE || type === T_MINUS || type === T_NOT || type === T_LPAREN || type === T_STAR;
}
