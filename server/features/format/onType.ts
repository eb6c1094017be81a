// What typing asks of the formatter: a new line is indented by the block that it is in, a closing brace or quote goes
// under the line that opened it, a semicolon formats the line that it ends, and in file contexts a new line brings
// the one before into line. Half-typed text has no tree to trust, so indentation comes from the tokens alone.

import type { TokenBuffer } from "../../../grammar/text/tokenBuffer.ts";
import {
  T_INTERFACE,
  T_LBRACE,
  T_LPAREN,
  T_LQUOTE,
  T_POLICY_MODULE,
  T_RBRACE,
  T_RPAREN,
  T_RQUOTE,
  T_SEMI,
  T_TEMPLATE,
} from "../../../grammar/text/tokens.ts";
import { type FormatOptions, minimalChange, type TextChange } from "./change.ts";
import { indentationAt, isBlank } from "./gap.ts";

/** The characters that ask. */
export const ON_TYPE_FIRST = "\n";
export const ON_TYPE_MORE: readonly string[] = ["}", "'", ";"];

/** The new indentation of the line with the cursor, which is new or begins with what was just typed. */
export function indentChange(
  tokens: TokenBuffer,
  offset: number,
  typed: string,
  options: FormatOptions,
): TextChange | undefined {
  const { text } = tokens;
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let at = start;
  while (isBlank(text.charCodeAt(at))) at++;
  if (typed !== "\n" && at !== offset - 1) return undefined;
  const next = text.charAt(at);
  const closes = next === "}" || next === "'";
  if (typed !== "\n" && !isToken(tokens, at)) return undefined;
  const { opener, last } = openBefore(tokens, at);
  // In the middle of a statement only its author knows.
  if (!closes && last >= 0 && !ends(tokens.type[last] as number) && last !== opener) return undefined;
  const base = opener < 0 ? "" : indentationAt(text, tokens.start[opener] as number);
  if (closes) return opener < 0 ? undefined : minimalChange(text, start, at, base);
  return minimalChange(text, start, at, opener < 0 ? "" : base + options.indent);
}

/** The innermost delimiter that is open before an offset, or -1, and the last token before it. */
function openBefore(tokens: TokenBuffer, offset: number): { readonly opener: number; readonly last: number } {
  const open: number[] = [];
  let last = -1;
  for (let token = 0; token < tokens.count && (tokens.start[token] as number) < offset; token++) {
    last = token;
    const type = tokens.type[token] as number;
    if (type === T_LQUOTE || type === T_LBRACE || type === T_LPAREN) open.push(token);
    else if (type === T_RQUOTE || type === T_RBRACE || type === T_RPAREN) close(tokens, open, type);
    else if (isFileLevel(tokens, token, type)) open.length = 0;
  }
  return { opener: open.at(-1) ?? -1, last };
}

/** Takes away what a closing token closes, and what was left open inside it. */
function close(tokens: TokenBuffer, open: number[], type: number): void {
  const wanted = type === T_RQUOTE ? T_LQUOTE : type === T_RBRACE ? T_LBRACE : T_LPAREN;
  const at = open.findLastIndex((token) => tokens.type[token] === wanted);
  if (at >= 0) open.length = at;
}

/** Nobody indents interfaces: one in the first column begins anew. */
function isFileLevel(tokens: TokenBuffer, token: number, type: number): boolean {
  if (type !== T_INTERFACE && type !== T_TEMPLATE && type !== T_POLICY_MODULE) return false;
  const start = tokens.start[token] as number;
  return start === 0 || tokens.text.charCodeAt(start - 1) === 10;
}

function ends(type: number): boolean {
  return type === T_SEMI || type === T_RPAREN || type === T_RQUOTE || type === T_RBRACE;
}

/** Is there a token at an offset, and not a comment? */
function isToken(tokens: TokenBuffer, offset: number): boolean {
  let low = 0;
  let high = tokens.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens.start[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low < tokens.count && tokens.start[low] === offset;
}
