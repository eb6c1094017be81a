/*
 * The reader of the m4 room: tokens, quotes, comments, argument collection.
 *
 * `run` reads the input stack until it is empty, copying text that is not a macro call to the output or to
 * the argument being collected. The inner loop copies nothing until a macro, a quote or an argument's end
 * interrupts it. Tokens that span two sources take the slow paths. Nothing recurses: calls being collected
 * are frames, expansions are sources. Follows next_token and collect_arguments of GNU m4 1.4.
 */

import { callMacro, finishCall } from "./call.ts";
import {
  appendArgument,
  type Frame,
  hasByte,
  isAhead,
  lineAt,
  type Machine,
  offsetHere,
  popSource,
  stop,
  stopAtLimit,
} from "./machine.ts";
import { type Diversion, mark, write } from "./output.ts";
import { CALL, COPY, notePiece } from "./pieces.ts";
import { findSymbol, hashBytes } from "./symbols.ts";

const PLAIN = 0;
const WORD = 1;
const QUOTE = 2;
const COMMENT = 3;
const OPEN = 4;
const CLOSE = 5;
const COMMA = 6;
const SLOW = 7;

const WORD_BYTES = new Uint8Array(256);
const BLANK_BYTES = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
  WORD_BYTES[c] = letter ? 1 : c >= 48 && c <= 57 ? 2 : 0;
  BLANK_BYTES[c] = c === 32 || (c >= 9 && c <= 13) ? 1 : 0;
}

/** Works out the byte classes after the delimiters changed. */
export function classify(m: Machine): void {
  const quotes = m.lquote.length > 0;
  const fastQuote = m.lquote.length === 1 && m.rquote.length === 1;
  const fastComment = m.bcomm.length === 1 && m.ecomm.length === 1;
  for (const classes of [m.topClasses, m.argClasses]) {
    for (let c = 0; c < 256; c++) classes[c] = WORD_BYTES[c] === 1 ? WORD : PLAIN;
    if (classes === m.argClasses) {
      classes[40] = OPEN;
      classes[41] = CLOSE;
      classes[44] = COMMA;
    }
    // A word is recognised before a quote, a comment before a word.
    const quote = m.lquote[0] as number;
    if (quotes && classes[quote] !== WORD) classes[quote] = fastQuote ? QUOTE : SLOW;
    if (m.bcomm.length > 0) classes[m.bcomm[0] as number] = fastComment ? COMMENT : SLOW;
  }
  m.openIsPlain = m.lquote[0] !== 40 && m.bcomm[0] !== 40;
}

function noteLines(m: Machine, buffer: Diversion, src: Uint8Array, from: number, to: number): void {
  const place = m.diversions.place;
  for (let i = from; i < to; i++) {
    if (buffer.atLineStart) {
      buffer.atLineStart = false;
      if (place === "definition" && m.def !== undefined) {
        mark(buffer, m.def.file, lineAt(m, m.def.file, m.def.offset));
      } else mark(buffer, m.file, lineAt(m, m.file, m.off >= 0 ? m.off : i));
    }
    if (src[i] === 10) buffer.atLineStart = true;
  }
}

/** Sends text to where it belongs: the argument being collected, or the current diversion. */
function ship(m: Machine, src: Uint8Array, from: number, to: number): void {
  if (from >= to) return;
  if (m.collecting > 0) {
    appendArgument(m, src, from, to);
    return;
  }
  const buffer = m.diversions.current;
  if (buffer === undefined) return;
  if (m.diversions.traced) noteLines(m, buffer, src, from, to);
  else if (m.diversions.pieced) {
    const isCall = m.off >= 0;
    notePiece(buffer.pieces, buffer.length, m.file, isCall ? m.off : from, isCall ? CALL : COPY);
  }
  if (!write(m.diversions, buffer, src, from, to)) {
    stop(m, "limit", "output grows too large", m.file, offsetHere(m));
  }
}

function shipByte(m: Machine): void {
  ship(m, m.src, m.pos, m.pos + 1);
  m.pos++;
}

/** A word whose end is at the end of a source: it may go on in the next one. It counts as of its last byte. */
function slowWord(m: Machine): void {
  const bytes: number[] = [];
  let { file, def } = m;
  let off = offsetHere(m);
  while (hasByteInText(m) && WORD_BYTES[m.src[m.pos] as number] !== 0) {
    file = m.file;
    def = m.def;
    off = offsetHere(m);
    bytes.push(m.src[m.pos++] as number);
    if (bytes.length > m.limits.maxOutput) {
      stop(m, "limit", "a word grows too large", file, off);
      return;
    }
  }
  const name = Uint8Array.from(bytes);
  const symbol = findSymbol(m.symbols, name, 0, name.length, hashBytes(name, 0, name.length));
  if (callMacro(m, symbol, file, off)) return;
  // Reading may have left the source that the word belongs to; its place is noted as if still there.
  const left = { file: m.file, off: m.off, def: m.def };
  m.file = file;
  m.off = off;
  m.def = def;
  ship(m, name, 0, name.length);
  m.file = left.file;
  m.off = left.off;
  m.def = left.def;
}

