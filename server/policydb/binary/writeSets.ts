// Writes bitmaps, levels, ranges and contexts (ebitmap_write, mls_write_range_helper, context_write of libsepol's
// write.c). The counterpart of readSets.ts. Also the state that the parts of the writer share.

import type { Context, MlsLevel, MlsRange } from "../context.ts";
import type { ReadonlyEbitmap } from "../ebitmap.ts";
import { Ebitmap } from "../ebitmap.ts";
import type { PolicyDb } from "../policydb.ts";
import type { ByteWriter } from "./byteWriter.ts";
import type { BinaryNote } from "./cursor.ts";
import type { BinaryLayout } from "./layout.ts";

/** Shared state of one write. */
export interface WriteState {
  readonly w: ByteWriter;
  readonly db: PolicyDb;
  readonly version: number;
  readonly layout: BinaryLayout | undefined;
  readonly errors: BinaryNote[];
  readonly warnings: BinaryNote[];
}

/** Notes that something cannot be expressed. */
export function dropped(s: WriteState, section: string, what: string): void {
  const message = `policy version ${s.version} has no ${what}; left out`;
  s.warnings.push({ offset: s.w.length, section, message });
}

/** Writes a bitmap in 64-bit units. */
export function writeEbitmap(s: WriteState, map: ReadonlyEbitmap): void {
  const { w } = s;
  const words = map.words;
  let count = 0;
  let end = 0;
  for (let i = 0; i < words.length; i += 2)
    if (words[i] !== 0 || (words[i + 1] ?? 0) !== 0) {
      count++;
      end = i + 2;
    }
  w.u32(64);
  w.u32(end * 32);
  w.u32(count);
  for (let i = 0; i < end; i += 2) {
    const low = words[i] as number;
    const high = words[i + 1] ?? 0;
    if (low === 0 && high === 0) continue;
    w.u32(i * 32);
    w.u32(low);
    w.u32(high);
  }
}

export const EMPTY_MAP: ReadonlyEbitmap = new Ebitmap();

/** The level that is written where there is no MLS. */
export const VOID_LEVEL: MlsLevel = { sens: 0, cats: new Ebitmap() };
export const VOID_RANGE: MlsRange = { low: VOID_LEVEL, high: VOID_LEVEL };

export function writeLevel(s: WriteState, level: MlsLevel): void {
  s.w.u32(level.sens);
  writeEbitmap(s, level.cats);
}

/** One level where both are equal. */
export function writeRange(s: WriteState, range: MlsRange): void {
  const { low, high } = range;
  const equal = low === high || (low.sens === high.sens && low.cats.equals(high.cats));
  const one = equal && s.layout?.doubled.has(range) !== true;
  s.w.u32(one ? 1 : 2);
  s.w.u32(low.sens);
  if (!one) s.w.u32(high.sens);
  writeEbitmap(s, low.cats);
  if (!one) writeEbitmap(s, high.cats);
}

export function writeContext(s: WriteState, context: Context): void {
  s.w.u32(context.user);
  s.w.u32(context.role);
  s.w.u32(context.type);
  writeRange(s, context.range ?? s.layout?.strayRanges.get(context) ?? VOID_RANGE);
}
