// Where names are declared: every declaring operation of every block that the roots lead to, whether it counts or not,
// with its place in the sources; plus macros, modules, and names of sources that are not applied. The index of names is
// made once a revision; places are worked out when first asked for. Requires are no declarations, except for names
// of loadable modules that nothing else knows.

import {
  N_ACCESSVECTOR,
  N_ALIAS,
  N_CATEGORY,
  N_COMMON,
  N_GENBOOL,
  N_NAME,
  N_SENSITIVITY,
  SYM_ATTRIBUTE,
  SYM_ATTRIBUTEROLE,
  SYM_BOOL,
  SYM_CATEGORY,
  SYM_CLASS,
  SYM_ROLE,
  SYM_SENSITIVITY,
  SYM_TUNABLE,
  SYM_TYPE,
  SYM_USER,
} from "../../grammar/syntax/kinds.ts";
import { endOf, startOf } from "../../grammar/syntax/tree.ts";
import { graphOf, isCurrent, originNode, unitOf } from "./blockGraph.ts";
import { OP_DECL, SYM_ALIAS, SYM_COMMON, SYM_SID } from "./code.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { Declaration, Source, SymbolKind } from "./face.ts";
import { statementAt } from "./globals.ts";
import { macroKind } from "./macros.ts";
import { type NamedOperation, placesOf } from "./namePlaces.ts";
import { moduleNames, type PlainName, plainDeclarations, plainRequires } from "./plainNames.ts";
import { compareSites } from "./siteOrder.ts";
import { childrenOf } from "./statements.ts";

/** Require blocks shown for a name that nothing declares. */
const MOST_REQUIRES = 8;

const KIND_OF_SYMBOL: ReadonlyMap<number, SymbolKind> = new Map([
  [SYM_TYPE, "type"],
  [SYM_ATTRIBUTE, "attribute"],
  [SYM_ALIAS, "alias"],
  [SYM_ROLE, "role"],
  [SYM_ATTRIBUTEROLE, "attribute_role"],
  [SYM_USER, "user"],
  [SYM_CLASS, "class"],
  [SYM_COMMON, "common"],
  [SYM_BOOL, "bool"],
  [SYM_TUNABLE, "tunable"],
  [SYM_SENSITIVITY, "sensitivity"],
  [SYM_CATEGORY, "category"],
  [SYM_SID, "sid"],
]);

/** A name of the index: an operation whose places are not worked out yet, or a finished declaration. */
interface Entry {
  readonly kind: SymbolKind;
  readonly word: number;
  readonly named: NamedOperation | undefined;
  places: readonly Declaration[] | undefined;
}

interface Index {
  readonly revision: number;
  readonly byWord: ReadonlyMap<number, readonly Entry[]>;
  readonly byKind: ReadonlyMap<SymbolKind, readonly Entry[]>;
}

const indexes = new WeakMap<CompiledPolicy, Index>();

/** Every place that declares a name; those that count first and modules last, in the build's order whatever was edited when. */
export function declarationsOf(compiled: CompiledPolicy, name: string): readonly Declaration[] {
  const word = compiled.words.find(name);
  if (word <= 0) return [];
  const found = entriesOf(compiled, word).flatMap((entry) => places(compiled, entry));
  return found.sort(
    (a, b) =>
      Number(b.active) - Number(a.active) ||
      Number(a.kind === "module") - Number(b.kind === "module") ||
      compareSites(compiled, a, b),
  );
}

/** Every declared name of these kinds. */
export function symbolsOf(compiled: CompiledPolicy, kinds: readonly SymbolKind[]): readonly Declaration[] {
  const { byKind } = indexOf(compiled);
  const found: Declaration[] = [];
  for (const kind of new Set(kinds))
    for (const entry of byKind.get(kind) ?? [])
      for (const place of places(compiled, entry)) found.push(place);
  return found;
}

function places(compiled: CompiledPolicy, entry: Entry): readonly Declaration[] {
  if (entry.places === undefined)
    entry.places = entry.named === undefined ? [] : placesOf(compiled, entry.named);
  return entry.places;
}

