/*
 * The builtins that compute text: numbers, substrings, translation, regular expressions, format.
 *
 * Work on strings of byte values, so lengths and positions are in bytes as in GNU m4 1.4. Every result is
 * bounded before it is built.
 */

import { argInteger, argText, emitArgument } from "./arguments.ts";
import { readable } from "./bytes.ts";
import {
  EVAL_DEPTH,
  EVAL_DIVIDE,
  EVAL_EXCESS,
  EVAL_MISSING,
  EVAL_MODULO,
  EVAL_NEGATIVE,
  EVAL_OK,
  EVAL_OPERATOR,
  EVAL_SYNTAX,
  EVAL_UNKNOWN,
  evaluate,
  formatRadix,
} from "./eval.ts";
import { formatText } from "./format.ts";
import { callNameText, emitText, type Machine, stopAtLimit, warn } from "./machine.ts";
import { createSearcher, type Match, SEARCH_LIMIT, type Searcher, search } from "./regex.ts";
import { compileRegex } from "./regexParse.ts";

const EVAL_MESSAGES: ReadonlyMap<number, string> = new Map([
  [EVAL_DIVIDE, "divide by zero in eval"],
  [EVAL_MODULO, "modulo by zero in eval"],
  [EVAL_NEGATIVE, "negative exponent in eval"],
  [EVAL_SYNTAX, "bad expression in eval"],
  [EVAL_MISSING, "bad expression in eval (missing right parenthesis)"],
  [EVAL_UNKNOWN, "bad expression in eval (bad input)"],
  [EVAL_EXCESS, "bad expression in eval (excess input)"],
  [EVAL_OPERATOR, "invalid operator in eval"],
]);

/** `incr` and `decr`. */
export function step(m: Machine, by: number): void {
  const value = argInteger(m, 1);
  if (value !== undefined) emitText(m, String((value + by) | 0));
}

/** `eval(expression, radix, width)`. */
export function evalBuiltin(m: Machine): void {
  const radix = argText(m, 2) === "" ? 10 : argInteger(m, 2);
  if (radix === undefined) return;
  if (radix < 1 || radix > 36) {
    warn(m, `radix ${radix} in builtin \`${callNameText(m)}' out of range`);
    return;
  }
  const width = m.argc < 3 ? 1 : argInteger(m, 3);
  if (width === undefined) return;
  if (width < 0) {
    warn(m, `negative width to builtin \`${callNameText(m)}'`);
    return;
  }
  const text = argText(m, 1);
  if (text === "") warn(m, `empty string treated as 0 in builtin \`${callNameText(m)}'`);
  const result = text === "" ? { value: 0, error: EVAL_OK, assigns: 0 } : evaluate(text);
  for (let i = 0; i < result.assigns; i++) warn(m, "Warning: recommend ==, not =, for equality operator");
  if (result.error === EVAL_DEPTH) {
    stopAtLimit(m, "expression of `eval' nests too deeply");
    return;
  }
  if (result.error === EVAL_OPERATOR) m.exitCode = 1;
  if (result.error !== EVAL_OK) {
    warn(m, `${EVAL_MESSAGES.get(result.error)}: ${readable(text)}`);
    return;
  }
  if (width > m.limits.maxOutput || (radix === 1 && Math.abs(result.value) > m.limits.maxOutput)) {
    stopAtLimit(m, "result of `eval' is too long");
    return;
  }
  emitText(m, formatRadix(result.value, radix, width));
}

/** `len`. */
export function len(m: Machine): void {
  const at = m.callBase + 1;
  emitText(m, String(m.argc < 1 ? 0 : (m.argStarts[at] as number) - (m.argStarts[at - 1] as number)));
}

/** With one argument these complain and answer with a default of their own. */
function tooFew(m: Machine): boolean {
  if (m.argc >= 2) return false;
  warn(m, `Warning: too few arguments to builtin \`${callNameText(m)}'`);
  return true;
}

/** `index`. */
export function index(m: Machine): void {
  if (tooFew(m)) {
    emitText(m, "0");
    return;
  }
  emitText(m, String(argText(m, 1).indexOf(argText(m, 2))));
}

/** `substr`. */
export function substr(m: Machine): void {
  if (tooFew(m)) {
    emitArgument(m, 1);
    return;
  }
  const text = argText(m, 1);
  const start = argInteger(m, 2);
  if (start === undefined) return;
  const length = m.argc < 3 ? text.length : argInteger(m, 3);
  if (length === undefined || start < 0 || length <= 0) return;
  emitText(m, text.slice(start, start + length));
}

