// What begins with a digit or looks like an address: numbers, versions, IPv4 and IPv6 addresses with and without
// prefix length, names of file systems such as `9p`. Follows checkpolicy's policy_scan.l, longest match. The
// functions look at a bounded number of units beyond the token.

import { ALNUM, CLASS, DIGIT, HEX } from "./characters.ts";
import { T_ADDRESS, T_CIDR, T_NUMBER, T_NUMWORD, T_VERSION } from "./tokens.ts";

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** End of the token that starts with a digit at `start` (IPv6 addresses apart). */
export function endOfNumber(text: string, start: number): number {
  let at = start;
  while (at < text.length && CLASS[text.charCodeAt(at)] === DIGIT) at++;
  if (text.charCodeAt(at) !== 46) {
    while (at < text.length && ALNUM[text.charCodeAt(at)] === 1) at++;
    return at;
  }
  while (at < text.length && isVersionUnit(text.charCodeAt(at))) at++;
  if (text.charCodeAt(at) !== 47 || at - start > 15 || !IPV4.test(text.slice(start, at))) return at;
  let end = at + 1;
  while (end < at + 3 && CLASS[text.charCodeAt(end)] === DIGIT) end++;
  return end > at + 1 ? end : at;
}

/** Type of the token that `endOfNumber` found. */
export function numberType(text: string, start: number, end: number): number {
  let digits = true;
  let hexadecimal =
    text.charCodeAt(start) === 48 && (text.charCodeAt(start + 1) | 32) === 120 && end > start + 2;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 47) return T_CIDR;
    if (unit === 46) digits = false;
    if (CLASS[unit] !== DIGIT) digits = false;
    if (at > start + 1 && HEX[unit] !== 1) hexadecimal = false;
  }
  if (digits || hexadecimal) return T_NUMBER;
  if (end - start <= 15 && IPV4.test(text.slice(start, end))) return T_ADDRESS;
  return text.slice(start, end).includes(".") ? T_VERSION : T_NUMWORD;
}

/** End of the IPv6 address (with prefix length, if any) at `start`, or -1: two colons with at most four hexadecimal digits before each. */
export function endOfAddress(text: string, start: number): number {
  let at = start;
  for (let colons = 0; colons < 2; colons++) {
    const group = at;
    while (at - group < 4 && HEX[text.charCodeAt(at)] === 1) at++;
    if (text.charCodeAt(at) !== 58) return -1;
    at++;
  }
  while (isAddressUnit(text.charCodeAt(at))) at++;
  if (text.charCodeAt(at) !== 47) return at;
  let end = at + 1;
  while (end < at + 4 && CLASS[text.charCodeAt(end)] === DIGIT) end++;
  return end > at + 1 ? end : at;
}

function isVersionUnit(unit: number): boolean {
  return ALNUM[unit] === 1 || unit === 46 || unit === 95;
}

function isAddressUnit(unit: number): boolean {
  return HEX[unit] === 1 || unit === 58 || unit === 46;
}
