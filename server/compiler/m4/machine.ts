/*
 * The state of one m4 run, its limits, its input stack and its error list.
 *
 * Input is a stack of byte ranges: the file at the bottom, expansions above it, read as one stream, so that
 * rescanning needs no recursion. Expansions live in `inBuf`, which is itself a stack: the range on top ends
 * at `inTop`. Invariant: the fields src/pos/end/… describe the top; `sources` holds the suspended ones.
 * Every transgression of a limit ends the run with an error value. Follows input.c of GNU m4 1.4.
 */

import { copyBytes, decodeText, withCapacity } from "./bytes.ts";
import type { Diversions } from "./output.ts";
import type { Definition, SymbolTable } from "./symbols.ts";

/** What sort of thing an error is. */
export type M4ErrorKind = "errprint" | "warning" | "error" | "refused" | "limit";

/** A message of the run. `errprint` is what the input itself wanted to print. */
export interface M4Error {
  readonly kind: M4ErrorKind;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  /** of an argument list that does not end: the line of the outermost call that waits for its end */
  readonly opened?: number;
}

/** Bounds of a run; going over any of them is an error value. */
export interface M4Limits {
  /** Bytes of output, of pending input and of collected arguments, each. */
  readonly maxOutput: number;
  /** Unfinished macro calls, and pending expansions, each. */
  readonly maxNesting: number;
  /** Macro calls. */
  readonly maxExpansions: number;
  /** Bytes produced and read by builtins and expansions in all. */
  readonly maxWork: number;
  /** Steps of one `regexp` or `patsubst`. */
  readonly maxRegexSteps: number;
  /** Messages kept; later ones are dropped. */
  readonly maxErrors: number;
}

/** An input file; `lines` caches the offsets of line starts. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  lines: Int32Array | undefined;
}

/** A suspended source of input. */
export interface Source {
  src: Uint8Array;
  pos: number;
  end: number;
  base: number;
  file: number;
  off: number;
  def: Definition | undefined;
  token: number;
}

/** A macro call whose arguments are being collected. */
export interface Frame {
  symbol: number;
  def: Definition;
  paren: number;
  base: number;
  file: number;
  off: number;
  /** Where the argument being collected began. */
  argFile: number;
  argOff: number;
}

/** Everything a run knows. */
export interface Machine {
  readonly limits: M4Limits;
  readonly symbols: SymbolTable;
  readonly diversions: Diversions;
  readonly errors: M4Error[];
  readonly inputs: InputFile[];
  readonly wrapped: Uint8Array[];
  readonly fatalWarnings: boolean;
  ended: boolean;
  warnedZero: boolean;
  exitCode: number | undefined;
  expansions: number;
  work: number;
  // The current source: bytes, position, end, start in inBuf (or −1), file, offset in it (−1: `pos` is), macro.
  src: Uint8Array;
  pos: number;
  end: number;
  base: number;
  file: number;
  off: number;
  def: Definition | undefined;
  token: number;
  readonly sources: Source[];
  depth: number;
  inBuf: Uint8Array;
  inTop: number;
  // Arguments: argument i of the call at `base` is argBuf[argStarts[base+i−1], argStarts[base+i]).
  argBuf: Uint8Array;
  argTop: number;
  argStarts: Int32Array;
  argTokens: Int32Array;
  argCount: number;
  readonly frames: Frame[];
  collecting: number;
  paren: number;
  skipBlanks: boolean;
  // The call being carried out.
  callBase: number;
  argc: number;
  callName: Uint8Array;
  callFile: number;
  callOff: number;
  // Delimiters and the classes of bytes that follow from them.
  lquote: Uint8Array;
  rquote: Uint8Array;
  bcomm: Uint8Array;
  ecomm: Uint8Array;
  topClasses: Uint8Array;
  argClasses: Uint8Array;
  openIsPlain: boolean;
}

/** The line of a byte offset in an input, 1-based. */
export function lineAt(m: Machine, file: number, offset: number): number {
  const input = m.inputs[file];
  if (input === undefined) return 0;
  if (input.lines === undefined) input.lines = lineStarts(input.bytes);
  const lines = input.lines;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] as number) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lineStarts(bytes: Uint8Array): Int32Array {
  let count = 1;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) count++;
  const lines = new Int32Array(count);
  let next = 1;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) lines[next++] = i + 1;
  return lines;
}

/** Records a message at a place, and where the call began that it is about. */
export function report(
  m: Machine,
  kind: M4ErrorKind,
  message: string,
  file: number,
  offset: number,
  outer?: Frame,
): void {
  if (m.errors.length >= m.limits.maxErrors) return;
  const name = m.inputs[file]?.name ?? "";
  const opened = outer?.file === file ? { opened: lineAt(m, file, outer.off) } : {};
  m.errors.push({ kind, message, file: name, line: lineAt(m, file, offset), ...opened });
}

/** Records a warning about the call being carried out; ends the run where warnings are fatal. */
export function warn(m: Machine, message: string): void {
  report(m, "warning", message, m.callFile, m.callOff);
  if (m.fatalWarnings) end(m, 1);
}

/** Records an error and ends the run. */
export function stop(
  m: Machine,
  kind: M4ErrorKind,
  message: string,
  file: number,
  offset: number,
  outer?: Frame,
): void {
  if (m.ended) return;
  // A stop must be seen even when warnings filled the list.
  if (m.errors.length >= m.limits.maxErrors) m.errors.pop();
  report(m, kind, message, file, offset, outer);
  end(m, 1);
}

/** Ends the run because a limit is exceeded by the call being carried out. */
export function stopAtLimit(m: Machine, message: string): void {
  stop(m, "limit", message, m.callFile, m.callOff);
}

