// Contexts as integers, for decisions by the million: fields of five words in one typed array, levels in another,
// so that a decision touches two or three cache lines instead of a dozen objects. Numbers are places in `fields`.
// Invariant: a number is good until `epoch` changes (the table starts over when its levels fill their budget). Equal
// levels may be stored twice: they are compared by content, identity is only the short cut.

import type { Context, MlsLevel } from "../policydb/context.ts";
import { NO_RANGE } from "./mls.ts";

/** Words between two contexts in `fields`: user, role, type, place of the low level, of the high one. */
const STRIDE = 5;
export const FIELD_USER = 0;
export const FIELD_ROLE = 1;
export const FIELD_TYPE = 2;
export const FIELD_LOW = 3;
export const FIELD_HIGH = 4;

/** The first two places belong to decisions about contexts that have no number. */
export const PASSING_SOURCE = 0;
export const PASSING_TARGET = STRIDE;
const FIRST_NUMBER = 2 * STRIDE;

/** Words of levels before the table starts over (16 MB). */
const LEVEL_BUDGET = 4_000_000;

/** Contexts of one policy. */
export interface ContextTable {
  /** grows when all numbers become invalid */
  epoch: number;
  fields: Int32Array;
  used: number;
  /** levels: sensitivity, count of category words, the words without trailing zeros */
  levels: Int32Array;
  levelsUsed: number;
  readonly levelPlaces: Map<MlsLevel, number>;
}

export function createContextTable(): ContextTable {
  return {
    epoch: 0,
    fields: new Int32Array(64 * STRIDE),
    used: FIRST_NUMBER,
    levels: new Int32Array(1024),
    levelsUsed: 0,
    levelPlaces: new Map(),
  };
}

/** Gives a context a number; asked twice, it gives two. */
export function addContext(table: ContextTable, context: Context): number {
  if (table.levelsUsed > LEVEL_BUDGET) startOver(table);
  const number = table.used;
  if (number + STRIDE > table.fields.length) {
    const larger = new Int32Array(table.fields.length * 2);
    larger.set(table.fields);
    table.fields = larger;
  }
  table.used += STRIDE;
  putContext(table, number, context);
  return number;
}

/** Puts two contexts into the passing places. */
export function passContexts(table: ContextTable, source: Context, target: Context): void {
  if (table.levelsUsed > LEVEL_BUDGET) startOver(table);
  putContext(table, PASSING_SOURCE, source);
  putContext(table, PASSING_TARGET, target);
}

function startOver(table: ContextTable): void {
  table.epoch++;
  table.used = FIRST_NUMBER;
  table.levelsUsed = 0;
  table.levelPlaces.clear();
}

function putContext(table: ContextTable, at: number, context: Context): void {
  const { low, high } = context.range ?? NO_RANGE;
  const { fields } = table;
  fields[at + FIELD_USER] = context.user;
  fields[at + FIELD_ROLE] = context.role;
  fields[at + FIELD_TYPE] = context.type;
  const place = placeOf(table, low);
  fields[at + FIELD_LOW] = place;
  fields[at + FIELD_HIGH] = high === low ? place : placeOf(table, high);
}

function placeOf(table: ContextTable, level: MlsLevel): number {
  const known = table.levelPlaces.get(level);
  if (known !== undefined) return known;
  const { words } = level.cats;
  let count = words.length;
  while (count > 0 && words[count - 1] === 0) count--;
  const place = table.levelsUsed;
  if (place + 2 + count > table.levels.length) {
    const larger = new Int32Array(Math.max(place + 2 + count, table.levels.length * 2));
    larger.set(table.levels);
    table.levels = larger;
  }
  table.levelsUsed += 2 + count;
  table.levels[place] = level.sens;
  table.levels[place + 1] = count;
  for (let i = 0; i < count; i++) table.levels[place + 2 + i] = words[i] as number;
  table.levelPlaces.set(level, place);
  return place;
}

/** True when the level at `a` dominates the one at `b`. */
export function levelDominates(levels: Int32Array, a: number, b: number): boolean {
  if (a === b) return true;
  const count = levels[b + 1] as number;
  if ((levels[a] as number) < (levels[b] as number) || (levels[a + 1] as number) < count) return false;
  for (let i = 2; i < count + 2; i++)
    if (((levels[b + i] as number) & ~(levels[a + i] as number)) !== 0) return false;
  return true;
}

export function levelEquals(levels: Int32Array, a: number, b: number): boolean {
  if (a === b) return true;
  const count = levels[a + 1] as number;
  if (levels[a] !== levels[b] || levels[b + 1] !== count) return false;
  for (let i = 2; i < count + 2; i++) if (levels[a + i] !== levels[b + i]) return false;
  return true;
}