/** Like hasByte, but stops before a builtin token. */
function hasByteInText(m: Machine): boolean {
  while (m.pos >= m.end) {
    if (m.depth === 0 || m.token !== 0) return false;
    popSource(m);
  }
  return true;
}

/** Ends the run in the middle of a token, of which nothing is output. */
function stopInToken(m: Machine, what: string, file: number, off: number, length: number): void {
  const buffer = m.diversions.current;
  if (m.collecting === 0 && buffer !== undefined) buffer.length = length;
  stop(m, "error", `ERROR: end of file in ${what}`, file, off);
}

function slowQuoted(m: Machine): void {
  const { file } = m;
  const off = offsetHere(m);
  const length = m.diversions.current?.length ?? 0;
  skip(m, m.lquote.length);
  for (let level = 1; ; ) {
    if (m.ended) return;
    if (!hasByte(m)) {
      stopInToken(m, "string", file, off, length);
      return;
    }
    if (isAhead(m, m.rquote)) {
      if (--level === 0) {
        skip(m, m.rquote.length);
        return;
      }
      copy(m, m.rquote.length);
    } else if (isAhead(m, m.lquote)) {
      level++;
      copy(m, m.lquote.length);
    } else shipByte(m);
  }
}

function slowComment(m: Machine): void {
  const { file } = m;
  const off = offsetHere(m);
  const length = m.diversions.current?.length ?? 0;
  copy(m, m.bcomm.length);
  while (!m.ended) {
    if (!hasByte(m)) {
      stopInToken(m, "comment", file, off, length);
      return;
    }
    if (isAhead(m, m.ecomm)) {
      copy(m, m.ecomm.length);
      return;
    }
    shipByte(m);
  }
}

function skip(m: Machine, count: number): void {
  for (let i = 0; i < count && hasByte(m); i++) m.pos++;
}

function copy(m: Machine, count: number): void {
  for (let i = 0; i < count && hasByte(m); i++) shipByte(m);
}

/** A token that starts with a byte of a delimiter that is long or also something else. */
function slowToken(m: Machine): void {
  const c = m.src[m.pos] as number;
  if (isAhead(m, m.bcomm)) {
    slowComment(m);
    return;
  }
  if (WORD_BYTES[c] === 1) {
    slowWord(m);
    return;
  }
  if (isAhead(m, m.lquote)) {
    slowQuoted(m);
    return;
  }
  if (m.collecting > 0 && (c === 40 || c === 41 || c === 44)) {
    punctuation(m, c);
    return;
  }
  shipByte(m);
}

function punctuation(m: Machine, c: number): void {
  if (c === 40) m.paren++;
  else if (m.paren > 0) {
    if (c === 41) m.paren--;
  } else {
    m.pos++;
    if (c === 44) nextArgument(m);
    else finishCall(m);
    return;
  }
  shipByte(m);
}

function nextArgument(m: Machine): void {
  endArgument(m);
  if (m.argCount + 2 >= m.argStarts.length) growArguments(m);
  m.argStarts[m.argCount] = m.argTop;
  startArgument(m);
}

function startArgument(m: Machine): void {
  m.argTokens[m.argCount++] = 0;
  m.skipBlanks = true;
  const frame = m.frames[m.collecting - 1] as Frame;
  frame.argFile = m.file;
  frame.argOff = m.off >= 0 ? m.off : m.pos - 1;
}

function stopInArguments(m: Machine): void {
  const frame = m.frames[m.collecting - 1];
  if (m.collecting === 0 || frame === undefined) return;
  const { argFile, argOff } = frame;
  stop(m, "error", "ERROR: end of file in argument list", argFile, argOff, m.frames[0]);
}

function growArguments(m: Machine): void {
  const size = m.argStarts.length * 2;
  if (size * 8 > m.limits.maxOutput) stop(m, "limit", "too many arguments", m.file, offsetHere(m));
  const starts = new Int32Array(size);
  const tokens = new Int32Array(size);
  starts.set(m.argStarts);
  tokens.set(m.argTokens);
  m.argStarts = starts;
  m.argTokens = tokens;
}

/** An argument that began with a builtin token is only that token. */
export function endArgument(m: Machine): void {
  const last = m.argCount - 1;
  if (m.argTokens[last] !== 0) m.argTop = m.argStarts[last] as number;
}

