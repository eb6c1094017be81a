// The names that completion chooses from: every declared name of some kinds, or every macro, sorted, in lower case
// beside. Kept for one state of the policy; the next state starts from the order of the last, so that sorting after a
// letter costs little. Places are not looked at: only what is shown is worth that.

import type { Compiled, SymbolKind } from "../../compiler/face.ts";
import type { View } from "../view.ts";

/** A name that may be offered. */
export interface Name {
  readonly name: string;
  readonly lower: string;
  /** its number among the words of the sources */
  readonly word: number;
  readonly kind: SymbolKind;
  readonly file: number;
}

interface Known {
  readonly generation: number;
  readonly names: readonly Name[];
}

const known = new WeakMap<Compiled, Map<string, Known>>();

/** Declared names of these kinds that count in the policy, sorted. */
export function symbolNames(view: View, kinds: readonly SymbolKind[]): readonly Name[] {
  const { compiled } = view.snapshot;
  return kept(view, kinds.join(" "), () => compiled.symbols(kinds).filter((one) => one.active));
}

/** Interfaces, templates and support macros, sorted. */
export function macroNames(view: View): readonly Name[] {
  return kept(view, "macros", () => view.snapshot.compiled.macros());
}

type Found = Pick<Name, "name" | "kind" | "file">;

function kept(view: View, key: string, make: () => readonly Found[]): readonly Name[] {
  const { compiled, generation } = view.snapshot;
  let tables = known.get(compiled);
  if (tables === undefined) {
    tables = new Map();
    known.set(compiled, tables);
  }
  const last = tables.get(key);
  if (last !== undefined && last.generation === generation) return last.names;
  const names = sorted(compiled, make(), last?.names ?? []);
  tables.set(key, { generation, names });
  return names;
}

/** Each name once, the first that was found, in order; `last` is the order before. */
function sorted(compiled: Compiled, found: readonly Found[], last: readonly Name[]): readonly Name[] {
  const rest = new Map<string, Found>();
  for (const one of found) if (!rest.has(one.name)) rest.set(one.name, one);
  const names: Name[] = [];
  for (const before of last) {
    const now = rest.get(before.name);
    if (now === undefined) continue;
    rest.delete(before.name);
    names.push(now.file === before.file && now.kind === before.kind ? before : nameOf(compiled, now));
  }
  if (rest.size === 0) return names;
  for (const one of rest.values()) names.push(nameOf(compiled, one));
  return names.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameOf({ words }: Compiled, { name, kind, file }: Found): Name {
  return { name, lower: name.toLowerCase(), word: words.find(name), kind, file };
}
