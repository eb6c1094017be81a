// Names and sets under arguments: turns a set or name node of a macro body, and the arguments of the application, into
// a value (values.ts). `$1_exec_t` becomes a word, `{ file_type $2 }` a list. Nodes without parameters, calls and
// ifdefs always give the same value, so their value is remembered by tree and node. Macro names stay symbolic here;
// setResolver.ts expands them when the set is used.

import {
  N_ARG,
  N_CALL,
  N_COMPLEMENT,
  N_IFDEF,
  N_MINUS,
  N_NAME,
  N_SET,
  N_STAR,
  N_WORDS,
} from "../../grammar/syntax/kinds.ts";
import type { SyntaxTree } from "../../grammar/syntax/tree.ts";
import type { Words } from "../../grammar/text/words.ts";
import { IntPool } from "./intPool.ts";
import { chosenPart, type Units } from "./units.ts";
import { ITEM_CLOSE, ITEM_MINUS, ITEM_OPEN, ITEM_STAR, ITEM_TILDE, isMark, type Values } from "./values.ts";

const UNKNOWN = -0x80000000;
const VARIES = -0x7fffffff;

const WORD_CONSTANT = 1;
const WORD_PARAMETER = 2;
const WORD_MIXED = 3;

/** A name made from arguments may be this long, and a list hold this many items; what is beyond is left out. */
const MAX_NAME = 16384;
const MAX_ITEMS = 65536;

/** `$*`, `$@`, `$#` as parameter numbers. */
const ALL_ARGS = -1;
const ARG_COUNT = -2;

/** Gives the value of names and sets. One for a workspace's lifetime. */
export class Substitution {
  private readonly words: Words;
  private readonly values: Values;
  private readonly units: Units;
  private readonly isDefined: (word: number) => boolean;
  private readonly cache = new WeakMap<SyntaxTree, Int32Array<ArrayBuffer>>();
  private lastTree: SyntaxTree | undefined;
  private lastCache = new Int32Array(0);
  /** WORD_*, and above it the number of the parameter that a WORD_PARAMETER is or that alone a WORD_MIXED holds */
  private readonly wordKind = new IntPool(4096);
  private readonly mixed = new Map<number, readonly (string | number)[]>();
  /** words with one parameter: what they become, by word and argument */
  private readonly joined = new Map<number, Map<number, number>>();
  /** a bound was reached since this was last set to false */
  overflow = false;

  constructor(words: Words, values: Values, units: Units, isDefined: (word: number) => boolean) {
    this.words = words;
    this.values = values;
    this.units = units;
    this.isDefined = isDefined;
  }

  /** set macros that were called with arguments: what they stood for is in the values of others */
  readonly inlined = new Set<number>();

  /** True when a word holds `$n` parts. */
  isTemplate(word: number): boolean {
    return this.kindOf(word) !== WORD_CONSTANT;
  }

  /** The value of a word under arguments. */
  word(word: number, args: readonly number[]): number {
    const kind = this.kindOf(word);
    if (kind === WORD_CONSTANT) return word;
    const parameter = kind >> 2;
    const value = parameter > 0 && parameter <= args.length ? (args[parameter - 1] as number) : 0;
    if (parameter > 0 && (kind & 3) === WORD_PARAMETER) return value;
    const parts = this.mixed.get(word) as readonly (string | number)[];
    if (value <= 0) return this.join(parts, args);
    let byArgument = this.joined.get(word);
    if (byArgument === undefined) {
      byArgument = new Map();
      this.joined.set(word, byArgument);
    }
    let made = byArgument.get(value);
    if (made === undefined) {
      made = this.join(parts, args);
      if (!this.overflow) byArgument.set(value, made);
    }
    return made;
  }

  /** The value of a set node: N_NAME, N_SET, N_COMPLEMENT, N_STAR, N_MINUS, N_IFDEF, N_CALL. */
  set(tree: SyntaxTree, node: number, args: readonly number[]): number {
    if (tree.kind[node] === N_NAME) return this.word(tree.data[node] as number, args);
    const cache = tree === this.lastTree ? this.lastCache : this.cacheOf(tree);
    const known = cache[node] as number;
    if (known !== UNKNOWN && known !== VARIES) return known;
    if (known === UNKNOWN && this.varies(tree, node)) cache[node] = VARIES;
    const items: number[] = [];
    this.push(tree, node, args, items, false);
    const value = this.values.of(items);
    if (cache[node] === UNKNOWN && !this.overflow) cache[node] = value;
    return value;
  }

  private cacheOf(tree: SyntaxTree): Int32Array<ArrayBuffer> {
    let cache = this.cache.get(tree);
    if (cache === undefined) {
      cache = new Int32Array(tree.count).fill(UNKNOWN);
      this.cache.set(tree, cache);
    }
    this.lastTree = tree;
    this.lastCache = cache;
    return cache;
  }

  /** The value of a call's argument: its items with braces kept, since it may land inside another set. */
  argument(tree: SyntaxTree, node: number, args: readonly number[]): number {
    const stop = tree.end[node] as number;
    if (node + 1 >= stop) return 0;
    if ((tree.end[node + 1] as number) === stop && tree.kind[node + 1] === N_NAME)
      return this.word(tree.data[node + 1] as number, args);
    const items: number[] = [];
    for (let child = node + 1; child < stop; child = tree.end[child] as number)
      this.push(tree, child, args, items, true);
    return this.values.of(items);
  }

