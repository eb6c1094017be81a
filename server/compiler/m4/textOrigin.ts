/*
 * From a generated text back to the texts that it was made from, and forward again.
 *
 * What was copied stands there as it does here. What a call made is the whole call, or where one name is asked for, the
 * argument that the name is made from: `http` of `network_port(http, …)` for `http_port_t`; a name that no argument is in
 * stands in the macros' text. Offsets are in UTF-16 units, as everywhere outside of m4. Pure; it knows no files.
 */

import { CALL, COPY, PIECE } from "./pieces.ts";

/** A text that a generated one was made from. */
export interface OriginInput {
  readonly path: string;
  readonly text: string;
}

/** Where a generated text comes from: pieces as in pieces.ts, whose files are these inputs. */
export interface TextOrigin {
  readonly inputs: readonly OriginInput[];
  readonly pieces: Int32Array;
  /** the input that holds the macros; no piece is of it */
  readonly macros: OriginInput;
}

/** A span of an input. */
export interface InputSpan {
  readonly input: OriginInput;
  readonly start: number;
  readonly end: number;
  /** the text is the same here and there */
  readonly isCopy: boolean;
}

/** One piece, unpacked. */
interface Piece {
  readonly input: OriginInput;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly isCopy: boolean;
  readonly isCall: boolean;
}

/** A word of an argument: names, numbers, ranges of ports, addresses. */
const WORD = /[\w.:-]+/g;
const NAME = /^[\w.:-]+$/;

/** What a span of the generated `text` comes from; undefined for a text without pieces. */
export function spanInInput(
  origin: TextOrigin,
  text: string,
  start: number,
  end: number,
): InputSpan | undefined {
  const first = pieceAt(origin, start, text.length);
  if (first === undefined) return undefined;
  const { input } = first;
  if (first.isCall) return spanOfCall(first, origin.macros, text, start, end);
  if (!first.isCopy) return { input, start: first.from, end: first.from, isCopy: false };
  const from = first.from + Math.min(start, first.end) - first.start;
  if (end <= first.end) return { input, start: from, end: from + end - start, isCopy: true };
  const last = pieceAt(origin, end - 1, text.length);
  if (last?.input !== input) return { input, start: from, end: from, isCopy: false };
  const to = last.isCopy ? last.from + end - last.start : callEnd(input.text, last.from);
  return { input, start: from, end: Math.max(from, to), isCopy: false };
}

function pieceAt({ inputs, pieces }: TextOrigin, offset: number, length: number): Piece | undefined {
  let low = 0;
  let high = pieces.length / PIECE;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle * PIECE] as number) <= offset) low = middle + 1;
    else high = middle;
  }
  return pieceOf(inputs, pieces, Math.max(0, low - 1) * PIECE, length);
}

function pieceOf(
  inputs: readonly OriginInput[],
  pieces: Int32Array,
  at: number,
  length: number,
): Piece | undefined {
  const input = inputs[pieces[at + 1] ?? -1];
  if (input === undefined) return undefined;
  return {
    input,
    start: pieces[at] as number,
    end: pieces[at + PIECE] ?? length,
    from: pieces[at + 2] as number,
    isCopy: pieces[at + 3] === COPY,
    isCall: pieces[at + 3] === CALL,
  };
}

/** The call that a piece comes from, or what in it or in the macros a single name or line is made from. */
function spanOfCall(
  { input, from }: Piece,
  macros: OriginInput,
  text: string,
  start: number,
  end: number,
): InputSpan {
  const name = text.slice(start, end);
  const whole = { input, start: from, end: callEnd(input.text, from), isCopy: false };
  if (!NAME.test(name)) return whole;
  // A line that was passed as an argument, with the name in it.
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(lineStart, (text.indexOf("\n", end) + text.length + 1) % (text.length + 1));
  const at = line === name ? -1 : input.text.slice(from, whole.end).indexOf(line);
  if (at >= 0) {
    const copied = from + at + start - lineStart;
    return { input, start: copied, end: copied + end - start, isCopy: true };
  }
  for (const { 0: word, index } of input.text.slice(from, whole.end).matchAll(WORD))
    if (index > 0 && isPart(word, name))
      return { input, start: from + index, end: from + index + word.length, isCopy: false };
  const there = nameInMacros(macros.text, text, start, end);
  return there < 0 ? whole : { input: macros, start: there, end: there + name.length, isCopy: false };
}

