/** Small text forms that all parts of the canonical dump share: names, levels, ranges, contexts (DUMP.md). */
import type { Context, MlsLevel, MlsRange } from "../../../server/policydb/context.ts";
import type { ReadonlyEbitmap } from "../../../server/policydb/ebitmap.ts";
import type { PolicyDb } from "../../../server/policydb/policydb.ts";
import type { SymbolDatum, Symtab } from "../../../server/policydb/symtab.ts";

/** Adds one line to the dump. */
export type Fact = (...fields: readonly string[]) => void;

/** The name of a value; `#value` when nothing declares it, which no oracle prints. */
export function nameIn<T extends SymbolDatum>(table: Symtab<T>, value: number): string {
  return table.nameOf(value) ?? `#${value}`;
}

/** The names of a set of symbols (bits are value - 1), sorted. */
export function memberNames<T extends SymbolDatum>(table: Symtab<T>, set: ReadonlyEbitmap): string[] {
  const names: string[] = [];
  set.forEach((bit) => {
    names.push(nameIn(table, bit + 1));
  });
  return names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** `sens[:categories]`: a run of two as `a,b`, of three or more as `a.b`. */
export function levelText(db: PolicyDb, level: MlsLevel): string {
  const bits: number[] = [];
  level.cats.forEach((bit) => {
    bits.push(bit);
  });
  const parts: string[] = [];
  for (let i = 0; i < bits.length; i++) {
    const start = i;
    while (bits[i + 1] === (bits[i] as number) + 1) i++;
    const first = nameIn(db.cats, (bits[start] as number) + 1);
    const last = nameIn(db.cats, (bits[i] as number) + 1);
    parts.push(i === start ? first : `${first}${i - start > 1 ? "." : ","}${last}`);
  }
  return nameIn(db.sens, level.sens) + (parts.length > 0 ? `:${parts.join(",")}` : "");
}

/** `low-high`, or the one level when both are equal. */
export function rangeText(db: PolicyDb, range: MlsRange): string {
  const low = levelText(db, range.low);
  const high = levelText(db, range.high);
  return low === high ? low : `${low}-${high}`;
}

/** `user:role:type`, with `:range` when the policy has MLS. */
export function contextText(db: PolicyDb, context: Context): string {
  const { user, role, type, range } = context;
  const names = `${nameIn(db.users, user)}:${nameIn(db.roles, role)}:${nameIn(db.types, type)}`;
  if (!db.mls) return names;
  return `${names}:${range === undefined ? "?" : rangeText(db, range)}`;
}
