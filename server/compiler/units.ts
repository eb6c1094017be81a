// Units: the pieces of source that are applied as a whole. Each file is a unit (its top level), and so is each
// interface, template and define. A unit keeps its number while its text stays the same, even when an edit above
// it moves it; code refers to syntax by node numbers relative to the unit's first node, so moving is free. The
// macro table maps names to units; a later definition of a name wins, as in m4.

import {
  N_BLOCK,
  N_DEFINE,
  N_FILE,
  N_IFDEF,
  N_INTERFACE,
  N_NAME,
  N_SET,
  N_WORDS,
} from "../../grammar/syntax/kinds.ts";
import { endOf, type Reparsed, type SyntaxTree, startOf } from "../../grammar/syntax/tree.ts";
import type { Source } from "./face.ts";
import { IntPool } from "./intPool.ts";

export const UNIT_FILE = 0;
export const UNIT_INTERFACE = 1;
export const UNIT_TEMPLATE = 2;
export const UNIT_DEFINE = 3;

export interface Unit {
  readonly id: number;
  readonly kind: number;
  /** word id of the macro's name; 0 for files */
  readonly name: number;
  /** the source's id, tree and the definition node; change together when the unit moves */
  file: number;
  tree: SyntaxTree;
  node: number;
  /** body node relative to `node`; -1 for a define with an empty body */
  body: number;
  /** text of the definition, to recognise it after an edit */
  text: string;
  alive: boolean;
  /** where the text stood before the latest edit of it */
  before?: { readonly tree: SyntaxTree; readonly node: number };
}

/** A definition that hides an earlier one of the same name. */
export interface Redefinition {
  readonly unit: Unit;
  readonly earlier: Unit;
}

/** What an update did to the units of a file. */
export interface UnitChanges {
  readonly removed: Unit[];
  readonly added: Unit[];
  /** same name, same file, other text: the unit keeps its number and its applications are evaluated anew */
  readonly edited: Unit[];
  /** names that mean another unit now, or none */
  readonly moved: ReadonlySet<number>;
  /** a define came, went, changed, or is hidden or shown by another macro; `sets` aside */
  readonly defines: boolean;
  /** edited defines that were sets of names and still are */
  readonly sets: readonly Unit[];
}

/** A definition found in a new tree; `unit` is the old one with the same text. */
interface Fresh {
  readonly node: number;
  readonly kind: number;
  readonly name: number;
  readonly body: number;
  readonly text: string;
  readonly unit: Unit | undefined;
}

/** What becomes of a file's units; `after` is those of its new text, in order. */
interface Pieces {
  readonly added: Unit[];
  readonly edited: Unit[];
  readonly removed: Unit[];
  readonly after: Unit[];
}

/** Evaluates `ifdef` around definitions: true when the name is defined at this point of collecting. */
export type DefinedTest = (word: number, source: Source) => boolean;

/** The tree of what is no more: one node without tokens. */
const NOTHING: SyntaxTree = {
  tokens: {
    text: "",
    count: 0,
    type: new Uint8Array(0),
    start: new Uint32Array(0),
    end: new Uint32Array(0),
    word: new Uint32Array(0),
  },
  count: 1,
  kind: Uint8Array.of(N_FILE),
  first: new Uint32Array(1),
  last: new Uint32Array(1),
  end: Uint32Array.of(1),
  data: new Uint32Array(1),
  errors: [],
};

/** All units, and the macro table. */
export class Units {
  private readonly rankOf: (file: number) => number;
  private readonly guardsOf = new WeakMap<SyntaxTree, readonly number[]>();

  /** `rankOf` gives a file's place in the build: of two definitions of a name, the later in that order wins. */
  constructor(rankOf: (file: number) => number) {
    this.rankOf = rankOf;
  }

  readonly all: Unit[] = [];
  readonly fileUnits = new Map<number, Unit>();
  private readonly macrosOfFile = new Map<number, Unit[]>();
  /** units that died or were edited in the update before this one */
  private old: Unit[] = [];
  private readonly definitions = new Map<number, Unit[]>();
  /** names that are defined more than once */
  private readonly several = new Set<number>();
  /** grows when a name comes to mean another macro, or none, and when one that warns its callers is edited */
  generation = 0;
  /** unit id + 1 by word id; 0 where the word is no macro */
  private readonly table = new IntPool(4096);