/** How much text around a name is compared. */
const MOST_CONTEXT = 60;

/** Where in the macros a name of what they made stands: where the text around it is most alike; -1 where it does not. */
function nameInMacros(macros: string, text: string, start: number, end: number): number {
  const name = text.slice(start, end);
  let best = -1;
  let most = -1;
  for (let at = macros.indexOf(name); at >= 0; at = macros.indexOf(name, at + 1)) {
    if (/[\w$]/.test(macros[at - 1] ?? "") || /\w/.test(macros[at + name.length] ?? "")) continue;
    if (/^\s*#/.test(macros.slice(macros.lastIndexOf("\n", at) + 1, at))) continue;
    let before = 0;
    while (before < MOST_CONTEXT && at > before && macros[at - 1 - before] === text[start - 1 - before])
      before++;
    let after = 0;
    while (after < MOST_CONTEXT && macros[at + name.length + after] === text[end + after]) after++;
    if (before + after <= most) continue;
    best = at;
    most = before + after;
  }
  return best;
}

/** True when a name has a word between underscores, or is the word. */
function isPart(word: string, name: string): boolean {
  return `_${name}_`.includes(`_${word}_`);
}

/** Where a call that begins at an offset ends: after its arguments, with quotes and comments as m4 has them. */
function callEnd(text: string, start: number): number {
  let at = start;
  while (/\w/.test(text[at] ?? "")) at++;
  if (text[at] !== "(") return at;
  let depth = 0;
  let quotes = 0;
  for (; at < text.length; at++) {
    const c = text[at];
    if (c === "`") quotes++;
    else if (c === "'" && quotes > 0) quotes--;
    else if (quotes > 0) continue;
    else if (c === "#") at = (text.indexOf("\n", at) + text.length) % text.length;
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Where in the generated `text` the text at an offset of an input went: its copy, or a name that it is a part of. */
export function offsetInOutput(
  origin: TextOrigin,
  text: string,
  path: string,
  offset: number,
): number | undefined {
  const piece = pieceFrom(origin, text, path, offset);
  if (piece === undefined) return undefined;
  return piece.isCopy ? piece.start + offset - piece.from : nameOfCall(piece, text, offset);
}

/** Where what an offset of an input became begins: its copy, or all that its call made. */
export function startInOutput(
  origin: TextOrigin,
  text: string,
  path: string,
  offset: number,
): number | undefined {
  const piece = pieceFrom(origin, text, path, offset);
  return piece?.isCopy === true ? piece.start + offset - piece.from : piece?.start;
}

/** The piece that the text at an offset of an input was copied to, else that of the call around it. */
function pieceFrom(
  { inputs, pieces }: TextOrigin,
  text: string,
  path: string,
  offset: number,
): Piece | undefined {
  let call: Piece | undefined;
  for (let at = 0; at < pieces.length; at += PIECE) {
    const piece = pieceOf(inputs, pieces, at, text.length);
    if (piece?.input.path !== path || piece.from > offset) continue;
    if (piece.isCopy && offset - piece.from < piece.end - piece.start) return piece;
    if (piece.isCall && offset < callEnd(piece.input.text, piece.from)) call ??= piece;
  }
  return call;
}

/** The first name in what a call made that has the word at an offset of the call in it. */
function nameOfCall({ input, start, end, from }: Piece, text: string, offset: number): number | undefined {
  for (const { 0: word, index } of input.text.slice(from, callEnd(input.text, from)).matchAll(WORD)) {
    if (index === 0 || offset < from + index || offset > from + index + word.length) continue;
    for (const found of text.slice(start, end).matchAll(WORD))
      if (isPart(word, found[0])) return start + found.index;
  }
  return undefined;
}
