// What a pattern matches: a program of a few instructions (Thompson's construction), run on all its threads at once.
// Time is bounded by the length of the path times the size of the program, whatever the pattern; a pattern that
// would need a larger program than MOST_INSTRUCTIONS is not compiled. `includes` compares two languages, bounded.

import type { CharSet, PathPattern, PatternNode } from "./pattern.ts";

const CHAR = 0;
const SET = 1;
const ANY = 2;
/** go on at a and at b */
const SPLIT = 3;
const JUMP = 4;
const AT_START = 5;
const AT_END = 6;
const MATCH = 7;

const MOST_INSTRUCTIONS = 5000;
/** Pairs of thread sets that `includes` looks at. */
const MOST_STATES = 3000;

/** A compiled pattern. */
export interface Matcher {
  readonly op: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly sets: readonly CharSet[];
}

/** Compiles a pattern, anchored as libselinux does; undefined when it is opaque, invalid or too large. */
export function compileMatcher(pattern: PathPattern): Matcher | undefined {
  if (pattern.root === undefined) return undefined;
  const code = new Emitter();
  return code.compile(pattern.root) ? code.finish() : undefined;
}

class Emitter {
  private readonly op: number[] = [];
  private readonly a: number[] = [];
  private readonly b: number[] = [];
  private readonly sets: CharSet[] = [];

  /** `^` and `$` bind closer than a bar: `^x|y$` starts with x, or ends with y. */
  compile(root: PatternNode): boolean {
    const parts = root.kind === "choice" ? root.parts : [root];
    const last = parts.length - 1;
    const ends: number[] = [];
    parts.forEach((part, i) => {
      const split = i < last ? this.emit(SPLIT, 0, 0) : -1;
      if (split >= 0) this.a[split] = this.op.length;
      if (i > 0) this.anything();
      this.node(part);
      if (i < last) this.anything();
      ends.push(this.emit(JUMP, 0, 0));
      if (split >= 0) this.b[split] = this.op.length;
    });
    for (const end of ends) this.a[end] = this.op.length;
    this.emit(MATCH, 0, 0);
    return this.op.length <= MOST_INSTRUCTIONS;
  }

  finish(): Matcher {
    return {
      op: Uint8Array.from(this.op),
      a: Int32Array.from(this.a),
      b: Int32Array.from(this.b),
      sets: this.sets,
    };
  }

  private emit(op: number, a: number, b: number): number {
    this.op.push(op);
    this.a.push(a);
    this.b.push(b);
    return this.op.length - 1;
  }

  private anything(): void {
    this.node({ kind: "repeat", part: { kind: "any" }, least: 0, most: Number.POSITIVE_INFINITY });
  }

  private node(node: PatternNode): void {
    if (this.op.length > MOST_INSTRUCTIONS) return;
    if (node.kind === "char") this.emit(CHAR, node.code, 0);
    else if (node.kind === "any") this.emit(ANY, 0, 0);
    else if (node.kind === "set") this.emit(SET, this.sets.push(node.set) - 1, 0);
    else if (node.kind === "start") this.emit(AT_START, 0, 0);
    else if (node.kind === "end") this.emit(AT_END, 0, 0);
    else if (node.kind === "sequence") for (const part of node.parts) this.node(part);
    else if (node.kind === "choice") this.choice(node.parts);
    else if (node.kind === "repeat") this.repeat(node.part, node.least, node.most);
  }

  private choice(parts: readonly PatternNode[]): void {
    const ends: number[] = [];
    parts.forEach((part, i) => {
      if (i === parts.length - 1) {
        this.node(part);
        return;
      }
      const split = this.emit(SPLIT, this.op.length + 1, 0);
      this.node(part);
      ends.push(this.emit(JUMP, 0, 0));
      this.b[split] = this.op.length;
    });
    for (const end of ends) this.a[end] = this.op.length;
  }

  private repeat(part: PatternNode, least: number, most: number): void {
    for (let i = 0; i < least && this.op.length <= MOST_INSTRUCTIONS; i++) this.node(part);
    if (most === Number.POSITIVE_INFINITY) {
      const split = this.emit(SPLIT, this.op.length + 1, 0);
      this.node(part);
      this.emit(JUMP, split, 0);
      this.b[split] = this.op.length;
      return;
    }
    const splits: number[] = [];
    for (let i = least; i < most && this.op.length <= MOST_INSTRUCTIONS; i++) {
      splits.push(this.emit(SPLIT, this.op.length + 1, 0));
      this.node(part);
    }
    for (const split of splits) this.b[split] = this.op.length;
  }
}

/** Does the whole path match? */
export function matches(matcher: Matcher, path: string): boolean {
  let [threads, others] = [first, second];
  pending[0] = 0;
  let count = closeAll(matcher, pending, 1, threads, true, path.length === 0);
  for (let at = 0; at < path.length && count > 0; at++) {
    const stepped = stepAll(matcher, threads, count, path.charCodeAt(at));
    count = closeAll(matcher, pending, stepped, others, false, at === path.length - 1);
    [threads, others] = [others, threads];
  }
  for (let i = 0; i < count; i++) if (matcher.op[threads[i] as number] === MATCH) return true;
  return false;
}

/** Scratch: an instruction is in a list once, so no list is longer than a program. */
const ROOM = MOST_INSTRUCTIONS + 64;
const first = new Int32Array(ROOM);
const second = new Int32Array(ROOM);
/** threads after a step, and what a closing has still to look at: splits add at most one each */
const pending = new Int32Array(2 * ROOM);
/** for each instruction the last closing that has seen it */
const seenAt = new Float64Array(ROOM);
let closings = 0;