  /** The macro of this name, or undefined. Hot: called for every name in every set. */
  macro(word: number): Unit | undefined {
    if (word >= this.table.length) return undefined;
    const id = this.table.at[word] as number;
    return id === 0 ? undefined : this.all[id - 1];
  }

  isMacro(word: number): boolean {
    return word < this.table.length && this.table.at[word] !== 0;
  }

  /** True when a file before this one in the build, or this one so far, defines a macro of the name. */
  isMacroBefore(word: number, file: number): boolean {
    const first = this.definitions.get(word)?.[0];
    return first !== undefined && (first.file === file || this.rankOf(first.file) < this.rankOf(file));
  }

  /** Every living macro, in the build's order. */
  macros(): readonly Unit[] {
    const living: Unit[] = [];
    for (const list of this.definitions.values()) {
      const last = list[list.length - 1];
      if (last !== undefined) living.push(last);
    }
    return living.sort((a, b) => this.compare(a, b));
  }

  /** The names of living macros, in no order to rely on. */
  *macroNames(): Iterable<number> {
    for (const [name, list] of this.definitions) if (list.length > 0) yield name;
  }

  private compare(a: Unit, b: Unit): number {
    return a.file === b.file ? a.node - b.node : this.rankOf(a.file) - this.rankOf(b.file);
  }

  redefinitions(): Redefinition[] {
    const result: Redefinition[] = [];
    for (const name of this.several) {
      const list = this.definitions.get(name) ?? [];
      for (let i = 1; i < list.length; i++)
        result.push({ unit: list[i] as Unit, earlier: list[i - 1] as Unit });
    }
    return result;
  }

  macrosIn(file: number): readonly Unit[] {
    return this.macrosOfFile.get(file) ?? [];
  }

  /**
   * Lets go of the texts and trees of units that are no more. What was active under them has been taken back by the
   * update in which they died, so this is called when the next begins.
   */
  forgetOld(): void {
    for (const unit of this.old) {
      delete unit.before;
      if (unit.alive) continue;
      unit.tree = NOTHING;
      unit.node = 0;
      unit.body = -1;
      unit.text = "";
    }
    this.old = [];
  }

  /** Enters, replaces or (source undefined) removes a file's units; unchanged macros keep their numbers. */
  setFile(file: number, source: Source | undefined, isDefined: DefinedTest): UnitChanges {
    const all = this.macrosOfFile.get(file) ?? [];
    const stretch = this.stretchOf(file, source);
    const { from, to } =
      stretch === undefined ? { from: 0, to: all.length } : carry(all, stretch, source?.tree ?? NOTHING);
    const before = all.slice(from, to);
    const winners = new Map<number, Unit | undefined>();
    for (const unit of before) winners.set(unit.name, this.macro(unit.name));
    for (const unit of before) this.undefine(unit);
    const oldFile = this.fileUnits.get(file);
    if (oldFile !== undefined) {
      oldFile.alive = false;
      this.old.push(oldFile);
    }
    const wereSets = new Set(before.filter(isSetMacro));
    const pieces: Pieces = { added: [], edited: [], removed: [], after: [] };
    if (source === undefined) {
      this.fileUnits.delete(file);
      this.macrosOfFile.delete(file);
      pieces.removed.push(...before);
    } else {
      this.fileUnits.set(file, this.make(UNIT_FILE, 0, file, source.tree, 0, 0, ""));
      this.takeOver(source, before, stretch, isDefined, pieces);
      for (const unit of pieces.after) {
        if (!winners.has(unit.name)) winners.set(unit.name, this.macro(unit.name));
        this.define(unit);
      }
      this.macrosOfFile.set(file, [...all.slice(0, from), ...pieces.after, ...all.slice(to)]);
    }
    const { added, edited, removed } = pieces;
    for (const unit of removed) unit.alive = false;
    this.old.push(...removed, ...edited);
    const moved = new Set<number>();
    const sets = edited.filter((unit) => wereSets.has(unit) && isSetMacro(unit));
    let defines = edited.some((unit) => unit.kind === UNIT_DEFINE && !sets.includes(unit));
    for (const [name, winner] of winners) {
      const now = this.macro(name);
      if (now === winner) continue;
      moved.add(name);
      if (now?.kind === UNIT_DEFINE || winner?.kind === UNIT_DEFINE) defines = true;
    }
    if (moved.size > 0) this.generation++;
    return { removed, added, edited, moved, defines, sets };
  }

