// workspace/symbol: every declared name that holds the letters of the query in order, best first. A match at the
// start of the name or of one of its `_` words, in one run, and in a short name ranks higher; so do types, attributes
// and interfaces before the rest. Names and their letters are kept for one state of the policy; places are asked for
// only for what is shown.

import { type SymbolInformation, SymbolKind } from "vscode-languageserver-types";
import type { Compiled, Declaration, SymbolKind as PolicyKind } from "../compiler/face.ts";
import { toLocation, type View } from "./view.ts";

const ICONS: ReadonlyMap<PolicyKind, SymbolKind> = new Map<PolicyKind, SymbolKind>([
  ["interface", SymbolKind.Function],
  ["template", SymbolKind.Function],
  ["type", SymbolKind.Class],
  ["attribute", SymbolKind.Interface],
  ["module", SymbolKind.Module],
  ["macro", SymbolKind.Constant],
  ["bool", SymbolKind.Boolean],
  ["tunable", SymbolKind.Boolean],
  ["role", SymbolKind.Object],
  ["attribute_role", SymbolKind.Interface],
  ["user", SymbolKind.Object],
  ["class", SymbolKind.Enum],
  ["common", SymbolKind.Enum],
  ["alias", SymbolKind.Class],
  ["sid", SymbolKind.Key],
]);
const KINDS = [...ICONS.keys()];

/** Answers shown: editors ask again with every letter. */
const MOST_SYMBOLS = 200;

interface Names {
  readonly generation: number;
  readonly symbols: readonly Declaration[];
  readonly lower: readonly string[];
  /** a bit for each letter of the name, so that most names are passed over without a look at them */
  readonly letters: Uint32Array;
}

const known = new WeakMap<Compiled, Names>();

function namesOf(view: View): Names {
  const { compiled, generation } = view.snapshot;
  let names = known.get(compiled);
  if (names === undefined || names.generation !== generation) {
    const symbols = compiled.symbols(KINDS);
    const lower = symbols.map((symbol) => symbol.name.toLowerCase());
    names = { generation, symbols, lower, letters: Uint32Array.from(lower, lettersOf) };
    known.set(compiled, names);
  }
  return names;
}

/** The symbols that a query may mean, best first. */
export function workspaceSymbol(view: View, query: string): SymbolInformation[] {
  const names = namesOf(view);
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  const letters = lettersOf(wanted);
  const hits: { readonly at: number; readonly score: number }[] = [];
  for (let at = 0; at < names.lower.length; at++) {
    if (((names.letters[at] as number) & letters) !== letters) continue;
    const score = scoreOf(wanted, names.lower[at] as string);
    if (score > 0) hits.push({ at, score: score + weightOf(names.symbols[at] as Declaration) });
  }
  hits.sort((a, b) => b.score - a.score || a.at - b.at);
  const shown: SymbolInformation[] = [];
  for (const { at } of hits) {
    const symbol = informationOf(view, names.symbols[at] as Declaration);
    if (symbol !== undefined) shown.push(symbol);
    if (shown.length >= MOST_SYMBOLS) break;
  }
  return shown;
}

function lettersOf(text: string): number {
  let mask = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 97 && code <= 122) mask |= 1 << (code - 97);
    else if (code >= 48 && code <= 57) mask |= 1 << 26;
    else if (code === 95) mask |= 1 << 27;
  }
  return mask >>> 0;
}

/** How well a name fits; 0 when the query's letters are not in it in order. Both in lower case. */
export function scoreOf(query: string, name: string): number {
  if (query === "") return 1;
  if (name === query) return 1000;
  const run = name.indexOf(query);
  if (run === 0) return 600 - Math.min(200, name.length - query.length);
  if (run > 0) {
    const word = name[run - 1] === "_" || wordStart(name, query);
    return (word ? 400 : 250) - Math.min(150, name.length - query.length);
  }
  let score = 100;
  let from = 0;
  for (const letter of query) {
    const at = name.indexOf(letter, from);
    if (at < 0) return 0;
    if (at === from) score += 3;
    else if (name[at - 1] === "_") score += 5;
    from = at + 1;
  }
  return Math.max(1, score - Math.min(90, name.length - query.length));
}

function wordStart(name: string, query: string): boolean {
  return name.includes(`_${query}`);
}

function weightOf(symbol: Declaration): number {
  const kind = KINDS.indexOf(symbol.kind);
  return (symbol.active ? 5 : 0) + (kind < 4 ? 4 : kind < 10 ? 2 : 0);
}

function informationOf(view: View, symbol: Declaration): SymbolInformation | undefined {
  const location = toLocation(view, symbol);
  const module = view.snapshot.file(symbol.file)?.module ?? "";
  if (location === undefined) return undefined;
  return {
    name: symbol.name,
    kind: ICONS.get(symbol.kind) ?? SymbolKind.Variable,
    location,
    containerName: module === "" ? symbol.kind : `${symbol.kind} of ${module}`,
  };
}