/** Threads after a character, to `pending`; gives their number. */
function stepAll(
  { op: ops, a: as, sets }: Matcher,
  threads: Int32Array,
  count: number,
  code: number,
): number {
  let next = 0;
  for (let i = 0; i < count; i++) {
    const pc = threads[i] as number;
    const op = ops[pc];
    const a = as[pc] as number;
    if (op === ANY || (op === CHAR && a === code) || (op === SET && has(sets[a] as CharSet, code)))
      pending[next++] = pc + 1;
  }
  return next;
}

/**
 * Follows splits and jumps from the first `size` of `stack`, which is used up; what waits for a character goes to
 * `waiting`, without duplicates. Gives its number.
 */
function closeAll(
  { op: ops, a, b }: Matcher,
  stack: Int32Array,
  size: number,
  waiting: Int32Array,
  atStart: boolean,
  atEnd: boolean,
): number {
  const closing = ++closings;
  let count = 0;
  for (let left = size; left > 0; ) {
    const pc = stack[--left] as number;
    if (seenAt[pc] === closing) continue;
    seenAt[pc] = closing;
    const op = ops[pc];
    if (op === JUMP) stack[left++] = a[pc] as number;
    else if (op === SPLIT) {
      stack[left++] = a[pc] as number;
      stack[left++] = b[pc] as number;
    } else if (op === AT_START) {
      if (atStart) stack[left++] = pc + 1;
    } else if (op === AT_END) {
      if (atEnd) stack[left++] = pc + 1;
    } else waiting[count++] = pc;
  }
  return count;
}

/** Threads after a character; not closed yet. */
function step(matcher: Matcher, threads: readonly number[], code: number): number[] {
  const next: number[] = [];
  for (const pc of threads) {
    const op = matcher.op[pc];
    const a = matcher.a[pc] as number;
    if (op === ANY || (op === CHAR && a === code) || (op === SET && has(matcher.sets[a] as CharSet, code)))
      next.push(pc + 1);
  }
  return next;
}

/** The closure of some threads: sorted, without duplicates. */
function close(matcher: Matcher, threads: readonly number[], atStart: boolean, atEnd: boolean): number[] {
  for (let i = 0; i < threads.length; i++) pending[i] = threads[i] as number;
  const count = closeAll(matcher, pending, threads.length, first, atStart, atEnd);
  const sorted: number[] = [];
  for (let i = 0; i < count; i++) {
    const pc = first[i] as number;
    let place = i;
    for (; place > 0 && (sorted[place - 1] as number) > pc; place--)
      sorted[place] = sorted[place - 1] as number;
    sorted[place] = pc;
  }
  return sorted;
}

function accepts(matcher: Matcher, threads: readonly number[]): boolean {
  return threads.some((pc) => matcher.op[pc] === MATCH);
}

function has(set: CharSet, code: number): boolean {
  for (let i = 0; i < set.ranges.length; i += 2)
    if (code >= (set.ranges[i] as number) && code <= (set.ranges[i + 1] as number)) return !set.negated;
  return set.negated;
}

/** Is everything that `inner` matches matched by `outer` too? undefined: not found out within the bound. */
export function includes(outer: Matcher, inner: Matcher): boolean | undefined {
  // Anchors inside a pattern depend on the place; they are rare, and such patterns are not compared.
  if (hasAnchors(outer) || hasAnchors(inner)) return undefined;
  const alphabet = representatives(outer, inner);
  const first: readonly [readonly number[], readonly number[]] = [
    close(inner, [0], true, true),
    close(outer, [0], true, true),
  ];
  const seen = new Set([key(first)]);
  const queue = [first];
  for (let i = 0; i < queue.length; i++) {
    if (queue.length > MOST_STATES) return undefined;
    const [ours, theirs] = queue[i] as (typeof queue)[number];
    if (accepts(inner, ours) && !accepts(outer, theirs)) return false;
    for (const code of alphabet) {
      const nextOurs = close(inner, step(inner, ours, code), false, true);
      if (nextOurs.length === 0) continue;
      const next = [nextOurs, close(outer, step(outer, theirs, code), false, true)] as const;
      const name = key(next);
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(next);
    }
  }
  return true;
}

function hasAnchors(matcher: Matcher): boolean {
  return matcher.op.includes(AT_START) || matcher.op.includes(AT_END);
}

function key(pair: readonly [readonly number[], readonly number[]]): string {
  return `${pair[0].join()}|${pair[1].join()}`;
}

/** One code unit of each class of characters that neither program tells apart. */
function representatives(...matchers: readonly Matcher[]): number[] {
  const borders = new Set([0]);
  for (const matcher of matchers)
    matcher.op.forEach((op, pc) => {
      const a = matcher.a[pc] as number;
      if (op === CHAR) borders.add(a).add(a + 1);
      if (op === SET)
        for (let i = 0; i < (matcher.sets[a] as CharSet).ranges.length; i += 2)
          borders
            .add((matcher.sets[a] as CharSet).ranges[i] as number)
            .add(((matcher.sets[a] as CharSet).ranges[i + 1] as number) + 1);
    });
  return [...borders].filter((code) => code <= 0xffff);
}

/** A short text that a pattern matches: first alternatives, fewest repetitions, ordinary characters. */
export function example(node: PatternNode): string {
  if (node.kind === "char") return String.fromCharCode(node.code);
  if (node.kind === "any") return "x";
  if (node.kind === "set") return String.fromCharCode(memberOf(node.set));
  if (node.kind === "sequence") return node.parts.map(example).join("");
  if (node.kind === "choice") return example(node.parts[0] as PatternNode);
  if (node.kind === "repeat") return example(node.part).repeat(Math.min(node.least, 1000));
  return "";
}

function memberOf(set: CharSet): number {
  if (!set.negated) return set.ranges[0] ?? 0;
  for (let code = 120; code > 32; code--) if (has(set, code)) return code;
  return 1;
}