  /** What of a file was parsed again, when its units outside of that cannot have changed. */
  private stretchOf(file: number, source: Source | undefined): Reparsed | undefined {
    const reparsed = source?.tree.reparsed;
    const old = this.fileUnits.get(file)?.tree;
    if (source === undefined || reparsed === undefined || old === undefined) return undefined;
    if (reparsed.old.deref() !== old) return undefined;
    // Which definitions count under `ifdef` depends on others.
    return this.guards(old).length > 0 || this.guards(source.tree).length > 0 ? undefined : reparsed;
  }

  /** Finds the definitions of a new text, and who of those before each is: by its text, else by its name. */
  private takeOver(
    source: Source,
    before: readonly Unit[],
    stretch: Reparsed | undefined,
    isDefined: DefinedTest,
    { added, edited, removed, after }: Pieces,
  ): void {
    const { tree } = source;
    const kept = new Map<string, Unit[]>();
    for (const unit of before) {
      const same = kept.get(unit.text);
      if (same === undefined) kept.set(unit.text, [unit]);
      else same.push(unit);
    }
    const fresh: Fresh[] = [];
    const { headNode, tailNode } = stretch ?? { headNode: 1, tailNode: tree.end[0] as number };
    this.collect(source, headNode, tailNode, isDefined, (node, kind, name, body) => {
      const text = tree.tokens.text.slice(startOf(tree, node), endOf(tree, node));
      const relative = body < 0 ? -1 : body - node;
      fresh.push({ node, kind, name, body: relative, text, unit: kept.get(text)?.shift() });
    });
    const leftByName = new Map<number, Unit>();
    for (const left of kept.values()) for (const unit of left) leftByName.set(unit.name, unit);
    for (const piece of fresh) {
      let unit = piece.unit;
      if (unit === undefined) {
        unit = leftByName.get(piece.name);
        if (unit !== undefined && unit.kind === piece.kind) {
          leftByName.delete(piece.name);
          const same = kept.get(unit.text) as Unit[];
          same.splice(same.indexOf(unit), 1);
          unit.before = { tree: unit.tree, node: unit.node };
          if (unit.text.includes(WARNING) || piece.text.includes(WARNING)) this.generation++;
          unit.text = piece.text;
          unit.body = piece.body;
          edited.push(unit);
        } else {
          unit = this.make(piece.kind, piece.name, source.id, tree, piece.node, piece.body, piece.text);
          added.push(unit);
        }
      }
      unit.tree = tree;
      unit.node = piece.node;
      after.push(unit);
    }
    for (const left of kept.values()) removed.push(...left);
  }

  private make(
    kind: number,
    name: number,
    file: number,
    tree: SyntaxTree,
    node: number,
    body: number,
    text: string,
  ): Unit {
    const unit: Unit = { id: this.all.length, kind, name, file, tree, node, body, text, alive: true };
    this.all.push(unit);
    return unit;
  }

  private define(unit: Unit): void {
    const list = this.definitions.get(unit.name);
    if (list === undefined) {
      this.definitions.set(unit.name, [unit]);
      this.table.set(unit.name, unit.id + 1);
      return;
    }
    let at = list.length;
    while (at > 0 && this.compare(list[at - 1] as Unit, unit) > 0) at--;
    list.splice(at, 0, unit);
    this.several.add(unit.name);
    this.table.set(unit.name, (list[list.length - 1] as Unit).id + 1);
  }

