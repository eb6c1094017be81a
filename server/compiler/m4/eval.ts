/*
 * The arithmetic of m4's `eval`: 32-bit integers that wrap around.
 *
 * Follows the grammar and the error kinds of GNU m4 1.4 (info m4, node "Eval"); right operands of && and ||
 * are always parsed, but an arithmetic error in a dead one is forgiven. Nesting is bounded, so it cannot
 * overflow the JavaScript stack. Pure; never throws.
 */

export const EVAL_OK = 0;
export const EVAL_DIVIDE = 1;
export const EVAL_MODULO = 2;
export const EVAL_NEGATIVE = 3;
export const EVAL_SYNTAX = 4;
export const EVAL_MISSING = 5;
export const EVAL_UNKNOWN = 6;
export const EVAL_EXCESS = 7;
export const EVAL_OPERATOR = 8;
export const EVAL_DEPTH = 9;

/** The value (0 on error), the error kind, and how often `=` stood for `==`. */
export interface Evaluation {
  readonly value: number;
  readonly error: number;
  readonly assigns: number;
}

const T_NUMBER = "number";
const T_END = "end";
const T_ERROR = "error";
const T_BAD = "bad";
const MAX_DEPTH = 300;

interface Reader {
  readonly text: string;
  at: number;
  last: number;
  value: number;
  error: number;
  assigns: number;
  depth: number;
}

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!=", "="],
  [">", ">=", "<", "<="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 122) return code - 87;
  if (code >= 65 && code <= 90) return code - 55;
  return 99;
}

function readBase(r: Reader): number {
  if (r.text.charCodeAt(r.at) !== 48) return 10;
  r.at++;
  const mark = r.text.charAt(r.at).toLowerCase();
  if (mark === "x" || mark === "b") {
    r.at++;
    return mark === "x" ? 16 : 2;
  }
  if (mark !== "r") return 8;
  let base = 0;
  for (r.at++; /^[0-9]$/.test(r.text.charAt(r.at)); r.at++) base = base * 10 + Number(r.text.charAt(r.at));
  if (base < 1 || base > 36 || r.text.charAt(r.at) !== ":") return 0;
  r.at++;
  return base;
}

function readNumber(r: Reader): string {
  const base = readBase(r);
  if (base === 0) return T_ERROR;
  let value = 0;
  for (; r.at < r.text.length; r.at++) {
    const digit = digitOf(r.text.charCodeAt(r.at));
    if (base === 1) {
      if (digit === 1) value = (value + 1) | 0;
      else if (digit !== 0 || value !== 0) break;
    } else if (digit >= base) break;
    else value = (Math.imul(value, base) + digit) | 0;
  }
  r.value = value;
  return T_NUMBER;
}

function lex(r: Reader): string {
  while (/^[ \t\n\v\f\r]$/.test(r.text.charAt(r.at))) r.at++;
  r.last = r.at;
  if (r.at >= r.text.length) return T_END;
  const c = r.text.charAt(r.at);
  if (c >= "0" && c <= "9") return readNumber(r);
  r.at++;
  const d = r.text.charAt(r.at);
  if ((c === "+" || c === "-") && (d === c || d === "=")) return T_BAD;
  if ((c === "/" || c === "%" || c === "^") && d === "=") return T_BAD;
  if ("*<>&|".includes(c) && d === c) {
    r.at++;
    return (c === "<" || c === ">") && r.text.charAt(r.at) === "=" ? T_BAD : c + c;
  }
  if ("*&|".includes(c) && d === "=") return T_BAD;
  if ("=!<>".includes(c) && d === "=") {
    r.at++;
    return `${c}=`;
  }
  return "+-*/%=!<>^~&|()".includes(c) ? c : T_ERROR;
}

function fail(r: Reader, error: number): number {
  r.error = error;
  return 0;
}

function simple(r: Reader, token: string): number {
  if (token === T_NUMBER) return r.value;
  if (token === T_BAD) return fail(r, EVAL_OPERATOR);
  if (token !== "(") return fail(r, EVAL_SYNTAX);
  const first = lex(r);
  if (first === T_ERROR) return fail(r, EVAL_UNKNOWN);
  const value = binary(r, first, 0);
  if (r.error !== EVAL_OK) return 0;
  const close = lex(r);
  if (close === T_ERROR) return fail(r, EVAL_UNKNOWN);
  return close === ")" ? value : fail(r, EVAL_MISSING);
}