/** Ends the run with an exit code. */
export function end(m: Machine, code: number): void {
  m.ended = true;
  // A failure noted earlier (m4's `retcode`) outlives a later exit with 0.
  if (code !== 0 || m.exitCode === undefined) m.exitCode = code;
}

/** The offset in the current file: of the place itself, or of the outermost call it comes from. */
export function offsetHere(m: Machine): number {
  return m.off >= 0 ? m.off : m.pos;
}

function suspend(m: Machine): void {
  const s = m.sources[m.depth];
  if (s === undefined) {
    const { src, pos, base, file, off, def, token } = m;
    m.sources.push({ src, pos, end: m.end, base, file, off, def, token });
  } else {
    s.src = m.src;
    s.pos = m.pos;
    s.end = m.end;
    s.base = m.base;
    s.file = m.file;
    s.off = m.off;
    s.def = m.def;
    s.token = m.token;
  }
  m.depth++;
}

/** Puts inBuf[base, inTop) in front of the remaining input. */
export function pushExpansion(m: Machine, base: number, def: Definition | undefined): void {
  if (m.depth >= m.limits.maxNesting) {
    stopAtLimit(m, "macro expansions nest too deeply");
    return;
  }
  suspend(m);
  m.src = m.inBuf;
  m.pos = base;
  m.end = m.inTop;
  m.base = base;
  m.file = m.callFile;
  m.off = m.callOff;
  m.def = def;
  m.token = 0;
}

/** Puts the token of a builtin in front of the remaining input. */
export function pushToken(m: Machine, builtin: number): void {
  pushExpansion(m, m.inTop, undefined);
  m.token = builtin + 1;
}

/** Makes `bytes` the bottom of an empty input stack. */
export function startInput(m: Machine, file: number, bytes: Uint8Array, off: number): void {
  m.depth = 0;
  m.src = bytes;
  m.pos = 0;
  m.end = bytes.length;
  m.base = -1;
  m.file = file;
  m.off = off;
  m.def = undefined;
  m.token = 0;
  m.inTop = 0;
}

/** Returns to the source below the current one. */
export function popSource(m: Machine): void {
  if (m.base >= 0) m.inTop = m.base;
  const s = m.sources[--m.depth] as Source;
  m.src = s.src;
  m.pos = s.pos;
  m.end = s.end;
  m.base = s.base;
  m.file = s.file;
  m.off = s.off;
  m.def = s.def;
  m.token = s.token;
}

/** Drops exhausted expansions, so that a call in tail position does not grow the stack. */
export function dropExhausted(m: Machine): void {
  while (m.pos >= m.end && m.depth > 0 && m.token === 0) popSource(m);
}

/** Makes sure that a byte can be read, passing over builtin tokens; false at the end of the input. */
export function hasByte(m: Machine): boolean {
  while (m.pos >= m.end) {
    if (m.depth === 0) return false;
    popSource(m);
  }
  return true;
}

/** The byte `ahead` places further, without reading; −1 at the end of the input or at a builtin token. */
export function peekByte(m: Machine, ahead: number): number {
  let left = ahead;
  if (m.pos + left < m.end) return m.src[m.pos + left] as number;
  if (m.token !== 0) return -1;
  left -= m.end - m.pos;
  for (let i = m.depth - 1; i >= 0; i--) {
    const s = m.sources[i] as Source;
    if (s.pos + left < s.end) return s.src[s.pos + left] as number;
    if (s.token !== 0) return -1;
    left -= s.end - s.pos;
  }
  return -1;
}

/** Whether the input goes on with this delimiter (never for an empty one). */
export function isAhead(m: Machine, delimiter: Uint8Array): boolean {
  if (delimiter.length === 0) return false;
  for (let i = 0; i < delimiter.length; i++) if (peekByte(m, i) !== delimiter[i]) return false;
  return true;
}

/** Appends bytes to the expansion being built. */
export function emitBytes(m: Machine, src: Uint8Array, from: number, to: number): void {
  const size = to - from;
  if (size <= 0) return;
  const need = m.inTop + size;
  m.work += size;
  if (need > m.inBuf.length) {
    if (need > m.limits.maxOutput) {
      stopAtLimit(m, "pending input grows too large");
      return;
    }
    m.inBuf = withCapacity(m.inBuf, need);
  }
  copyBytes(m.inBuf, m.inTop, src, from, to);
  m.inTop = need;
}

/** Appends a string of byte values to the expansion being built. */
export function emitText(m: Machine, text: string): void {
  const need = m.inTop + text.length;
  m.work += text.length;
  if (need > m.inBuf.length) {
    if (need > m.limits.maxOutput) {
      stopAtLimit(m, "pending input grows too large");
      return;
    }
    m.inBuf = withCapacity(m.inBuf, need);
  }
  for (let i = 0; i < text.length; i++) m.inBuf[m.inTop++] = text.charCodeAt(i);
}

/** Appends bytes to the argument being collected. */
export function appendArgument(m: Machine, src: Uint8Array, from: number, to: number): void {
  const need = m.argTop + to - from;
  if (need > m.argBuf.length) {
    if (need > m.limits.maxOutput) {
      stop(m, "limit", "collected arguments grow too large", m.file, offsetHere(m));
      return;
    }
    m.argBuf = withCapacity(m.argBuf, need);
  }
  copyBytes(m.argBuf, m.argTop, src, from, to);
  m.argTop = need;
}

/** The name of the macro being called, for messages. */
export function callNameText(m: Machine): string {
  return decodeText(m.callName);
}