/** Opens the frame of a call; `collect` tells whether an argument list follows (its parenthesis is consumed). */
export function openFrame(m: Machine, frame: Frame, collect: boolean): void {
  const slot = m.frames[m.collecting];
  frame.paren = m.paren;
  frame.base = m.argCount;
  if (slot === undefined) m.frames.push(frame);
  else m.frames[m.collecting] = frame;
  m.collecting++;
  m.paren = 0;
  if (m.collecting > m.limits.maxNesting) {
    m.callFile = frame.file;
    m.callOff = frame.off;
    stopAtLimit(m, "macro calls nest too deeply");
    return;
  }
  if (m.argCount + 2 >= m.argStarts.length) growArguments(m);
  m.argStarts[m.argCount] = m.argTop;
  if (!collect) return;
  startArgument(m);
}

function takeToken(m: Machine): void {
  const token = m.token;
  popSource(m);
  if (m.collecting === 0) return;
  m.skipBlanks = false;
  const last = m.argCount - 1;
  if (m.argTop === m.argStarts[last] && m.argTokens[last] === 0) m.argTokens[last] = token;
}

function skipLeadingBlanks(m: Machine): void {
  const { src, end } = m;
  let pos = m.pos;
  while (pos < end && BLANK_BYTES[src[pos] as number] === 1) {
    // A blank that opens a comment or a quote is a delimiter.
    if (m.argClasses[src[pos] as number] !== PLAIN) {
      m.pos = pos;
      if (isAhead(m, m.bcomm) || isAhead(m, m.lquote)) break;
    }
    pos++;
  }
  m.pos = pos;
  if (pos < end) m.skipBlanks = false;
}

/** Reads the whole input stack. */
export function run(m: Machine): void {
  while (!m.ended) {
    if (m.pos >= m.end) {
      if (m.token !== 0) takeToken(m);
      else if (m.depth > 0) popSource(m);
      else {
        stopInArguments(m);
        return;
      }
    } else if (m.skipBlanks) skipLeadingBlanks(m);
    else scan(m);
  }
}

/** The hot loop: reads the current source until something needs more than copying. */
function scan(m: Machine): void {
  const { src, end, symbols } = m;
  const collecting = m.collecting > 0;
  const classes = collecting ? m.argClasses : m.topClasses;
  const from = m.pos;
  let pos = from;
  while (pos < end) {
    const start = pos;
    let c = src[pos++] as number;
    const kind = classes[c] as number;
    if (kind === PLAIN) continue;
    if (kind === WORD) {
      let hash = c;
      while (pos < end) {
        c = src[pos] as number;
        if (WORD_BYTES[c] === 0) break;
        hash = (Math.imul(hash, 31) + c) | 0;
        pos++;
      }
      if (pos === end && m.depth > 0) {
        interrupt(m, src, from, start, slowWord);
        return;
      }
      const symbol = findSymbol(symbols, src, start, pos, hash);
      if (symbol < 0 || symbols.definitions[symbol] === undefined) continue;
      ship(m, src, from, start);
      m.pos = pos;
      const off = m.off >= 0 ? m.off : start;
      if (!callMacro(m, symbol, m.file, off)) ship(m, src, start, pos);
      return;
    }
    if (kind === COMMENT) {
      const stopByte = m.ecomm[0] as number;
      while (pos < end && src[pos] !== stopByte) pos++;
      if (pos === end) {
        interrupt(m, src, from, start, slowComment);
        return;
      }
      pos++;
      continue;
    }
    if (kind === QUOTE) {
      const close = closingQuote(m, src, pos, end);
      if (close < 0) {
        interrupt(m, src, from, start, slowQuoted);
        return;
      }
      ship(m, src, from, start);
      m.pos = close + 1;
      ship(m, src, pos, close);
      return;
    }
    interrupt(m, src, from, start, kind === SLOW ? slowToken : punctuationHere);
    return;
  }
  m.pos = pos;
  ship(m, src, from, pos);
}

function punctuationHere(m: Machine): void {
  punctuation(m, m.src[m.pos] as number);
}

function interrupt(m: Machine, src: Uint8Array, from: number, at: number, act: (m: Machine) => void): void {
  ship(m, src, from, at);
  m.pos = at;
  if (!m.ended) act(m);
}

function closingQuote(m: Machine, src: Uint8Array, from: number, end: number): number {
  const left = m.lquote[0] as number;
  const right = m.rquote[0] as number;
  let level = 1;
  for (let pos = from; pos < end; pos++) {
    const c = src[pos];
    if (c === right) {
      if (--level === 0) return pos;
    } else if (c === left) level++;
  }
  return -1;
}