function unary(r: Reader, token: string): number {
  if (token !== "+" && token !== "-" && token !== "~" && token !== "!") return simple(r, token);
  if (++r.depth > MAX_DEPTH) return fail(r, EVAL_DEPTH);
  const next = lex(r);
  const value = next === T_ERROR ? fail(r, EVAL_UNKNOWN) : unary(r, next);
  r.depth--;
  if (token === "-") return -value | 0;
  if (token === "~") return ~value;
  return token === "!" ? Number(value === 0) : value;
}

function power(r: Reader, base: number, exponent: number): number {
  if (exponent < 0) return fail(r, EVAL_NEGATIVE);
  if (base === 0 && exponent === 0) return fail(r, EVAL_DIVIDE);
  let result = 1;
  for (let factor = base, n = exponent; n > 0; n >>>= 1, factor = Math.imul(factor, factor)) {
    if (n & 1) result = Math.imul(result, factor);
  }
  return result;
}

function exponent(r: Reader, token: string): number {
  const base = unary(r, token);
  if (r.error !== EVAL_OK) return 0;
  const op = lex(r);
  if (op === T_ERROR) return fail(r, EVAL_UNKNOWN);
  if (op !== "**") {
    r.at = r.last;
    return base;
  }
  if (++r.depth > MAX_DEPTH) return fail(r, EVAL_DEPTH);
  const next = lex(r);
  if (next === T_ERROR) return fail(r, EVAL_UNKNOWN);
  const right = exponent(r, next);
  r.depth--;
  return r.error === EVAL_OK ? power(r, base, right) : 0;
}

function apply(r: Reader, op: string, a: number, b: number): number {
  if (op === "||") return Number(a !== 0 || b !== 0);
  if (op === "&&") return Number(a !== 0 && b !== 0);
  if (op === "|") return a | b;
  if (op === "^") return a ^ b;
  if (op === "&") return a & b;
  if (op === "==" || op === "=") return Number(a === b);
  if (op === "!=") return Number(a !== b);
  if (op === ">") return Number(a > b);
  if (op === ">=") return Number(a >= b);
  if (op === "<") return Number(a < b);
  if (op === "<=") return Number(a <= b);
  if (op === "<<") return a << b;
  if (op === ">>") return a >> b;
  if (op === "+") return (a + b) | 0;
  if (op === "-") return (a - b) | 0;
  if (op === "*") return Math.imul(a, b);
  if (b === 0) return fail(r, op === "/" ? EVAL_DIVIDE : EVAL_MODULO);
  return op === "/" ? (a / b) | 0 : (a % b) | 0;
}

function binary(r: Reader, token: string, level: number): number {
  const ops = LEVELS[level];
  if (ops === undefined) return exponent(r, token);
  if (level === 0 && ++r.depth > MAX_DEPTH) return fail(r, EVAL_DEPTH);
  let value = binary(r, token, level + 1);
  while (r.error === EVAL_OK) {
    const op = lex(r);
    if (op === T_ERROR) return fail(r, EVAL_UNKNOWN);
    if (!ops.includes(op)) {
      r.at = r.last;
      break;
    }
    const next = lex(r);
    if (next === T_ERROR) return fail(r, EVAL_UNKNOWN);
    let right = binary(r, next, level + 1);
    if (r.error !== EVAL_OK) {
      const dead = (op === "||" && value !== 0) || (op === "&&" && value === 0);
      if (!dead || r.error >= EVAL_SYNTAX) return 0;
      r.error = EVAL_OK;
      right = 0;
    }
    if (op === "=") r.assigns++;
    value = apply(r, op, value, right);
  }
  if (level === 0) r.depth--;
  return value;
}

/** Evaluates one expression. */
export function evaluate(text: string): Evaluation {
  const r: Reader = { text, at: 0, last: 0, value: 0, error: EVAL_OK, assigns: 0, depth: 0 };
  const value = binary(r, lex(r), 0);
  if (r.error === EVAL_OK && r.at < text.length) {
    const rest = lex(r);
    if (rest !== T_END) r.error = rest === T_BAD ? EVAL_OPERATOR : EVAL_EXCESS;
  }
  return { value: r.error === EVAL_OK ? value : 0, error: r.error, assigns: r.assigns };
}

/** The number in a radix from 1 to 36, its digits padded with zeros to `width`. */
export function formatRadix(value: number, radix: number, width: number): string {
  const magnitude = Math.abs(value);
  const digits = radix === 1 ? "1".repeat(magnitude) : magnitude.toString(radix);
  return (value < 0 ? "-" : "") + digits.padStart(width, "0");
}
