/*
 * GNU Emacs-style regular expressions, as `regexp` and `patsubst` of m4 1.4 read them: parsing to a program.
 *
 * Operators: . [ ] * + ? ^ $ \( \) \| \1…\9 \w \W \s \S \b \B \< \> \` \'. No intervals and no [:classes:]
 * (m4 leaves both switched off); `.` does not match a newline; ^ and $ match at lines. Everything else, and
 * an operator where it cannot operate, stands for itself (glibc regcomp.c with syntax bits 0). Pure.
 */

export const OP_CHAR = 0;
export const OP_SET = 1;
export const OP_SPLIT = 2;
export const OP_JUMP = 3;
export const OP_SAVE = 4;
export const OP_ASSERT = 5;
export const OP_BACK = 6;
export const OP_MATCH = 7;
export const OP_MARK = 8;
export const OP_CHECK = 9;

/** Instructions as triples (operation, x, y). */
export interface Program {
  readonly code: readonly number[];
  readonly sets: readonly Uint8Array[];
  readonly groups: number;
  readonly marks: number;
  readonly backrefs: boolean;
}

/** A program, or what is wrong in the words of glibc. */
export type Compiled = { readonly program: Program } | { readonly error: string };

interface Builder {
  readonly text: string;
  at: number;
  readonly code: number[];
  readonly sets: Uint8Array[];
  groups: number;
  readonly closed: boolean[];
  marks: number;
  backrefs: boolean;
  depth: number;
  error: string;
}

const MAX_DEPTH = 200;
const UNMATCHED_OPEN = "Unmatched ( or \\(";
const UNMATCHED_CLOSE = "Unmatched ) or \\)";
const UNMATCHED_BRACKET = "Unmatched [, [^, [:, [., or [=";

function emit(b: Builder, op: number, x = 0, y = 0): void {
  b.code.push(op, x, y);
}

function setOf(test: (code: number) => boolean): Uint8Array {
  const set = new Uint8Array(256);
  for (let code = 0; code < 256; code++) set[code] = test(code) ? 1 : 0;
  return set;
}

/** Letters, digits and underscore. */
export function isWordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
  );
}

