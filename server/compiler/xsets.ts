// Extended permission sets of sources: `{ 0x5401 0x8900-0x89ff }` or `~{ … }` as sorted, merged ranges of 16-bit
// values (checkpolicy's avrule_read_xperm_ranges), split into avtab slices as libsepol does: drivers that are whole
// (low byte 00…ff) and functions within one driver.

import { N_COMPLEMENT, N_NAME, N_SET, N_WORDS, N_XRANGE } from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import { XPERMS_IOCTLDRIVER, XPERMS_IOCTLFUNCTION, XPERMS_NLMSG } from "../policydb/avtab.ts";
import type { Substitution } from "./substitution.ts";
import type { Units } from "./units.ts";
import type { Values } from "./values.ts";

/** Sorted, disjoint ranges, complement already applied. `bad` names the first thing that is no number or range. */
export interface XSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly bad?: string;
  readonly badKind?: "number" | "order" | "range";
}

/** One avtab slice: XPERMS_* kind, driver (0 for driver slices) and 256 bits. */
export interface XSlice {
  readonly kind: number;
  readonly driver: number;
  readonly bits: Uint32Array;
}

/** Interner of extended permission sets. */
export class XSets {
  readonly all: XSet[] = [{ ranges: [] }];
  private readonly byKey = new Map<string, number>();
  private readonly words: Words;
  private readonly values: Values;
  private readonly units: Units;

  constructor(words: Words, values: Values, units: Units) {
    this.words = words;
    this.values = values;
    this.units = units;
  }

  /** The number of the set at a node. */
  of(tree: SyntaxTree, node: number, args: readonly number[], substitution: Substitution): number {
    const found: Collected = { ranges: [], bad: undefined, badKind: undefined };
    const complement = tree.kind[node] === N_COMPLEMENT;
    this.collect(tree, node, args, substitution, found, 0);
    let ranges = merged(found.ranges);
    if (complement) ranges = complementOf(ranges);
    const key = `${ranges.join(";")}|${found.bad ?? ""}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const xset: XSet =
      found.bad === undefined ? { ranges } : { ranges, bad: found.bad, badKind: found.badKind ?? "number" };
    this.byKey.set(key, this.all.length);
    return this.all.push(xset) - 1;
  }

  private collect(
    tree: SyntaxTree,
    node: number,
    args: readonly number[],
    substitution: Substitution,
    found: Collected,
    depth: number,
  ): void {
    const kind = tree.kind[node];
    if (kind === N_XRANGE) {
      const low = this.number(substitution.word(tree.data[node + 1] as number, args), found);
      const high = this.number(
        substitution.word(tree.data[tree.end[node + 1] as number] as number, args),
        found,
      );
      if (low > high) {
        found.bad ??= `${low.toString(16)}-${high.toString(16)}`;
        found.badKind ??= "order";
      } else if (low >= 0) found.ranges.push([low, high]);
      return;
    }
    if (kind === N_NAME) {
      const value = substitution.word(tree.data[node] as number, args);
      for (const item of value > 0 ? [value << 2] : this.values.items(value)) {
        if ((item & 3) !== 0) continue;
        const unit = this.units.macro(item >> 2);
        if (unit !== undefined && unit.body >= 0 && depth < 32)
          this.collect(unit.tree, unit.node + unit.body, [], substitution, found, depth + 1);
        else {
          const n = this.number(item >> 2, found);
          if (n >= 0) found.ranges.push([n, n]);
        }
      }
      return;
    }
    if (kind === N_SET || kind === N_COMPLEMENT || kind === N_WORDS)
      for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
        this.collect(tree, child, args, substitution, found, depth);
  }

  private number(word: number, found: Collected): number {
    const text = this.words.text(word);
    if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) {
      found.bad ??= text;
      return -1;
    }
    const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
    if (value > 0xffff) {
      found.bad ??= text;
      found.badKind ??= "range";
      return -1;
    }
    return value;
  }
}

interface Collected {
  readonly ranges: [number, number][];
  bad: string | undefined;
  badKind: "number" | "order" | "range" | undefined;
}

function merged(ranges: [number, number][]): [number, number][] {
  ranges.sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const [low, high] of ranges) {
    const last = result[result.length - 1];
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else result.push([low, high]);
  }
  return result;
}

function complementOf(ranges: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) result.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= 0xffff) result.push([from, 0xffff]);
  return result;
}

/** The avtab slices of a set, for ioctl or (nlmsg true) netlink messages. */
export function slicesOf(xset: XSet, nlmsg: boolean): XSlice[] {
  const byDriver = new Map<number, Uint32Array>();
  const whole = new Uint32Array(8);
  let anyWhole = false;
  for (const [low, high] of xset.ranges) {
    for (let driver = low >> 8; driver <= high >> 8; driver++) {
      const from = driver === low >> 8 ? low & 0xff : 0;
      const to = driver === high >> 8 ? high & 0xff : 0xff;
      if (!nlmsg && from === 0 && to === 0xff) {
        whole[driver >> 5] = (whole[driver >> 5] as number) | (1 << (driver & 31));
        anyWhole = true;
        continue;
      }
      let bits = byDriver.get(driver);
      if (bits === undefined) {
        bits = new Uint32Array(8);
        byDriver.set(driver, bits);
      }
      for (let value = from; value <= to; value++)
        bits[value >> 5] = (bits[value >> 5] as number) | (1 << (value & 31));
    }
  }
  const slices: XSlice[] = [];
  if (anyWhole) slices.push({ kind: XPERMS_IOCTLDRIVER, driver: 0, bits: whole });
  for (const [driver, bits] of byDriver)
    slices.push({ kind: nlmsg ? XPERMS_NLMSG : XPERMS_IOCTLFUNCTION, driver, bits });
  return slices;
}
