/**
 * Compares two canonical dumps (DUMP.md) as multisets of lines and counts by kind of fact what is missing, what
 * is extra and what is there under the same key with another value. Invariant: the report is empty exactly when
 * the dumps are equal.
 */

/** What differs in one kind of fact. */
export interface KindDifference {
  missing: number;
  extra: number;
  different: number;
  /** the first EXAMPLES of each, in the order of the dump */
  readonly examples: { readonly missing: string[]; readonly extra: string[]; readonly different: string[] };
}

export interface DumpComparison {
  readonly equal: boolean;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly facts: number;
  readonly byKind: ReadonlyMap<string, KindDifference>;
}

const EXAMPLES = 20;

/** How many fields after the kind make the key, where the rest is the value; all other kinds are all key. */
const KEY_FIELDS: Readonly<Record<string, readonly number[]>> = {
  handle_unknown: [],
  mls: [],
  common: [1],
  class: [1],
  default_user: [1],
  default_role: [1],
  default_type: [1],
  default_range: [1],
  bool: [1],
  user: [1],
  sensitivity: [2],
  category: [2],
  allow: [1, 2, 3, 5],
  auditallow: [1, 2, 3, 5],
  dontaudit: [1, 2, 3, 5],
  allowxperm: [1, 2, 3, 4, 6],
  auditallowxperm: [1, 2, 3, 4, 6],
  dontauditxperm: [1, 2, 3, 4, 6],
  type_transition: [1, 2, 3, 4, 6],
  type_change: [1, 2, 3, 4, 6],
  type_member: [1, 2, 3, 4, 6],
  range_transition: [1, 2, 3],
  role_transition: [1, 2, 3],
  sid: [1],
  fs_use_xattr: [1],
  fs_use_task: [1],
  fs_use_trans: [1],
  genfscon: [1, 2, 3],
  portcon: [1],
  netifcon: [1],
  nodecon: [1, 2],
  ibpkeycon: [1, 2, 3],
  ibendportcon: [1, 2],
};

/** Compares what a dump should be with what it is. */
export function compareDumps(expected: readonly string[], actual: readonly string[]): DumpComparison {
  const counts = new Map<string, number>();
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1);
  const extra: string[] = [];
  for (const line of actual) {
    const left = counts.get(line) ?? 0;
    if (left > 0) counts.set(line, left - 1);
    else extra.push(line);
  }
  const missing: string[] = [];
  for (const [line, left] of counts) for (let i = 0; i < left; i++) missing.push(line);
  const byKind = sortOut(missing, extra);
  let sums = { missing: 0, extra: 0, different: 0 };
  for (const kind of byKind.values())
    sums = {
      missing: sums.missing + kind.missing,
      extra: sums.extra + kind.extra,
      different: sums.different + kind.different,
    };
  return { equal: missing.length === 0 && extra.length === 0, ...sums, facts: expected.length, byKind };
}

/** Pairs missing and extra lines that share a key into differences. */
function sortOut(missing: readonly string[], extra: readonly string[]): Map<string, KindDifference> {
  const byKind = new Map<string, KindDifference>();
  const waiting = new Map<string, string[]>();
  for (const line of extra) {
    const key = keyOf(line);
    const lines = waiting.get(key);
    if (lines === undefined) waiting.set(key, [line]);
    else lines.push(line);
  }
  for (const line of missing) {
    const kind = kindEntry(byKind, line);
    const other = waiting.get(keyOf(line))?.shift();
    if (other === undefined) {
      kind.missing++;
      keepExample(kind.examples.missing, line);
    } else {
      kind.different++;
      keepExample(kind.examples.different, `${line}  ≠  ${other}`);
    }
  }
  for (const lines of waiting.values())
    for (const line of lines) {
      const kind = kindEntry(byKind, line);
      kind.extra++;
      keepExample(kind.examples.extra, line);
    }
  return byKind;
}

function keepExample(examples: string[], line: string): void {
  if (examples.length < EXAMPLES) examples.push(line);
}

function kindEntry(byKind: Map<string, KindDifference>, line: string): KindDifference {
  const name = line.slice(0, line.indexOf("\t"));
  let kind = byKind.get(name);
  if (kind === undefined) {
    kind = { missing: 0, extra: 0, different: 0, examples: { missing: [], extra: [], different: [] } };
    byKind.set(name, kind);
  }
  return kind;
}

function keyOf(line: string): string {
  const fields = line.split("\t");
  const places = KEY_FIELDS[fields[0] as string];
  if (places === undefined) return line;
  return [fields[0], ...places.map((place) => fields[place])].join("\t");
}

/** The report as text; one line when the dumps are equal. */
export function printComparison(comparison: DumpComparison): string {
  const { missing, extra, different, facts } = comparison;
  const lines = [`${facts} facts: ${missing} missing, ${extra} extra, ${different} different`];
  for (const [name, kind] of comparison.byKind) {
    lines.push(`${name}: ${kind.missing} missing, ${kind.extra} extra, ${kind.different} different`);
    for (const line of kind.examples.missing) lines.push(`  - ${line}`);
    for (const line of kind.examples.extra) lines.push(`  + ${line}`);
    for (const line of kind.examples.different) lines.push(`  ! ${line}`);
  }
  return lines.join("\n");
}