function isSpaceCode(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function emitSet(b: Builder, set: Uint8Array): void {
  b.sets.push(set);
  emit(b, OP_SET, b.sets.length - 1);
}

function bracket(b: Builder): void {
  let at = b.at + 1;
  const negated = b.text[at] === "^";
  if (negated) at++;
  const set = new Uint8Array(256);
  for (let first = true; ; first = false) {
    if (at >= b.text.length) {
      b.error = UNMATCHED_BRACKET;
      return;
    }
    if (b.text[at] === "]" && !first) break;
    const low = b.text.charCodeAt(at++);
    let high = low;
    if (b.text[at] === "-" && at + 1 < b.text.length && b.text[at + 1] !== "]") {
      high = b.text.charCodeAt(at + 1);
      at += 2;
    }
    for (let code = low; code <= high; code++) set[code] = 1;
  }
  b.at = at + 1;
  emitSet(b, negated ? setOf((code) => set[code] === 0) : set);
}

function group(b: Builder): void {
  b.at += 2;
  const number = ++b.groups;
  if (++b.depth > MAX_DEPTH) {
    b.error = "Regular expression too big";
    return;
  }
  emit(b, OP_SAVE, number * 2);
  alternatives(b);
  b.depth--;
  if (b.error !== "") return;
  if (!b.text.startsWith("\\)", b.at)) {
    b.error = UNMATCHED_OPEN;
    return;
  }
  b.at += 2;
  b.closed[number] = true;
  emit(b, OP_SAVE, number * 2 + 1);
}

/** Returns whether what was parsed can be repeated by a postfix operator. */
function escaped(b: Builder): boolean {
  const c = b.text[b.at + 1];
  if (c === undefined) {
    b.error = "Trailing backslash";
    return false;
  }
  if (c === "(") {
    group(b);
    return true;
  }
  if (c === ")") {
    b.error = UNMATCHED_CLOSE;
    return false;
  }
  b.at += 2;
  if ("<>bB`'".includes(c)) {
    emit(b, OP_ASSERT, c.charCodeAt(0));
    return false;
  }
  if (c === "w" || c === "W")
    emitSet(
      b,
      setOf((code) => isWordCode(code) === (c === "w")),
    );
  else if (c === "s" || c === "S")
    emitSet(
      b,
      setOf((code) => isSpaceCode(code) === (c === "s")),
    );
  else if (c >= "1" && c <= "9") {
    if (b.closed[Number(c)] !== true) b.error = "Invalid back reference";
    b.backrefs = true;
    emit(b, OP_BACK, Number(c));
  } else emit(b, OP_CHAR, c.charCodeAt(0));
  return true;
}

function isEndAnchor(b: Builder): boolean {
  const rest = b.text.slice(b.at + 1, b.at + 3);
  return rest === "" || rest === "\\|" || rest === "\\)";
}

function atom(b: Builder, first: boolean): boolean {
  const c = b.text.charAt(b.at);
  if (c === "\\") return escaped(b);
  if (c === "[") {
    bracket(b);
    return true;
  }
  b.at++;
  if (c === "^" && first) {
    emit(b, OP_ASSERT, 94);
    return false;
  }
  b.at--;
  if (c === "$" && isEndAnchor(b)) {
    b.at++;
    emit(b, OP_ASSERT, 36);
    return false;
  }
  b.at++;
  if (c === ".")
    emitSet(
      b,
      setOf((code) => code !== 10),
    );
  else emit(b, OP_CHAR, c.charCodeAt(0));
  return true;
}

function shifted(code: readonly number[], by: number): number[] {
  const out = code.slice();
  for (let i = 0; i < out.length; i += 3) {
    const op = out[i];
    if (op !== OP_SPLIT && op !== OP_JUMP) continue;
    out[i + 1] = (out[i + 1] as number) + by;
    if (op === OP_SPLIT) out[i + 2] = (out[i + 2] as number) + by;
  }
  return out;
}

function repeat(b: Builder, start: number, operator: string): void {
  const body = b.code.splice(start);
  const base = start / 3;
  const size = body.length / 3;
  if (operator === "?") {
    emit(b, OP_SPLIT, base + 1, base + 1 + size);
    b.code.push(...shifted(body, 1));
    return;
  }
  const mark = b.marks++;
  if (operator === "*") emit(b, OP_SPLIT, base + 1, base + size + 4);
  const at = b.code.length / 3;
  emit(b, OP_MARK, mark);
  b.code.push(...shifted(body, at + 1 - base));
  emit(b, OP_CHECK, mark);
  emit(b, OP_SPLIT, at, at + size + 3);
}

function branch(b: Builder): void {
  for (let first = true; b.error === "" && b.at < b.text.length; first = false) {
    if (b.text.startsWith("\\|", b.at) || (b.depth > 0 && b.text.startsWith("\\)", b.at))) return;
    const start = b.code.length;
    if (!atom(b, first)) continue;
    for (let c = b.text[b.at]; b.error === "" && (c === "*" || c === "+" || c === "?"); c = b.text[b.at]) {
      b.at++;
      repeat(b, start, c);
      if (b.code.length > 60000) b.error = "Regular expression too big";
    }
  }
}

function alternatives(b: Builder): void {
  const start = b.code.length;
  branch(b);
  while (b.error === "" && b.text.startsWith("\\|", b.at)) {
    b.at += 2;
    const left = b.code.splice(start);
    const base = start / 3;
    const size = left.length / 3;
    emit(b, OP_SPLIT, base + 1, base + size + 2);
    b.code.push(...shifted(left, 1));
    const jump = b.code.length;
    emit(b, OP_JUMP);
    branch(b);
    b.code[jump + 1] = b.code.length / 3;
  }
}

/** Compiles an expression given as a string of byte values. */
export function compileRegex(text: string): Compiled {
  const b: Builder = {
    text,
    at: 0,
    code: [],
    sets: [],
    groups: 0,
    closed: [],
    marks: 0,
    backrefs: false,
    depth: 0,
    error: "",
  };
  alternatives(b);
  if (b.error !== "") return { error: b.error };
  emit(b, OP_MATCH);
  return { program: { code: b.code, sets: b.sets, groups: b.groups, marks: b.marks, backrefs: b.backrefs } };
}
