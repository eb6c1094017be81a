// What a UTF-16 code unit can begin, as look-up tables of 64 KiB, so that no unit needs a bounds check. Follows
// the character classes of checkpolicy's policy_scan.l. Invariant: the tables never change.

import {
  T_COMMA,
  T_LBRACE,
  T_LBRACKET,
  T_LPAREN,
  T_MINUS,
  T_RBRACE,
  T_RBRACKET,
  T_RPAREN,
  T_SEMI,
  T_STAR,
  T_TILDE,
  T_XOR,
} from "./tokens.ts";

export const OTHER = 0;
export const BLANK = 1;
export const NEWLINE = 2;
export const LETTER = 3;
export const DIGIT = 4;
/** one unit, one token */
export const PUNCTUATION = 5;
export const HASH = 6;
export const DOLLAR = 7;
/** begins something that needs a second look */
export const SPECIAL = 8;

const SINGLE: readonly (readonly [string, number])[] = [
  ["{", T_LBRACE],
  ["}", T_RBRACE],
  ["(", T_LPAREN],
  [")", T_RPAREN],
  ["[", T_LBRACKET],
  ["]", T_RBRACKET],
  [";", T_SEMI],
  [",", T_COMMA],
  ["-", T_MINUS],
  ["~", T_TILDE],
  ["*", T_STAR],
  ["^", T_XOR],
];

/** The class of a code unit. */
export const CLASS: Uint8Array = classTable();
/** 1: letters, digits, `_` and `-`, which go on a name. */
export const NAME: Uint8Array = tableOf(/[A-Za-z0-9_-]/);
/** 1: hexadecimal digits. */
export const HEX: Uint8Array = tableOf(/[0-9A-Fa-f]/);
/** 1: letters and digits. */
export const ALNUM: Uint8Array = tableOf(/[A-Za-z0-9]/);
/** Token type of a unit of class PUNCTUATION. */
export const PUNCTUATION_TYPE: Uint8Array = punctuationTable();

function classTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  const put = (units: string, kind: number): void => {
    for (let i = 0; i < units.length; i++) table[units.charCodeAt(i)] = kind;
  };
  for (let unit = 0; unit < 128; unit++) {
    const char = String.fromCharCode(unit);
    if (/[A-Za-z_]/.test(char)) table[unit] = LETTER;
    else if (/[0-9]/.test(char)) table[unit] = DIGIT;
  }
  put(" \t\r\f\v", BLANK);
  put("\n", NEWLINE);
  put("#", HASH);
  put("$", DOLLAR);
  put("`'\"/:.!=&|", SPECIAL);
  for (const [char] of SINGLE) put(char, PUNCTUATION);
  return table;
}

function tableOf(pattern: RegExp): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 128; unit++) if (pattern.test(String.fromCharCode(unit))) table[unit] = 1;
  return table;
}

function punctuationTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (const [char, type] of SINGLE) table[char.charCodeAt(0)] = type;
  return table;
}
