/*
 * The arguments of the call being carried out, as the builtins see them: numbered from 1, missing ones empty.
 */

import { toLatin1 } from "./bytes.ts";
import { parseInteger } from "./format.ts";
import { callNameText, emitBytes, emitText, type Machine, warn } from "./machine.ts";

const EMPTY = new Uint8Array(0);

/** Argument n as bytes: a view, valid until the call ends. */
export function argBytes(m: Machine, n: number): Uint8Array {
  if (n < 1 || n > m.argc) return EMPTY;
  const at = m.callBase + n;
  return m.argBuf.subarray(m.argStarts[at - 1] as number, m.argStarts[at] as number);
}

/** Argument n as a string of byte values. */
export function argText(m: Machine, n: number): string {
  if (n < 1 || n > m.argc) return "";
  const at = m.callBase + n;
  const from = m.argStarts[at - 1] as number;
  const to = m.argStarts[at] as number;
  m.work += to - from;
  return toLatin1(m.argBuf, from, to);
}

/** The builtin whose token argument n is, or −1. */
export function argToken(m: Machine, n: number): number {
  return n < 1 || n > m.argc ? -1 : (m.argTokens[m.callBase + n - 1] as number) - 1;
}

/** Appends argument n to the expansion. */
export function emitArgument(m: Machine, n: number): void {
  if (n < 1 || n > m.argc) return;
  const at = m.callBase + n;
  emitBytes(m, m.argBuf, m.argStarts[at - 1] as number, m.argStarts[at] as number);
}

/** Appends the arguments from `first` on, separated, each in the current quotes where wanted. */
export function emitList(m: Machine, first: number, quoted: boolean, separator: string): void {
  for (let n = first; n <= m.argc && !m.ended; n++) {
    if (n > first) emitText(m, separator);
    if (quoted) emitBytes(m, m.lquote, 0, m.lquote.length);
    emitArgument(m, n);
    if (quoted) emitBytes(m, m.rquote, 0, m.rquote.length);
  }
}

/** Argument n as a number; undefined, with a warning, when it is none. */
export function argInteger(m: Machine, n: number): number | undefined {
  const { value, warning } = parseInteger(argText(m, n));
  const where = `builtin \`${callNameText(m)}'`;
  if (warning === "empty") warn(m, `empty string treated as 0 in ${where}`);
  else if (warning === "blank") warn(m, `leading whitespace ignored in ${where}`);
  else if (warning === "overflow") warn(m, `numeric overflow detected in ${where}`);
  else if (warning === "numeric") {
    warn(m, `non-numeric argument to ${where}`);
    return undefined;
  }
  return value;
}