function expandRanges(text: string): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 45 || from === 0) {
      out += text.charAt(i);
      from = code;
      continue;
    }
    if (++i >= text.length) return `${out}-`;
    const to = text.charCodeAt(i);
    if (from <= to) while (from++ < to) out += String.fromCharCode(from);
    else while (--from >= to) out += String.fromCharCode(from);
    from = to;
  }
  return out;
}

/** `translit`. */
export function translit(m: Machine): void {
  if (tooFew(m)) {
    emitArgument(m, 1);
    return;
  }
  const text = argText(m, 1);
  const from = expandRanges(argText(m, 2));
  const to = expandRanges(argText(m, 3));
  const map = new Map<string, string>();
  for (let i = 0; i < from.length; i++) {
    if (!map.has(from.charAt(i))) map.set(from.charAt(i), to.charAt(i));
  }
  const out: string[] = [];
  for (const c of text) out.push(map.get(c) ?? c);
  emitText(m, out.join(""));
}

function prepare(m: Machine, text: string, expression: string): Searcher | undefined {
  const compiled = compileRegex(expression);
  if ("error" in compiled) {
    warn(m, `bad regular expression: \`${readable(expression)}': ${compiled.error}`);
    return undefined;
  }
  const searcher = createSearcher(compiled.program, text, m.limits.maxRegexSteps);
  if (searcher === undefined) stopAtLimit(m, `\`${callNameText(m)}' on too much text`);
  else m.work += (searcher.visited?.length ?? 0) + text.length;
  return searcher;
}

function find(m: Machine, s: Searcher, from: number): Match | undefined {
  const before = s.steps;
  const found = search(s, from);
  m.work += before - s.steps;
  if (found !== SEARCH_LIMIT) return found;
  stopAtLimit(m, `\`${callNameText(m)}' takes too long`);
  return undefined;
}

function substitute(m: Machine, text: string, replacement: string, match: Match): void {
  let out = "";
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement.charAt(i);
    if (c !== "\\") {
      out += c;
      continue;
    }
    const d = replacement.charAt(++i);
    if (d === "") warn(m, "Warning: trailing \\ ignored in replacement");
    else if (d === "&" || d === "0") {
      if (d === "0" && !m.warnedZero) {
        m.warnedZero = true;
        warn(m, "Warning: \\0 will disappear, use \\& instead in replacements");
      }
      out += text.slice(match[0], match[1]);
    } else if (d >= "1" && d <= "9") {
      const from = match[Number(d) * 2];
      if (from === undefined) warn(m, `Warning: sub-expression ${d} not present`);
      else if (from >= 0) out += text.slice(from, match[Number(d) * 2 + 1]);
    } else out += d;
  }
  emitText(m, out);
}

/** `regexp`. */
export function regexp(m: Machine): void {
  if (tooFew(m)) {
    emitText(m, "0");
    return;
  }
  const text = argText(m, 1);
  const searcher = prepare(m, text, argText(m, 2));
  if (searcher === undefined || m.ended) return;
  const match = find(m, searcher, 0);
  if (m.ended) return;
  if (m.argc < 3) emitText(m, String(match?.[0] ?? -1));
  else if (match !== undefined) substitute(m, text, argText(m, 3), match);
}

/** `patsubst`. */
export function patsubst(m: Machine): void {
  if (tooFew(m)) {
    emitArgument(m, 1);
    return;
  }
  const text = argText(m, 1);
  const searcher = prepare(m, text, argText(m, 2));
  if (searcher === undefined || m.ended) return;
  const replacement = argText(m, 3);
  for (let at = 0; at <= text.length && !m.ended; ) {
    const match = find(m, searcher, at);
    if (match === undefined) {
      emitText(m, text.slice(at));
      return;
    }
    const [from, to] = match as readonly [number, number];
    emitText(m, text.slice(at, from));
    substitute(m, text, replacement, match);
    at = to;
    if (from === to) emitText(m, text.charAt(at++));
  }
}

/** `format`. */
export function formatBuiltin(m: Machine): void {
  const list: string[] = [];
  for (let n = 2; n <= m.argc; n++) list.push(argText(m, n));
  const { text, warnings, tooWide } = formatText(argText(m, 1), list, m.limits.maxOutput);
  for (const warning of warnings) warn(m, warning);
  if (tooWide) stopAtLimit(m, "result of `format' is too long");
  else emitText(m, text);
}