  private push(
    tree: SyntaxTree,
    node: number,
    args: readonly number[],
    items: number[],
    keepBraces: boolean,
  ): void {
    const stop = tree.end[node] as number;
    if (items.length > MAX_ITEMS) {
      this.overflow = true;
      return;
    }
    switch (tree.kind[node]) {
      case N_NAME:
        this.pushValue(this.word(tree.data[node] as number, args), items, keepBraces);
        return;
      case N_MINUS: {
        const value = this.word(tree.data[node] as number, args);
        if (value > 0) items.push((value << 2) | ITEM_MINUS);
        else for (const item of this.values.items(value)) if (!isMark(item)) items.push(item | ITEM_MINUS);
        return;
      }
      case N_STAR:
        items.push(ITEM_STAR);
        return;
      case N_COMPLEMENT:
        items.push(ITEM_TILDE);
        break;
      case N_IFDEF: {
        const part = chosenPart(tree, node, (word) => this.definedUnder(word, args));
        if (part >= 0) this.push(tree, part, args, items, keepBraces);
        return;
      }
      case N_CALL:
        this.pushCall(tree, node, args, items, keepBraces);
        return;
      default:
        break;
    }
    const braces = keepBraces && tree.kind[node] === N_SET;
    if (braces) items.push(ITEM_OPEN);
    for (let child = node + 1; child < stop; child = tree.end[child] as number)
      this.push(tree, child, args, items, keepBraces);
    if (braces) items.push(ITEM_CLOSE);
  }

  /** True when a name is defined for ifdef: a -D definition or a macro. */
  definedUnder(word: number, args: readonly number[]): boolean {
    const value = this.word(word, args);
    return value > 0 && this.isDefined(value);
  }

  private pushCall(
    tree: SyntaxTree,
    node: number,
    args: readonly number[],
    items: number[],
    keepBraces: boolean,
  ): void {
    const unit = this.units.macro(this.word(tree.data[node] as number, args));
    if (unit === undefined || unit.body < 0) return;
    const body = unit.node + unit.body;
    const kind = unit.tree.kind[body];
    if (kind !== N_SET && kind !== N_WORDS) return;
    const inner: number[] = [];
    for (let child = node + 1; child < (tree.end[node] as number); child = tree.end[child] as number)
      if (tree.kind[child] === N_ARG) inner.push(this.argument(tree, child, args));
    if (inner.length === 0) this.pushValue(unit.name, items, keepBraces);
    else {
      this.inlined.add(unit.name);
      this.push(unit.tree, body, inner, items, keepBraces);
    }
  }

  private pushValue(value: number, items: number[], keepBraces: boolean): void {
    if (value >= 0 || keepBraces) {
      this.values.pushItems(value, items);
      return;
    }
    for (const item of this.values.items(value))
      if (item !== ITEM_OPEN && item !== ITEM_CLOSE) items.push(item);
  }

  private varies(tree: SyntaxTree, node: number): boolean {
    for (let n = node; n < (tree.end[node] as number); n++) {
      const kind = tree.kind[n];
      if (kind === N_IFDEF || kind === N_CALL) return true;
      if ((kind === N_NAME || kind === N_MINUS) && this.isTemplate(tree.data[n] as number)) return true;
    }
    return false;
  }

  private join(parts: readonly (string | number)[], args: readonly number[]): number {
    let text = "";
    for (const part of parts) {
      if (typeof part === "string") text += part;
      else if (part === ARG_COUNT) text += String(args.length);
      else if (part === ALL_ARGS) text += args.map((arg) => this.values.text(arg)).join(",");
      else if (part > 0) text += this.values.text(args[part - 1] ?? 0);
      if (text.length > MAX_NAME) {
        this.overflow = true;
        text = text.slice(0, MAX_NAME);
      }
    }
    return this.words.intern(text);
  }

  private kindOf(word: number): number {
    const known = word < this.wordKind.length ? (this.wordKind.at[word] as number) : 0;
    if (known !== 0) return known;
    const text = this.words.text(word);
    let kind = WORD_CONSTANT;
    if (text.includes("$")) {
      const parts = partsOf(text);
      if (parts.some((part) => typeof part === "number")) {
        const numbers = new Set(parts.filter((part) => typeof part === "number"));
        const [only = 0] = numbers;
        kind =
          (parts.length === 1 ? WORD_PARAMETER : WORD_MIXED) |
          (numbers.size === 1 && only > 0 ? only << 2 : 0);
        this.mixed.set(word, parts);
      }
    }
    this.wordKind.set(word, kind);
    return kind;
  }
}

/** `$1_exec_t` → [1, "_exec_t"]. */
function partsOf(text: string): (string | number)[] {
  const parts: (string | number)[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$(?:(\d+)|([*@#]))/g)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    if (match[1] !== undefined) parts.push(match[1] === "0" ? "" : Number(match[1]));
    else parts.push(match[2] === "#" ? ARG_COUNT : ALL_ARGS);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}