  private undefine(unit: Unit): void {
    const list = this.definitions.get(unit.name);
    if (list === undefined) return;
    const at = list.indexOf(unit);
    if (at >= 0) list.splice(at, 1);
    if (list.length < 2) this.several.delete(unit.name);
    const last = list[list.length - 1];
    this.table.set(unit.name, last === undefined ? 0 : last.id + 1);
    if (last === undefined) this.definitions.delete(unit.name);
  }

  /** Names that decide, under `ifdef`, which definitions of a text count. */
  guards(tree: SyntaxTree): readonly number[] {
    let known = this.guardsOf.get(tree);
    if (known !== undefined) return known;
    const found: number[] = [];
    const look = (parent: number): void => {
      for (let node = parent + 1; node < (tree.end[parent] as number); node = tree.end[node] as number) {
        const kind = tree.kind[node];
        if (kind === N_IFDEF && node + 1 < (tree.end[node] as number)) {
          found.push(tree.data[node + 1] as number);
          look(node);
        } else if (kind === N_BLOCK || kind === N_FILE) look(node);
      }
    };
    look(0);
    known = found;
    this.guardsOf.set(tree, known);
    return known;
  }

  /** Definitions among the siblings from `first` to before `stop`, and in the blocks there. */
  private collect(
    source: Source,
    first: number,
    stop: number,
    isDefined: DefinedTest,
    found: (node: number, kind: number, name: number, body: number) => void,
  ): void {
    const { tree } = source;
    for (let node = first; node < stop; node = tree.end[node] as number) {
      const kind = tree.kind[node];
      if (kind === N_INTERFACE || kind === N_DEFINE) {
        const nameNode = node + 1;
        if (nameNode >= (tree.end[node] as number) || tree.kind[nameNode] !== N_NAME) continue;
        const body = tree.end[nameNode] as number;
        const unitKind =
          kind === N_DEFINE ? UNIT_DEFINE : tree.data[node] === 1 ? UNIT_TEMPLATE : UNIT_INTERFACE;
        found(node, unitKind, tree.data[nameNode] as number, body < (tree.end[node] as number) ? body : -1);
      } else if (kind === N_IFDEF) {
        const part = chosenPart(tree, node, (word) => isDefined(word, source));
        if (part >= 0) this.collect(source, part + 1, tree.end[part] as number, isDefined, found);
      } else if (kind === N_BLOCK || kind === N_FILE)
        this.collect(source, node + 1, tree.end[node] as number, isDefined, found);
    }
  }
}

/** Takes units outside of what was parsed again to their new places; those inside are `from` to before `to`. */
function carry(
  units: readonly Unit[],
  { headNode, tailNode, oldTailNode }: Reparsed,
  tree: SyntaxTree,
): { readonly from: number; readonly to: number } {
  let from = 0;
  let to = units.length;
  for (; from < to; from++) {
    const unit = units[from] as Unit;
    if (unit.node >= headNode) break;
    unit.tree = tree;
  }
  for (; to > from; to--) {
    const unit = units[to - 1] as Unit;
    if (unit.node < oldTailNode) break;
    unit.tree = tree;
    unit.node += tailNode - oldTailNode;
  }
  return { from, to };
}

/** What deprecated interfaces say. */
const WARNING = "refpolicywarn";

/** True for a define whose body is a set or list of names. */
export function isSetMacro({ kind, body, tree, node }: Unit): boolean {
  if (kind !== UNIT_DEFINE || body < 0) return false;
  const is = tree.kind[node + body];
  return is === N_SET || is === N_WORDS;
}

/** The part of an N_IFDEF that counts, or -1. */
export function chosenPart(tree: SyntaxTree, node: number, isDefined: (word: number) => boolean): number {
  const stop = tree.end[node] as number;
  const name = node + 1;
  if (name >= stop) return -1;
  const isTrue = isDefined(tree.data[name] as number) !== (tree.data[node] === 1);
  const first = tree.end[name] as number;
  if (first >= stop) return -1;
  if (isTrue) return first;
  const second = tree.end[first] as number;
  return second < stop ? second : -1;
}
