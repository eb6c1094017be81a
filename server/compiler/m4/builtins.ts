/*
 * The table of builtins, and those that deal with definitions, conditions, delimiters, diversions and output.
 *
 * Each acts on the call in the machine and appends its result to the expansion. Nothing touches the host:
 * include, sinclude, syscmd, esyscmd, maketemp, mkstemp and the debugging files are refused with an error
 * value. Argument counts, blindness and messages follow builtin.c of GNU m4 1.4.
 */

import { argBytes, argInteger, argText, argToken, emitArgument, emitList } from "./arguments.ts";
import { decodeText, fromLatin1, readable, sameBytes } from "./bytes.ts";
import {
  callNameText,
  emitBytes,
  emitText,
  end,
  hasByte,
  lineAt,
  type Machine,
  pushToken,
  report,
  warn,
} from "./machine.ts";
import { divertTo, undivert, undivertAll } from "./output.ts";
import { classify } from "./scan.ts";
import { type Definition, findSymbol, hashBytes, internSymbol } from "./symbols.ts";
import {
  evalBuiltin,
  formatBuiltin,
  index,
  len,
  patsubst,
  regexp,
  step,
  substr,
  translit,
} from "./textBuiltins.ts";

/** A builtin: how many arguments it takes, whether it needs a parenthesis to be seen, what it does. */
export interface Builtin {
  readonly name: string;
  readonly blind: boolean;
  readonly min: number;
  readonly max: number;
  readonly act: (m: Machine) => void;
}

/** Marks `builtin` and `indir`, which call.ts resolves. */
export function INDIRECT(): void {}

const MANY = 0x7fffffff;
const EMPTY = new Uint8Array(0);

function lookUp(m: Machine, n: number): number {
  const name = argBytes(m, n);
  return findSymbol(m.symbols, name, 0, name.length, hashBytes(name, 0, name.length));
}

/** Gives a name a definition at a place. */
export function setDefinition(
  m: Machine,
  symbol: number,
  body: Uint8Array,
  builtin: number,
  push: boolean,
): void {
  const old = m.symbols.definitions[symbol];
  const previous: Definition | undefined = push ? old : old?.previous;
  const { callFile: file, callOff: offset } = m;
  m.symbols.definitions[symbol] = { builtin, body, previous, file, offset, plan: undefined };
}

function defineAs(m: Machine, push: boolean): void {
  if (argToken(m, 1) >= 0) {
    warn(m, `Warning: ${callNameText(m)}: invalid macro name ignored`);
    return;
  }
  const name = argBytes(m, 1);
  const symbol = internSymbol(m.symbols, name, 0, name.length);
  const token = argToken(m, 2);
  setDefinition(m, symbol, token >= 0 ? EMPTY : argBytes(m, 2).slice(), token, push);
}

function undefine(m: Machine): void {
  for (let n = 1; n <= m.argc; n++) {
    const symbol = lookUp(m, n);
    if (symbol >= 0) m.symbols.definitions[symbol] = undefined;
  }
}

function popdef(m: Machine): void {
  for (let n = 1; n <= m.argc; n++) {
    const symbol = lookUp(m, n);
    if (symbol >= 0) m.symbols.definitions[symbol] = m.symbols.definitions[symbol]?.previous;
  }
}

function defn(m: Machine): void {
  for (let n = 1; n <= m.argc; n++) {
    const def = m.symbols.definitions[lookUp(m, n)];
    if (def === undefined) continue;
    if (def.builtin >= 0) {
      if (m.argc === 1) pushToken(m, def.builtin);
      else warn(m, `Warning: cannot concatenate builtin \`${readable(argText(m, n))}'`);
    } else {
      emitBytes(m, m.lquote, 0, m.lquote.length);
      emitBytes(m, def.body, 0, def.body.length);
      emitBytes(m, m.rquote, 0, m.rquote.length);
    }
  }
}

function ifdef(m: Machine): void {
  const symbol = lookUp(m, 1);
  emitArgument(m, symbol >= 0 && m.symbols.definitions[symbol] !== undefined ? 2 : 3);
}

function sameArguments(m: Machine, a: number, b: number): boolean {
  const x = argBytes(m, a);
  const y = argBytes(m, b);
  m.work += x.length;
  return sameBytes(x, 0, x.length, y, 0, y.length);
}

function ifelse(m: Machine): void {
  if (m.argc === 1) return;
  if (m.argc < 3) {
    warn(m, `Warning: too few arguments to builtin \`${callNameText(m)}'`);
    return;
  }
  if (m.argc % 3 === 2) warn(m, `Warning: excess arguments to builtin \`${callNameText(m)}' ignored`);
  let at = 1;
  for (let left = m.argc; ; left -= 3, at += 3) {
    if (sameArguments(m, at, at + 1)) {
      emitArgument(m, at + 2);
      return;
    }
    if (left === 3) return;
    if (left <= 5) {
      emitArgument(m, at + 3);
      return;
    }
  }
}

function changequote(m: Machine): void {
  if (m.argc === 0) {
    m.lquote = fromLatin1("`");
    m.rquote = fromLatin1("'");
  } else {
    m.lquote = argBytes(m, 1).slice();
    m.rquote = argBytes(m, 2).slice();
    if (m.argc === 1 || (m.lquote.length > 0 && m.rquote.length === 0)) m.rquote = fromLatin1("'");
  }
  classify(m);
}

