// Bitmaps, levels, ranges, type sets and contexts of a binary policy (ebitmap_read, mls_read_range_helper,
// mls_read_level, type_set_read, context_read_and_validate). Bitmaps are stored sparsely and held densely, so a few
// bytes of a hostile file could ask for a lot of memory: a budget in proportion to the file's size stops that.

import type { TypeSet } from "../constraint.ts";
import type { Context, MlsLevel, MlsRange } from "../context.ts";
import { Ebitmap } from "../ebitmap.ts";
import { contextProblem } from "./contextCheck.ts";
import { type ReadState, requireValue, SYM_ROLES, SYM_TYPES, SYM_USERS } from "./state.ts";
import { VERSION_MLS } from "./versions.ts";

/** Bits a node of a stored bitmap has. */
const UNIT = 64;
/** Bytes of a node: start bit and map. */
const NODE_BYTES = 12;
/** No symbol table is as large as that; the budget usually stops earlier. */
const MAX_BITS = 1 << 20;

/** Reads a bitmap. */
export function readEbitmap(s: ReadState, what: string): Ebitmap {
  const c = s.c;
  const at = c.pos;
  const unit = c.u32(what);
  const highbit = c.u32(what);
  const count = c.u32(what);
  const map = new Ebitmap();
  if (unit !== UNIT) c.fail(`${what}: bitmap unit is ${unit}, expected ${UNIT}`, at);
  else if (highbit % UNIT !== 0)
    c.fail(`${what}: bitmap length ${highbit} is no multiple of ${UNIT}`, at + 4);
  else if (highbit !== 0 && count === 0)
    c.fail(`${what}: bitmap of length ${highbit} without content`, at + 8);
  else if (highbit === 0 && count !== 0)
    c.warn(`${what}: ${count} nodes in a bitmap of length 0 are ignored, as in the kernel`, at + 8);
  if (!c.ok || highbit === 0 || !c.fits(count, `nodes of the bitmap of ${what}`, NODE_BYTES, at + 8))
    return map;
  const last = c.pos + (count - 1) * NODE_BYTES;
  const bytes = c.bytes;
  const top = u32At(bytes, last);
  if (top > MAX_BITS - UNIT || (top >>> 5) + 2 > s.wordBudget) {
    c.fail(`${what}: bitmap has bit ${top}, more than a policy of this size can need`, last);
    return map;
  }
  const words = new Uint32Array((top >>> 5) + 2);
  s.wordBudget -= words.length;
  if (highbit !== top + UNIT)
    c.fail(`${what}: bitmap length is ${highbit}, but its last node starts at bit ${top}`, at + 4);
  if (!c.ok) return map;
  let pos = c.pos;
  let before = -1;
  for (let i = 0; i < count; i++, pos += NODE_BYTES) {
    const start = u32At(bytes, pos);
    const low = u32At(bytes, pos + 4);
    const high = u32At(bytes, pos + 8);
    if (
      start % UNIT !== 0 ||
      start <= before ||
      start > top ||
      start > highbit - UNIT ||
      (low | high) === 0
    ) {
      c.fail(`${what}: ${nodeProblem(start, before, low | high)}`, pos);
      return map;
    }
    words[start >>> 5] = low;
    words[(start >>> 5) + 1] = high;
    before = start;
  }
  c.pos = pos;
  map.words = words;
  return map;
}

function nodeProblem(start: number, before: number, content: number): string {
  if (start % UNIT !== 0) return `bitmap node starts at bit ${start}, which is no multiple of ${UNIT}`;
  if (start <= before) return `bitmap node at bit ${start} comes after the one at bit ${before}`;
  if (content === 0) return `bitmap node at bit ${start} is empty`;
  return `bitmap node at bit ${start} is beyond the end of the bitmap`;
}

function u32At(b: Uint8Array, at: number): number {
  return (
    ((b[at] as number) |
      ((b[at + 1] as number) << 8) |
      ((b[at + 2] as number) << 16) |
      ((b[at + 3] as number) << 24)) >>>
    0
  );
}

/** A level: sensitivity, then categories. */
export function readLevel(s: ReadState, what: string): MlsLevel {
  const sens = s.c.u32(`sensitivity of ${what}`);
  return { sens, cats: readEbitmap(s, `categories of ${what}`) };
}

/** A range of one or two levels. A range of one has the same level object twice. */
export function readRange(s: ReadState, what: string): MlsRange {
  const c = s.c;
  const at = c.pos;
  const n = c.u32(`range of ${what}`);
  if (n !== 1 && n !== 2) c.fail(`range of ${what} has ${n} levels, expected 1 or 2`, at);
  const lowSens = c.u32(`range of ${what}`);
  const highSens = n === 2 ? c.u32(`range of ${what}`) : lowSens;
  const low: MlsLevel = { sens: lowSens, cats: readEbitmap(s, `low level of ${what}`) };
  if (n !== 2) return { low, high: low };
  const high: MlsLevel = { sens: highSens, cats: readEbitmap(s, `high level of ${what}`) };
  const range = { low, high };
  if (lowSens === highSens && low.cats.equals(high.cats)) s.layout.doubled.add(range);
  return range;
}

/** True for the range that compilers write where there is no MLS. */
export function isVoidRange(range: MlsRange): boolean {
  return range.low === range.high && isVoidLevel(range.low);
}

/** True for the level that compilers write where there is no MLS. */
export function isVoidLevel(level: MlsLevel): boolean {
  return level.sens === 0 && level.cats.words.length === 0;
}

/** Type names of a constraint as written. */
export function readTypeSet(s: ReadState, what: string): TypeSet {
  const types = readEbitmap(s, what);
  const negset = readEbitmap(s, what);
  const at = s.c.pos;
  const flags = s.c.u32(what);
  if (flags > 2) s.c.fail(`${what} has flags ${flags}, expected 0, 1 (*) or 2 (~)`, at);
  return { types, negset, flags };
}

/** A context, which must be valid in the policy. */
export function readContext(s: ReadState, what: string): Context {
  const c = s.c;
  const at = c.pos;
  const user = c.u32(`context of ${what}`);
  const role = c.u32(`context of ${what}`);
  const type = c.u32(`context of ${what}`);
  const range = s.version >= VERSION_MLS ? readRange(s, what) : undefined;
  if (!c.ok) return { user, role, type };
  let context: Context = { user, role, type };
  if (range !== undefined && s.db.mls) context = { user, role, type, range };
  else if (range !== undefined && !isVoidRange(range)) s.layout.strayRanges.set(context, range);
  requireValue(s, SYM_USERS, user, `the context of ${what}`, at);
  requireValue(s, SYM_ROLES, role, `the context of ${what}`, at + 4);
  requireValue(s, SYM_TYPES, type, `the context of ${what}`, at + 8);
  const problem = c.ok ? contextProblem(s.db, context) : undefined;
  if (problem !== undefined) c.fail(`the context of ${what} is not valid: ${problem}`, at, "ctx");
  return context;
}
