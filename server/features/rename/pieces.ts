// Names that macros put together: `$1_t` is `httpd_t` where the macro is called with `httpd`. Such a name stands in no
// source, so it can neither be rewritten nor be taken by something else. Found backwards: the templates whose shape
// fits a name are asked what they mean. The answers are kept with the snapshot; an edit makes a new one.

import { N_DEFINE, N_INTERFACE } from "../../../grammar/syntax/kinds.ts";
import type { Snapshot, SourceFile } from "../../workspace/snapshot.ts";
import { definitionAround, leafOf } from "../treeIndex.ts";

/** A place in a macro whose text becomes a name. */
export interface Piece {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Template {
  readonly shape: RegExp;
  readonly places: readonly Piece[];
}

/** Places in one file by text of the template, one for each macro. */
const inFiles = new WeakMap<object, ReadonlyMap<string, readonly Piece[]>>();
const inSnapshots = new WeakMap<Snapshot, readonly Template[]>();
const meanings = new WeakMap<Snapshot, Map<Piece, ReadonlySet<string>>>();

const MOST_MEANINGS = 100_000;

/** The first place that makes a name out of pieces; undefined when none does. */
export function pieceMaking(snapshot: Snapshot, name: string): Piece | undefined {
  for (const { shape, places } of templatesOf(snapshot)) {
    if (!shape.test(name)) continue;
    for (const place of places) if (meaningsOf(snapshot, place).has(name)) return place;
  }
  return undefined;
}

/** A text that is put together with an argument, and the names that it becomes. */
export interface Composition {
  readonly text: string;
  readonly shape: RegExp;
  meanings(): ReadonlySet<string>;
}

/** Everything in macros that is a name only together with an argument. */
export function compositions(snapshot: Snapshot): readonly Composition[] {
  return templatesOf(snapshot).map(({ shape, places }) => {
    let all: ReadonlySet<string> | undefined;
    const meanings = (): ReadonlySet<string> => {
      all ??= new Set(places.flatMap((place) => [...meaningsOf(snapshot, place)]));
      return all;
    };
    return { text: places[0]?.text ?? "", shape, meanings };
  });
}

/** What a place becomes, over all uses of its macro. */
function meaningsOf(snapshot: Snapshot, place: Piece): ReadonlySet<string> {
  let known = meanings.get(snapshot);
  if (known === undefined) {
    known = new Map();
    meanings.set(snapshot, known);
  }
  let names = known.get(place);
  if (names === undefined) {
    names = new Set(snapshot.compiled.meaningsAt(place.file.id, place.start, MOST_MEANINGS));
    known.set(place, names);
  }
  return names;
}

function templatesOf(snapshot: Snapshot): readonly Template[] {
  const known = inSnapshots.get(snapshot);
  if (known !== undefined) return known;
  const byText = new Map<string, Piece[]>();
  for (const file of snapshot.files())
    for (const [text, places] of piecesIn(file)) {
      const same = byText.get(text);
      if (same === undefined) byText.set(text, [...places]);
      else same.push(...places);
    }
  const templates = [...byText].map(([text, places]) => ({ shape: shapeOf(text), places }));
  inSnapshots.set(snapshot, templates);
  return templates;
}

/** `$1_t` as a pattern. */
function shapeOf(text: string): RegExp {
  const parts = text.split(/\$(?:\d+|[*@#])/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** The words of a file's macros that hold an argument and more; each once a macro. */
function piecesIn(file: SourceFile): ReadonlyMap<string, readonly Piece[]> {
  const { tree } = file;
  const known = inFiles.get(tree);
  if (known !== undefined) return known;
  const found = new Map<string, Piece[]>();
  const { tokens } = tree;
  let dollar = -1;
  for (let token = 0; token < tokens.count; token++) {
    if ((tokens.word[token] as number) === 0) continue;
    const start = tokens.start[token] as number;
    const end = tokens.end[token] as number;
    if (dollar < start) dollar = tokens.text.indexOf("$", start);
    if (dollar < 0) break;
    if (dollar >= end) continue;
    const text = tokens.text.slice(start, end);
    if (/^\$(?:\d+|[*@#])$/.test(text)) continue;
    const leaf = leafOf(tree, token);
    const definition = leaf < 0 ? -1 : definitionAround(tree, leaf);
    const list = found.get(text);
    const piece = { file, start, end, text };
    if (list === undefined) found.set(text, [piece]);
    else if (definition < 0 || !isInside(tree, definition, list.at(-1) as Piece)) list.push(piece);
  }
  inFiles.set(tree, found);
  return found;
}

function isInside(tree: SourceFile["tree"], definition: number, piece: Piece): boolean {
  const kind = tree.kind[definition];
  if (kind !== N_INTERFACE && kind !== N_DEFINE) return false;
  const first = tree.tokens.start[tree.first[definition] as number] as number;
  const last = tree.tokens.end[(tree.last[definition] as number) - 1] as number;
  return piece.start >= first && piece.end <= last;
}
