// Questions about the whole policy that hovers and lenses ask for one name at a time: how many rules name a type,
// which entries stand under a conditional, a type's aliases. Each table is made by one pass when first asked for and
// kept for one state of the policy.

import type { Compiled } from "../compiler/face.ts";
import { AVTAB_ALLOWED, conditionalOfBranch, UNCONDITIONAL } from "../policydb/avtab.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

interface Tables {
  readonly generation: number;
  counts: RuleCounts | undefined;
  conditional: ReadonlyMap<number, readonly number[]> | undefined;
  aliases: ReadonlyMap<number, readonly string[]> | undefined;
}

/** Allow rules by type value. */
export interface RuleCounts {
  readonly asSource: Uint32Array;
  readonly asTarget: Uint32Array;
}

const known = new WeakMap<Compiled, Tables>();

function tablesOf({ compiled, generation }: Snapshot): Tables {
  let tables = known.get(compiled);
  if (tables === undefined || tables.generation !== generation) {
    tables = { generation, counts: undefined, conditional: undefined, aliases: undefined };
    known.set(compiled, tables);
  }
  return tables;
}

/** How many allow rules name each type or attribute. */
export function ruleCounts(snapshot: Snapshot): RuleCounts {
  const tables = tablesOf(snapshot);
  if (tables.counts !== undefined) return tables.counts;
  const { avtab, types } = snapshot.compiled.db;
  const asSource = new Uint32Array(types.nprim + 1);
  const asTarget = new Uint32Array(types.nprim + 1);
  const { specified, pair, length } = avtab;
  for (let entry = 0; entry < length; entry++) {
    if (specified[entry] !== AVTAB_ALLOWED) continue;
    const both = pair[entry] as number;
    asSource[both >>> 16] = (asSource[both >>> 16] as number) + 1;
    asTarget[both & 0xffff] = (asTarget[both & 0xffff] as number) + 1;
  }
  tables.counts = { asSource, asTarget };
  return tables.counts;
}

/** Avtab entries by the conditional (its index) that they stand under. */
export function conditionalEntries(snapshot: Snapshot): ReadonlyMap<number, readonly number[]> {
  const tables = tablesOf(snapshot);
  if (tables.conditional !== undefined) return tables.conditional;
  const { branch, specified, length } = snapshot.compiled.db.avtab;
  const entries = new Map<number, number[]>();
  for (let entry = 0; entry < length; entry++) {
    if (branch[entry] === UNCONDITIONAL || specified[entry] === 0) continue;
    const conditional = conditionalOfBranch(branch[entry] as number);
    const list = entries.get(conditional);
    if (list === undefined) entries.set(conditional, [entry]);
    else list.push(entry);
  }
  tables.conditional = entries;
  return entries;
}

/** The other names of a type. */
export function aliasesOf(snapshot: Snapshot, value: number): readonly string[] {
  const tables = tablesOf(snapshot);
  if (tables.aliases === undefined) {
    const { types } = snapshot.compiled.db;
    const aliases = new Map<number, string[]>();
    for (const [name, of] of types.names()) {
      if (types.nameOf(of) === name) continue;
      const list = aliases.get(of);
      if (list === undefined) aliases.set(of, [name]);
      else list.push(name);
    }
    tables.aliases = aliases;
  }
  return tables.aliases.get(value) ?? [];
}
