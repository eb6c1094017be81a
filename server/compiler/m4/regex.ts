/*
 * The matcher of the m4 room: leftmost-longest search over a program of regexParse.ts.
 *
 * JavaScript's own RegExp cannot be interrupted and prefers the first alternative where glibc takes the
 * longest match; this one is a backtracker that never visits a (instruction, position) pair twice, so it is
 * O(program × text) and cannot blow up. With back references that memory would be wrong, so there the number
 * of steps is bounded instead. Does not reproduce POSIX submatch rules beyond "longest overall, then greedy".
 */

import {
  isWordCode,
  OP_ASSERT,
  OP_BACK,
  OP_CHAR,
  OP_CHECK,
  OP_JUMP,
  OP_MARK,
  OP_MATCH,
  OP_SAVE,
  OP_SET,
  OP_SPLIT,
  type Program,
} from "./regexParse.ts";

/** Start and end of the match and of each group (−1 when unset). */
export type Match = readonly number[];

/** A search over one text; keeps what it learned from one start to the next. */
export interface Searcher {
  readonly program: Program;
  readonly text: string;
  readonly visited: Uint32Array | undefined;
  steps: number;
}

/** The search went over its bounds. */
export const SEARCH_LIMIT = "limit";

/** Prepares a search; undefined when program × text is too large to remember. */
export function createSearcher(program: Program, text: string, maxSteps: number): Searcher | undefined {
  const cells = (program.code.length / 3) * (text.length + 1);
  if (cells > maxSteps * 8) return undefined;
  const visited = program.backrefs ? undefined : new Uint32Array((cells >>> 5) + 1);
  return { program, text, visited, steps: maxSteps };
}

function asserts(code: number, text: string, at: number): boolean {
  const before = at > 0 && isWordCode(text.charCodeAt(at - 1));
  const after = at < text.length && isWordCode(text.charCodeAt(at));
  switch (code) {
    case 94: // ^
      return at === 0 || text.charCodeAt(at - 1) === 10;
    case 36: // $
      return at === text.length || text.charCodeAt(at) === 10;
    case 60: // \<
      return !before && after;
    case 62: // \>
      return before && !after;
    case 98: // \b
      return before !== after;
    case 66: // \B
      return before === after;
    case 96: // \`
      return at === 0;
    default: // \'
      return at === text.length;
  }
}

/** Undo log entries and choices share one stack: (−1−slot, old value) or (instruction, position). */
function fail(stack: number[], saved: number[]): number {
  while (stack.length > 0) {
    const value = stack.pop() as number;
    const key = stack.pop() as number;
    if (key >= 0) {
      stack.push(value);
      return key;
    }
    saved[-1 - key] = value;
  }
  return -1;
}

function keep(stack: number[], saved: number[], slot: number, value: number): void {
  stack.push(-1 - slot, saved[slot] as number);
  saved[slot] = value;
}

function backLength(saved: readonly number[], text: string, groupNumber: number, at: number): number {
  const from = saved[groupNumber * 2] as number;
  const to = saved[groupNumber * 2 + 1] as number;
  if (from < 0 || to < 0) return -1;
  return text.startsWith(text.slice(from, to), at) ? to - from : -1;
}

/** Marks a cell; false when it was marked before. */
function enter(visited: Uint32Array, cell: number): boolean {
  const bit = 1 << (cell & 31);
  const word = visited[cell >>> 5] as number;
  visited[cell >>> 5] = word | bit;
  return (word & bit) === 0;
}

function matchAt(s: Searcher, start: number): Match | undefined | typeof SEARCH_LIMIT {
  const { program, text, visited } = s;
  const { code, sets } = program;
  const markBase = (program.groups + 1) * 2;
  const saved: number[] = new Array<number>(markBase + program.marks).fill(-1);
  const stack: number[] = [0, start];
  const size = text.length + 1;
  let best: number[] | undefined;
  for (let pc = fail(stack, saved); pc >= 0; pc = fail(stack, saved)) {
    let at = stack.pop() as number;
    for (let alive = true; alive; ) {
      if (--s.steps < 0) return SEARCH_LIMIT;
      if (visited !== undefined && !enter(visited, pc * size + at)) break;
      const x = code[pc * 3 + 1] as number;
      switch (code[pc * 3]) {
        case OP_CHAR:
          alive = text.charCodeAt(at++) === x;
          break;
        case OP_SET:
          alive = at < text.length && (sets[x] as Uint8Array)[text.charCodeAt(at++)] === 1;
          break;
        case OP_SPLIT:
          stack.push(code[pc * 3 + 2] as number, at);
          pc = x - 1;
          break;
        case OP_JUMP:
          pc = x - 1;
          break;
        case OP_SAVE:
          keep(stack, saved, x, at);
          break;
        case OP_ASSERT:
          alive = asserts(x, text, at);
          break;
        case OP_BACK: {
          const length = backLength(saved, text, x, at);
          alive = length >= 0;
          at += length;
          break;
        }
        case OP_MARK:
          keep(stack, saved, markBase + x, at);
          break;
        case OP_CHECK:
          // A round that consumed nothing must not start another: leave the loop behind its SPLIT.
          if (saved[markBase + x] === at) pc++;
          break;
        case OP_MATCH:
          if (best === undefined || at > (best[1] as number)) {
            best = saved.slice(0, markBase);
            best[0] = start;
            best[1] = at;
          }
          if (at === text.length) return best;
          alive = false;
          break;
      }
      pc++;
    }
  }
  return best;
}

/**
 * The leftmost-longest match at or after `from`; later calls must not go back before an earlier match's end.
 * Cells of failed starts stay failed, and so do cells beyond a match (else it would have been longer); only
 * the column where the match ended must be forgotten.
 */
export function search(s: Searcher, from: number): Match | undefined | typeof SEARCH_LIMIT {
  for (let start = from; start <= s.text.length; start++) {
    const found = matchAt(s, start);
    if (found === undefined) continue;
    if (found !== SEARCH_LIMIT && s.visited !== undefined) {
      const size = s.text.length + 1;
      const cells = (s.program.code.length / 3) * size;
      for (let cell = found[1] as number; cell < cells; cell += size) {
        s.visited[cell >>> 5] = (s.visited[cell >>> 5] as number) & ~(1 << (cell & 31));
      }
    }
    return found;
  }
  return undefined;
}