function changecom(m: Machine): void {
  m.bcomm = argBytes(m, 1).slice();
  m.ecomm = argBytes(m, 2).slice();
  if (m.argc === 1 || (m.bcomm.length > 0 && m.ecomm.length === 0)) m.ecomm = fromLatin1("\n");
  classify(m);
}

function dnl(m: Machine): void {
  while (hasByte(m)) {
    const at = m.src.subarray(0, m.end).indexOf(10, m.pos);
    if (at >= 0) {
      m.pos = at + 1;
      return;
    }
    m.pos = m.end;
  }
  warn(m, "Warning: end of file treated as newline");
}

function divert(m: Machine): void {
  const number = m.argc === 0 ? 0 : argInteger(m, 1);
  if (number !== undefined) divertTo(m.diversions, number);
}

function undivertBuiltin(m: Machine): void {
  if (m.argc === 0) undivertAll(m.diversions);
  for (let n = 1; n <= m.argc; n++) {
    const text = argText(m, n);
    if (/^[-+]?[0-9]*$/.test(text)) undivert(m.diversions, Number(text));
    else refuse(m, `cannot undivert \`${readable(text)}': files are not read`);
  }
}

function refuse(m: Machine, message: string): void {
  report(m, "refused", message, m.callFile, m.callOff);
}

function refused(m: Machine): void {
  refuse(m, `builtin \`${callNameText(m)}' is not carried out`);
}

function joined(m: Machine): string {
  const parts: string[] = [];
  for (let n = 1; n <= m.argc; n++) parts.push(decodeText(argBytes(m, n)));
  return parts.join(" ");
}

function m4exit(m: Machine): void {
  const code = m.argc === 0 ? 0 : (argInteger(m, 1) ?? 1);
  end(m, code & 255);
}

function m4wrap(m: Machine): void {
  const start = m.inTop;
  emitList(m, 1, false, " ");
  m.wrapped.push(m.inBuf.slice(start, m.inTop));
  m.inTop = start;
}

function quotedName(m: Machine, name: string): void {
  emitBytes(m, m.lquote, 0, m.lquote.length);
  const bytes = new TextEncoder().encode(name);
  emitBytes(m, bytes, 0, bytes.length);
  emitBytes(m, m.rquote, 0, m.rquote.length);
}

function ignored(): void {}

function row(name: string, blind: boolean, min: number, max: number, act: (m: Machine) => void): Builtin {
  return { name, blind, min, max, act };
}

/** All builtins; a definition names one by its index. */
export const BUILTINS: readonly Builtin[] = [
  row("define", true, 1, 2, (m) => defineAs(m, false)),
  row("pushdef", true, 1, 2, (m) => defineAs(m, true)),
  row("undefine", true, 1, MANY, undefine),
  row("popdef", true, 1, MANY, popdef),
  row("defn", true, 1, MANY, defn),
  row("ifdef", true, 2, 3, ifdef),
  row("ifelse", true, 0, MANY, ifelse),
  row("builtin", true, 1, MANY, INDIRECT),
  row("indir", true, 1, MANY, INDIRECT),
  row("shift", true, 1, MANY, (m) => emitList(m, 2, true, ",")),
  row("changequote", false, 0, 2, changequote),
  row("changecom", false, 0, 2, changecom),
  row("dnl", false, 0, 0, dnl),
  row("divert", false, 0, 1, divert),
  row("undivert", false, 0, MANY, undivertBuiltin),
  row("divnum", false, 0, 0, (m) => emitText(m, String(m.diversions.number))),
  row("errprint", true, 1, MANY, (m) => report(m, "errprint", joined(m), m.callFile, m.callOff)),
  row("m4exit", false, 0, 1, m4exit),
  row("m4wrap", true, 1, MANY, m4wrap),
  row("__file__", false, 0, 0, (m) => quotedName(m, m.inputs[m.callFile]?.name ?? "")),
  row("__line__", false, 0, 0, (m) => emitText(m, String(lineAt(m, m.callFile, m.callOff)))),
  row("__program__", false, 0, 0, (m) => quotedName(m, "m4")),
  row("incr", true, 1, 1, (m) => step(m, 1)),
  row("decr", true, 1, 1, (m) => step(m, -1)),
  row("eval", true, 1, 3, evalBuiltin),
  row("len", true, 1, 1, len),
  row("index", true, 1, 2, index),
  row("substr", true, 1, 3, substr),
  row("translit", true, 1, 3, translit),
  row("regexp", true, 1, 3, regexp),
  row("patsubst", true, 1, 3, patsubst),
  row("format", true, 1, MANY, formatBuiltin),
  row("include", true, 1, 1, refused),
  row("sinclude", true, 1, 1, refused),
  row("syscmd", true, 1, 1, refused),
  row("esyscmd", true, 1, 1, refused),
  row("maketemp", true, 1, 1, refused),
  row("mkstemp", true, 1, 1, refused),
  row("sysval", false, 0, 0, (m) => emitText(m, "0")),
  row("traceon", false, 0, MANY, ignored),
  row("traceoff", false, 0, MANY, ignored),
  row("debugmode", false, 0, 1, ignored),
  row("debugfile", false, 0, 1, refused),
  row("dumpdef", false, 0, MANY, ignored),
];

/** The index of a builtin by its own name, or −1. */
export function builtinNumber(name: string): number {
  return BUILTINS.findIndex((builtin) => builtin.name === name);
}
