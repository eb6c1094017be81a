/*
 * Macro calls: from a name to its expansion in front of the input.
 *
 * A call without arguments is carried out at once; one with arguments opens a frame that the reader fills and
 * then ends through `finishCall`. `builtin` and `indir` are resolved here in a loop, not by recursion.
 * Follows expand_macro, call_macro and expand_user_macro of GNU m4 1.4.
 */

import { argBytes, argText, emitList } from "./arguments.ts";
import { BUILTINS, builtinNumber, INDIRECT } from "./builtins.ts";
import { readable } from "./bytes.ts";
import {
  callNameText,
  dropExhausted,
  emitBytes,
  emitText,
  hasByte,
  isAhead,
  type Machine,
  peekByte,
  pushExpansion,
  stopAtLimit,
  warn,
} from "./machine.ts";
import { endArgument, openFrame } from "./scan.ts";
import { type Definition, findSymbol, hashBytes } from "./symbols.ts";

const PLAN_COUNT = -1;
const PLAN_LIST = -2;
const PLAN_QUOTED_LIST = -3;
const PLAN_NONE = -4;

function parenthesisFollows(m: Machine): boolean {
  if (peekByte(m, 0) !== 40) return false;
  return m.openIsPlain || (!isAhead(m, m.bcomm) && !isAhead(m, m.lquote));
}

/** Begins a call of symbol (−1: no such name); false when the word is just text. */
export function callMacro(m: Machine, symbol: number, file: number, off: number): boolean {
  const def = symbol < 0 ? undefined : m.symbols.definitions[symbol];
  if (def === undefined) return false;
  const open = parenthesisFollows(m);
  if (!open && def.builtin >= 0 && BUILTINS[def.builtin]?.blind === true) return false;
  m.callFile = file;
  m.callOff = off;
  if (++m.expansions > m.limits.maxExpansions || m.work > m.limits.maxWork) {
    stopAtLimit(m, "too many macro expansions");
    return true;
  }
  if (open) {
    hasByte(m);
    m.pos++;
  }
  openFrame(m, { symbol, def, paren: 0, base: 0, file, off, argFile: file, argOff: off }, open);
  if (!open && !m.ended) finishCall(m);
  return true;
}

/** Ends the innermost frame and carries out its call. */
export function finishCall(m: Machine): void {
  const frame = m.frames[--m.collecting];
  if (frame === undefined) return;
  if (m.argCount > frame.base) endArgument(m);
  m.argStarts[m.argCount] = m.argTop;
  m.argc = m.argCount - frame.base;
  m.callBase = frame.base;
  m.callName = m.symbols.names[frame.symbol] as Uint8Array;
  m.callFile = frame.file;
  m.callOff = frame.off;
  m.paren = frame.paren;
  m.skipBlanks = false;
  const origin = m.def;
  dropExhausted(m);
  const base = m.inTop;
  const def = perform(m, frame.def);
  m.argCount = frame.base;
  m.argTop = m.argStarts[frame.base] as number;
  if (m.inTop > base && !m.ended) pushExpansion(m, base, def.builtin < 0 ? def : origin);
}

/** Carries out a call, following `indir` and `builtin`; the definition that did it. */
function perform(m: Machine, first: Definition): Definition {
  for (let def = first; ; ) {
    if (def.builtin < 0) {
      expandUser(m, def);
      return def;
    }
    const builtin = BUILTINS[def.builtin];
    if (builtin === undefined) return def;
    if (builtin.act !== INDIRECT) {
      if (m.argc < builtin.min) warn(m, `Warning: too few arguments to builtin \`${callNameText(m)}'`);
      else {
        if (m.argc > builtin.max)
          warn(m, `Warning: excess arguments to builtin \`${callNameText(m)}' ignored`);
        if (!m.ended) builtin.act(m);
      }
      return def;
    }
    const target = redirect(m, builtin.name === "indir", def);
    if (target === undefined) return def;
    def = target;
  }
}

function redirect(m: Machine, isMacro: boolean, def: Definition): Definition | undefined {
  if (m.argc < 1) {
    warn(m, `Warning: too few arguments to builtin \`${callNameText(m)}'`);
    return undefined;
  }
  const name = argBytes(m, 1);
  let target: Definition | undefined;
  if (isMacro) {
    const symbol = findSymbol(m.symbols, name, 0, name.length, hashBytes(name, 0, name.length));
    target = symbol < 0 ? undefined : m.symbols.definitions[symbol];
  } else {
    const number = builtinNumber(argText(m, 1));
    if (number >= 0) target = { ...def, builtin: number };
  }
  if (target === undefined) {
    warn(m, `undefined ${isMacro ? "macro" : "builtin"} \`${readable(argText(m, 1))}'`);
    return undefined;
  }
  m.callName = name.slice();
  m.callBase++;
  m.argc--;
  m.expansions++;
  return target;
}

/** Triples (literal from, literal to, what follows it: n ≥ 0 for $n, or a PLAN_ constant). */
function planOf(body: Uint8Array): Int32Array {
  const plan: number[] = [];
  let from = 0;
  for (let at = body.indexOf(36); at >= 0; at = body.indexOf(36, at)) {
    const next = body[at + 1] as number;
    let after = at + 2;
    let what: number;
    if (next >= 48 && next <= 57) {
      what = next - 48;
      for (; (body[after] as number) >= 48 && (body[after] as number) <= 57; after++) {
        what = Math.min(what * 10 + (body[after] as number) - 48, 0x3fffffff);
      }
    } else if (next === 35) what = PLAN_COUNT;
    else if (next === 42) what = PLAN_LIST;
    else if (next === 64) what = PLAN_QUOTED_LIST;
    else {
      at++;
      continue;
    }
    plan.push(from, at, what);
    from = after;
    at = after;
  }
  plan.push(from, body.length, PLAN_NONE);
  return Int32Array.from(plan);
}

function expandUser(m: Machine, def: Definition): void {
  const { body } = def;
  if (def.plan === undefined) def.plan = planOf(body);
  const { plan } = def;
  for (let i = 0; i < plan.length && !m.ended; i += 3) {
    emitBytes(m, body, plan[i] as number, plan[i + 1] as number);
    const what = plan[i + 2] as number;
    if (what > 0) {
      if (what > m.argc) continue;
      const at = m.callBase + what;
      emitBytes(m, m.argBuf, m.argStarts[at - 1] as number, m.argStarts[at] as number);
    } else if (what === 0) emitBytes(m, m.callName, 0, m.callName.length);
    else if (what === PLAN_COUNT) emitText(m, String(m.argc));
    else if (what !== PLAN_NONE) emitList(m, 1, what === PLAN_QUOTED_LIST, ",");
  }
}
