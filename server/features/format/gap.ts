// What stands between two tokens, taken apart: comments and the stretches of white space around them. A stretch may
// be rewritten, a comment never is, except that blanks at its end go. Invariant: a gap that holds anything the
// formatter does not expect is reported as undefined and must stay as it is: an m4 comment that ends within its line
// (grammar/text/scanner.ts says when), a lone carriage return, form feeds.

/** White space in front of a comment or of the next token, and that comment. */
export interface Stretch {
  /** the white space */
  readonly start: number;
  readonly end: number;
  /** line ends in it */
  readonly lines: number;
  /** where the comment behind it ends; `end` when it is the token that follows */
  readonly commentEnd: number;
}

const TABULATOR = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BLANK = 32;
const HASH = 35;

/** The stretches of a gap, the last one in front of the next token; undefined to leave the gap alone. */
export function readGap(
  text: string,
  start: number,
  end: number,
  m4: boolean,
): readonly Stretch[] | undefined {
  const stretches: Stretch[] = [];
  let at = start;
  for (;;) {
    const from = at;
    let lines = 0;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === LINE_FEED) lines++;
      else if (unit === CARRIAGE_RETURN) {
        if (text.charCodeAt(at + 1) !== LINE_FEED) return undefined;
      } else if (unit !== TABULATOR && unit !== BLANK) break;
    }
    if (at >= end) {
      stretches.push({ start: from, end, lines, commentEnd: end });
      return stretches;
    }
    const isComment = text.charCodeAt(at) === HASH || (m4 && isDnl(text, at));
    if (!isComment) return undefined;
    let stop = text.indexOf("\n", at);
    if (stop < 0 || stop > end) stop = end;
    // Only the end of the text may end a comment that no line end does.
    if (stop === end && end < text.length) return undefined;
    let commentEnd = stop;
    if (commentEnd > at && text.charCodeAt(commentEnd - 1) === CARRIAGE_RETURN) commentEnd--;
    if (text.slice(at, commentEnd).includes("\r")) return undefined;
    if (!isDocumentation(text, at)) while (isBlank(text.charCodeAt(commentEnd - 1))) commentEnd--;
    stretches.push({ start: from, end: at, lines, commentEnd });
    at = commentEnd;
  }
}

/** `##`, behind which interfaces have their documentation. */
export function isDocumentation(text: string, at: number): boolean {
  return text.charCodeAt(at) === HASH && text.charCodeAt(at + 1) === HASH;
}

export function isBlank(unit: number): boolean {
  return unit === BLANK || unit === TABULATOR;
}

function isDnl(text: string, at: number): boolean {
  return text.startsWith("dnl", at) && !/\w/.test(text.charAt(at + 3));
}

export type LineEnd = "\n" | "\r\n";

/** The first line end in a part of a text; undefined when there is none. */
export function lineEndIn(text: string, start: number, end: number): LineEnd | undefined {
  for (let at = start; at < end; at++)
    if (text.charCodeAt(at) === LINE_FEED)
      return at > 0 && text.charCodeAt(at - 1) === CARRIAGE_RETURN ? "\r\n" : "\n";
  return undefined;
}

/** The last line end before an offset, else the first behind it. */
export function lineEndAround(text: string, offset: number): LineEnd {
  const before = offset === 0 ? -1 : text.lastIndexOf("\n", offset - 1);
  const at = before < 0 ? text.indexOf("\n", offset) : before;
  return lineEndIn(text, at, at + 1) ?? "\n";
}

/** The blanks with which the line of an offset begins, up to that offset. */
export function indentationAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let end = start;
  while (end < offset && isBlank(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}