function indexOf(compiled: CompiledPolicy): Index {
  let index = indexes.get(compiled);
  if (index === undefined || index.revision !== compiled.revision) {
    for (const _ of indexNames(compiled));
    index = indexes.get(compiled) as Index;
  }
  return index;
}

/** How often one name is looked for in a state of the policy before all of them are indexed. */
const MOST_SEARCHES = 8;

interface Searches {
  readonly revision: number;
  count: number;
}

const searches = new WeakMap<CompiledPolicy, Searches>();

/** The entries of one name. Right after an edit, looking for it is faster than an index of all. */
function entriesOf(compiled: CompiledPolicy, word: number): readonly Entry[] {
  const { revision } = compiled;
  let known = searches.get(compiled);
  if (known?.revision !== revision) {
    known = { revision, count: 0 };
    searches.set(compiled, known);
  }
  if (indexes.get(compiled)?.revision === revision || known.count++ >= MOST_SEARCHES)
    return indexOf(compiled).byWord.get(word) ?? [];
  const steps = buildIndex(compiled, word);
  for (let step = steps.next(); ; step = steps.next())
    if (step.done === true) return step.value.byWord.get(word) ?? [];
}

/** Makes the index in steps, unless it is there; given up when the policy changes. */
export function* indexNames(compiled: CompiledPolicy): Generator<void, void> {
  const { revision } = compiled;
  if (indexes.get(compiled)?.revision === revision) return;
  const steps = buildIndex(compiled);
  for (let step = steps.next(); ; step = steps.next()) {
    if (compiled.revision !== revision) return;
    if (step.done === true) {
      indexes.set(compiled, step.value);
      return;
    }
    yield;
  }
}

/** Operations and sources that are read in one step. */
const STEP = 2048;
const SOURCES = 32;

/** Gathers names; all of them, or one. */
function* buildIndex(compiled: CompiledPolicy, wanted = 0): Generator<void, Index> {
  const byWord = new Map<number, Entry[]>();
  const byKind = new Map<SymbolKind, Entry[]>();
  const add = (entry: Entry): void => {
    if (wanted !== 0 && entry.word !== wanted) return;
    const same = byWord.get(entry.word);
    if (same === undefined) byWord.set(entry.word, [entry]);
    else same.push(entry);
    const kin = byKind.get(entry.kind);
    if (kin === undefined) byKind.set(entry.kind, [entry]);
    else kin.push(entry);
  };
  const operation = (named: NamedOperation): void =>
    add({ kind: named.kind, word: named.word, named, places: undefined });
  const { declaring } = graphOf(compiled);
  const { code } = compiled.state;
  for (let i = 0; i < declaring.length; i += 2) {
    if (i % STEP === 0) yield;
    const block = declaring.at[i] as number;
    const at = declaring.at[i + 1] as number;
    if (wanted !== 0 && code.at[at] === OP_DECL && code.at[at + 2] !== wanted) continue;
    if (isCurrent(compiled.state.blocks, block, at)) readOperation(compiled, block, at, operation);
  }
  const plain = (source: Source, name: PlainName, active: boolean): void => {
    if (wanted !== 0 && name.word !== wanted) return;
    const made = [plainPlace(compiled, source, name, active)];
    add({ kind: name.kind, word: name.word, named: undefined, places: made });
  };
  for (const [i, source] of compiled.sources().entries()) {
    if (i % SOURCES === 0) yield;
    addSource(compiled, source, wanted, add, plain);
  }
  if (compiled.options.mode === "modular") addRequired(compiled, byWord, plain);
  return { revision: compiled.revision, byWord, byKind };
}

