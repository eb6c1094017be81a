// How well a name fits a place: it stands near the cursor already, or often in the project, its module is this one or lies in the same layer, the
// policy uses it with the source, target or class of the rule. Points only order what is offered; they hide nothing.

import type { SyntaxTree } from "../../../grammar/syntax/tree.ts";
import type { Compiled } from "../../compiler/face.ts";
import { AVTAB_ALLOWED } from "../../policydb/avtab.ts";
import type { PolicyDb } from "../../policydb/policydb.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import type { Place, View } from "../view.ts";
import type { Name } from "./names.ts";

/** Points. */
export const FIT_RULE = 800;
export const FIT_EXPECTED = 500;
const FIT_MODULE = 300;
const FIT_LAYER = 100;
const FIT_NEAR = 250;
const FIT_OFTEN = 250;
/** Tokens on both sides of the cursor that count as near. */
const NEAR = 3000;

/** Points of names at one place. */
export interface Fit {
  readonly uses: ReadonlyMap<number, number>;
  readonly files: Map<number, number>;
  readonly counts: Uint32Array;
}

/** The words around a place with points, the nearest with most. */
export function fitAt(view: View, { file, offset }: Place): Fit {
  const { tokens } = file.tree;
  const uses = new Map<number, number>();
  const middle = tokenBefore(file, offset);
  const from = Math.max(0, middle - NEAR);
  const to = Math.min(tokens.count, middle + NEAR);
  for (let token = from; token < to; token++) {
    const word = tokens.word[token] as number;
    if (word === 0 || ((tokens.start[token] as number) <= offset && (tokens.end[token] as number) >= offset))
      continue;
    const distance = Math.log(Math.abs(token - middle) + 1) / Math.log(NEAR + 1);
    const points = Math.round(FIT_NEAR * (1 - distance)) + 1;
    if (points > (uses.get(word) ?? 0)) uses.set(word, points);
  }
  return { uses, files: new Map(), counts: frequencyOf(view) };
}

function tokenBefore({ tree }: SourceFile, offset: number): number {
  const { start, count } = tree.tokens;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((start[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How often the project's sources spell each word, by its id; brought up to date file by file. */
interface Frequency {
  generation: number;
  counts: Uint32Array;
  readonly trees: Map<number, SyntaxTree>;
}

const frequencies = new WeakMap<Compiled, Frequency>();

function frequencyOf({ snapshot }: View): Uint32Array {
  const { compiled, generation } = snapshot;
  let known = frequencies.get(compiled);
  if (known?.generation === generation) return known.counts;
  known ??= { generation, counts: new Uint32Array(0), trees: new Map() };
  known.generation = generation;
  frequencies.set(compiled, known);
  if (known.counts.length < compiled.words.size) {
    const counts = new Uint32Array(compiled.words.size * 2);
    counts.set(known.counts);
    known.counts = counts;
  }
  const gone = new Set(known.trees.keys());
  for (const { id, tree } of snapshot.files()) {
    gone.delete(id);
    const before = known.trees.get(id);
    if (before === tree) continue;
    if (before !== undefined) count(known.counts, before, -1);
    count(known.counts, tree, 1);
    known.trees.set(id, tree);
  }
  for (const id of gone) {
    count(known.counts, known.trees.get(id) as SyntaxTree, -1);
    known.trees.delete(id);
  }
  return known.counts;
}

function count(counts: Uint32Array, { tokens }: SyntaxTree, by: number): void {
  for (let token = 0; token < tokens.count; token++) {
    const word = tokens.word[token] as number;
    counts[word] = (counts[word] as number) + by;
  }
}

/** Points of a name for standing near, for being frequent, and for where it is declared. */
export function fitOf(view: View, { file }: Place, fit: Fit, name: Name): number {
  let home = fit.files.get(name.file);
  if (home === undefined) {
    home = homeOf(view.snapshot.file(name.file), file);
    fit.files.set(name.file, home);
  }
  return home + usedOf(fit, name.word);
}

/** Points of a word for standing near and for being frequent. */
export function usedOf({ counts, uses }: Fit, word: number): number {
  if (word <= 0) return 0;
  const often = Math.min(FIT_OFTEN, Math.log2((counts[word] ?? 0) + 1) * (FIT_OFTEN / 10));
  return often + (uses.get(word) ?? 0);
}

function homeOf(declaring: SourceFile | undefined, file: SourceFile): number {
  if (declaring === undefined) return 0;
  if (declaring.module === file.module && file.module !== "") return FIT_MODULE;
  return folder(declaring.path) === folder(file.path) ? FIT_LAYER : 0;
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Types that allow rules of a source, or of a class, have as target: one byte a type value. */
export function targetsUsed(db: PolicyDb, source: number, tclass: number): Uint8Array {
  const used = new Uint8Array(db.types.nprim + 1);
  const { avtab } = db;
  if (source === 0 && tclass === 0) return used;
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    const isSource = source !== 0 && avtab.source(entry) === source;
    const isClass = tclass !== 0 && avtab.tclass[entry] === tclass;
    if (isSource || isClass) used[avtab.target(entry)] = 1;
  }
  return used;
}

/** Allow rules by class, those that name the target counted many times over: how likely a class is. */
export function classesUsed(db: PolicyDb, targets: readonly number[]): Float64Array {
  const counts = new Float64Array(db.classes.nprim + 1);
  const own = new Uint8Array(db.types.nprim + 1);
  for (const value of targets) if (value > 0) own[value] = 1;
  const { avtab } = db;
  for (let entry = 0; entry < avtab.length; entry++) {
    if (avtab.specified[entry] !== AVTAB_ALLOWED) continue;
    const tclass = avtab.tclass[entry] as number;
    counts[tclass] = (counts[tclass] as number) + (own[avtab.target(entry)] === 1 ? 1e6 : 1);
  }
  return counts;
}