/** The names that one operation declares. */
function readOperation(
  compiled: CompiledPolicy,
  block: number,
  at: number,
  add: (named: NamedOperation) => void,
): void {
  const { code } = compiled.state;
  if (code.at[at] === OP_DECL) {
    let kind = KIND_OF_SYMBOL.get(code.at[at + 1] as number);
    if (kind === undefined) return;
    if (kind === "bool") {
      const unit = unitOf(compiled, block);
      const node = originNode(unit, code, at);
      if (unit.tree.kind[node] === N_GENBOOL && unit.tree.data[node] === 1) kind = "tunable";
    }
    add({ kind, word: code.at[at + 2] as number, block, at, node: -1 });
    return;
  }
  const statement = statementAt(compiled.state, block, at);
  const { tree, node, args, base } = statement;
  const name = (leaf: number, kind: SymbolKind): void => {
    if (tree.kind[leaf] !== N_NAME) return;
    const word = compiled.state.substitution.word(tree.data[leaf] as number, args);
    if (word > 0) add({ kind, word, block, at, node: base < 0 ? -1 : leaf });
  };
  const [, ...rest] = childrenOf(tree, node);
  if (statement.kind === N_COMMON || statement.kind === N_ACCESSVECTOR)
    for (const child of rest) name(child, "permission");
  else if (statement.kind === N_SENSITIVITY || statement.kind === N_CATEGORY)
    for (const child of rest)
      if (tree.kind[child] === N_ALIAS)
        for (const leaf of childrenOf(tree, child))
          name(leaf, statement.kind === N_SENSITIVITY ? "sensitivity" : "category");
}

/** Macros, modules and, where the build leaves a module out, its declarations. */
function addSource(
  compiled: CompiledPolicy,
  source: Source,
  wanted: number,
  add: (entry: Entry) => void,
  plain: (source: Source, name: PlainName, active: boolean) => void,
): void {
  const { units } = compiled.state;
  for (const unit of units.macrosIn(source.id)) {
    if (wanted !== 0 && unit.name !== wanted) continue;
    const { tree, node } = unit;
    const place: Declaration = {
      file: unit.file,
      start: startOf(tree, node + 1),
      end: endOf(tree, node + 1),
      kind: macroKind(unit),
      name: compiled.words.text(unit.name),
      declStart: startOf(tree, node),
      declEnd: endOf(tree, node),
      active: units.macro(unit.name) === unit,
    };
    add({ kind: place.kind, word: unit.name, named: undefined, places: [place] });
  }
  if (source.role !== "te" && source.role !== "conf") return;
  for (const name of moduleNames(source.tree, compiled.words)) plain(source, name, source.enabled);
  if (!source.enabled)
    for (const name of plainDeclarations(source.tree, compiled.words)) plain(source, name, false);
}

/** Names that only require blocks know, interfaces' before the module's own. */
function addRequired(
  compiled: CompiledPolicy,
  byWord: ReadonlyMap<number, readonly Entry[]>,
  plain: (source: Source, name: PlainName, active: boolean) => void,
): void {
  const declared = new Set<string>();
  for (const [word, entries] of byWord) for (const entry of entries) declared.add(`${entry.kind} ${word}`);
  const counts = new Map<string, number>();
  const sources = compiled.sources();
  for (const source of [
    ...sources.filter((s) => s.role === "if"),
    ...sources.filter((s) => s.role !== "if"),
  ]) {
    if (source.role === "fc") continue;
    for (const name of plainRequires(source.tree, compiled.words)) {
      const key = `${name.kind} ${name.word}`;
      const count = counts.get(key) ?? 0;
      // A required type may be declared as an attribute and the other way round; the statement that declares wins.
      const isKnown =
        declared.has(key) ||
        (name.kind === "type" && declared.has(`alias ${name.word}`)) ||
        isTunable(declared, name);
      if (isKnown || count >= MOST_REQUIRES) continue;
      counts.set(key, count + 1);
      plain(source, name, true);
    }
  }
}

function isTunable(declared: ReadonlySet<string>, name: PlainName): boolean {
  return (
    (name.kind === "bool" && declared.has(`tunable ${name.word}`)) ||
    (name.kind === "tunable" && declared.has(`bool ${name.word}`))
  );
}

function plainPlace(compiled: CompiledPolicy, source: Source, name: PlainName, active: boolean): Declaration {
  const { tree } = source;
  return {
    file: source.id,
    start: startOf(tree, name.node),
    end: endOf(tree, name.node),
    kind: name.kind,
    name: compiled.words.text(name.word),
    declStart: startOf(tree, name.statement),
    declEnd: endOf(tree, name.statement),
    active,
  };
}
